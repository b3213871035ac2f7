//! Sample-clock types, decoding, resampling and log-mel features.
//!
//! Every path into the product goes through this crate and ends as *speech samples*: 16 kHz, mono,
//! `f32`, nominally in `[-1, 1]`, with sample 0 at time 0 of the recording.
//!
//! - [`SpeechReader`] decodes a file block by block with flat memory;
//! - [`SpeechResampler`] does the same for samples somebody else delivers (a microphone, a game);
//! - [`LogMel`] turns speech samples into the feature frames the models are trained on. It is the
//!   only implementation: training and inference call the same code.
//!
//! Samples that a device delivers travel from its callback to the worker through a [`ring`], which keeps
//! time true when samples go missing; a [`Gate`] silences a room that is never quiet, where asked to.
//!
//! The first three give the same bits however their input is cut into blocks.
//!
//! ```
//! use cstalk_audio::{FEATURE_BIN_COUNT, LogMel, SpeechResampler};
//!
//! # fn main() -> cstalk_audio::Result<()> {
//! let mut resampler = SpeechResampler::new(48_000, 2)?;
//! let mut log_mel = LogMel::new();
//! let (mut speech, mut features) = (Vec::new(), Vec::new());
//! resampler.push(&[0.0; 2 * 4_800], &mut speech); // 100 ms of silent stereo
//! resampler.finish(&mut speech);
//! assert_eq!(speech.len(), 1_600);
//! log_mel.push(&speech, &mut features);
//! assert_eq!(features.len(), 10 * FEATURE_BIN_COUNT);
//! # Ok(())
//! # }
//! ```

mod clock;
mod decode;
mod error;
mod features;
mod gate;
mod level;
mod mel;
mod resample;
pub mod ring;
mod wav;

pub use clock::{SampleRate, SampleSpan, SampleTime};
pub use decode::{AudioWarning, SpeechReader, SpeechSource, decode_speech};
pub use error::{AudioError, AudioErrorKind, Result};
pub use features::{
    FEATURE_BIN_COUNT, FEATURE_FFT_SAMPLES, FEATURE_FLOOR, FEATURE_HIGH_HZ, FEATURE_HOP_SAMPLES,
    FEATURE_LOW_HZ, FEATURE_WINDOW_SAMPLES, LogMel,
};
pub use gate::{Gate, GateSettings};
pub use level::{LevelReport, SAMPLE_LIMIT};
pub use resample::{MAX_CHANNEL_COUNT, MAX_RATE_HZ, MIN_RATE_HZ, SpeechResampler};
pub use wav::write_wav16;

/// Rate of speech samples everywhere inside the product, in Hz.
pub const SPEECH_RATE_HZ: u32 = 16_000;
