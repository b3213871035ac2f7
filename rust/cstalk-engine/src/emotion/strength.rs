//! How strongly the emotion shows in each part of the face.

use std::str::FromStr;

use crate::error::{EngineError, Result};
use crate::face_parts::{self, PART_COUNT, part_index, values_by_part};
use crate::named_values;

/// Largest strength: half as much again as the model's own emotion.
pub const STRENGTH_LIMIT: f32 = 1.5;
/// The word for it in messages.
const WHAT: &str = "emotion strength";

/// Strength of the emotion by part of the face: 0 is a neutral face, 1 the model's own, up to [`STRENGTH_LIMIT`].
///
/// Each control becomes `neutral + strength * (emotional - neutral)`. The parts are [`crate::FACE_PARTS`]; `eyes` are lids,
/// lashes and gaze, `cheeks` are cheeks, squint and nose, `mouth` is lips, corners, tongue and teeth.
///
/// ```
/// use cstalk_engine::EmotionStrength;
/// let strength: EmotionStrength = "all=0.5,brows=1".parse()?;
/// assert_eq!((strength.of("brows"), strength.of("mouth")), (Some(1.0), Some(0.5)));
/// assert_eq!(EmotionStrength::default().of("jaw"), Some(1.0));
/// # Ok::<(), cstalk_engine::EngineError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EmotionStrength {
    by_part: [f32; PART_COUNT],
}

impl Default for EmotionStrength {
    /// The model's own emotion everywhere.
    fn default() -> Self {
        Self { by_part: [1.0; PART_COUNT] }
    }
}

impl EmotionStrength {
    /// Strengths from part and value pairs; parts that are not named have that of `all`, or 1.
    ///
    /// # Errors
    /// `BadInput` for an unknown part (the message lists the known ones) or a value outside 0 to
    /// [`STRENGTH_LIMIT`].
    pub fn new(pairs: &[(String, f32)]) -> Result<Self> {
        let by_part = values_by_part(WHAT, STRENGTH_LIMIT, pairs)?;
        Ok(Self { by_part })
    }

    /// The strength of one of [`crate::FACE_PARTS`]; `None` for another name.
    pub fn of(&self, part: &str) -> Option<f32> {
        part_index(part).ok().map(|index| self.by_part[index])
    }

    /// Whether the emotion is the model's own everywhere.
    pub fn is_full(&self) -> bool {
        self.by_part == [1.0; PART_COUNT]
    }

    /// In the order of [`crate::FACE_PARTS`].
    pub(crate) fn by_part(&self) -> [f32; PART_COUNT] {
        self.by_part
    }
}

impl FromStr for EmotionStrength {
    type Err = EngineError;

    /// Reads a list such as `brows=0.5,mouth=0.8` or `all=0.5,brows=1`.
    fn from_str(text: &str) -> Result<Self> {
        Self::new(&named_values::parse(WHAT, text)?)
    }
}

/// Whether `strength` is one that a part may have.
pub(super) fn check(name: &str, strength: f32) -> std::result::Result<(), String> {
    face_parts::check(WHAT, STRENGTH_LIMIT, name, strength)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_or_refused() {
        let cases = [
            ("brows=0.5,mouth=0.8", Ok([0.5, 1.0, 1.0, 0.8, 1.0, 1.0])),
            ("brows=1, all=0", Ok([1.0, 0.0, 0.0, 0.0, 0.0, 0.0])),
            ("jaw=1.5", Ok([1.0, 1.0, 1.0, 1.0, 1.5, 1.0])),
            ("brow=0.5", Err("brows, eyes, cheeks, mouth, jaw, neck and all")),
            ("jaw=1.6", Err("0 to 1.5, got 1.6")),
            ("jaw=-0.1", Err("0 to 1.5")),
            ("all=nan", Err("wanted a number")),
            ("0.5", Err("wanted name=number")),
        ];
        for (text, wanted) in cases {
            match (text.parse::<EmotionStrength>(), wanted) {
                (Ok(strength), Ok(wanted)) => assert_eq!(strength.by_part(), wanted, "{text}"),
                (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{text}: {error}"),
                (got, wanted) => panic!("{text}: got {got:?}, wanted {wanted:?}"),
            }
        }
    }
}
