//! The untrained sample model of `cstalk-onnx` on the product's own rig: **random weights, for tests only**.

use cstalk_onnx::CardWindow;
use cstalk_onnx::sample::{SampleSpec, untrained_emotion_model, untrained_model, untrained_window_model};
use cstalk_rig::{Rig, RigId};

use crate::error::Result;

/// A spec for the columns of board-185 in which the head columns are not predicted (they come out as 0).
#[must_use]
pub fn untrained_spec() -> SampleSpec {
    let rig = Rig::get(RigId::Board185);
    let controls = rig.columns().iter().map(|control| control.name.to_string()).collect();
    let mut spec = SampleSpec::new(&RigId::Board185.to_string(), rig.schema_version(), controls);
    for (predicted, name) in spec.predicted.iter_mut().zip(&spec.controls) {
        *predicted = !name.starts_with("Head");
    }
    spec
}

/// The bytes of a small model with random weights that passes every check of
/// [`Model::from_bytes`](crate::Model::from_bytes). Its curves mean nothing.
///
/// # Errors
/// None in practice: only if the rig's names do not make a valid card.
pub fn untrained_bytes() -> Result<Vec<u8>> {
    Ok(untrained_model(&untrained_spec())?)
}

/// The bytes of a small model of kind `emotion` with random weights. What it hears means nothing.
///
/// # Errors
/// `BadModel` if the names do not make a valid card.
pub fn untrained_emotion_bytes(emotions: &[&str]) -> Result<Vec<u8>> {
    Ok(untrained_emotion_model(emotions, 1)?)
}

/// As [`untrained_bytes`], but about as large and as deep as a `live` model (0.85 M weights in six blocks),
/// to measure the cost of a step.
///
/// # Errors
/// As [`untrained_bytes`].
pub fn untrained_live_size_bytes() -> Result<Vec<u8>> {
    Ok(untrained_model(&SampleSpec { channel_count: 200, block_count: 6, ..untrained_spec() })?)
}

/// As [`untrained_bytes`], but a model that hears plain samples a window at a time.
///
/// # Errors
/// If `window` is not a valid one.
pub fn untrained_window_bytes(window: CardWindow) -> Result<Vec<u8>> {
    Ok(untrained_window_model(&untrained_spec(), window)?)
}
