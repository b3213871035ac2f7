//! Resampling: exact lengths, alignment, quality, chunking, hostile samples.

use std::f64::consts::TAU;

use cstalk_audio::{SampleRate, SampleSpan, SpeechResampler};
use proptest::prelude::*;

use crate::signals::{noise, sine, to_f32};

const RATES_HZ: [u32; 7] = [8_000, 11_025, 22_050, 44_100, 48_000, 96_000, 192_000];

fn convert(from_hz: u32, channel_count: usize, interleaved: &[f32]) -> Vec<f32> {
    let mut resampler = SpeechResampler::new(from_hz, channel_count).unwrap();
    let mut speech = Vec::new();
    resampler.push(interleaved, &mut speech);
    resampler.finish(&mut speech);
    speech
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// Error of `got` against the analytic sine, in dB below the sine, over the middle of the clip.
fn error_db(got: &[f32], hz: f64) -> f64 {
    let wanted = sine(hz, 16_000, got.len());
    let middle = got.len() / 4..got.len() * 3 / 4;
    let (mut error, mut signal) = (0.0, 0.0);
    for index in middle {
        error += (f64::from(got[index]) - wanted[index]).powi(2);
        signal += wanted[index].powi(2);
    }
    10.0 * (error / signal).log10()
}

/// Delay of `got` behind the analytic sine, in samples, from its phase in the middle of the clip.
fn delay_samples(got: &[f32], hz: f64) -> f64 {
    let middle = got.len() / 4..got.len() * 3 / 4;
    let (mut in_phase, mut quadrature) = (0.0, 0.0);
    for index in middle {
        let turn = TAU * hz * index as f64 / 16_000.0;
        in_phase += f64::from(got[index]) * turn.sin();
        quadrature += f64::from(got[index]) * turn.cos();
    }
    -quadrature.atan2(in_phase) / TAU / hz * 16_000.0
}

#[test]
fn sines_pass_in_place_and_undistorted_at_every_rate() {
    for from_hz in RATES_HZ {
        for hz in [100.0, 440.0, 1_000.0, 3_000.0] {
            let speech = convert(from_hz, 1, &to_f32(&sine(hz, from_hz, from_hz as usize)));
            assert_eq!(speech.len(), 16_000, "{from_hz} Hz");
            let (error, delay) = (error_db(&speech, hz), delay_samples(&speech, hz));
            assert!(error < -60.0, "{hz} Hz at {from_hz} Hz: error {error:.1} dB");
            assert!(delay.abs() < 0.01, "{hz} Hz at {from_hz} Hz: delayed by {delay} samples");
        }
    }
}

#[test]
fn the_band_of_the_features_passes_and_what_would_fold_back_does_not() {
    for from_hz in [22_050, 44_100, 48_000, 96_000, 192_000] {
        let level_db = |hz: f64| {
            let speech = convert(from_hz, 1, &to_f32(&sine(hz, from_hz, from_hz as usize)));
            let middle = &speech[4_000..12_000];
            let power = middle.iter().map(|&sample| f64::from(sample).powi(2)).sum::<f64>() / 8_000.0;
            10.0 * (power / 0.125).log10()
        };
        for hz in [6_000.0, 7_000.0, 7_300.0] {
            assert!(level_db(hz).abs() < 0.5, "{from_hz} Hz: {hz} Hz comes at {:.2} dB", level_db(hz));
        }
        for hz in [8_300.0, 9_000.0, 10_500.0] {
            assert!(level_db(hz) < -60.0, "{from_hz} Hz: {hz} Hz comes at {:.1} dB", level_db(hz));
        }
    }
}

#[test]
fn a_click_stays_where_it_is() {
    for from_hz in RATES_HZ {
        let mut samples = vec![0.0; from_hz as usize];
        samples[from_hz as usize / 2] = 1.0;
        let speech = convert(from_hz, 1, &samples);
        let peak = (0..speech.len()).max_by(|&a, &b| speech[a].abs().total_cmp(&speech[b].abs())).unwrap();
        let wanted = (f64::from(from_hz / 2) / f64::from(from_hz) * 16_000.0).round() as usize;
        assert!(peak.abs_diff(wanted) <= 1, "{from_hz} Hz: click at {peak}, wanted {wanted}");
    }
}

#[test]
fn channels_are_mixed_by_their_plain_mean() {
    let mono = to_f32(&noise(4_000));
    let one_of_four: Vec<f32> = mono.iter().flat_map(|&sample| [0.0, sample, 0.0, 0.0]).collect();
    let quarter: Vec<f32> = mono.iter().map(|sample| sample / 4.0).collect();
    assert_eq!(convert(16_000, 4, &one_of_four), quarter);
    let opposite: Vec<f32> = mono.iter().flat_map(|&sample| [sample, -sample]).collect();
    assert!(convert(48_000, 2, &opposite).iter().all(|&sample| sample == 0.0));
}

#[test]
fn a_finished_resampler_starts_over() {
    let samples = to_f32(&noise(3_000));
    let mut resampler = SpeechResampler::new(44_100, 1).unwrap();
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for sink in [&mut first, &mut second] {
        resampler.push(&samples, sink);
        resampler.finish(sink);
    }
    assert_eq!(bits(&first), bits(&second));
}

#[test]
fn a_cut_off_channel_group_is_dropped_at_the_end() {
    let mut resampler = SpeechResampler::new(16_000, 2).unwrap();
    let mut speech = Vec::new();
    resampler.push(&[0.5, 0.5, 0.25], &mut speech);
    resampler.finish(&mut speech);
    resampler.push(&[1.0, 1.0], &mut speech);
    assert_eq!(speech, [0.5, 1.0]);
}

fn any_rate() -> impl Strategy<Value = u32> {
    prop_oneof![
        4 => prop::sample::select(RATES_HZ.to_vec()),
        1 => Just(16_000u32),
        1 => prop::sample::select(vec![12_000u32, 24_000, 32_000, 37_800, 88_200, 176_400]),
        1 => prop::sample::select(vec![8_001u32, 16_001, 44_101]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_division_into_pushes_gives_the_same_bits_and_the_exact_length(
        from_hz in any_rate(),
        channel_count in 1usize..=8,
        group_count in 0usize..6_000,
        cuts in prop::collection::vec(1usize..3_000, 1..20),
    ) {
        let interleaved = to_f32(&noise(group_count * channel_count));
        let whole = convert(from_hz, channel_count, &interleaved);
        let mut resampler = SpeechResampler::new(from_hz, channel_count).unwrap();
        let mut pieces = Vec::new();
        let mut rest = interleaved.as_slice();
        for &cut in cuts.iter().cycle() {
            let (now, later) = rest.split_at(cut.min(rest.len()));
            resampler.push(now, &mut pieces);
            rest = later;
            if rest.is_empty() {
                break;
            }
        }
        resampler.finish(&mut pieces);
        let wanted = SampleSpan(group_count as u64).at_rate(SampleRate(from_hz), SampleRate::SPEECH);
        prop_assert_eq!(whole.len() as u64, wanted.0);
        prop_assert_eq!(bits(&whole), bits(&pieces));
    }

    #[test]
    fn output_never_lags_more_than_stated(from_hz in any_rate(), sample_count in 1usize..50_000) {
        let mut resampler = SpeechResampler::new(from_hz, 1).unwrap();
        let mut speech = Vec::new();
        resampler.push(&vec![0.1; sample_count], &mut speech);
        let due = SampleSpan(sample_count as u64).at_rate(SampleRate(from_hz), SampleRate::SPEECH).0;
        prop_assert!(speech.len() as u64 + resampler.latency().0 >= due);
    }

    #[test]
    fn speech_samples_pass_bit_for_bit(samples in prop::collection::vec(-2.0f32..2.0, 0..2_000)) {
        prop_assert_eq!(bits(&convert(16_000, 1, &samples)), bits(&samples));
    }

    #[test]
    fn every_sample_is_finite_for_any_input(
        from_hz in prop::sample::select(vec![8_000u32, 16_000, 44_100, 48_000]),
        patterns in prop::collection::vec(
            prop_oneof![any::<u32>().prop_map(f32::from_bits), Just(1e30), Just(-f32::MAX), Just(1e-40)],
            1..4_000,
        ),
    ) {
        let speech = convert(from_hz, 2, &patterns);
        prop_assert!(speech.iter().all(|sample| sample.is_finite()));
    }
}
