//! How strongly the emotion shows in each part of the face.

use std::str::FromStr;

use cstalk_rig::Region;

use crate::error::{EngineError, Result};
use crate::named_values;

/// Largest strength: half as much again as the model's own emotion.
pub const STRENGTH_LIMIT: f32 = 1.5;

/// Parts of the face that have a strength of their own.
pub const FACE_PARTS: [&str; 6] = ["brows", "eyes", "cheeks", "mouth", "jaw", "neck"];

/// Number of [`FACE_PARTS`].
pub(crate) const PART_COUNT: usize = FACE_PARTS.len();

/// In a list of strengths, stands for every part that is not named.
const ALL_PARTS: &str = "all";

/// Strength of the emotion by part of the face: 0 is a neutral face, 1 the model's own, up to [`STRENGTH_LIMIT`].
///
/// Each control becomes `neutral + strength * (emotional - neutral)`. The parts are [`FACE_PARTS`]; `eyes` are lids,
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
        for (name, strength) in pairs {
            check(name, *strength).map_err(EngineError::bad_input)?;
        }
        let rest = pairs.iter().find(|(name, _)| name == ALL_PARTS).map_or(1.0, |(_, strength)| *strength);
        let mut by_part = [rest; PART_COUNT];
        for (name, strength) in pairs.iter().filter(|(name, _)| name != ALL_PARTS) {
            by_part[part_index(name).map_err(EngineError::bad_input)?] = *strength;
        }
        Ok(Self { by_part })
    }

    /// The strength of one of [`FACE_PARTS`]; `None` for another name.
    pub fn of(&self, part: &str) -> Option<f32> {
        part_index(part).ok().map(|index| self.by_part[index])
    }

    /// Whether the emotion is the model's own everywhere.
    pub fn is_full(&self) -> bool {
        self.by_part == [1.0; PART_COUNT]
    }

    /// In the order of [`FACE_PARTS`].
    pub(crate) fn by_part(&self) -> [f32; PART_COUNT] {
        self.by_part
    }
}

impl FromStr for EmotionStrength {
    type Err = EngineError;

    /// Reads a list such as `brows=0.5,mouth=0.8` or `all=0.5,brows=1`.
    fn from_str(text: &str) -> Result<Self> {
        Self::new(&named_values::parse("emotion strength", text)?)
    }
}

/// Whether `strength` is one that a part may have.
pub(super) fn check(name: &str, strength: f32) -> std::result::Result<(), String> {
    if (0.0..=STRENGTH_LIMIT).contains(&strength) {
        return Ok(());
    }
    Err(format!("emotion strength of `{name}`: wanted 0 to {STRENGTH_LIMIT}, got {strength}"))
}

/// Position in [`FACE_PARTS`].
pub(super) fn part_index(name: &str) -> std::result::Result<usize, String> {
    FACE_PARTS.iter().position(|known| *known == name).ok_or_else(|| {
        format!("unknown part of the face `{name}`: known are {} and {ALL_PARTS}", FACE_PARTS.join(", "))
    })
}

/// The part, as a position in [`FACE_PARTS`], that a region of the rig belongs to.
pub(crate) fn part_of(region: Region) -> usize {
    match region {
        Region::Brow => 0,
        Region::Eyelid | Region::Gaze | Region::Lash => 1,
        Region::CheekSquint | Region::Nose => 2,
        Region::MouthCorners
        | Region::UpperLip
        | Region::LowerLip
        | Region::LipClosure
        | Region::Tongue
        | Region::Teeth => MOUTH,
        Region::JawChin => JAW,
        Region::NeckEar | Region::Head => 5,
    }
}

/// The one of [`FACE_PARTS`] that a region of a rig belongs to; `None` for the head, which is no part of the face.
#[must_use]
pub fn face_part_of(region: Region) -> Option<&'static str> {
    (region != Region::Head).then(|| FACE_PARTS[part_of(region)])
}

/// Position of the mouth in [`FACE_PARTS`].
pub(crate) const MOUTH: usize = 3;
/// Position of the jaw in [`FACE_PARTS`].
pub(crate) const JAW: usize = 4;

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

    #[test]
    fn every_part_has_controls_on_the_board() {
        let rig = cstalk_rig::Rig::get(cstalk_rig::RigId::Board185);
        for (part, name) in FACE_PARTS.iter().enumerate() {
            assert!(rig.columns().iter().any(|control| part_of(control.region) == part), "{name}");
        }
        assert_eq!((FACE_PARTS[MOUTH], FACE_PARTS[JAW]), ("mouth", "jaw"));
    }
}
