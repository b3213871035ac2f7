//! Log-mel features: the reference, chunking, hostile samples.

use std::collections::BTreeMap;
use std::f64::consts::TAU;

use cstalk_audio::{FEATURE_BIN_COUNT, FEATURE_HOP_SAMPLES, LogMel};
use proptest::prelude::*;

use crate::signals::{noise, to_f32};

fn features_of(samples: &[f32]) -> Vec<f32> {
    let mut sink = Vec::new();
    LogMel::new().push(samples, &mut sink);
    sink
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// The signals of tests/reference/logmel.py.
fn reference_signal(name: &str, sample_count: usize) -> Vec<f64> {
    let time_s = |index: usize| index as f64 / 16_000.0;
    match name {
        "noise" => noise(sample_count).into_iter().map(|value| 0.1 * value).collect(),
        "sweep" => (0..sample_count)
            .map(|index| 0.5 * (TAU * (100.0 * time_s(index) + 40_000.0 * time_s(index).powi(2))).sin())
            .collect(),
        "voice" => (0..sample_count)
            .map(|index| {
                let harmonics: f64 =
                    (1..40).map(|k| (TAU * 110.0 * f64::from(k) * time_s(index)).sin() / f64::from(k)).sum();
                0.2 * harmonics * (time_s(index) / 0.05).min(1.0)
            })
            .collect(),
        "zeros" => vec![0.0; sample_count],
        other => panic!("the reference has a signal {other} that this test does not know"),
    }
}

#[test]
fn matches_the_numpy_reference() {
    let reference: BTreeMap<String, Vec<Vec<f32>>> =
        serde_json::from_str(include_str!("../reference/log_mel.json")).unwrap();
    assert_eq!(reference.len(), 4);
    for (name, rows) in reference {
        let features = features_of(&to_f32(&reference_signal(&name, 1_000)));
        let wanted = rows.concat();
        assert_eq!(features.len(), wanted.len(), "{name}");
        assert_eq!(features.len(), 6 * FEATURE_BIN_COUNT, "{name}");
        let worst =
            features.iter().zip(&wanted).map(|(got, wanted)| (got - wanted).abs()).fold(0.0, f32::max);
        assert!(worst < 1e-4, "{name}: off by {worst}");
    }
}

#[test]
fn a_feature_frame_looks_240_samples_back_and_160_ahead() {
    let silent = features_of(&[0.0; 1_600]);
    let floor = silent[0];
    assert!((floor - 1e-5f32.ln()).abs() < 1e-6);
    // A click at sample s is heard by the feature frames j with 160 j - 240 <= s < 160 j + 160.
    for click in [0usize, 159, 160, 399, 400, 560, 639, 640] {
        let mut samples = [0.0; 1_600];
        samples[click] = 1.0;
        let features = features_of(&samples);
        for (row, frame_values) in features.chunks_exact(FEATURE_BIN_COUNT).enumerate() {
            let start = 160 * row as i64 - 240;
            // The first weight of the periodic window is 0, so its sample goes unheard.
            let heard = (start + 1..start + 400).contains(&(click as i64));
            let louder = frame_values.iter().any(|&value| value > floor);
            assert_eq!(louder, heard, "click at {click}, feature frame {row}");
        }
    }
}

#[test]
fn a_tone_is_loudest_in_the_filter_around_it() {
    for (hz, wanted_bin) in [(1_000.0, 27), (3_000.0, 53)] {
        let samples: Vec<f32> =
            (0..3_200).map(|index| (TAU * hz * f64::from(index) / 16_000.0).sin() as f32).collect();
        let features = features_of(&samples);
        let last = &features[features.len() - FEATURE_BIN_COUNT..];
        let loudest = (0..FEATURE_BIN_COUNT).max_by(|&a, &b| last[a].total_cmp(&last[b])).unwrap();
        // Centre of filter k on the mel scale: 31.75 + 34.0 (k + 1).
        assert!(loudest.abs_diff(wanted_bin) <= 1, "{hz} Hz is loudest in bin {loudest}");
    }
}

#[test]
fn reset_equals_new() {
    let speech = to_f32(&noise(777));
    let mut log_mel = LogMel::new();
    log_mel.push(&to_f32(&noise(1_234)), &mut Vec::new());
    log_mel.reset();
    let mut again = Vec::new();
    log_mel.push(&speech, &mut again);
    assert_eq!(bits(&again), bits(&features_of(&speech)));
}

/// Any float whatever: normal, subnormal, huge, infinite, not-a-number.
fn any_sample() -> impl Strategy<Value = f32> {
    prop_oneof![
        any::<u32>().prop_map(f32::from_bits),
        -1.0f32..1.0,
        Just(1e30),
        Just(f32::MAX),
        Just(f32::MIN_POSITIVE / 2.0)
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_division_into_pushes_gives_the_same_bits(
        samples in prop::collection::vec(-1.0f32..1.0, 0..2_500),
        cuts in prop::collection::vec(1usize..700, 1..40),
    ) {
        let whole = features_of(&samples);
        let (mut log_mel, mut pieces) = (LogMel::new(), Vec::new());
        let mut rest = samples.as_slice();
        for &cut in cuts.iter().cycle() {
            let (now, later) = rest.split_at(cut.min(rest.len()));
            log_mel.push(now, &mut pieces);
            rest = later;
            if rest.is_empty() {
                break;
            }
        }
        prop_assert_eq!(whole.len(), samples.len() / FEATURE_HOP_SAMPLES * FEATURE_BIN_COUNT);
        prop_assert_eq!(bits(&whole), bits(&pieces));
    }

    #[test]
    fn every_value_is_finite_for_any_samples(samples in prop::collection::vec(any_sample(), 160..1_200)) {
        let features = features_of(&samples);
        prop_assert!(!features.is_empty());
        prop_assert!(features.iter().all(|value| value.is_finite()));
    }
}
