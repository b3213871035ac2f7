//! Which emotion the face shows: constant weights, or weights that change over time.

mod curve;

use std::str::FromStr;
use std::sync::Arc;

pub use curve::{EmotionCurve, EmotionKey};

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

    fn from_str(text: &str) -> Result<Self> {
        Self::new(named_values::parse("emotion", text)?)
    }
}

/// Where a stream takes its emotion from.
#[derive(Debug, Clone)]
pub enum EmotionSource {
    /// The same weights from start to end.
    Constant(EmotionWeights),
    /// Weights that change over the recording's time.
    Curve(Arc<EmotionCurve>),
}

impl Default for EmotionSource {
    fn default() -> Self {
        Self::Constant(EmotionWeights::neutral())
    }
}

/// An [`EmotionSource`] in the order of one model's emotions, ready to be read without allocation.
#[derive(Debug, Clone)]
pub(crate) struct EmotionTrack {
    times_s: Vec<f64>,
    /// Axes `[key, emotion]`.
    weights: Vec<f32>,
    emotion_count: usize,
}

impl EmotionTrack {
    pub(crate) fn new(source: &EmotionSource, emotions: &[String]) -> Result<Self> {
        let (times_s, weights) = match source {
            EmotionSource::Constant(constant) => (vec![0.0], constant.resolve(emotions)?),
            EmotionSource::Curve(curve) => curve.resolve(emotions)?,
        };
        Ok(Self { times_s, weights, emotion_count: emotions.len() })
    }

    /// Writes the weights at `time_s` into `row`: linear between keys, held before and after them.
    pub(crate) fn weights_at(&self, time_s: f64, row: &mut [f32]) {
        let key = |index: usize| &self.weights[index * self.emotion_count..(index + 1) * self.emotion_count];
        let after = self.times_s.partition_point(|&key_time_s| key_time_s <= time_s);
        if after == 0 || after == self.times_s.len() {
            row.copy_from_slice(key(after.saturating_sub(1)));
            return;
        }
        let (start_s, end_s) = (self.times_s[after - 1], self.times_s[after]);
        let share = ((time_s - start_s) / (end_s - start_s)) as f32;
        for ((value, from), to) in row.iter_mut().zip(key(after - 1)).zip(key(after)) {
            *value = from + (to - from) * share;
        }
    }
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
            ("happy=3e38,sad=3e38", [0.0, 0.5, 0.5, 0.0, 0.0]),
        ];
        for (text, wanted) in cases {
            let row = text.parse::<EmotionWeights>().unwrap().resolve(&known()).unwrap();
            for (got, wanted) in row.iter().zip(wanted) {
                assert!((got - wanted).abs() < 1e-6, "{text}: {row:?}");
            }
        }
    }

    #[test]
    fn a_negative_weight_and_an_unknown_name_are_refused() {
        let negative = "happy=-0.1".parse::<EmotionWeights>().unwrap_err();
        assert!(negative.to_string().contains("happy") && negative.kind() == ErrorKind::BadInput);
        let unknown = "joyful=1".parse::<EmotionWeights>().unwrap().resolve(&known()).unwrap_err();
        assert!(unknown.to_string().contains("neutral, happy, sad"), "{unknown}");
    }
}
