//! The gate: what is loud passes whole and a little before it began, what is quiet is silence.

use cstalk_audio::{AudioErrorKind, Gate, GateSettings};
use proptest::prelude::*;

const RATE_HZ: usize = 16_000;

fn tone(amplitude: f32, sample_count: usize) -> Vec<f32> {
    (0..sample_count).map(|index| amplitude * (index as f32 * 0.35).sin()).collect()
}

fn gated(settings: GateSettings, samples: &[f32]) -> (Vec<f32>, usize) {
    let mut gate = Gate::new(RATE_HZ as u32, settings).unwrap();
    let mut out = samples.to_vec();
    gate.process(&mut out);
    (out, gate.delay_samples())
}

#[test]
fn loud_passes_whole_quiet_is_silence_and_between_nothing_flutters() {
    // Noise, a burst without any attack, a level between the thresholds, noise again.
    let (noise, between) = (tone(0.002, RATE_HZ), tone(0.004, RATE_HZ));
    let burst = tone(0.5, RATE_HZ / 10);
    let samples = [&noise[..], &burst, &between, &noise, &noise].concat();
    let (out, delay) = gated(GateSettings::default(), &samples);
    let at = |index: usize| index + delay;
    assert!(out[..RATE_HZ].iter().all(|sample| *sample == 0.0), "noise passes a closed gate");
    let loud = RATE_HZ..2 * RATE_HZ + burst.len();
    for index in loud.clone() {
        assert_eq!(out[at(index)], samples[index], "sample {index} was changed");
    }
    // The gate is open before the burst.
    assert_eq!(out[at(RATE_HZ - 100)], samples[RATE_HZ - 100]);
    let closed = loud.end + RATE_HZ / 2;
    assert!(out[at(closed)..].iter().all(|sample| *sample == 0.0), "the gate did not close again");
    // The hold bridges a pause.
    let pause = tone(0.0, RATE_HZ / 5);
    let (out, delay) = gated(GateSettings::default(), &[&burst[..], &pause, &burst].concat());
    let second = burst.len() + pause.len();
    assert_eq!(out[second + delay..], burst[..burst.len() - delay]);
}

proptest! {
    #[test]
    fn blocks_do_not_matter_and_nothing_grows(
        samples in prop::collection::vec(prop_oneof![-1.0_f32..1.0, -0.004_f32..0.004, Just(f32::NAN)], 1..3_000),
        blocks in prop::collection::vec(1_usize..700, 1..20),
    ) {
        let (whole, delay) = gated(GateSettings::default(), &samples);
        let mut gate = Gate::new(RATE_HZ as u32, GateSettings::default()).unwrap();
        let (mut in_blocks, mut rest) = (Vec::new(), &samples[..]);
        for size in blocks.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (block, later) = rest.split_at((*size).min(rest.len()));
            let mut block = block.to_vec();
            assert_no_alloc::assert_no_alloc(|| gate.process(&mut block));
            in_blocks.extend(block);
            rest = later;
        }
        prop_assert_eq!(&in_blocks, &whole);
        for (out, sample) in whole[delay.min(whole.len())..].iter().zip(&samples) {
            let most = if sample.is_finite() { sample.abs() } else { 0.0 };
            prop_assert!(out.abs() <= most, "{sample} became {out}");
        }
    }
}

#[test]
fn levels_that_make_no_sense_are_named() {
    let table = [
        (GateSettings { open_dbfs: 3.0, ..GateSettings::default() }, "3 dB to open"),
        (GateSettings { close_dbfs: -20.0, ..GateSettings::default() }, "-20 dB to close"),
        (GateSettings { open_dbfs: f32::NAN, ..GateSettings::default() }, "NaN"),
        (GateSettings { hold_ms: 6_000, ..GateSettings::default() }, "6000 ms"),
    ];
    for (settings, named) in table {
        let error = Gate::new(16_000, settings).unwrap_err();
        assert_eq!(error.kind(), AudioErrorKind::Unsupported);
        assert!(error.to_string().contains(named), "{error}");
    }
}
