//! What the device callback does with a block: one channel out of many, time kept true, into the ring.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::SyncSender;
use std::time::Instant;

use cstalk_audio::ring::RingWriter;

use crate::clock::ArrivalClock;

/// Which channel of the device is the voice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChannelChoice {
    /// The mean of both channels of a stereo device; the first channel of one with more.
    #[default]
    Automatic,
    /// This channel, counted from 0.
    Only(usize),
}

/// Numbers that the callback keeps and others read.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Nanoseconds after the opening of the microphone at which samples last arrived, plus 1; 0 before.
    pub last_arrival_ns: AtomicU64,
    pub presumed_lost: AtomicU64,
    pub late: AtomicU64,
    pub block_samples: AtomicU64,
    pub runs_away: AtomicBool,
}

/// Takes blocks from the device callback.
///
/// **Real-time.** [`take`](Self::take) neither locks, allocates, waits nor logs.
pub(crate) struct Intake {
    pub writer: RingWriter,
    pub clock: ArrivalClock,
    pub channel: ChannelChoice,
    pub epoch: Instant,
    pub tally: Arc<Tally>,
}

impl Intake {
    /// Takes interleaved `values` of `channel_count` channels; `convert` makes a value one in ±1.
    pub(crate) fn take<T: Copy>(&mut self, values: &[T], channel_count: usize, convert: impl Fn(T) -> f32) {
        let sample_count = values.len() / channel_count.max(1);
        if sample_count == 0 {
            return;
        }
        let now_ns = self.now_ns();
        self.tally.last_arrival_ns.store(now_ns + 1, Relaxed);
        self.tally.block_samples.store(sample_count as u64, Relaxed);
        let elapsed = self.writer.counts().elapsed();
        let verdict = self.clock.arrived(now_ns, elapsed, sample_count as u64);
        if verdict.runs_away {
            self.tally.runs_away.store(true, Relaxed);
            return;
        }
        self.writer.lose(verdict.missing);
        self.tally.presumed_lost.fetch_add(verdict.missing, Relaxed);
        self.tally.late.fetch_add(verdict.late, Relaxed);
        // At most `sample_count`, so it fits.
        let late = verdict.late as usize;
        let groups = values.chunks_exact(channel_count).skip(late);
        let mono = groups.map(|group| match (self.channel, group) {
            (ChannelChoice::Only(index), _) => convert(group[index.min(channel_count - 1)]),
            (ChannelChoice::Automatic, [left, right]) => 0.5 * (convert(*left) + convert(*right)),
            (ChannelChoice::Automatic, _) => convert(group[0]),
        });
        self.writer.write_with(sample_count - late, mono);
    }

    /// Fills the ring with the silence that is due while no device delivers.
    pub(crate) fn fill(&mut self) {
        let due = self.clock.silence_due(self.now_ns(), self.writer.counts().elapsed());
        self.writer.lose(due);
    }

    fn now_ns(&self) -> u64 {
        u64::try_from(self.epoch.elapsed().as_nanos()).unwrap_or(u64::MAX - 1)
    }
}

/// An intake that lives in a device callback and goes home when the callback is dropped.
pub(crate) struct Lent {
    intake: Option<Intake>,
    home: SyncSender<Intake>,
}

impl Lent {
    pub(crate) fn new(intake: Intake, home: SyncSender<Intake>) -> Self {
        Self { intake: Some(intake), home }
    }

    /// The intake; it is there until this is dropped.
    pub(crate) fn intake(&mut self) -> Option<&mut Intake> {
        self.intake.as_mut()
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(intake) = self.intake.take() {
            // The supervisor may be gone, then nobody wants it back.
            let _ = self.home.try_send(intake);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cstalk_audio::ring::ring;
    use std::time::Duration;

    #[test]
    fn one_channel_comes_out_of_any_number() {
        let table: [(ChannelChoice, usize, &[f32], &[f32]); 6] = [
            (ChannelChoice::Automatic, 1, &[0.1, 0.2], &[0.1, 0.2]),
            (ChannelChoice::Automatic, 2, &[0.5, 0.25, -1.0, 1.0], &[0.375, 0.0]),
            (ChannelChoice::Automatic, 3, &[0.5, 1.0, 1.0, 0.25, 1.0, 1.0], &[0.5, 0.25]),
            (ChannelChoice::Only(1), 2, &[0.5, 0.25, -1.0, 1.0], &[0.25, 1.0]),
            (ChannelChoice::Only(7), 2, &[0.5, 0.25], &[0.25]),
            // An incomplete group of channels and an empty block.
            (ChannelChoice::Automatic, 4, &[0.5, 0.25, 0.1], &[]),
        ];
        for (channel, channel_count, values, expected) in table {
            let (writer, mut reader) = ring(48_000, 1, Duration::from_secs(1)).unwrap();
            let mut intake = Intake {
                writer,
                clock: ArrivalClock::new(48_000),
                channel,
                epoch: Instant::now(),
                tally: Arc::default(),
            };
            intake.take(values, channel_count, |value: f32| value);
            let mut got = Vec::new();
            reader.read(&mut got);
            assert_eq!(got, expected, "{channel:?} of {channel_count}");
        }
    }
}
