//! Which controls decide whether the lips, teeth and tongue touch.

/// Names (the part between the side and the axis) of the mouth controls that have no part in a contact.
const EXPRESSIVE: [&str; 8] = [
    "mouth_cornerDepress",
    "mouth_cornerPull",
    "mouth_sharpCornerPull",
    "mouth_dimple",
    "mouth_corner",
    "mouth_cornerSharpnessD",
    "mouth_cornerSharpnessU",
    "mouth_suckBlow",
];

/// Whether a control of the board opens, closes or shapes the lips, the jaw, the teeth or the tongue, so
/// that a delay of it could lose a closure.
///
/// That is every jaw, tongue, teeth and mouth control except those of the mouth corners and cheeks.
///
/// ```
/// use cstalk_engine::post::touches_lips;
/// assert!(touches_lips("CTRL_L_mouth_lipsTogetherU.ty") && touches_lips("CTRL_C_jaw.ty"));
/// assert!(!touches_lips("CTRL_L_mouth_cornerPull.ty") && !touches_lips("CTRL_L_brow_down.ty"));
/// ```
pub fn touches_lips(control: &str) -> bool {
    let Some(part) = part(control) else { return false };
    let articulates = ["mouth", "jaw", "tongue", "teeth"].iter().any(|start| part.starts_with(start));
    articulates && !EXPRESSIVE.contains(&part)
}

/// `mouth_towardsD` of `CTRL_L_mouth_towardsD.ty`; none for names of another form.
pub(super) fn part(control: &str) -> Option<&str> {
    let name = control.strip_prefix("CTRL_")?;
    let (_side, part) = name.split_once('_')?;
    part.split('.').next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use cstalk_rig::{Rig, RigId};

    #[test]
    fn every_control_named_expressive_is_on_the_board() {
        let rig = Rig::get(RigId::Board185);
        for expressive in EXPRESSIVE {
            assert!(
                rig.columns().iter().any(|control| part(&control.name) == Some(expressive)),
                "{expressive}"
            );
        }
    }

    #[test]
    fn contacts_of_the_lips_are_protected() {
        let rig = Rig::get(RigId::Board185);
        for word in ["jaw", "lipsTogether", "_press", "lipsPress", "lipBite", "towards", "lipSticky", "purse"]
        {
            let named: Vec<&str> = rig
                .columns()
                .iter()
                .map(|control| control.name.as_str())
                .filter(|name| part(name).is_some_and(|part| part.contains(word)))
                .collect();
            assert!(!named.is_empty(), "{word}");
            assert!(named.iter().all(|name| touches_lips(name)), "{word}: {named:?}");
        }
    }
}
