//! Tests of cstalk-audio through its public interface.

mod bad_input;
mod codecs;
mod log_mel;
mod resampler;
mod signals;
mod wav_formats;
