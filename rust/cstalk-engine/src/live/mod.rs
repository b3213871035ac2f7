//! Live: many voices on a few threads, each from a ring of samples to a face that any thread can look at.
//!
//! ```text
//! RingWriter (microphone, game) -> RingReader -> Intake: silence for what is missing, 16 kHz
//!     -> Stream, one hop at a time -> bounded history of rows -> Voice::sample_at(host time)
//! ```
//!
//! [`VoiceCore`] does all of this for one voice; it owns no thread and reads no clock, so an hour can be tested in
//! seconds. [`LivePool`] steps many of them on a fixed number of threads that share one model. [`Voice`] is the handle
//! that the game or animation thread keeps.
//!
//! **Time.** A voice's time is the count of its samples: row `k` stands at `k` hops, as in a file. [`HostClock`] follows
//! how that time runs against the host's clock, slowly and without a jump, so a device whose clock is off by some parts in
//! a million never drifts away from the picture. [`Voice::sample_at`] shows what was heard the *presentation delay*
//! ago. Rows exist from about the model's look-ahead after their sound on; a delay that covers it gives rows interpolated at
//! the exact time, a shorter one shows the newest row there is, which then lags the sound by the rest.
//!
//! **Readers do not wait.** The history is a ring of atomics with a version on each row (a seqlock without a lock and
//! without unsafe code): a writer that overtakes a reader is noticed by the version and the reader looks again, at
//! most four times. A triple buffer would hold the newest row only, for one reader; a delay needs the rows before it,
//! and a game, a display and a network sender want to look at once.
//!
//! ```
//! use std::sync::Arc;
//! use std::time::Duration;
//! use cstalk_audio::ring::ring;
//! use cstalk_engine::live::{LivePool, VoiceSettings};
//! # use cstalk_model::{Model, Provider};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let model = Arc::new(Model::from_bytes(&cstalk_model::sample::untrained_bytes()?, Provider::Embedded)?);
//! let pool = LivePool::new(model, 2)?;
//! let (mut writer, reader) = ring(48_000, 1, Duration::from_millis(500))?;
//! let voice = pool.add_voice(reader, VoiceSettings::default())?;
//! writer.write(&[0.0; 480]); // from the audio callback, every 10 ms
//! let mut face = vec![0.0; voice.rig().columns().len()];
//! let shown = voice.sample_at(pool.now_s(), &mut face)?;
//! println!("{:?} at {:.3} s", shown.state, shown.time_s);
//! # Ok(())
//! # }
//! ```

mod core;
mod host_clock;
mod intake;
mod pool;
mod report;
mod rows;
mod settings;
mod voice;

pub use self::core::{Turn, VoiceCore};
pub use host_clock::{ClockLine, HostClock};
pub use pool::{LivePool, MAX_WORKER_COUNT};
pub use report::{ClockReport, InputReport, LiveReport, PresentationReport};
pub use settings::{MAX_DELAY_MS, VoiceSettings};
pub use voice::{FaceState, Shown, Voice};
