//! A bounded ring from a device callback to a worker, in which lost samples leave silence and time stays true.
//!
//! [`ring`] gives the two ends. The [`RingWriter`] belongs to the callback: it never waits, and what does
//! not fit is counted. The [`RingReader`] belongs to the worker: it gets every sample that went in, in
//! order, and zeros in the exact place of those that did not. So the count of sample times read is the
//! time of the device, whatever went wrong on the way.
//!
//! ```
//! use cstalk_audio::ring::ring;
//! use std::time::Duration;
//!
//! # fn main() -> cstalk_audio::Result<()> {
//! let (mut writer, mut reader) = ring(48_000, 1, Duration::from_secs(1))?;
//! writer.write(&[0.1, 0.2]);
//! writer.lose(2); // the device said that it dropped two
//! writer.write(&[0.3]);
//! let mut samples = Vec::new();
//! assert_eq!(reader.read(&mut samples), 5);
//! assert_eq!(samples, [0.1, 0.2, 0.0, 0.0, 0.3]);
//! # Ok(())
//! # }
//! ```

mod meter;
mod reader;
mod writer;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

pub use meter::{Level, LevelGauge};
pub use reader::RingReader;
pub use writer::RingWriter;

use crate::error::{AudioError, AudioErrorKind, Result};
use crate::resample::check_layout;

/// Shortest capacity of a ring.
pub const MIN_CAPACITY: Duration = Duration::from_millis(10);
/// Longest capacity of a ring.
pub const MAX_CAPACITY: Duration = Duration::from_secs(60);

/// Gaps that can wait for the reader at once. A gap beyond waits in the writer, and so do the samples after it:
/// they are lost too, so that nothing changes places.
const GAP_COUNT: usize = 256;

/// The two ends of a new, empty ring for `channel_count` interleaved channels at `rate_hz`, holding
/// `capacity` of sound.
///
/// Half a second is ample for a worker that reads every few milliseconds.
///
/// # Errors
/// [`AudioErrorKind::Unsupported`] when the rate is outside 8,000 to 192,000 Hz, the channel count outside
/// 1 to 8, or the capacity outside 10 ms to 60 s.
pub fn ring(rate_hz: u32, channel_count: usize, capacity: Duration) -> Result<(RingWriter, RingReader)> {
    let unsupported = |message| AudioError::new(AudioErrorKind::Unsupported, message);
    check_layout(rate_hz, channel_count).map_err(unsupported)?;
    if !(MIN_CAPACITY..=MAX_CAPACITY).contains(&capacity) {
        return Err(unsupported(format!(
            "wanted a ring of {MIN_CAPACITY:?} to {MAX_CAPACITY:?}, got {capacity:?}"
        )));
    }
    // At most 192,000 Hz times 60 s: fits.
    let capacity_samples = (capacity.as_secs_f64() * f64::from(rate_hz)).ceil() as usize;
    let (sample_producer, sample_consumer) = rtrb::RingBuffer::new(capacity_samples * channel_count);
    let (gap_producer, gap_consumer) = rtrb::RingBuffer::new(GAP_COUNT);
    let shared = Arc::new(Shared {
        rate_hz,
        channel_count,
        capacity_samples,
        epoch: Instant::now(),
        written: AtomicU64::new(0),
        overrun: AtomicU64::new(0),
        missed: AtomicU64::new(0),
        last_write_ns: AtomicU64::new(0),
        gauge: LevelGauge::default(),
    });
    let writer = RingWriter::new(sample_producer, gap_producer, Arc::clone(&shared));
    Ok((writer, RingReader::new(sample_consumer, gap_consumer, shared)))
}

/// Sample times that went into a ring or went missing before it, since it was made. One sample time is one
/// sample of every channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RingCounts {
    /// Sample times whose samples went in.
    pub written: u64,
    /// Sample times that did not fit because the reader was too slow.
    pub overrun: u64,
    /// Sample times that the writer was told of with [`RingWriter::lose`].
    pub missed: u64,
}

impl RingCounts {
    /// Sample times that are silence for the reader.
    pub fn lost(&self) -> u64 {
        self.overrun + self.missed
    }

    /// Sample times since the ring was made, lost ones included.
    pub fn elapsed(&self) -> u64 {
        self.written + self.lost()
    }
}

/// A place without samples: `sample_count` sample times missing after `after` written ones.
#[derive(Clone, Copy, Debug)]
struct Gap {
    after: u64,
    sample_count: u64,
}

/// What both ends know.
struct Shared {
    rate_hz: u32,
    channel_count: usize,
    capacity_samples: usize,
    epoch: Instant,
    written: AtomicU64,
    overrun: AtomicU64,
    missed: AtomicU64,
    /// Nanoseconds from `epoch` to the last write that brought samples, plus 1; 0 before the first.
    last_write_ns: AtomicU64,
    gauge: LevelGauge,
}

impl Shared {
    fn counts(&self) -> RingCounts {
        use std::sync::atomic::Ordering::Acquire;
        RingCounts {
            written: self.written.load(Acquire),
            overrun: self.overrun.load(Acquire),
            missed: self.missed.load(Acquire),
        }
    }
}
