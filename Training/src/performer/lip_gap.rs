//! The inner lip gap of a board row in millimetres, as the evaluation mesh would show it.
//!
//! Board rows become ARKit-52 by the rig map; on the evaluation head (USC ICT, MIT licence) every ARKit shape
//! moves the two middle inner-lip vertices linearly, so the gap is a table of millimetres per unit weight.
//! Targets and losses use the very quantity that the evaluation measures.

use cstalk_rig::{Rig, RigId, RigMap};

use super::BOARD_COUNT;

/// Gap of the neutral head in mm.
pub const NEUTRAL_GAP_MM: f32 = 0.763;

/// Change of the gap in mm at weight 1 of each ARKit shape; shapes not named move it by less than 0.1 mm.
pub const GAP_MM_PER_SHAPE: [(&str, f32); 25] = [
    ("JawOpen", 32.75),
    ("MouthClose", -38.94),
    ("MouthFunnel", 13.73),
    ("MouthPucker", -0.52),
    ("MouthLowerDownLeft", 3.38),
    ("MouthLowerDownRight", 3.38),
    ("MouthUpperUpLeft", 3.55),
    ("MouthUpperUpRight", 3.55),
    ("NoseSneerLeft", 3.11),
    ("NoseSneerRight", 3.11),
    ("MouthPressLeft", -1.27),
    ("MouthPressRight", -1.27),
    ("MouthRollLower", -3.75),
    ("MouthRollUpper", 1.82),
    ("MouthShrugLower", -6.88),
    ("MouthShrugUpper", 5.26),
    ("JawForward", 1.29),
    ("JawLeft", -0.23),
    ("JawRight", -0.23),
    ("MouthLeft", -0.66),
    ("MouthRight", -0.66),
    ("MouthDimpleLeft", -0.36),
    ("MouthDimpleRight", -0.36),
    ("MouthFrownLeft", -0.12),
    ("MouthFrownRight", -0.12),
];

/// Returns the gap of a board-185 row `[control]` in mm; below 0 the lips press into each other.
///
/// # Panics
/// If `row` is not 185 long.
#[must_use]
pub fn lip_gap_mm(row: &[f32]) -> f32 {
    assert_eq!(row.len(), BOARD_COUNT, "a board-185 row");
    let arkit = Rig::get(RigId::Arkit52);
    let mut shapes = vec![0.0; arkit.columns().len()];
    board_to_arkit().apply(row, &mut shapes).expect("both rows have their rig's length");
    NEUTRAL_GAP_MM
        + GAP_MM_PER_SHAPE
            .iter()
            .map(|(name, mm)| mm * arkit.index_of(name).map_or(0.0, |i| shapes[i]))
            .sum::<f32>()
}

fn board_to_arkit() -> &'static RigMap {
    RigMap::between(RigId::Board185, RigId::Arkit52).expect("the rig crate maps the board to ARKit")
}

/// The gap as a function that a loss can differentiate: constant + linear + jaw x mean(lipsTogether).
#[derive(Clone, Debug)]
pub struct GapModel {
    /// Gap of the zero row in mm.
    pub constant_mm: f32,
    /// Change in mm per unit of each control `[control]`.
    pub linear_mm: [f32; BOARD_COUNT],
    /// Column of the jaw opening.
    pub jaw_index: usize,
    /// Columns of the four lips-together controls; their mean closes the jaw's part of the gap.
    pub together_indices: [usize; 4],
    /// Change in mm per unit of jaw x mean(lipsTogether); negative.
    pub product_mm: f32,
}

impl GapModel {
    /// Returns the model measured on [`lip_gap_mm`] itself, control by control.
    ///
    /// It leaves out the ARKit map's clamps (a purse takes over part of a funnel), where it says too open by
    /// at most a few millimetres, never too closed.
    #[must_use]
    pub fn measured() -> Self {
        const STEP: f32 = 0.1;
        let rig = Rig::get(RigId::Board185);
        let index =
            |name: &str| rig.index_of(name).unwrap_or_else(|| panic!("board-185 has no control {name}"));
        let zero = [0.0; BOARD_COUNT];
        let constant_mm = lip_gap_mm(&zero);
        let linear_mm = std::array::from_fn(|control| {
            let mut row = zero;
            row[control] = STEP;
            (lip_gap_mm(&row) - constant_mm) / STEP
        });
        let jaw_index = index("CTRL_C_jaw.ty");
        let together_indices = [
            index("CTRL_L_mouth_lipsTogetherU.ty"),
            index("CTRL_R_mouth_lipsTogetherU.ty"),
            index("CTRL_L_mouth_lipsTogetherD.ty"),
            index("CTRL_R_mouth_lipsTogetherD.ty"),
        ];
        let mut closed = zero;
        closed[jaw_index] = STEP;
        let open_mm = lip_gap_mm(&closed);
        together_indices.iter().for_each(|&control| closed[control] = 1.0);
        let product_mm = (lip_gap_mm(&closed) - open_mm) / STEP;
        Self { constant_mm, linear_mm, jaw_index, together_indices, product_mm }
    }

    /// Returns the gap of a row in mm.
    #[must_use]
    pub fn gap_mm(&self, row: &[f32]) -> f32 {
        let linear: f32 = row.iter().zip(&self.linear_mm).map(|(value, mm)| value * mm).sum();
        let together = self.together_indices.iter().map(|&control| row[control]).sum::<f32>() / 4.0;
        self.constant_mm + linear + self.product_mm * row[self.jaw_index] * together
    }
}
