//! A recording that is held whole, for pages that play it.

use std::path::Path;

use cstalk_audio::{SPEECH_RATE_HZ, SpeechReader};

use crate::failure::Result;

/// Speech samples and what was odd about their file.
pub(crate) struct Recording {
    pub(crate) samples: Vec<f32>,
    pub(crate) warnings: Vec<String>,
}

/// The recording at `path`; `None` if it is longer than `longest_s` seconds, which is noticed without reading on.
///
/// # Errors
/// Input: a file that cannot be read as sound.
pub(crate) fn read(path: &Path, longest_s: usize) -> Result<Option<Recording>> {
    let mut reader = SpeechReader::open(path)?;
    let mut samples = Vec::new();
    while reader.read(&mut samples)? {
        if samples.len() > longest_s * SPEECH_RATE_HZ as usize {
            return Ok(None);
        }
    }
    let warnings = reader.info().warnings.iter().map(ToString::to_string).collect();
    Ok(Some(Recording { samples, warnings }))
}
