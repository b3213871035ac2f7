//! Microphones: which there are, and the sound of one in a ring whose time is true.
//!
//! [`devices`] lists them. [`Microphone::open`] opens one and gives the reading end of a
//! [ring](cstalk_audio::ring) with one channel at the rate of the device. The device callback converts the
//! samples of any format to `f32`, takes one channel out of many, and copies: it neither locks, allocates,
//! waits nor logs. A debug build that installs `assert_no_alloc::AllocDisabler` as its allocator, as the
//! tests do, aborts when it ever allocates.
//!
//! **Time stays true.** One second of the clock is one second of samples, whatever happens:
//! - what did not fit into the ring is counted, its place is silence;
//! - what the device drops without a word (they hardly ever report it) is found by comparing sample times
//!   with the monotonic clock, counted, and its place is silence from within two seconds;
//! - while a device is unplugged, silence comes in its place, and the device is opened again within half a
//!   second of its return.
//!
//! **Which sound system.** On Linux a PulseAudio server, which PipeWire also is (`pipewire-pulse`), and ALSA
//! where none answers: a server can resample, share the device, name it for people and say which is the
//! default, and is reached without a C library. On Windows WASAPI, on macOS CoreAudio.
//!
//! Without the feature `microphone` (on by default) nothing of that is linked, and both functions say so:
//! on Linux it needs libasound (Debian: `libasound2-dev` and `pkg-config`).
//!
//! ```no_run
//! use cstalk_capture::{CaptureSettings, Microphone};
//!
//! # fn main() -> cstalk_capture::Result<()> {
//! let (microphone, mut reader) = Microphone::open(CaptureSettings::default())?;
//! println!("{} at {} Hz", microphone.device().name, reader.rate_hz());
//! let mut samples = Vec::new();
//! loop {
//!     reader.read(&mut samples);
//!     println!("{} samples, {:?}, {:?}", samples.len(), reader.gauge().level(), microphone.state());
//!     samples.clear();
//!     std::thread::sleep(std::time::Duration::from_millis(100));
//! }
//! # }
//! ```

#![cfg_attr(not(feature = "microphone"), allow(dead_code, reason = "nothing can be opened in such a build"))]

mod backend;
mod clock;
mod device;
mod error;
mod intake;
mod microphone;
mod supervisor;
#[cfg_attr(not(feature = "microphone"), path = "no_system.rs")]
mod system;

pub use device::{Device, DeviceChoice, DeviceFormat};
pub use error::{CaptureError, CaptureErrorKind, Result};
pub use intake::ChannelChoice;
pub use microphone::{CaptureCounts, CaptureSettings, CaptureState, Microphone};

/// The input devices of the preferred sound system: the default first, monitors of outputs last.
///
/// An empty list means that the sound system works and has none. Starts no device.
///
/// # Errors
/// [`CaptureErrorKind::BackendMissing`] when no sound system answers, or this build has none.
pub fn devices() -> Result<Vec<Device>> {
    system::System::new().devices()
}
