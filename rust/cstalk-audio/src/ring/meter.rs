//! The level of what a ring takes in, for a display.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use crate::level::finite_sample;

/// Time over which the shown level falls to 1/e, in seconds: about a VU meter.
const FALL_S: f32 = 0.3;

/// A level, linear: 1 is full scale.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Level {
    /// Greatest absolute sample of late; rises at once, falls to 1/e in 0.3 s.
    pub peak: f32,
    /// Root mean square over all channels, weighted to the last 0.3 s.
    pub rms: f32,
}

impl Level {
    /// `peak` and `rms` in dB below full scale, not less than -120.
    pub fn dbfs(&self) -> (f32, f32) {
        let db = |linear: f32| (20.0 * linear.log10()).max(-120.0);
        (db(self.peak), db(self.rms))
    }
}

/// Shows the [`Level`] to any thread, without waiting.
#[derive(Clone, Debug, Default)]
pub struct LevelGauge {
    values: Arc<Values>,
}

#[derive(Debug, Default)]
struct Values {
    peak: AtomicU32,
    rms: AtomicU32,
}

impl LevelGauge {
    /// The level after the last block.
    pub fn level(&self) -> Level {
        Level {
            peak: f32::from_bits(self.values.peak.load(Relaxed)),
            rms: f32::from_bits(self.values.rms.load(Relaxed)),
        }
    }

    fn show(&self, peak: f32, mean_square: f32) {
        self.values.peak.store(peak.to_bits(), Relaxed);
        self.values.rms.store(mean_square.sqrt().to_bits(), Relaxed);
    }
}

/// Measures blocks as they are written.
pub(super) struct Meter {
    rate_hz: f32,
    block_peak: f32,
    block_square_sum: f32,
    block_value_count: u32,
    peak: f32,
    mean_square: f32,
}

impl Meter {
    pub(super) fn new(rate_hz: u32) -> Self {
        Self {
            rate_hz: rate_hz as f32,
            block_peak: 0.0,
            block_square_sum: 0.0,
            block_value_count: 0,
            peak: 0.0,
            mean_square: 0.0,
        }
    }

    /// Counts one value of the block in progress.
    #[inline]
    pub(super) fn see(&mut self, value: f32) {
        let magnitude = finite_sample(value).abs();
        self.block_peak = self.block_peak.max(magnitude);
        self.block_square_sum += magnitude * magnitude;
        self.block_value_count += 1;
    }

    /// Ends the block of `sample_count` sample times and shows the new level.
    pub(super) fn publish(&mut self, sample_count: u64, gauge: &LevelGauge) {
        let keep = self.keep(sample_count);
        let mean_square = self.block_square_sum / (self.block_value_count.max(1) as f32);
        self.peak = self.block_peak.max(self.peak * keep);
        self.mean_square = mean_square + (self.mean_square - mean_square) * keep;
        (self.block_peak, self.block_square_sum, self.block_value_count) = (0.0, 0.0, 0);
        gauge.show(self.peak, self.mean_square);
    }

    /// Lets the level fall over sample times that brought nothing.
    pub(super) fn fade(&mut self, sample_count: u64, gauge: &LevelGauge) {
        let keep = self.keep(sample_count);
        self.peak *= keep;
        self.mean_square *= keep;
        gauge.show(self.peak, self.mean_square);
    }

    fn keep(&self, sample_count: u64) -> f32 {
        (-(sample_count as f32) / self.rate_hz / FALL_S).exp()
    }
}
