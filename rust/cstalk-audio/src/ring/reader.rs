//! The end that the worker holds.

use std::sync::Arc;
use std::sync::atomic::Ordering::Acquire;
use std::time::{Duration, Instant};

use rtrb::Consumer;

use super::{Gap, LevelGauge, RingCounts, Shared};

/// The reading end of a [`ring`](super::ring): for a worker, not for an audio callback.
pub struct RingReader {
    samples: Consumer<f32>,
    gaps: Consumer<Gap>,
    /// Written sample times taken out so far.
    taken: u64,
    /// Sample times of silence given so far, in all and for the gap in front.
    silent: u64,
    silent_of_gap: u64,
    shared: Arc<Shared>,
}

impl RingReader {
    pub(super) fn new(samples: Consumer<f32>, gaps: Consumer<Gap>, shared: Arc<Shared>) -> Self {
        Self { samples, gaps, taken: 0, silent: 0, silent_of_gap: 0, shared }
    }

    /// Rate of the samples, in Hz.
    pub fn rate_hz(&self) -> u32 {
        self.shared.rate_hz
    }

    /// Interleaved channels.
    pub fn channel_count(&self) -> usize {
        self.shared.channel_count
    }

    /// Appends what has arrived, with zeros in the place of what was lost; returns how many sample times.
    ///
    /// At most one capacity of the ring comes out of a call, so that a long gap does not fill the memory:
    /// read again until 0 comes. Never waits.
    pub fn read(&mut self, interleaved: &mut Vec<f32>) -> usize {
        self.take(self.shared.capacity_samples as u64, Some(interleaved)) as usize
    }

    /// Leaves out up to `sample_count` of the next sample times, lost ones included; returns how many.
    ///
    /// For a worker that was stopped for long and wants the present rather than the past.
    pub fn skip(&mut self, sample_count: u64) -> u64 {
        self.take(sample_count, None)
    }

    /// Sample times that came out so far by [`read`](Self::read) or [`skip`](Self::skip), lost ones included:
    /// the time of the next sample, counted from the making of the ring.
    pub fn position(&self) -> u64 {
        self.taken + self.silent
    }

    /// Sample times that have happened and were not read yet, lost ones included.
    pub fn waiting(&self) -> u64 {
        self.counts().elapsed().saturating_sub(self.position())
    }

    /// Sample times written and lost so far.
    pub fn counts(&self) -> RingCounts {
        self.shared.counts()
    }

    /// When samples last arrived; `None` before the first. Silence for what was lost is no arrival.
    pub fn last_arrival(&self) -> Option<Instant> {
        let since = self.shared.last_write_ns.load(Acquire).checked_sub(1)?;
        self.shared.epoch.checked_add(Duration::from_nanos(since))
    }

    /// The level of what arrives, for another thread to show.
    pub fn gauge(&self) -> LevelGauge {
        self.shared.gauge.clone()
    }

    /// Whether the writer is gone and everything was read, so that nothing will ever come.
    pub fn is_abandoned(&self) -> bool {
        self.samples.is_abandoned() && self.waiting() == 0
    }

    fn take(&mut self, most: u64, mut sink: Option<&mut Vec<f32>>) -> u64 {
        let channel_count = self.shared.channel_count as u64;
        // In this order: a gap is told before the samples that follow it, so all gaps among the samples
        // seen here are seen below. Only a writer that is gone can leave one untold, at the very end.
        let writer_is_gone = self.samples.is_abandoned();
        let mut arrived = self.samples.slots() as u64 / channel_count;
        let mut room = most;
        while room > 0 {
            match self.gaps.peek().ok().copied() {
                Some(gap) if gap.after == self.taken => {
                    let part = (gap.sample_count - self.silent_of_gap).min(room);
                    self.give_silence(part, &mut sink);
                    self.silent_of_gap += part;
                    room -= part;
                    if self.silent_of_gap == gap.sample_count {
                        self.silent_of_gap = 0;
                        // Peeked above, so it is there.
                        let _ = self.gaps.pop();
                    }
                }
                gap => {
                    let part = gap.map_or(arrived, |gap| arrived.min(gap.after - self.taken)).min(room);
                    if part == 0 {
                        break;
                    }
                    if !self.give_samples((part * channel_count) as usize, &mut sink) {
                        break;
                    }
                    self.taken += part;
                    arrived -= part;
                    room -= part;
                }
            }
        }
        if writer_is_gone && room > 0 {
            let untold = self.waiting().min(room);
            self.give_silence(untold, &mut sink);
            room -= untold;
        }
        most - room
    }

    fn give_silence(&mut self, sample_count: u64, sink: &mut Option<&mut Vec<f32>>) {
        self.silent += sample_count;
        if let Some(sink) = sink {
            sink.resize(sink.len() + sample_count as usize * self.shared.channel_count, 0.0);
        }
    }

    /// Moves values out of the ring; false when they are not there.
    fn give_samples(&mut self, value_count: usize, sink: &mut Option<&mut Vec<f32>>) -> bool {
        let Ok(chunk) = self.samples.read_chunk(value_count) else { return false };
        if let Some(sink) = sink {
            let (first, second) = chunk.as_slices();
            sink.extend_from_slice(first);
            sink.extend_from_slice(second);
        }
        chunk.commit_all();
        true
    }
}

impl std::fmt::Debug for RingReader {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("RingReader")
            .field("rate_hz", &self.shared.rate_hz)
            .field("channel_count", &self.shared.channel_count)
            .field("position", &self.position())
            .field("counts", &self.counts())
            .finish_non_exhaustive()
    }
}
