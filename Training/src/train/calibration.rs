//! Calibration of the contact logits: how sure the network has to be before the lips close.
//!
//! Trained on strengths that pass through every value at a closure's edges, the network hedges: where it is fairly sure,
//! the strength is fairly high, and fairly closed lips are open lips. So the logits are sharpened and shifted such that
//! the strength counts as a contact exactly where that decides best on held-out windows. What counts is what a viewer
//! sees, whole closures: each wanted hold is met by a run of rows in contact within two rows, and runs that meet none
//! are false. Where the network smooths its rows, the strengths that are judged are smoothed as well.

use super::error::Result;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use tch::{Kind, Tensor};

/// File of the calibrations, bilabial and labiodental, in a generator's run.
pub const CALIBRATION_FILE: &str = "contact_calibration.json";

/// Factor on the logits: transitions become so much quicker. Half a contact shuts a mouth whose jaw is nearly up, as in n
/// and t, so strengths should not linger between.
const GAIN: f32 = 3.0;
/// Strength from which on a contact counts.
const CONTACT_STRENGTH: f32 = 0.8;
/// A run meets a hold that is at most so many rows away: 40 ms, as in the evaluation.
const TOLERANCE_ROWS: usize = 2;
/// Logits that are tried as thresholds.
const THRESHOLDS: std::ops::RangeInclusive<i32> = -30..=30;
const THRESHOLD_STEP: f32 = 0.1;

/// Numbers for one contact: strength = sigmoid(logit * gain + shift).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactCalibration {
    /// Factor.
    pub gain: f32,
    /// Summand.
    pub shift: f32,
    /// F1 of runs in contact against held contacts, on held-out windows.
    pub contact_f1: f32,
}

/// Logits and wanted holds of one contact, window by window.
#[derive(Clone, Debug)]
pub struct ContactScores {
    windows: Vec<(Vec<f32>, Vec<Range<usize>>)>,
    smooth: bool,
}

impl ContactScores {
    /// No windows yet, of a network that smooths its rows or not.
    pub fn new(smooth: bool) -> Self {
        Self { windows: Vec::new(), smooth }
    }

    /// Adds logits and performed strengths, `[window, row]` both.
    ///
    /// # Errors
    /// libtorch's.
    pub fn add(&mut self, logits: &Tensor, strengths: &Tensor) -> Result<()> {
        let rows = |tensor: &Tensor| Vec::<f32>::try_from(tensor.to_kind(Kind::Float).contiguous());
        for window in 0..logits.size()[0] {
            let strengths = rows(&strengths.get(window))?;
            self.windows.push((rows(&logits.get(window))?, runs(&strengths, 0.999)));
        }
        Ok(())
    }

    /// The calibration with the best F1; without a single contact the logits stay where they are.
    pub fn calibrate(&self) -> ContactCalibration {
        if self.windows.iter().all(|(_, holds)| holds.is_empty()) {
            return ContactCalibration { gain: GAIN, shift: 0.0, contact_f1: 0.0 };
        }
        let tried = THRESHOLDS.map(|step| step as f32 * THRESHOLD_STEP);
        let (contact_f1, threshold) = tried
            .map(|threshold| (self.f1(threshold), threshold))
            .fold((0.0, 0.0), |best, next| if next.0 > best.0 { next } else { best });
        ContactCalibration { gain: GAIN, shift: shift(threshold), contact_f1 }
    }

    /// Strengths of the contact as the rows show them.
    fn strengths(&self, logits: &[f32], threshold: f32) -> Vec<f32> {
        let strength = |logit: &f32| 1.0 / (1.0 + (-(GAIN * logit + shift(threshold))).exp());
        let strengths: Vec<f32> = logits.iter().map(strength).collect();
        if !self.smooth {
            return strengths;
        }
        let last = strengths.len().saturating_sub(1);
        let around = |row: usize| (strengths[row.saturating_sub(1)] + strengths[(row + 1).min(last)]) / 2.0;
        (0..strengths.len()).map(|row| (strengths[row] + around(row)) / 2.0).collect()
    }

    fn f1(&self, threshold: f32) -> f32 {
        let (mut met, mut counted) = (0, 0);
        for (logits, holds) in &self.windows {
            // Rounding leaves a strength at the threshold just below it.
            let made = runs(&self.strengths(logits, threshold), CONTACT_STRENGTH - 1e-4);
            counted += made.len() + holds.len();
            let mut next = 0;
            for hold in holds {
                // Both lists are in order, so the first run that reaches the hold is its match.
                while next < made.len() && made[next].end + TOLERANCE_ROWS <= hold.start {
                    next += 1;
                }
                if next < made.len() && made[next].start < hold.end + TOLERANCE_ROWS {
                    met += 1;
                    next += 1;
                }
            }
        }
        2.0 * met as f32 / counted.max(1) as f32
    }
}

/// The shift that gives a logit at the threshold the strength of a contact.
fn shift(threshold: f32) -> f32 {
    (CONTACT_STRENGTH / (1.0 - CONTACT_STRENGTH)).ln() - GAIN * threshold
}

/// Longest runs of values at or above `least`.
fn runs(values: &[f32], least: f32) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (row, _) in values.iter().enumerate().filter(|(_, value)| **value >= least) {
        match runs.last_mut() {
            Some(run) if run.end == row => run.end += 1,
            _ => runs.push(row..row + 1),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(windows: &[(&[f32], &[f32])]) -> ContactScores {
        let mut scores = ContactScores::new(false);
        for (logits, strengths) in windows {
            let window = |values: &[f32]| Tensor::from_slice(values).unsqueeze(0);
            scores.add(&window(logits), &window(strengths)).expect("tensors of one window");
        }
        scores
    }

    #[test]
    fn the_best_threshold_gets_the_strength_of_a_contact() {
        let logits = [-2.0, 2.0, 2.0, -2.0, -2.0, -2.0, 0.35, -2.0, -2.0, -2.0, 1.0, 2.0, -2.0];
        let strengths = [0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 1.0, 0.0];
        let calibration = scores(&[(&logits, &strengths)]).calibrate();
        assert_eq!(calibration.contact_f1, 1.0);
        let strength = |logit: f32| 1.0 / (1.0 + (-(logit * calibration.gain + calibration.shift)).exp());
        assert!(strength(2.0) >= CONTACT_STRENGTH && strength(0.35) < CONTACT_STRENGTH);
    }

    #[test]
    fn runs_count_once_within_two_rows_and_false_ones_cost() {
        let hold: &[f32] = &[0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0];
        for (start, f1) in [(2, 1.0), (1, 0.0), (7, 1.0), (8, 0.0)] {
            let mut logits = vec![-9.0; 10];
            logits[start] = 9.0;
            assert_eq!(scores(&[(&logits, hold)]).f1(0.0), f1, "run at row {start}");
        }
        let two = [9.0, -9.0, -9.0, -9.0, 9.0, -9.0, -9.0, -9.0, -9.0, -9.0];
        assert!((scores(&[(&two, hold)]).f1(0.0) - 2.0 / 3.0).abs() < 1e-6);
    }

    #[test]
    fn a_smooth_network_makes_no_closure_of_a_single_row() {
        let mut smooth = scores(&[]);
        smooth.smooth = true;
        let made = |logits: &[f32]| runs(&smooth.strengths(logits, 0.0), CONTACT_STRENGTH).len();
        assert_eq!(made(&[-9.0, -9.0, 9.0, -9.0, -9.0]), 0);
        assert_eq!(made(&[-9.0, 9.0, 9.0, 9.0, -9.0]), 1);
    }

    #[test]
    fn without_a_contact_the_logits_stay() {
        let calibration = scores(&[(&[1.0, -1.0], &[0.0, 0.0])]).calibrate();
        assert_eq!((calibration.shift, calibration.contact_f1), (0.0, 0.0));
    }
}
