//! What a live voice promises, in simulated time: the curves of the file run, true time, calm changes, flat memory.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod common;

use std::cell::Cell;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use common::whole;
use cstalk_audio::ring::{RingWriter, ring};
use cstalk_audio::{SpeechResampler, decode_speech};
use cstalk_engine::live::{FaceState, LivePool, Turn, Voice, VoiceCore, VoiceSettings};
use cstalk_engine::post::touches_lips;
use cstalk_engine::{EmotionSource, Stream, StreamSettings};
use cstalk_model::{Model, Provider, sample};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};

const HOP_S: f64 = 0.02;

static UNTRAINED: LazyLock<Arc<Model>> = LazyLock::new(|| {
    Arc::new(Model::from_bytes(&sample::untrained_bytes().unwrap(), Provider::Embedded).unwrap())
});

/// The model that ships, for what only a trained one shows.
static LIVE: LazyLock<Arc<Model>> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Content/Models/live.onnx");
    Arc::new(Model::load(path, Provider::Embedded).unwrap())
});

fn sentence() -> Vec<f32> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/speech/german_sentence.wav");
    decode_speech(&path).unwrap()
}

/// Syllables, interleaved over the channels.
fn syllables(rate_hz: u32, channel_count: usize, seconds: f64) -> Vec<f32> {
    (0..(f64::from(rate_hz) * seconds) as usize)
        .flat_map(|n| {
            let time_s = n as f32 / rate_hz as f32;
            let value = 0.4 * (time_s * 13.0).sin().max(0.0) * (time_s * 900.0).sin();
            std::iter::repeat_n(value, channel_count)
        })
        .collect()
}

/// One voice, its writer, and the time.
struct Rehearsal {
    writer: Option<RingWriter>,
    core: VoiceCore,
    voice: Voice,
    now_s: Cell<f64>,
}

impl Rehearsal {
    fn new(model: &Arc<Model>, rate_hz: u32, channel_count: usize, settings: VoiceSettings) -> Self {
        let (writer, reader) = ring(rate_hz, channel_count, Duration::from_secs(1)).unwrap();
        let (core, voice) = VoiceCore::new(Arc::clone(model), reader, &settings, 10.0).unwrap();
        Self { writer: Some(writer), core, voice, now_s: Cell::new(10.0) }
    }

    fn write(&mut self, interleaved: &[f32]) {
        self.writer.as_mut().expect("the writer is there").write(interleaved);
    }

    /// Steps until nothing is left to do.
    fn step(&mut self) -> Turn {
        loop {
            let turn = self.core.step(|| self.now_s.get());
            if turn != Turn::More {
                return turn;
            }
        }
    }

    fn pass(&self, seconds: f64) {
        self.now_s.set(self.now_s.get() + seconds);
    }

    /// All rows after `row_count` ones.
    fn take_rows(&self, rows: &mut Vec<Vec<f32>>) {
        take_rows(&self.voice, rows);
    }

    fn face(&self) -> (cstalk_engine::live::Shown, Vec<f32>) {
        let mut values = vec![0.0; self.voice.rig().columns().len()];
        (self.voice.sample_at(self.now_s.get(), &mut values).unwrap(), values)
    }
}

/// Appends the rows of a voice that `rows` lacks.
fn take_rows(voice: &Voice, rows: &mut Vec<Vec<f32>>) {
    let Some(newest_s) = voice.newest_s() else { return };
    while rows.len() as f64 * HOP_S < newest_s + HOP_S / 2.0 {
        let mut values = vec![0.0; voice.rig().columns().len()];
        let shown = voice.curves_at(rows.len() as f64 * HOP_S, &mut values).unwrap();
        assert_eq!(shown.state, FaceState::OnTime);
        assert!((shown.time_s - rows.len() as f64 * HOP_S).abs() < 1e-9);
        rows.push(values);
    }
}

/// Rows of the file run over the same samples.
fn offline(model: &Arc<Model>, settings: StreamSettings, rate_hz: u32, samples: &[f32]) -> Vec<Vec<f32>> {
    let mut speech = Vec::new();
    let mut resampler = SpeechResampler::new(rate_hz, 1).unwrap();
    resampler.push(samples, &mut speech);
    resampler.finish(&mut speech);
    let mut stream = Stream::new(Arc::clone(model), settings).unwrap();
    whole(&mut stream, &speech).into_iter().map(|(_, row)| row).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn live_curves_are_the_file_run_bit_for_bit(
        rate_hz in prop_oneof![Just(16_000u32), Just(48_000), Just(44_100)],
        channel_count in 1usize..3,
        blocks_ms in prop::collection::vec((0.1f64..120.0, 0.0f64..200.0), 1..30),
    ) {
        let mono = syllables(rate_hz, 1, 1.6);
        let samples = syllables(rate_hz, channel_count, 1.6);
        let mut voice = Rehearsal::new(&UNTRAINED, rate_hz, channel_count, VoiceSettings::default());
        let mut rows = Vec::new();
        let mut rest = &samples[..];
        // Blocks of any size after pauses of any length below what counts as stale.
        for (block_ms, pause_ms) in blocks_ms.iter().cycle() {
            let count = ((block_ms * f64::from(rate_hz) / 1e3) as usize).max(1) * channel_count;
            let (block, later) = rest.split_at(count.min(rest.len()));
            voice.write(block);
            voice.pass(pause_ms / 1e3);
            voice.step();
            voice.take_rows(&mut rows);
            rest = later;
            if rest.is_empty() {
                break;
            }
        }
        voice.writer = None;
        prop_assert_eq!(voice.step(), Turn::Ended);
        voice.take_rows(&mut rows);
        let report = voice.voice.report();
        prop_assert_eq!((report.input.filled_s, report.input.skipped_s, report.input.late_s), (0.0, 0.0, 0.0));
        prop_assert_eq!(&rows, &offline(&UNTRAINED, StreamSettings::default(), rate_hz, &mono));
    }
}

#[test]
fn many_voices_on_two_workers_are_each_their_own_file_run() {
    let pool = LivePool::new(Arc::clone(&UNTRAINED), 2).unwrap();
    let samples = syllables(48_000, 1, 2.0);
    let settings = |seed: u64| StreamSettings { seed, ..StreamSettings::default() };
    // Nothing counts as stale: a test may be stopped for long.
    let patient = |seed| VoiceSettings {
        stream: settings(seed),
        stale_after_ms: 5_000.0,
        ..VoiceSettings::default()
    };
    let mut voices: Vec<_> = (0..6)
        .map(|seed| {
            let (mut writer, reader) = ring(48_000, 1, Duration::from_secs(3)).unwrap();
            // Written before the voice is there: nothing comes too late.
            writer.write(&samples[..480 * (seed as usize + 1)]);
            let voice = pool.add_voice(reader, patient(seed)).unwrap();
            (writer, voice, 480 * (seed as usize + 1), Vec::new())
        })
        .collect();
    let all_out = |written: usize| written == samples.len();
    while !voices.iter().all(|(_, _, written, _)| all_out(*written)) {
        for (index, (writer, voice, written, rows)) in voices.iter_mut().enumerate() {
            let block = (1_000 + 700 * index).min(samples.len() - *written);
            writer.write(&samples[*written..*written + block]);
            *written += block;
            take_rows(voice, rows);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    for (seed, (writer, voice, _, mut rows)) in voices.into_iter().enumerate() {
        drop(writer);
        while !voice.has_ended() {
            std::thread::sleep(Duration::from_millis(2));
        }
        take_rows(&voice, &mut rows);
        let report = voice.report();
        assert_eq!((report.input.overrun_s, report.input.skipped_s, report.error), (0.0, 0.0, None));
        assert_eq!(rows, offline(&UNTRAINED, settings(seed as u64), 48_000, &samples), "voice {seed}");
    }
}

/// An hour of jittered, late and lost blocks from a device whose clock is off; returns the largest offset of the shown
/// face over the last minute, in seconds, and the bytes held after two minutes and at the end.
fn hour(ppm: f64) -> (f64, [u64; 2], cstalk_engine::live::LiveReport) {
    let mut chance = rand_chacha::ChaCha8Rng::seed_from_u64(ppm.to_bits());
    let device_hz = 16_000.0 * (1.0 + ppm * 1e-6);
    let delay_s = 0.15;
    let settings = VoiceSettings {
        stream: StreamSettings::bare(),
        delay_ms: Some(delay_s * 1e3),
        ..VoiceSettings::default()
    };
    let mut voice = Rehearsal::new(&UNTRAINED, 16_000, 1, settings);
    let began_s = voice.now_s.get();
    let block: Vec<f32> = (0..320).map(|n| 0.2 * (n as f32 * 0.3).sin()).collect();
    let (mut worst_s, mut held_bytes) = (0.0f64, [0; 2]);
    let block_count = 180_000u32;
    let mut late_until_s = 0.0;
    for index in 1..=block_count {
        let captured_s = began_s + f64::from(index) * 320.0 / device_hz;
        match index % 1_000 {
            0 => voice.writer.as_mut().unwrap().lose(320),
            // A stall of 0.2 s: ten blocks come at once.
            500 => {
                late_until_s = captured_s + 0.2;
                voice.write(&block);
            }
            _ => voice.write(&block),
        }
        let jitter_s = chance.random::<f64>().powi(2) * 0.015;
        let host_s = (captured_s + jitter_s).max(late_until_s).max(voice.now_s.get());
        voice.now_s.set(host_s);
        if host_s >= late_until_s {
            voice.step();
        }
        if index == 6_000 {
            held_bytes[0] = voice.voice.report().held_bytes;
        }
        if index > block_count - 3_000 && host_s > late_until_s {
            let (shown, _) = voice.face();
            let true_s = (host_s - began_s) * device_hz / 16_000.0 - delay_s;
            assert_eq!(shown.state, FaceState::OnTime, "at {true_s} s");
            worst_s = worst_s.max((shown.time_s - true_s).abs());
        }
    }
    voice.pass(0.2);
    voice.step();
    let report = voice.voice.report();
    held_bytes[1] = report.held_bytes;
    (worst_s, held_bytes, report)
}

#[test]
fn after_an_hour_of_trouble_the_face_is_within_a_hop_and_memory_is_flat() {
    for ppm in [200.0, -200.0] {
        let (worst_s, held_bytes, report) = hour(ppm);
        println!("{ppm} ppm: {:.2} ms off, {held_bytes:?} bytes, {:.1} ppm found", worst_s * 1e3, report.clock.drift_ppm);
        assert!(worst_s <= HOP_S, "{ppm} ppm: {worst_s} s");
        assert_eq!(held_bytes[0], held_bytes[1]);
        assert!((report.input.missed_s - 180.0 * 0.02).abs() < 1e-9);
        assert_eq!((report.input.skipped_s, report.clock.reset_count), (0.0, 0));
    }
}
