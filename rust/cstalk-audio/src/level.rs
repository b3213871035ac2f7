//! Levels: what a recording's samples say about how well it was recorded.

/// Greatest absolute sample value that is taken as it is; values beyond are held here.
///
/// Full scale is 1. The limit only keeps squares and sums finite, far above any real recording.
pub const SAMPLE_LIMIT: f32 = 1e6;

/// At or above this absolute value a sample counts as clipped (full scale of 16 bits less one step).
const CLIPPED_FROM: f32 = 32_766.5 / 32_768.0;

/// `sample`, or 0 when it is not finite, held within ±[`SAMPLE_LIMIT`].
#[inline]
pub(crate) fn finite_sample(sample: f32) -> f32 {
    if sample.is_finite() { sample.clamp(-SAMPLE_LIMIT, SAMPLE_LIMIT) } else { 0.0 }
}

/// Statistics of the samples of one recording, before resampling.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LevelReport {
    /// Samples seen, all channels together.
    pub sample_count: u64,
    /// Samples that were not-a-number or infinite and were replaced by 0.
    pub non_finite_count: u64,
    /// Samples at or beyond full scale.
    pub clipped_count: u64,
    /// Greatest absolute sample; 1 is full scale.
    pub peak: f32,
    /// Root mean square over all channels; 1 is a full-scale square wave.
    pub rms: f32,
    /// Correlation of the two channels of a stereo recording, -1 to 1; `None` for other channel
    /// counts and when a channel is silent.
    pub stereo_correlation: Option<f32>,
}

impl LevelReport {
    /// Share of samples at or beyond full scale, 0 to 1.
    pub fn clipped_fraction(&self) -> f64 {
        if self.sample_count == 0 { 0.0 } else { self.clipped_count as f64 / self.sample_count as f64 }
    }
}

/// Gathers a [`LevelReport`] and mends samples that are not finite.
#[derive(Debug, Default)]
pub(crate) struct LevelMeter {
    sample_count: u64,
    non_finite_count: u64,
    clipped_count: u64,
    peak: f32,
    square_sum: f64,
    left_square_sum: f64,
    right_square_sum: f64,
    cross_sum: f64,
}

impl LevelMeter {
    /// Mends `interleaved` in place and counts it. Whole channel groups only.
    pub(crate) fn observe(&mut self, interleaved: &mut [f32], channel_count: usize) {
        for sample in interleaved.iter_mut() {
            if !sample.is_finite() {
                self.non_finite_count += 1;
            }
            *sample = finite_sample(*sample);
            let magnitude = sample.abs();
            self.clipped_count += u64::from(magnitude >= CLIPPED_FROM);
            self.peak = self.peak.max(magnitude);
            self.square_sum += f64::from(magnitude) * f64::from(magnitude);
        }
        self.sample_count += interleaved.len() as u64;
        if channel_count == 2 {
            for pair in interleaved.chunks_exact(2) {
                let (left, right) = (f64::from(pair[0]), f64::from(pair[1]));
                self.left_square_sum += left * left;
                self.right_square_sum += right * right;
                self.cross_sum += left * right;
            }
        }
    }

    pub(crate) fn report(&self) -> LevelReport {
        let geometric = (self.left_square_sum * self.right_square_sum).sqrt();
        LevelReport {
            sample_count: self.sample_count,
            non_finite_count: self.non_finite_count,
            clipped_count: self.clipped_count,
            peak: self.peak,
            rms: (self.square_sum / self.sample_count.max(1) as f64).sqrt() as f32,
            stereo_correlation: (geometric > 0.0).then(|| (self.cross_sum / geometric) as f32),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_mends() {
        let mut samples = [0.5, f32::NAN, -1.0, f32::INFINITY, 1e30, -0.5];
        let mut meter = LevelMeter::default();
        meter.observe(&mut samples, 1);
        assert_eq!(samples, [0.5, 0.0, -1.0, 0.0, SAMPLE_LIMIT, -0.5]);
        let report = meter.report();
        assert_eq!((report.sample_count, report.non_finite_count, report.clipped_count), (6, 2, 2));
        assert_eq!(report.peak, SAMPLE_LIMIT);
        assert_eq!(report.stereo_correlation, None);
    }

    #[test]
    fn opposite_channels_correlate_at_minus_one() {
        let mut samples: Vec<f32> =
            (0..200).flat_map(|n| [(n as f32 * 0.1).sin(), -(n as f32 * 0.1).sin()]).collect();
        let mut meter = LevelMeter::default();
        meter.observe(&mut samples, 2);
        let correlation = meter.report().stereo_correlation.unwrap();
        assert!((correlation + 1.0).abs() < 1e-6);
    }
}
