//! Tests of cstalk-audio through its public interface.

#![allow(clippy::unwrap_used, reason = "what a test helper cannot get is the failure of its test")]

mod bad_input;
mod codecs;
mod log_mel;
mod resampler;
mod signals;
mod wav_formats;
