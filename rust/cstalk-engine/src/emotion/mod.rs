//! Which emotion the face shows, and how strongly: constant weights, weights over time, or what the voice carries.

mod curve;
mod heard;
mod strength;
mod track;

use std::str::FromStr;
use std::sync::Arc;

use cstalk_model::Model;

pub use curve::{EmotionCurve, EmotionKey};
pub use strength::{EmotionStrength, STRENGTH_LIMIT};
pub(crate) use track::{EmotionTrack, KeyTrack};

use crate::error::{EngineError, ErrorKind, Result};
use crate::named_values;

/// Weights of emotions by name, each >= 0, such as `happy=0.7,angry=0.2`.
///
/// A sum above 1 is scaled down to 1; what is missing to 1 goes to the resting emotion, which the model
/// card names first (`neutral`).
///
/// ```
/// use cstalk_engine::EmotionWeights;
/// let weights: EmotionWeights = "happy=0.7".parse()?;
/// let known = ["neutral", "happy"].map(String::from);
/// let row = weights.resolve(&known)?;
/// assert!((row[0] - 0.3).abs() < 1e-6 && row[1] == 0.7);
/// # Ok::<(), cstalk_engine::EngineError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EmotionWeights {
    pairs: Vec<(String, f32)>,
}

impl EmotionWeights {
    /// The neutral face.
    pub fn neutral() -> Self {
        Self::default()
    }

    /// Weights from name and value pairs.
    ///
    /// # Errors
    /// `BadInput` for a weight that is negative or not finite.
    pub fn new(pairs: Vec<(String, f32)>) -> Result<Self> {
        for (name, weight) in &pairs {
            if !weight.is_finite() || *weight < 0.0 {
                return Err(EngineError::new(
                    ErrorKind::BadInput,
                    format!("emotion `{name}`: wanted a weight from 0 to 1, got {weight}"),
                ));
            }
        }
        Ok(Self { pairs })
    }

    /// As [`EmotionWeights::new`], for weights that a person wrote: one above 2 was meant as per cent.
    ///
    /// # Errors
    /// `BadInput` also for a weight above 2.
    pub(crate) fn written(pairs: Vec<(String, f32)>) -> Result<Self> {
        let weights = Self::new(pairs)?;
        weights
            .pairs
            .iter()
            .try_for_each(|(name, weight)| check_written(name, *weight))
            .map_err(EngineError::bad_input)?;
        Ok(weights)
    }

    /// One weight an emotion, in the order of `emotions`, adding up to 1.
    ///
    /// # Errors
    /// `BadInput` for an emotion that `emotions` does not name.
    pub fn resolve(&self, emotions: &[String]) -> Result<Vec<f32>> {
        let mut row = vec![0.0; emotions.len()];
        for (name, weight) in &self.pairs {
            row[named_values::position("emotion", name, emotions)?] = *weight;
        }
        fill_to_one(&mut row);
        Ok(row)
    }
}

impl FromStr for EmotionWeights {
    type Err = EngineError;

    /// Reads a list such as `happy=0.7,angry=0.2`. A weight a little above 1 counts as 1; one above 2 is refused, as
    /// somebody meant per cent.
    fn from_str(text: &str) -> Result<Self> {
        Self::written(named_values::parse("emotion", text)?)
    }
}

/// Where a stream takes its emotion from.
#[derive(Debug, Clone)]
pub enum EmotionSource {
    /// The same weights from start to end.
    Constant(EmotionWeights),
    /// Weights that change over the recording's time.
    Curve(Arc<EmotionCurve>),
    /// Weights that a model hears in the voice, calmed; in silence the face eases to neutral.
    ///
    /// Emotions that the curve model lacks count as neutral. Streamed and whole runs are the same here too.
    Auto {
        /// A model of kind `emotion`.
        model: Arc<Model>,
        /// Largest weight, 0 to 1.
        strength: f32,
    },
}

impl Default for EmotionSource {
    fn default() -> Self {
        Self::Constant(EmotionWeights::neutral())
    }
}

/// A weight in a list or a file above this is an error: 70 was meant as 0.7.
const LARGEST_WRITTEN_WEIGHT: f32 = 2.0;

/// Whether a weight that a person wrote can be meant so.
fn check_written(name: &str, weight: f32) -> std::result::Result<(), String> {
    if weight > LARGEST_WRITTEN_WEIGHT {
        return Err(format!("emotion `{name}`: wanted a weight from 0 to 1 (0.7 for 70 %), got {weight}"));
    }
    Ok(())
}

fn fill_to_one(row: &mut [f32]) {
    // Each weight is cut first: two weights near f32::MAX would add up to infinity.
    for weight in row.iter_mut() {
        *weight = weight.min(1.0);
    }
    let sum: f32 = row.iter().sum();
    if sum > 1.0 {
        row.iter_mut().for_each(|weight| *weight /= sum);
    } else if let Some(resting) = row.first_mut() {
        *resting += 1.0 - sum;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Vec<String> {
        ["neutral", "happy", "sad", "angry", "surprised"].map(String::from).to_vec()
    }

    #[test]
    fn weights_always_add_up_to_one() {
        let cases = [
            ("happy=0.7", [0.3, 0.7, 0.0, 0.0, 0.0]),
            ("neutral=1", [1.0, 0.0, 0.0, 0.0, 0.0]),
            ("happy=0", [1.0, 0.0, 0.0, 0.0, 0.0]),
            ("happy=1,sad=1", [0.0, 0.5, 0.5, 0.0, 0.0]),
            ("neutral=0.2,angry=0.2", [0.8, 0.0, 0.0, 0.2, 0.0]),
            ("happy=1.2,sad=2", [0.0, 0.5, 0.5, 0.0, 0.0]),
        ];
        for (text, wanted) in cases {
            let row = text.parse::<EmotionWeights>().unwrap().resolve(&known()).unwrap();
            for (got, wanted) in row.iter().zip(wanted) {
                assert!((got - wanted).abs() < 1e-6, "{text}: {row:?}");
            }
        }
    }

    #[test]
    fn enormous_weights_are_cut_or_refused_where_they_are_written() {
        let pairs = ["happy", "sad"].map(|name| (name.to_owned(), 3e38)).to_vec();
        let row = EmotionWeights::new(pairs).unwrap().resolve(&known()).unwrap();
        assert_eq!(row, [0.0, 0.5, 0.5, 0.0, 0.0]);
        let error = "happy=70".parse::<EmotionWeights>().unwrap_err();
        assert!(error.to_string().contains("(0.7 for 70 %), got 70"), "{error}");
    }

    #[test]
    fn a_negative_weight_and_an_unknown_name_are_refused() {
        let negative = "happy=-0.1".parse::<EmotionWeights>().unwrap_err();
        assert!(negative.to_string().contains("happy") && negative.kind() == ErrorKind::BadInput);
        let unknown = "joyful=1".parse::<EmotionWeights>().unwrap().resolve(&known()).unwrap_err();
        assert!(unknown.to_string().contains("neutral, happy, sad"), "{unknown}");
    }
}
