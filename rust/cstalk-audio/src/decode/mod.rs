//! Audio files to speech samples, block by block.

mod delay;
mod edit_list;
mod packets;
mod reader;
mod riff;
mod trim;
mod warning;

pub use reader::{SpeechReader, SpeechSource, decode_speech};
pub use warning::AudioWarning;
