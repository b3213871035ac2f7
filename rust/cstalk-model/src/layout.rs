//! The ports of a model as plain numbers and names, in the order both engines use.

use cstalk_onnx::{ModelCard, ModelKind};

/// Parts of a step, in order; a model has the first ones of them as inputs.
pub(crate) const STEP_PARTS: [&str; 3] = ["features", "emotion", "style"];

/// Widths of the rows and shapes of the states of a model.
#[derive(Debug)]
pub(crate) struct Layout {
    /// Inputs before the states: the first of [`STEP_PARTS`].
    pub(crate) inputs: &'static [&'static str],
    /// Numbers a hop in each of [`STEP_PARTS`]; 0 for those that are no input.
    pub(crate) input_widths: [usize; 3],
    /// The output before the states.
    pub(crate) output: &'static str,
    /// Numbers a row in the output.
    pub(crate) output_width: usize,
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
        let (emotions, style) = match card.kind {
            ModelKind::Curves => (card.emotions.len(), card.style.len()),
            ModelKind::Emotion => (0, 0),
        };
        Self {
            inputs: card.kind.inputs(),
            input_widths: [card.step_feature_count(), emotions, style],
            output: card.kind.output(),
            output_width: card.output_width(),
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
