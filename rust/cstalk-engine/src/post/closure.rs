//! Keeps closed lips closed where two faces are mixed part by part.

use cstalk_rig::{Region, Rig};

use super::contact::touches_lips;
use super::lip_gap::{LipGap, NEUTRAL_GAP_MM};
use crate::error::Result;

/// Lips nearer than this are closed to a viewer.
pub const SHUT_MM: f32 = 1.5;
/// How much farther than in either face the lips may be, for each mm that they are not closed in one of them.
const FREEDOM: f32 = 4.0;
/// Halvings of the way back to the neutral mouth.
const HALVINGS: usize = 10;

/// Mixes of a neutral and an emotional face whose lips are closed wherever both faces' are.
///
/// A mix of two closed mouths can be open, because a jaw of one meets the lips of the other. Where the gap of the
/// mix is wider than it may be, the controls of the mouth go back towards the neutral face until it is not. The
/// gap may be the wider one of the two faces (or that of lips that just touch), and more only where that one is
/// open by more than 1.5 mm; so a stronger emotion still opens open lips wider.
#[derive(Debug, Clone)]
pub struct ClosureGuard {
    gap: LipGap,
    columns: Vec<usize>,
    mixed: Vec<f32>,
    tried: Vec<f32>,
}

impl ClosureGuard {
    /// A guard for rows of `rig`.
    ///
    /// # Errors
    /// `BadModel` if the gap of the rig's lips is not known.
    pub fn new(rig: &Rig) -> Result<Self> {
        // The corners and the nose lift the lips a little too.
        let moves =
            |region: Region| matches!(region, Region::MouthCorners | Region::CheekSquint | Region::Nose);
        let columns = (0..rig.columns().len())
            .filter(|&column| {
                let control = &rig.columns()[column];
                touches_lips(&control.name) || moves(control.region)
            })
            .collect();
        let zeros = vec![0.0; rig.columns().len()];
        Ok(Self { gap: LipGap::new(rig)?, columns, mixed: zeros.clone(), tried: zeros })
    }

    /// Mends `row`, a mix of the rows `neutral` and `emotional`, all inside their ranges.
    ///
    /// **Real-time:** no allocation.
    ///
    /// # Errors
    /// `Misuse` if a row does not have the rig's number of columns.
    pub fn apply(&mut self, neutral: &[f32], emotional: &[f32], row: &mut [f32]) -> Result<()> {
        let wider_mm = self.gap.gap_mm(neutral)?.max(self.gap.gap_mm(emotional)?);
        let allowed_mm = wider_mm.max(NEUTRAL_GAP_MM) + FREEDOM * (wider_mm - SHUT_MM).max(0.0);
        if self.gap.gap_mm(row)? <= allowed_mm {
            return Ok(());
        }
        self.mixed.copy_from_slice(row);
        // At 0 the mouth is the neutral one, whose gap is allowed.
        let (mut allowed, mut refused) = (0.0, 1.0);
        for _ in 0..HALVINGS {
            let middle = 0.5 * (allowed + refused);
            self.tried.copy_from_slice(row);
            self.go(middle, neutral);
            let fits = self.gap.gap_mm(&self.tried)? <= allowed_mm;
            *(if fits { &mut allowed } else { &mut refused }) = middle;
        }
        self.tried.copy_from_slice(row);
        self.go(allowed, neutral);
        row.copy_from_slice(&self.tried);
        Ok(())
    }

    /// Writes the mouth that is `share` of the way from the neutral to the mixed one into `tried`.
    fn go(&mut self, share: f32, neutral: &[f32]) {
        for &column in &self.columns {
            self.tried[column] = neutral[column] + share * (self.mixed[column] - neutral[column]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::Ranges;
    use cstalk_rig::RigId;
    use proptest::prelude::*;

    /// Rows with any face around a mouth that leans to closed lips: a little jaw, much seal.
    fn face() -> impl Strategy<Value = Vec<f32>> {
        (prop::collection::vec(-0.4f32..0.6, 185), 0.0f32..0.6, 0.7f32..1.0).prop_map(
            |(mut row, jaw, seal)| {
                let rig = Rig::get(RigId::Board185);
                for (value, control) in row.iter_mut().zip(rig.columns()) {
                    if touches_lips(&control.name) {
                        *value *= 0.3;
                    }
                    if control.name.contains("lipsTogether") {
                        *value = seal;
                    }
                    if control.name == "CTRL_C_jaw.ty" {
                        *value = jaw;
                    }
                }
                Ranges::new(rig).apply(&mut row);
                row
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn lips_that_both_faces_close_stay_closed_however_the_parts_are_mixed(
            neutral in face(),
            emotional in face(),
            strength in prop::collection::vec(0.0f32..1.5, 6),
        ) {
            let rig = Rig::get(RigId::Board185);
            let mut guard = ClosureGuard::new(rig).unwrap();
            let mut gap = LipGap::new(rig).unwrap();
            let mut row = emotional.clone();
            for (column, control) in rig.columns().iter().enumerate() {
                let strength = strength[crate::face_parts::part_of(control.region)];
                row[column] = neutral[column] + strength * (emotional[column] - neutral[column]);
            }
            Ranges::new(rig).apply(&mut row);
            let mixed = row.clone();
            guard.apply(&neutral, &emotional, &mut row).unwrap();
            let wider_mm = gap.gap_mm(&neutral).unwrap().max(gap.gap_mm(&emotional).unwrap());
            let got_mm = gap.gap_mm(&row).unwrap();
            if wider_mm <= SHUT_MM {
                prop_assert!(got_mm <= wider_mm.max(NEUTRAL_GAP_MM) + 1e-4, "{got_mm} mm of {wider_mm} mm");
            }
            if gap.gap_mm(&mixed).unwrap() <= wider_mm {
                prop_assert_eq!(&row, &mixed, "left alone");
            }
            for (control, value) in rig.columns().iter().zip(&row) {
                prop_assert!((control.min - 1e-6..=control.max + 1e-6).contains(value), "{}", control.name);
            }
        }
    }

    #[test]
    fn without_the_guard_two_closed_mouths_could_make_an_open_one() {
        let rig = Rig::get(RigId::Board185);
        let row = |jaw: f32, seal: f32| -> Vec<f32> {
            let value = |name: &str| match name {
                "CTRL_C_jaw.ty" => jaw,
                name if name.contains("lipsTogether") => seal,
                _ => 0.0,
            };
            rig.columns().iter().map(|control| value(&control.name)).collect()
        };
        // Shut by the jaw, shut by the lips; then the jaw of one with the lips of the other.
        let (neutral, emotional, mut mixed) = (row(0.0, 0.0), row(0.4, 1.0), row(0.4, 0.0));
        let mut gap = LipGap::new(rig).unwrap();
        assert!(gap.gap_mm(&mixed).unwrap() > 10.0);
        ClosureGuard::new(rig).unwrap().apply(&neutral, &emotional, &mut mixed).unwrap();
        assert!(gap.gap_mm(&mixed).unwrap() < 1.0);
    }
}
