//! How late the curves are, and how long a hop takes to compute.

use std::time::Duration;

use serde::Serialize;

/// The part of the delay that lies in the algorithm, the same on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Latency {
    /// Sound that must have been heard after a row's own time before the row can come out, in samples.
    pub look_ahead_samples: u64,
    /// Samples between two rows: a row waits for up to one hop to fill.
    pub hop_samples: u64,
    /// The rate of both, in Hz.
    pub sample_rate_hz: u32,
}

impl Latency {
    /// The look-ahead in ms.
    pub fn look_ahead_ms(&self) -> f64 {
        self.look_ahead_samples as f64 * 1_000.0 / f64::from(self.sample_rate_hz)
    }

    /// The hop in ms.
    pub fn hop_ms(&self) -> f64 {
        self.hop_samples as f64 * 1_000.0 / f64::from(self.sample_rate_hz)
    }
}

const BUCKETS_PER_OCTAVE: f64 = 32.0;
const SHORTEST_US: f64 = 0.1;
const BUCKET_COUNT: usize = 32 * 28;

/// Compute times of many hops in constant memory; quantiles are right to about 2 %.
///
/// The engine reads no clock: whoever calls [`crate::Stream::next`] measures and records.
#[derive(Debug, Clone)]
pub struct HopTimes {
    counts: Vec<u64>,
    hop_count: u64,
    total: Duration,
    longest: Duration,
}

/// Quantiles of the compute time of a hop.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct HopTimeReport {
    /// Hops measured.
    pub hop_count: u64,
    /// Mean, in ms.
    pub mean_ms: f64,
    /// Median, in ms.
    pub p50_ms: f64,
    /// 95th percentile, in ms.
    pub p95_ms: f64,
    /// 99th percentile, in ms.
    pub p99_ms: f64,
    /// Longest, in ms.
    pub max_ms: f64,
}

impl Default for HopTimes {
    fn default() -> Self {
        Self { counts: vec![0; BUCKET_COUNT], hop_count: 0, total: Duration::ZERO, longest: Duration::ZERO }
    }
}

impl HopTimes {
    /// Adds the time of one hop.
    pub fn record(&mut self, time: Duration) {
        let octaves = (time.as_secs_f64() * 1e6 / SHORTEST_US).max(1.0).log2();
        let bucket = ((octaves * BUCKETS_PER_OCTAVE) as usize).min(BUCKET_COUNT - 1);
        self.counts[bucket] += 1;
        self.hop_count += 1;
        self.total += time;
        self.longest = self.longest.max(time);
    }

    /// Quantiles of all times recorded; all 0 if there are none.
    pub fn report(&self) -> HopTimeReport {
        let longest_ms = self.longest.as_secs_f64() * 1e3;
        HopTimeReport {
            hop_count: self.hop_count,
            mean_ms: self.total.as_secs_f64() * 1e3 / self.hop_count.max(1) as f64,
            p50_ms: self.quantile_ms(0.50).min(longest_ms),
            p95_ms: self.quantile_ms(0.95).min(longest_ms),
            p99_ms: self.quantile_ms(0.99).min(longest_ms),
            max_ms: longest_ms,
        }
    }

    fn quantile_ms(&self, share: f64) -> f64 {
        let wanted = (share * self.hop_count as f64).ceil() as u64;
        let mut seen = 0;
        for (bucket, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= wanted && seen > 0 {
                let middle = (bucket as f64 + 0.5) / BUCKETS_PER_OCTAVE;
                return SHORTEST_US * middle.exp2() / 1e3;
            }
        }
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_right_to_two_percent() {
        let mut times = HopTimes::default();
        (1..=10_000u64).for_each(|index| times.record(Duration::from_nanos(index * 100)));
        let report = times.report();
        for (got, wanted) in [(report.p50_ms, 0.5), (report.p95_ms, 0.95), (report.p99_ms, 0.99)] {
            assert!((got / wanted - 1.0).abs() < 0.02, "{got} ms, wanted {wanted} ms");
        }
        assert!((report.mean_ms - 0.50005).abs() < 1e-9 && (report.max_ms - 1.0).abs() < 1e-9);
        assert_eq!(report.hop_count, 10_000);
    }

    #[test]
    fn nothing_and_extremes_are_reported() {
        assert_eq!(HopTimes::default().report().p99_ms, 0.0);
        let mut times = HopTimes::default();
        times.record(Duration::ZERO);
        times.record(Duration::from_secs(100_000));
        let report = times.report();
        assert!(report.p50_ms < 1e-3 && report.p99_ms.is_finite() && report.max_ms == 1e8);
    }
}
