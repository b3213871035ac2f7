//! The inner lip gap of a board row in millimetres, as the evaluation mesh would show it.
//!
//! Board rows become ARKit-52 by the rig map; on the evaluation head (USC ICT, MIT licence) every ARKit shape
//! moves the two middle inner-lip vertices linearly, so the gap is a table of millimetres per unit weight
//! ([`cstalk_engine::post::LipGap`]). Targets, losses and the engine use the very quantity that the evaluation measures.

use std::sync::LazyLock;

use cstalk_engine::post::LipGap;
use cstalk_rig::{Rig, RigId};

use super::BOARD_COUNT;

/// Returns the gap of a board-185 row `[control]` in mm; below 0 the lips press into each other.
///
/// # Panics
/// If `row` is not 185 long.
#[must_use]
pub fn lip_gap_mm(row: &[f32]) -> f32 {
    static GAP: LazyLock<LipGap> = LazyLock::new(|| {
        LipGap::new(Rig::get(RigId::Board185)).expect("the rig crate maps the board to ARKit")
    });
    GAP.clone().gap_mm(row).expect("a board-185 row")
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
