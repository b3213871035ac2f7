//! Audio files to speech samples, block by block.

mod packets;
mod reader;
mod warning;

pub use reader::{SpeechReader, SpeechSource, decode_speech};
pub use warning::AudioWarning;
