//! Articulators, emotion, style and contacts onto board-185 controls.

use std::sync::LazyLock;

use cstalk_rig::{Rig, RigId};

use super::emotion::{EMOTION_COUNT, PROTOTYPES, Stroke};
use super::gestures::{ARTICULATOR_COUNT, Articulator as A};
use super::prosody::Accent;
use super::trajectory::Pose;
use super::{BOARD_COUNT, Style, contacts};

/// A control on both sides of the face, or one in the middle.
#[derive(Clone, Copy, Debug)]
enum Place {
    Pair(usize, usize),
    Centre(usize),
}

fn place(control: &str) -> Place {
    let rig = Rig::get(RigId::Board185);
    // The names are constants of this folder; a test walks through all of them.
    let index = |name: &str| rig.index_of(name).unwrap_or_else(|| panic!("board-185 has no control {name}"));
    if control.contains("{}") {
        Place::Pair(index(&control.replace("{}", "L")), index(&control.replace("{}", "R")))
    } else {
        Place::Centre(index(control))
    }
}

/// How far each articulator moves each control at position 1. Lips share one movement among several controls.
const SPREAD_OF: [(A, &str, f32); 20] = [
    (A::Jaw, "CTRL_C_jaw.ty", 1.0),
    (A::LowerLip, "CTRL_{}_mouth_lowerLipDepress.ty", 1.0),
    (A::UpperLip, "CTRL_{}_mouth_upperLipRaise.ty", 1.0),
    (A::Purse, "CTRL_{}_mouth_purseU.ty", 1.0),
    (A::Purse, "CTRL_{}_mouth_purseD.ty", 1.0),
    (A::Purse, "CTRL_{}_mouth_towardsU.ty", 0.35),
    (A::Purse, "CTRL_{}_mouth_towardsD.ty", 0.35),
    (A::Funnel, "CTRL_{}_mouth_funnelU.ty", 1.0),
    (A::Funnel, "CTRL_{}_mouth_funnelD.ty", 1.0),
    (A::Spread, "CTRL_{}_mouth_stretch.ty", 0.30),
    (A::Spread, "CTRL_{}_mouth_cornerPull.ty", 0.16),
    (A::Spread, "CTRL_C_tongue_wideNarrow.ty", 0.30),
    (A::Tip, "CTRL_C_tongue_tipMove.ty", 0.80),
    (A::Body, "CTRL_C_tongue_move.ty", 0.60),
    // The board's positive direction is "in".
    (A::Front, "CTRL_C_tongue_inOut.ty", -0.20),
    (A::Dental, "CTRL_C_tongue_inOut.ty", -0.80),
    (A::Dental, "CTRL_C_tongue_tipMove.ty", 0.20),
    (A::Roll, "CTRL_C_tongue_roll.ty", 1.0),
    (A::Tip, "CTRL_C_tongue_thickThin.ty", 0.15),
    (A::Body, "CTRL_neck_throatUpDown.ty", -0.10),
];

struct Board {
    articulated: Vec<(A, Place, f32)>,
    strokes: [Vec<(Stroke, Place)>; EMOTION_COUNT],
    corner_pull: Place,
    corner_depress: Place,
    upper_lid: Place,
    range: Vec<(f32, f32)>,
}

static BOARD: LazyLock<Board> = LazyLock::new(|| Board {
    articulated: SPREAD_OF
        .iter()
        .map(|(articulator, name, gain)| (*articulator, place(name), *gain))
        .collect(),
    strokes: PROTOTYPES
        .map(|prototype| prototype.strokes.iter().map(|stroke| (*stroke, place(stroke.control))).collect()),
    corner_pull: place("CTRL_{}_mouth_cornerPull.ty"),
    corner_depress: place("CTRL_{}_mouth_cornerDepress.ty"),
    upper_lid: place("CTRL_{}_eye_eyelidU.ty"),
    range: Rig::get(RigId::Board185).columns().iter().map(|control| (control.min, control.max)).collect(),
});

/// Returns which board-185 controls `[control]` the performer moves at all, hence what a network can learn here.
///
/// Head, gaze and blinks are left out: they are procedural layers of the engine. `CTRL_L/R_eye_blink.ty` is in
/// for its negative half, the widened eye.
#[must_use]
pub fn predicted_controls() -> [bool; BOARD_COUNT] {
    let board = &*BOARD;
    let mut predicted = [false; BOARD_COUNT];
    let mut mark = |place: Place| match place {
        Place::Pair(left, right) => {
            predicted[left] = true;
            predicted[right] = true;
        }
        Place::Centre(index) => predicted[index] = true,
    };
    board.articulated.iter().for_each(|(_, place, _)| mark(*place));
    board.strokes.iter().flatten().for_each(|(_, place)| mark(*place));
    [board.corner_pull, board.corner_depress, board.upper_lid].into_iter().for_each(mark);
    for pose in [contacts::bilabial(), contacts::labiodental()] {
        for (predicted, holds) in predicted.iter_mut().zip(&pose.holds) {
            *predicted |= *holds != 0.0;
        }
    }
    predicted
}

struct Writer<'a> {
    row: &'a mut [f32],
    left: f32,
    right: f32,
}

impl Writer<'_> {
    /// Adds a value on both sides with the speaker's asymmetry, or in the middle.
    fn add(&mut self, place: Place, value: f32) {
        match place {
            Place::Pair(left, right) => {
                self.row[left] += value * self.left;
                self.row[right] += value * self.right;
            }
            Place::Centre(index) => self.row[index] += value,
        }
    }
}

/// Writes one board-185 row `[control]`; `row` must be zeroed and 185 long.
pub(super) fn write_row(
    pose: &Pose,
    style: &Style,
    emotion: &[f32; EMOTION_COUNT],
    accent: Accent,
    row: &mut [f32],
) {
    let board = &*BOARD;
    let mut writer = Writer { row, left: style.left_gain, right: style.right_gain };
    let mut gain = [1.0; ARTICULATOR_COUNT];
    for (weight, prototype) in emotion.iter().zip(&PROTOTYPES) {
        gain[A::Jaw as usize] += weight * (prototype.jaw_gain - 1.0);
        gain[A::Purse as usize] += weight * (prototype.rounding_gain - 1.0);
        gain[A::Funnel as usize] += weight * (prototype.rounding_gain - 1.0);
    }
    for (articulator, place, share) in &board.articulated {
        writer.add(*place, share * pose.position(*articulator) * gain[*articulator as usize].max(0.0));
    }
    writer.add(board.corner_pull, style.smile_bias.max(0.0));
    writer.add(board.corner_depress, (-style.smile_bias).max(0.0));
    writer.add(board.upper_lid, style.lid_bias);
    for (weight, strokes) in emotion.iter().zip(&board.strokes) {
        if *weight > 0.0 {
            for (stroke, place) in strokes {
                writer.add(
                    *place,
                    weight * (stroke.apex + stroke.accent * accent.prominence * style.brow_gain),
                );
            }
        }
    }
    contacts::labiodental().apply(pose.labiodental * (1.0 - pose.bilabial), row);
    contacts::bilabial().apply(pose.bilabial, row);
    for (value, (min, max)) in row.iter_mut().zip(&board.range) {
        *value = value.clamp(*min, *max);
    }
}
