//! How much of each part of the face's motion is shown.

use std::str::FromStr;

use cstalk_rig::{Region, Rig};

use crate::error::{EngineError, Result};
use crate::face_parts::{PART_COUNT, part_index, part_of, values_by_part};
use crate::fade::Fade;
use crate::named_values;
use crate::post::ClosureGuard;

/// The word for a weight in messages.
const WHAT: &str = "weight";
const ALL_SHOWN: [f32; PART_COUNT] = [1.0; PART_COUNT];

/// How much of each part's motion is shown: 0 leaves the part at rest, 1 (the default) shows it as performed.
///
/// Each control is multiplied by the weight of its part ([`crate::FACE_PARTS`]), blinks and gaze with `eyes`; the head
/// is no part of the face. Unlike [`crate::EmotionStrength`] this weakens speech too, to lay it over another animation.
/// Lips that meet still meet where their part and the jaw's have different weights.
///
/// ```
/// use cstalk_engine::PartWeights;
/// let weights: PartWeights = "all=0,mouth=1,jaw=1".parse()?;
/// assert_eq!((weights.of("brows"), weights.of("jaw")), (Some(0.0), Some(1.0)));
/// # Ok::<(), cstalk_engine::EngineError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PartWeights {
    by_part: [f32; PART_COUNT],
}

impl Default for PartWeights {
    /// Everything is shown.
    fn default() -> Self {
        Self { by_part: ALL_SHOWN }
    }
}

impl PartWeights {
    /// Weights from part and value pairs; parts that are not named have that of `all`, or 1.
    ///
    /// # Errors
    /// `BadInput` for an unknown part (the message lists the known ones) or a value outside 0 to 1.
    pub fn new(pairs: &[(String, f32)]) -> Result<Self> {
        Ok(Self { by_part: values_by_part(WHAT, 1.0, pairs)? })
    }

    /// The weight of one of [`crate::FACE_PARTS`]; `None` for another name.
    pub fn of(&self, part: &str) -> Option<f32> {
        part_index(part).ok().map(|index| self.by_part[index])
    }
}

impl FromStr for PartWeights {
    type Err = EngineError;

    /// Reads a list such as `brows=0.5,eyes=0` or `all=0,mouth=1,jaw=1`.
    fn from_str(text: &str) -> Result<Self> {
        Self::new(&named_values::parse(WHAT, text)?)
    }
}

/// Multiplies the rows of one stream by the weights of their parts.
#[derive(Debug)]
pub(crate) struct PartWeighting {
    /// For each column its part of the face, unless it is the head's.
    parts: Vec<Option<usize>>,
    wanted: [f32; PART_COUNT],
    weights: [f32; PART_COUNT],
    fade: Fade,
    /// A face at rest, and the row as performed.
    rest: Vec<f32>,
    whole: Vec<f32>,
    guard: ClosureGuard,
}

impl PartWeighting {
    pub(crate) fn new(rig: &Rig, weights: PartWeights) -> Result<Self> {
        let columns = rig.columns();
        let part = |region: Region| (region != Region::Head).then(|| part_of(region));
        Ok(Self {
            parts: columns.iter().map(|control| part(control.region)).collect(),
            wanted: weights.by_part,
            weights: weights.by_part,
            fade: Fade::default(),
            rest: vec![0.0; columns.len()],
            whole: vec![0.0; columns.len()],
            guard: ClosureGuard::new(rig)?,
        })
    }

    /// Other weights, reached on a straight line over so many rows.
    pub(crate) fn fade_to(&mut self, weights: PartWeights, rows: u32) {
        self.fade = Fade::from_values(&self.weights, rows);
        self.wanted = weights.by_part;
    }

    /// Ends a fade.
    pub(crate) fn arrive(&mut self) {
        self.fade.cancel();
    }

    /// Weighs the next row; with weights of 1 it keeps its bits.
    ///
    /// **Real-time:** no allocation.
    pub(crate) fn apply(&mut self, row: &mut [f32]) -> Result<()> {
        self.weights = self.wanted;
        self.fade.apply(&mut self.weights);
        if self.weights == ALL_SHOWN {
            return Ok(());
        }
        self.whole.copy_from_slice(row);
        for (value, part) in row.iter_mut().zip(&self.parts) {
            *value *= part.map_or(1.0, |part| self.weights[part]);
        }
        self.guard.apply(&self.rest, &self.whole, row)
    }
}

#[cfg(test)]
mod tests {
    use cstalk_rig::RigId;
    use proptest::prelude::*;

    use super::*;
    use crate::FACE_PARTS;
    use crate::post::{LipGap, NEUTRAL_GAP_MM, Ranges, SHUT_MM, touches_lips};

    #[test]
    fn lists_are_read_or_refused() {
        let read = |text: &str| text.parse::<PartWeights>();
        assert_eq!(read("all=0,mouth=0.5").unwrap().by_part, [0.0, 0.0, 0.0, 0.5, 0.0, 0.0]);
        for (text, wanted) in
            [("jaw=1.5", "weight of `jaw`: wanted 0 to 1, got 1.5"), ("ear=1", "brows"), ("1", "name=number")]
        {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(wanted), "{text}: {error}");
        }
    }

    /// Faces of any kind around lips that are often shut.
    fn face() -> impl Strategy<Value = Vec<f32>> {
        (prop::collection::vec(-0.4f32..0.6, 185), 0.0f32..0.5, 0.0f32..1.0).prop_map(
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
        fn parts_are_scaled_and_shut_lips_stay_shut(
            face in face(),
            by_part in prop::collection::vec(prop_oneof![Just(0.0f32), Just(1.0), 0.0f32..1.0], 6),
        ) {
            let rig = Rig::get(RigId::Board185);
            let pairs: Vec<(String, f32)> =
                FACE_PARTS.iter().map(|part| (*part).to_owned()).zip(by_part.iter().copied()).collect();
            let mut weighting = PartWeighting::new(rig, PartWeights::new(&pairs).unwrap()).unwrap();
            let mut row = face.clone();
            weighting.apply(&mut row).unwrap();
            for ((control, before), after) in rig.columns().iter().zip(&face).zip(&row) {
                let weight = crate::face_part_of(control.region).map_or(1.0, |_| by_part[part_of(control.region)]);
                // Where the lips would open, the mouth goes farther towards rest, and nothing else does.
                prop_assert!(after.abs() <= weight * before.abs() + 1e-6, "{}: {before} to {after}", control.name);
                if control.region == Region::Brow || control.region == Region::Head {
                    prop_assert_eq!(*after, before * weight, "{}", control.name);
                }
            }
            let mut gap = LipGap::new(rig).unwrap();
            let (before_mm, after_mm) = (gap.gap_mm(&face).unwrap(), gap.gap_mm(&row).unwrap());
            if before_mm <= SHUT_MM {
                prop_assert!(after_mm <= before_mm.max(NEUTRAL_GAP_MM) + 1e-4, "{before_mm} to {after_mm} mm");
            }
            if by_part.iter().all(|weight| *weight == 1.0) {
                prop_assert_eq!(row, face);
            }
        }
    }

    #[test]
    fn a_fade_goes_straight_and_arrives() {
        let rig = Rig::get(RigId::Board185);
        let brow = rig.index_of("CTRL_L_brow_raiseIn.ty").unwrap();
        let mut weighting = PartWeighting::new(rig, PartWeights::default()).unwrap();
        weighting.fade_to("brows=0".parse().unwrap(), 4);
        let shown: Vec<f32> = (0..5)
            .map(|_| {
                let mut row = vec![0.0; rig.columns().len()];
                row[brow] = 1.0;
                weighting.apply(&mut row).unwrap();
                row[brow]
            })
            .collect();
        assert_eq!(shown, [0.75, 0.5, 0.25, 0.0, 0.0]);
    }
}
