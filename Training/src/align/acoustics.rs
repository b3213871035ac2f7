//! Log-mel features of one utterance, and which instant each of them stands for.

use cstalk_audio::{FEATURE_BIN_COUNT, FEATURE_HOP_SAMPLES, FEATURE_WINDOW_SAMPLES, LogMel, SPEECH_RATE_HZ};

use crate::phones::PhoneSpan;

/// Log-mel features `[feature frame, 80]`, each bin with its mean over the utterance taken off.
pub(super) fn normalised_features(samples: &[f32]) -> Vec<f32> {
    let mut features = Vec::with_capacity((samples.len() / FEATURE_HOP_SAMPLES + 1) * FEATURE_BIN_COUNT);
    LogMel::new().push(samples, &mut features);
    let frame_count = features.len() / FEATURE_BIN_COUNT;
    if frame_count == 0 {
        return features;
    }
    let mut means = [0.0_f32; FEATURE_BIN_COUNT];
    for feature_frame in features.chunks_exact(FEATURE_BIN_COUNT) {
        for (mean, value) in means.iter_mut().zip(feature_frame) {
            *mean += value / frame_count as f32;
        }
    }
    for feature_frame in features.chunks_exact_mut(FEATURE_BIN_COUNT) {
        for (value, mean) in feature_frame.iter_mut().zip(&means) {
            *value -= mean;
        }
    }
    features
}

/// The middle of the window of feature frame `index`, in seconds; it lies 2.5 ms before `index` hops.
pub(super) fn centre_s(index: usize) -> f64 {
    let end_samples = (FEATURE_HOP_SAMPLES * (index + 1)) as f64;
    (end_samples - FEATURE_WINDOW_SAMPLES as f64 / 2.0) / f64::from(SPEECH_RATE_HZ)
}

/// The boundary between feature frames `index - 1` and `index`, in seconds, not below 0.
pub(super) fn boundary_s(index: usize) -> f64 {
    let half_hop_s = FEATURE_HOP_SAMPLES as f64 / 2.0 / f64::from(SPEECH_RATE_HZ);
    (centre_s(index) - half_hop_s).max(0.0)
}

/// The class index of every feature frame: the phone at its centre.
pub(super) fn labels(phones: &[PhoneSpan], frame_count: usize) -> Vec<u8> {
    let mut at = 0;
    (0..frame_count)
        .map(|index| {
            let centre = centre_s(index);
            while at + 1 < phones.len() && phones[at].end_s <= centre {
                at += 1;
            }
            phones.get(at).map_or(0, |span| span.phone.index() as u8)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phones::Phone;

    #[test]
    fn an_impulse_peaks_in_the_feature_frame_whose_centre_is_nearest() {
        for at in [4_000_usize, 4_070, 7_777] {
            let mut samples = vec![0.0; 16_000];
            samples[at] = 1.0;
            let mut features = Vec::new();
            LogMel::new().push(&samples, &mut features);
            let energies: Vec<f32> =
                features.chunks(FEATURE_BIN_COUNT).map(|frame| frame.iter().sum()).collect();
            let loudest = (0..energies.len()).max_by(|&a, &b| energies[a].total_cmp(&energies[b])).unwrap();
            let off_s = (centre_s(loudest) - at as f64 / 16_000.0).abs();
            assert!(off_s <= 0.0051, "impulse at {at}: feature frame {loudest} is {off_s} s away");
        }
    }

    #[test]
    fn labels_follow_the_spans() {
        let m = Phone::from_ipa("m").unwrap();
        let spans = [
            PhoneSpan { phone: Phone::SILENCE, start_s: 0.0, end_s: boundary_s(10), stress: 0 },
            PhoneSpan { phone: m, start_s: boundary_s(10), end_s: 0.3, stress: 0 },
        ];
        let labels = labels(&spans, 40);
        assert_eq!(labels.iter().position(|&label| usize::from(label) == m.index()), Some(10));
        assert!(labels[10..].iter().all(|&label| usize::from(label) == m.index()));
    }

    #[test]
    fn features_have_no_mean() {
        let samples: Vec<f32> = (0..8_000).map(|n| (n as f32 * 0.05).sin() * (n as f32 / 8_000.0)).collect();
        let features = normalised_features(&samples);
        let sum: f32 = features.iter().step_by(FEATURE_BIN_COUNT).sum();
        assert!(sum.abs() < 0.01, "{sum}");
        assert!(normalised_features(&[]).is_empty());
    }
}
