//! The ports of a model as plain numbers and names, in the order both engines use.

use cstalk_onnx::ModelCard;

/// Names of the inputs before the states.
pub(crate) const STEP_INPUTS: [&str; 3] = ["features", "emotion", "style"];
/// Name of the output before the states.
pub(crate) const CURVES: &str = "curves";

/// Widths of the rows and shapes of the states of a model.
#[derive(Debug)]
pub(crate) struct Layout {
    /// Numbers a hop in each of [`STEP_INPUTS`].
    pub(crate) input_widths: [usize; 3],
    /// Numbers a row in the output.
    pub(crate) control_count: usize,
    /// States in the card's order.
    pub(crate) states: Vec<State>,
}

/// One state tensor.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) input_name: String,
    pub(crate) output_name: String,
    pub(crate) shape: Vec<usize>,
}

impl Layout {
    pub(crate) fn of(card: &ModelCard) -> Self {
        Self {
            input_widths: [card.step_feature_count(), card.emotions.len(), card.style.len()],
            control_count: card.controls.len(),
            states: card
                .states
                .iter()
                .map(|state| State {
                    input_name: format!("state_in.{}", state.name),
                    output_name: format!("state_out.{}", state.name),
                    shape: state.shape.clone(),
                })
                .collect(),
        }
    }
}
