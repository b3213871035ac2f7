//! Tests of cstalk-audio through its public interface.

#![allow(clippy::unwrap_used, reason = "what a test helper cannot get is the failure of its test")]

mod bad_input;
mod codecs;
mod gate;
mod log_mel;
mod resampler;
mod ring;
mod signals;
mod wav_formats;

/// Lets a test say that a call does not allocate.
#[global_allocator]
static ALLOCATOR: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;
