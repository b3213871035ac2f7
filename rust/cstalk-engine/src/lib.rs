//! The streaming state machine from speech samples to face curves, for file and live.
//!
//! - [`Stream`] takes 16 kHz samples in blocks of any size and gives rows of curves; whole clip and live
//!   run are the same bits.
//! - [`StreamSettings`] chooses emotion ([`EmotionSource`]), its strength by part of the face
//!   ([`EmotionStrength`]), style ([`Style`]) and the procedural layers.
//! - [`file::animate`] runs a stream over a speech file.
//! - [`live::LivePool`] runs many streams from microphones or games on a few threads.
//!
//! A row passes these stations: the network, [`post::Ranges`], the mix with the neutral face where a strength is not
//! 1 ([`post::ClosureGuard`]), [`post::MouthRest`] (silence),
//! [`post::Smoothing`] (never the lips), the [`layers`] (blinks, gaze, head), the [`PartWeights`], and the ranges again.

pub mod activity;
mod clock;
mod emotion;
mod error;
mod face_parts;
mod fade;
pub mod file;
pub mod latency;
pub mod layers;
pub mod live;
mod named_values;
mod neutral_face;
mod part_weights;
pub mod post;
mod preset;
mod settings;
mod stream;
mod style;
mod windows;

pub use emotion::{EmotionCurve, EmotionKey, EmotionSource, EmotionStrength, EmotionWeights, STRENGTH_LIMIT};
pub use error::{EngineError, ErrorKind, Result};
pub use face_parts::{FACE_PARTS, face_part_of};
pub use layers::{DEFAULT_HEAD_MOTION, GAZE_LIMIT, Motion};
pub use part_weights::PartWeights;
pub use preset::{EmotionFromVoice, PRESET_SCHEMA, Preset, PresetKey};
pub use settings::{DEFAULT_SMOOTHING_MS, StreamSettings};
pub use stream::{DrainedRow, Next, Stream};
pub use style::{STYLE_LIMIT, STYLE_SCHEMA, Style};
