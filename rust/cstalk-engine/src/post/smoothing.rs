//! Takes the tremble out of brows, lids and cheeks without touching the lips.

use cstalk_rig::Rig;

use super::contact::touches_lips;

/// A one-pole low-pass filter over the controls that have no part in a lip contact.
///
/// It looks at the past only. Controls for which [`touches_lips`] holds pass bit for bit, so a closure
/// keeps its depth and its time. A constant passes unchanged from the first row on, and no value leaves
/// the span between the last output and the new input, so there is no overshoot.
#[derive(Debug, Clone)]
pub struct Smoothing {
    columns: Vec<usize>,
    /// Share of the way to the new value that one row goes.
    share: f32,
    last: Vec<f32>,
    has_last: bool,
}

impl Smoothing {
    /// Smoothing with a time constant in ms for rows of `rig` that are `hop_s` seconds apart; 0 smooths
    /// nothing.
    pub fn new(rig: &Rig, time_constant_ms: f32, hop_s: f32) -> Self {
        let smooth = |name: &str| name.starts_with("CTRL_") && !touches_lips(name);
        let columns: Vec<usize> =
            (0..rig.columns().len()).filter(|&column| smooth(&rig.columns()[column].name)).collect();
        let share =
            if time_constant_ms > 0.0 { 1.0 - (-1_000.0 * hop_s / time_constant_ms).exp() } else { 1.0 };
        let last = vec![0.0; columns.len()];
        Self { columns, share, last, has_last: false }
    }

    /// Smooths the next row in place.
    ///
    /// **Real-time:** no allocation.
    pub fn apply(&mut self, row: &mut [f32]) {
        for (last, &column) in self.last.iter_mut().zip(&self.columns) {
            let value = row[column];
            let smooth = if self.has_last && self.share < 1.0 {
                let step = *last + self.share * (value - *last);
                step.clamp(last.min(value), last.max(value))
            } else {
                value
            };
            *last = smooth;
            row[column] = smooth;
        }
        self.has_last = true;
    }

    /// Forgets all rows.
    pub fn reset(&mut self) {
        self.has_last = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cstalk_rig::RigId;
    use proptest::prelude::*;

    fn smooth(rows: &[Vec<f32>]) -> Vec<Vec<f32>> {
        let mut smoothing = Smoothing::new(Rig::get(RigId::Board185), 25.0, 0.02);
        let mut rows = rows.to_vec();
        rows.iter_mut().for_each(|row| smoothing.apply(row));
        rows
    }

    fn rows() -> impl Strategy<Value = Vec<Vec<f32>>> {
        prop::collection::vec(prop::collection::vec(-1.0f32..1.0, 185), 1..12)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn contacts_pass_bit_for_bit(rows in rows()) {
            let rig = Rig::get(RigId::Board185);
            for (before, after) in rows.iter().zip(smooth(&rows)) {
                for (column, control) in rig.columns().iter().enumerate() {
                    if touches_lips(&control.name) {
                        prop_assert_eq!(before[column].to_bits(), after[column].to_bits(), "{}", control.name);
                    }
                }
            }
        }

        #[test]
        fn nothing_overshoots(rows in rows()) {
            let smoothed = smooth(&rows);
            for column in 0..185 {
                let mut span = (f32::INFINITY, f32::NEG_INFINITY);
                for (before, after) in rows.iter().zip(&smoothed) {
                    span = (span.0.min(before[column]), span.1.max(before[column]));
                    prop_assert!((span.0..=span.1).contains(&after[column]));
                }
            }
        }

        #[test]
        fn constants_pass_unchanged(row in prop::collection::vec(-1.0f32..1.0, 185)) {
            for after in smooth(&vec![row.clone(); 6]) {
                prop_assert_eq!(&row, &after);
            }
        }
    }

    #[test]
    fn a_closure_keeps_its_depth_and_a_trembling_brow_calms() {
        let rig = Rig::get(RigId::Board185);
        let [jaw, lips, brow] = ["CTRL_C_jaw.ty", "CTRL_L_mouth_lipsTogetherU.ty", "CTRL_L_brow_down.ty"]
            .map(|name| rig.index_of(name).unwrap());
        let rows: Vec<Vec<f32>> = (0..40)
            .map(|index| {
                let mut row = vec![0.0; rig.columns().len()];
                let shut = index == 20;
                row[jaw] = if shut { 0.02 } else { 0.4 };
                row[lips] = if shut { 1.0 } else { 0.0 };
                row[brow] = if index % 2 == 0 { 0.6 } else { 0.4 };
                row
            })
            .collect();
        let smoothed = smooth(&rows);
        assert_eq!((smoothed[20][jaw], smoothed[20][lips]), (0.02, 1.0));
        let span = |rows: &[Vec<f32>]| {
            let brows = rows.iter().skip(20).map(|row| row[brow]);
            brows.clone().fold(0.0, f32::max) - brows.fold(1.0, f32::min)
        };
        assert!(span(&smoothed) < 0.45 * span(&rows), "{} of {}", span(&smoothed), span(&rows));
    }
}
