//! The streaming state machine from speech samples to face curves, for file and live.

pub mod activity;
mod clock;
mod emotion;
mod error;
pub mod latency;
pub mod layers;
mod named_values;
pub mod post;
mod settings;
mod style;

pub use emotion::{EmotionCurve, EmotionKey, EmotionSource, EmotionWeights};
pub use error::{EngineError, ErrorKind, Result};
pub use settings::{DEFAULT_HEAD_MOTION, DEFAULT_SMOOTHING_MS, StreamSettings};
pub use style::{STYLE_LIMIT, STYLE_SCHEMA, Style};
