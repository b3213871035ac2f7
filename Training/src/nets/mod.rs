//! The networks, declared once and interpreted twice.
//!
//! A network is a plain struct of sizes whose `forward` method asks a [`Backend`] for every operation.
//! [`torch::TorchBackend`] computes with libtorch, for training, whole clips and streams;
//! [`onnx::OnnxBackend`] writes the same operations down as a streaming ONNX graph. There is no second
//! description of a network anywhere, so an exported file cannot drift from what was trained.
//!
//! Every layer of what streams is causal. A look-ahead is nothing but the shift between the step that computes a row
//! and the time the row is for ([`EarShape::look_ahead_hops`]); a network with centred blocks is a stream that runs
//! later. A network on [`Wav2Vec2`] hears a whole window at a time instead.

pub mod autoregressive;
pub mod backend;
pub mod blocks;
pub mod correlation;
pub mod ear;
pub mod generator;
pub mod live;
pub mod onnx;
pub mod parameters;
pub mod torch;
pub mod voice_emotion;
pub mod wav2vec2;

#[cfg(test)]
mod tests;

pub use autoregressive::Autoregressive;
pub use backend::{Backend, CausalConv, Conv1d, Init};
pub use correlation::{Correlation, CorrelationShape};
pub use ear::{Ear, EarShape, PhoneHead};
pub use generator::{Generator, GeneratorShape, Motion};
pub use live::{Encoder, LiveNet, LiveShape};
pub use parameters::{Parameter, ParameterError, ParameterStore};
pub use torch::TorchBackend;
pub use voice_emotion::{VoiceEmotion, VoiceEmotionShape};
pub use wav2vec2::{Wav2Vec2, Wav2Vec2Error};

/// Numbers in one model step: two log-mel feature frames of 80 bins.
pub const FEATURES_PER_HOP: i64 = 160;

/// Samples in one model step, what an encoder without features takes.
pub const SAMPLES_PER_HOP: i64 = crate::train::labels::HOP_SAMPLES as i64;

/// Columns of board-185.
pub const CONTROL_COUNT: i64 = crate::performer::BOARD_COUNT as i64;

/// Named emotions, in the order of the model card.
pub const EMOTION_COUNT: i64 = crate::performer::EMOTION_COUNT as i64;

/// Style axes, in the order of the model card.
pub const STYLE_COUNT: i64 = crate::performer::STYLE_COUNT as i64;
