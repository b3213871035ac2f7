//! The mel filter bank behind [`LogMel`](crate::LogMel).

/// Triangular filters over the bins of a power spectrum.
///
/// The filters are equally wide on the HTK mel scale, `2595 log10(1 + hz / 700)`. Each is a
/// triangle in Hz with peak 1, reaching zero at the centres of its neighbours (no area
/// normalisation), evaluated at the bin centres.
pub(crate) struct MelBank {
    filters: Vec<MelFilter>,
    weights: Vec<f64>,
}

/// The bins one filter touches, and where its weights lie.
struct MelFilter {
    first_bin: usize,
    weight_range: std::ops::Range<usize>,
}

impl MelBank {
    /// Filters from `low_hz` to `high_hz` over the `fft_samples / 2 + 1` bins of a spectrum.
    pub(crate) fn new(
        filter_count: usize,
        low_hz: f64,
        high_hz: f64,
        fft_samples: usize,
        rate_hz: f64,
    ) -> Self {
        let (low_mel, high_mel) = (mel_from_hz(low_hz), mel_from_hz(high_hz));
        let step_mel = (high_mel - low_mel) / (filter_count + 1) as f64;
        let corner_hz = |index: usize| hz_from_mel(low_mel + step_mel * index as f64);
        let bin_hz = rate_hz / fft_samples as f64;
        let mut filters = Vec::with_capacity(filter_count);
        let mut weights = Vec::new();
        for index in 0..filter_count {
            let (left_hz, centre_hz, right_hz) =
                (corner_hz(index), corner_hz(index + 1), corner_hz(index + 2));
            let first_bin = (left_hz / bin_hz).floor() as usize + 1;
            let start = weights.len();
            for bin in first_bin..=fft_samples / 2 {
                let hz = bin as f64 * bin_hz;
                if hz >= right_hz {
                    break;
                }
                let rising = (hz - left_hz) / (centre_hz - left_hz);
                let falling = (right_hz - hz) / (right_hz - centre_hz);
                weights.push(rising.min(falling));
            }
            filters.push(MelFilter { first_bin, weight_range: start..weights.len() });
        }
        Self { filters, weights }
    }

    /// Energy of each filter, in filter order, over a power spectrum.
    pub(crate) fn energies<'a>(&'a self, power: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
        self.filters.iter().map(move |filter| {
            let weights = &self.weights[filter.weight_range.clone()];
            weights.iter().zip(&power[filter.first_bin..]).map(|(weight, power)| weight * power).sum()
        })
    }
}

fn mel_from_hz(hz: f64) -> f64 {
    2595.0 * (1.0 + hz / 700.0).log10()
}

fn hz_from_mel(mel: f64) -> f64 {
    700.0 * (10f64.powf(mel / 2595.0) - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mel_and_hz_are_inverse_and_match_htk() {
        for hz in [0.0, 20.0, 700.0, 1000.0, 7600.0] {
            assert!((hz_from_mel(mel_from_hz(hz)) - hz).abs() < 1e-9);
        }
        assert!((mel_from_hz(1000.0) - 999.985_537).abs() < 1e-5);
    }

    #[test]
    fn every_filter_hears_something_and_peaks_stay_at_or_below_one() {
        let bank = MelBank::new(80, 20.0, 7600.0, 512, 16_000.0);
        assert_eq!(bank.filters.len(), 80);
        for filter in &bank.filters {
            let weights = &bank.weights[filter.weight_range.clone()];
            assert!(!weights.is_empty());
            assert!(weights.iter().all(|&weight| weight > 0.0 && weight <= 1.0));
        }
    }
}
