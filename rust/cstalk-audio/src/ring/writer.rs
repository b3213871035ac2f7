//! The end that the device callback holds.

use std::sync::Arc;
use std::sync::atomic::Ordering::Release;
use std::time::Duration;

use rtrb::Producer;
use rtrb::chunks::ChunkError;

use super::meter::Meter;
use super::{Gap, RingCounts, Shared};

/// The writing end of a [`ring`](super::ring).
///
/// **Real-time.** Every method may be called in an audio callback: none locks, allocates, waits, logs or
/// calls the operating system beyond reading the monotonic clock.
pub struct RingWriter {
    samples: Producer<f32>,
    gaps: Producer<Gap>,
    /// Sample times missing here and now that the reader could not be told of yet.
    untold: u64,
    counts: RingCounts,
    meter: Meter,
    shared: Arc<Shared>,
}

impl RingWriter {
    pub(super) fn new(samples: Producer<f32>, gaps: Producer<Gap>, shared: Arc<Shared>) -> Self {
        let meter = Meter::new(shared.rate_hz);
        Self { samples, gaps, untold: 0, counts: RingCounts::default(), meter, shared }
    }

    /// Rate of the samples, in Hz.
    pub fn rate_hz(&self) -> u32 {
        self.shared.rate_hz
    }

    /// Interleaved channels.
    pub fn channel_count(&self) -> usize {
        self.shared.channel_count
    }

    /// Writes a block; returns how many sample times did not fit, 0 when all did.
    ///
    /// What does not fit is the end of the block; its place is silence for the reader. Samples after the
    /// last whole sample time (an incomplete group of channels) are left out.
    pub fn write(&mut self, interleaved: &[f32]) -> u64 {
        let sample_count = interleaved.len() / self.shared.channel_count;
        self.write_with(sample_count, interleaved.iter().copied())
    }

    /// Writes `sample_count` sample times, taking `sample_count` times the channel count values from
    /// `values`: for devices whose samples must be converted on the way. Returns as [`write`](Self::write).
    ///
    /// When `values` ends early, the missing sample times count as [lost](Self::lose).
    pub fn write_with(&mut self, sample_count: usize, values: impl IntoIterator<Item = f32>) -> u64 {
        let channel_count = self.shared.channel_count;
        let offered = sample_count as u64;
        self.tell();
        let (mut written, mut missed) = (0, 0);
        if self.untold == 0 {
            let room = self.samples.slots() / channel_count;
            let fitting = sample_count.min(room);
            let chunk = match self.samples.write_chunk_uninit(fitting * channel_count) {
                Ok(chunk) => chunk,
                // Cannot be: only this end takes slots away.
                Err(ChunkError::TooFewSlots(_)) => return self.overrun(offered),
            };
            let meter = &mut self.meter;
            // Ends of a source that is not a whole number of sample times are filled up.
            let mut taken = 0;
            let mut values = values.into_iter();
            let filled = std::iter::from_fn(|| match values.next() {
                Some(value) => {
                    taken += 1;
                    Some(value)
                }
                None if taken % channel_count != 0 => {
                    taken += 1;
                    Some(0.0)
                }
                None => None,
            });
            let written_values = chunk.fill_from_iter(filled.inspect(|&value| meter.see(value)));
            written = (written_values / channel_count) as u64;
            missed = if written < fitting as u64 { offered - written } else { 0 };
        }
        self.counts.written += written;
        self.shared.written.store(self.counts.written, Release);
        if written > 0 {
            self.meter.publish(written, &self.shared.gauge);
            let since = u64::try_from(self.shared.epoch.elapsed().as_nanos()).unwrap_or(u64::MAX - 1);
            self.shared.last_write_ns.store(since + 1, Release);
        }
        if missed > 0 {
            self.lose(missed);
            return missed;
        }
        self.overrun(offered - written)
    }

    /// Says that `sample_count` sample times went missing here; the reader gets silence for them.
    pub fn lose(&mut self, sample_count: u64) {
        if sample_count == 0 {
            return;
        }
        self.counts.missed += sample_count;
        self.shared.missed.store(self.counts.missed, Release);
        self.untold += sample_count;
        self.meter.fade(sample_count, &self.shared.gauge);
        self.tell();
    }

    /// Sample times written and lost so far.
    pub fn counts(&self) -> RingCounts {
        self.counts
    }

    /// Sample times of sound that fit in now.
    pub fn free(&self) -> u64 {
        (self.samples.slots() / self.shared.channel_count) as u64
    }

    /// Whether the reader is gone, so that writing is of no use.
    pub fn is_abandoned(&self) -> bool {
        self.samples.is_abandoned()
    }

    fn overrun(&mut self, sample_count: u64) -> u64 {
        if sample_count > 0 {
            self.counts.overrun += sample_count;
            self.shared.overrun.store(self.counts.overrun, Release);
            self.untold += sample_count;
            self.tell();
        }
        sample_count
    }

    /// Hands the reader the gap before the next sample. Samples only follow once this worked, so whoever
    /// sees a sample also sees the gap before it.
    fn tell(&mut self) {
        let gap = Gap { after: self.counts.written, sample_count: self.untold };
        if self.untold > 0 && self.gaps.push(gap).is_ok() {
            self.untold = 0;
        }
    }
}

impl std::fmt::Debug for RingWriter {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("RingWriter")
            .field("rate_hz", &self.shared.rate_hz)
            .field("channel_count", &self.shared.channel_count)
            .field("capacity", &Duration::from_secs_f64(capacity_s(&self.shared)))
            .field("counts", &self.counts)
            .finish_non_exhaustive()
    }
}

fn capacity_s(shared: &Shared) -> f64 {
    shared.capacity_samples as f64 / f64::from(shared.rate_hz)
}
