//! Calibration of the contact logits: how sure the network has to be before the lips close.
//!
//! Trained on strengths that pass through every value at a closure's edges, the network hedges: where it is fairly sure,
//! the strength is fairly high, and fairly closed lips are open lips. So the logits are sharpened and shifted such that
//! the strength counts as a contact exactly where that decides best on held-out windows.

use super::error::Result;
use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

/// File of the calibrations, bilabial and labiodental, in a generator's run.
pub const CALIBRATION_FILE: &str = "contact_calibration.json";

/// Factor on the logits: transitions become so much quicker.
const GAIN: f32 = 1.5;
/// Strength from which on a contact counts.
const CONTACT_STRENGTH: f32 = 0.8;

/// Numbers for one contact: strength = sigmoid(logit * gain + shift).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactCalibration {
    /// Factor.
    pub gain: f32,
    /// Summand.
    pub shift: f32,
    /// F1 of rows in contact against held rows, on held-out windows.
    pub row_f1: f32,
}

/// Logits of rows in and out of a contact; rows at a contact's edges are left out.
#[derive(Clone, Debug, Default)]
pub struct ContactScores {
    scored: Vec<(f32, bool)>,
}

impl ContactScores {
    /// Adds logits and performed strengths of the same shape.
    ///
    /// # Errors
    /// libtorch's.
    pub fn add(&mut self, logits: &Tensor, strengths: &Tensor) -> Result<()> {
        let flat =
            |tensor: &Tensor| Vec::<f32>::try_from(tensor.to_kind(Kind::Float).contiguous().reshape([-1]));
        for (logit, strength) in flat(logits)?.into_iter().zip(flat(strengths)?) {
            if strength >= 0.999 || strength <= 0.001 {
                self.scored.push((logit, strength >= 0.999));
            }
        }
        Ok(())
    }

    /// The calibration with the best F1; without a single contact the logits stay where they are.
    pub fn calibrate(mut self) -> ContactCalibration {
        self.scored.sort_by(|a, b| b.0.total_cmp(&a.0));
        let contacts = self.scored.iter().filter(|(_, contact)| *contact).count();
        let mut best = (0.0f32, 0.0f32);
        let mut hits = 0;
        for (index, (logit, contact)) in self.scored.iter().enumerate() {
            hits += usize::from(*contact);
            let f1 = 2.0 * hits as f32 / (index + 1 + contacts) as f32;
            if f1 > best.0 {
                best = (f1, *logit);
            }
        }
        let (row_f1, threshold) = best;
        let wanted = (CONTACT_STRENGTH / (1.0 - CONTACT_STRENGTH)).ln();
        let shift = if contacts == 0 { 0.0 } else { wanted - GAIN * threshold };
        ContactCalibration { gain: GAIN, shift, row_f1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_threshold_gets_the_strength_of_a_contact() {
        let scores = ContactScores {
            scored: vec![(3.0, true), (2.0, true), (1.0, true), (0.5, false), (-1.0, false), (0.9, true)],
        };
        let calibration = scores.calibrate();
        assert_eq!(calibration.row_f1, 1.0);
        let strength = 1.0 / (1.0 + (-(0.9 * calibration.gain + calibration.shift)).exp());
        assert!((strength - CONTACT_STRENGTH).abs() < 1e-5);
        let none = ContactScores { scored: vec![(1.0, false)] }.calibrate();
        assert_eq!((none.shift, none.row_f1), (0.0, 0.0));
    }
}
