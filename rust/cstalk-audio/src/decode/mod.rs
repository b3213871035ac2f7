//! Audio files to speech samples, block by block.

mod delay;
mod edit_list;
mod mended_file;
mod packets;
mod reader;
mod trim;
mod warning;

pub use reader::{SpeechReader, SpeechSource, decode_speech};
pub use warning::AudioWarning;
