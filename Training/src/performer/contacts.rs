//! Lip contacts as poses that win: what a face gives up, and what it takes on, while the lips touch.
//!
//! A row with a contact of strength `c` is `free * (1 - c * yields) + c * holds`. Every control that could open
//! the lips yields wholly, so no emotion, style or loudness reopens a closure. The generator network applies
//! the same two vectors to its own free row, which is why they stand here as plain numbers.

use std::sync::LazyLock;

use cstalk_rig::{Rig, RigId};

use super::BOARD_COUNT;

/// What a full contact does to a board-185 row.
#[derive(Clone, Debug, PartialEq)]
pub struct ContactPose {
    /// Share of each control's free value that gives way, 0..1 `[control]`.
    pub yields: [f32; BOARD_COUNT],
    /// Value that the contact itself brings `[control]`.
    pub holds: [f32; BOARD_COUNT],
}

impl ContactPose {
    /// Blends the pose into a free row `[control]` with strength 0..1.
    pub fn apply(&self, strength: f32, row: &mut [f32]) {
        for ((value, yields), holds) in row.iter_mut().zip(&self.yields).zip(&self.holds) {
            *value = *value * (1.0 - strength * yields) + strength * holds;
        }
    }
}

/// Controls (`{}` = both sides), the share that yields, and the value held: p, b, m.
const BILABIAL: [(&str, f32, f32); 20] = [
    ("CTRL_C_jaw.ty", 1.0, 0.075),
    ("CTRL_{}_mouth_lowerLipDepress.ty", 1.0, 0.0),
    ("CTRL_{}_mouth_upperLipRaise.ty", 1.0, 0.0),
    ("CTRL_{}_mouth_funnelU.ty", 1.0, 0.0),
    ("CTRL_{}_mouth_funnelD.ty", 1.0, 0.0),
    ("CTRL_{}_mouth_lipBiteD.ty", 1.0, 0.0),
    ("CTRL_{}_mouth_lipsTowardsTeethD.ty", 1.0, 0.0),
    ("CTRL_{}_nose.ty", 1.0, 0.0),
    ("CTRL_{}_mouth_stretch.ty", 0.4, 0.0),
    ("CTRL_{}_jaw_ChinRaiseU.ty", 1.0, 0.0),
    ("CTRL_{}_mouth_lipsTogetherU.ty", 1.0, 1.0),
    ("CTRL_{}_mouth_lipsTogetherD.ty", 1.0, 1.0),
    ("CTRL_{}_mouth_lipsPressU.ty", 1.0, 0.22),
    ("CTRL_{}_mouth_pressU.ty", 1.0, 0.16),
    ("CTRL_{}_mouth_pressD.ty", 1.0, 0.16),
    ("CTRL_{}_mouth_suckBlow.ty", 0.0, 0.05),
    ("CTRL_C_mouth_stickyU.ty", 1.0, 0.0),
    ("CTRL_C_mouth_stickyD.ty", 1.0, 0.0),
    ("CTRL_{}_mouth_lipsRollU.ty", 1.0, 0.0),
    ("CTRL_{}_mouth_lipsRollD.ty", 1.0, 0.0),
];

/// The same for f and v: the lower lip tucks under the upper teeth, the upper lip stays clear of it.
const LABIODENTAL: [(&str, f32, f32); 11] = [
    ("CTRL_C_jaw.ty", 1.0, 0.085),
    ("CTRL_{}_mouth_lowerLipDepress.ty", 1.0, 0.0),
    ("CTRL_{}_mouth_upperLipRaise.ty", 0.6, 0.30),
    ("CTRL_{}_mouth_funnelU.ty", 0.6, 0.0),
    ("CTRL_{}_mouth_funnelD.ty", 1.0, 0.0),
    ("CTRL_{}_mouth_purseD.ty", 0.6, 0.0),
    ("CTRL_{}_nose.ty", 0.6, 0.0),
    ("CTRL_{}_jaw_ChinRaiseD.ty", 1.0, 0.0),
    ("CTRL_{}_mouth_lipBiteD.ty", 1.0, 0.60),
    ("CTRL_{}_mouth_lipsTowardsTeethD.ty", 1.0, 0.45),
    ("CTRL_{}_mouth_lipsRollD.ty", 1.0, 0.25),
];

/// Returns the pose of p, b and m.
#[must_use]
pub fn bilabial() -> &'static ContactPose {
    static POSE: LazyLock<ContactPose> = LazyLock::new(|| pose(&BILABIAL));
    &POSE
}

/// Returns the pose of f and v.
#[must_use]
pub fn labiodental() -> &'static ContactPose {
    static POSE: LazyLock<ContactPose> = LazyLock::new(|| pose(&LABIODENTAL));
    &POSE
}

fn pose(table: &[(&str, f32, f32)]) -> ContactPose {
    let rig = Rig::get(RigId::Board185);
    let mut pose = ContactPose { yields: [0.0; BOARD_COUNT], holds: [0.0; BOARD_COUNT] };
    for (control, yields, holds) in table {
        let sides: &[&str] = if control.contains("{}") { &["L", "R"] } else { &[""] };
        for side in sides {
            let name = control.replace("{}", side);
            let index = rig.index_of(&name).unwrap_or_else(|| panic!("board-185 has no control {name}"));
            pose.yields[index] = *yields;
            pose.holds[index] = *holds;
        }
    }
    pose
}
