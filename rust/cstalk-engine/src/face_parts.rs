//! The parts of a face that are weighted by themselves, and values by part.

use cstalk_rig::Region;

use crate::error::{EngineError, Result};

/// Parts of the face that have an emotion strength and a weight of their own.
pub const FACE_PARTS: [&str; 6] = ["brows", "eyes", "cheeks", "mouth", "jaw", "neck"];

/// Number of [`FACE_PARTS`].
pub(crate) const PART_COUNT: usize = FACE_PARTS.len();
/// Position of the mouth in [`FACE_PARTS`].
pub(crate) const MOUTH: usize = 3;
/// Position of the jaw in [`FACE_PARTS`].
pub(crate) const JAW: usize = 4;

/// In a list, stands for every part that is not named.
const ALL_PARTS: &str = "all";

/// One value a part from pairs of part and value; parts that are not named have that of `all`, or 1. `what` is the word
/// for a value in messages.
///
/// # Errors
/// `BadInput` for an unknown part (the message lists the known ones) or a value outside 0 to `most`.
pub(crate) fn values_by_part(what: &str, most: f32, pairs: &[(String, f32)]) -> Result<[f32; PART_COUNT]> {
    for (name, value) in pairs {
        check(what, most, name, *value).map_err(EngineError::bad_input)?;
    }
    let rest = pairs.iter().find(|(name, _)| name == ALL_PARTS).map_or(1.0, |(_, value)| *value);
    let mut by_part = [rest; PART_COUNT];
    for (name, value) in pairs.iter().filter(|(name, _)| name != ALL_PARTS) {
        by_part[part_index(name).map_err(EngineError::bad_input)?] = *value;
    }
    Ok(by_part)
}

/// Whether `value` is one that a part may have.
pub(crate) fn check(what: &str, most: f32, name: &str, value: f32) -> std::result::Result<(), String> {
    if (0.0..=most).contains(&value) {
        return Ok(());
    }
    Err(format!("{what} of `{name}`: wanted 0 to {most}, got {value}"))
}

/// Position in [`FACE_PARTS`].
pub(crate) fn part_index(name: &str) -> std::result::Result<usize, String> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_has_controls_on_the_board() {
        let rig = cstalk_rig::Rig::get(cstalk_rig::RigId::Board185);
        for (part, name) in FACE_PARTS.iter().enumerate() {
            assert!(rig.columns().iter().any(|control| part_of(control.region) == part), "{name}");
        }
        assert_eq!((FACE_PARTS[MOUTH], FACE_PARTS[JAW]), ("mouth", "jaw"));
    }
}
