//! Cost of resampling and of log-mel features, for one second of speech.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use cstalk_audio::{LogMel, SPEECH_RATE_HZ, SpeechResampler};

/// One second of a voiced-speech-like sum of harmonics.
fn second_at(rate_hz: u32, channel_count: usize) -> Vec<f32> {
    (0..rate_hz)
        .map(|index| {
            let time_s = f64::from(index) / f64::from(rate_hz);
            let turn = std::f64::consts::TAU * 120.0 * time_s;
            (1..20).map(|k| (turn * f64::from(k)).sin() / f64::from(k)).sum::<f64>() as f32 * 0.2
        })
        .flat_map(|sample| std::iter::repeat_n(sample, channel_count))
        .collect()
}

fn features(criterion: &mut Criterion) {
    let speech = second_at(SPEECH_RATE_HZ, 1);
    let mut log_mel = LogMel::new();
    let mut sink = Vec::with_capacity(16_000);
    let mut group = criterion.benchmark_group("features");
    group.throughput(Throughput::Elements(u64::from(SPEECH_RATE_HZ)));
    group.bench_function("log_mel_1s_in_20ms_blocks", |bencher| {
        bencher.iter(|| {
            sink.clear();
            for block in speech.chunks(320) {
                log_mel.push(black_box(block), &mut sink);
            }
        });
    });
    group.finish();
}

fn resampling(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("resampler_1s_in_10ms_blocks");
    for (rate_hz, channel_count) in [(8_000, 1), (16_000, 1), (44_100, 2), (48_000, 1), (192_000, 8)] {
        let second = second_at(rate_hz, channel_count);
        let mut resampler = SpeechResampler::new(rate_hz, channel_count).expect("a supported layout");
        let mut sink = Vec::with_capacity(32_000);
        let block_samples = rate_hz as usize / 100 * channel_count;
        group.bench_function(format!("{rate_hz}_hz_{channel_count}_channels"), |bencher| {
            bencher.iter(|| {
                sink.clear();
                for block in second.chunks(block_samples) {
                    resampler.push(black_box(block), &mut sink);
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, features, resampling);
criterion_main!(benches);
