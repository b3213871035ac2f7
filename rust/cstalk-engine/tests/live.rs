//! What a live voice promises, in simulated time: the curves of the file run, true time, calm changes, flat memory.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[allow(dead_code, reason = "shared with the tests of streams")]
mod common;

use std::cell::Cell;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use common::whole;
use cstalk_audio::ring::{RingWriter, ring};
use cstalk_audio::{GateSettings, SpeechResampler, decode_speech};
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
    let patient =
        |seed| VoiceSettings { stream: settings(seed), stale_after_ms: 5_000.0, ..VoiceSettings::default() };
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

/// Minutes of jittered, late and lost blocks from a device whose clock is off; returns the largest offset of the shown
/// face over the last minute, in seconds, and the bytes held after two minutes and at the end.
fn long_run(ppm: f64, minutes: u32) -> (f64, [u64; 2], cstalk_engine::live::LiveReport) {
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
    let block_count = 3_000 * minutes;
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
    for (ppm, minutes) in [(200.0, 60), (-200.0, 5)] {
        let (worst_s, held_bytes, report) = long_run(ppm, minutes);
        println!(
            "{ppm} ppm: {:.2} ms off, {held_bytes:?} bytes, {:.1} ppm found",
            worst_s * 1e3,
            report.clock.drift_ppm
        );
        assert!(worst_s <= HOP_S, "{ppm} ppm: {worst_s} s");
        assert_eq!(held_bytes[0], held_bytes[1]);
        assert!((report.input.missed_s - f64::from(3 * minutes) * 0.02).abs() < 1e-9);
        assert_eq!((report.input.skipped_s, report.clock.reset_count), (0.0, 0));
    }
}

/// Speech in 10 ms blocks to its end, with changes at given blocks; the rows, and how many there were before each change.
fn performed(
    settings: &VoiceSettings,
    samples: &[f32],
    mut change: impl FnMut(usize, &Voice) -> bool,
) -> (Vec<Vec<f32>>, Vec<usize>) {
    let mut voice = Rehearsal::new(&LIVE, 16_000, 1, settings.clone());
    let (mut rows, mut changed_after) = (Vec::new(), Vec::new());
    for (index, block) in samples.chunks(160).enumerate() {
        if change(index, &voice.voice) {
            changed_after.push(rows.len());
        }
        voice.write(block);
        voice.pass(0.01);
        voice.step();
        voice.take_rows(&mut rows);
    }
    (rows, changed_after)
}

/// Largest change between two rows of any control that has no part in a lip contact, as a share of its range.
fn largest_step(rows: &[Vec<f32>]) -> f32 {
    let columns =
        LIVE.card().controls.iter().zip(cstalk_rig::Rig::get(cstalk_rig::RigId::Board185).columns());
    let calm: Vec<(usize, f32)> = columns
        .enumerate()
        .filter(|(_, (name, _))| name.starts_with("CTRL_") && !touches_lips(name))
        .map(|(at, (_, control))| (at, control.max - control.min))
        .collect();
    let step = |pair: &[Vec<f32>]| {
        calm.iter().map(|&(at, range)| (pair[1][at] - pair[0][at]).abs() / range).fold(0.0, f32::max)
    };
    rows.windows(2).map(step).fold(0.0, f32::max)
}

#[test]
fn changes_begin_with_the_next_row_and_no_control_jumps() {
    let samples = sentence();
    let settings = VoiceSettings {
        stream: StreamSettings { mouth_rest: true, ..StreamSettings::bare() },
        ..VoiceSettings::default()
    };
    let (plain, _) = performed(&settings, &samples, |_, _| false);
    let emotions = ["angry=1", "happy=1", "surprised=1", "neutral=1", "sad=1"];
    let styles = ["jaw=2,smile=3", "brows=-3", "articulation=2,brows=3"];
    let strengths = ["all=0", "brows=1.5,mouth=0.5", "all=1"];
    for what in 0..3 {
        let mut count = 0;
        let (rows, changed_after) = performed(&settings, &samples, |index, voice| {
            if index % 40 != 25 {
                return false;
            }
            let emotion = |text: &str| EmotionSource::Constant(text.parse().unwrap());
            match what {
                0 => voice.set_emotion(emotion(emotions[count % 5])).unwrap(),
                1 => voice.set_style(styles[count % 3].parse().unwrap()).unwrap(),
                _ => {
                    voice.set_emotion(emotion("angry=1")).unwrap();
                    voice.set_emotion_strength(strengths[count % 3].parse().unwrap());
                }
            }
            count += 1;
            true
        });
        let first = changed_after[0];
        assert_eq!(plain[..first], rows[..first], "change {what}: nothing before it");
        assert_ne!(plain[first], rows[first], "change {what}: the next row");
        // Without a change the largest step is that of the speech; at once it is that of the change.
        let (calm, changed) = (largest_step(&plain), largest_step(&rows));
        println!("change {what}: largest step {changed:.3} of the range, {calm:.3} without");
        assert!(changed < calm.max(0.125), "change {what}: {changed}, {calm} without");
    }
    let abrupt = VoiceSettings { fade_ms: 0.0, ..settings };
    let (rows, _) = performed(&abrupt, &samples, |index, voice| {
        if index == 65 {
            voice.set_emotion(EmotionSource::Constant("surprised=1".parse().unwrap())).unwrap();
        }
        index == 65
    });
    println!("at once: largest step {:.3}", largest_step(&rows));
    assert!(largest_step(&rows) > 0.15, "what the fade is for: {}", largest_step(&rows));
}

#[test]
fn wrong_names_are_refused_and_the_face_stays() {
    let voice = Rehearsal::new(&UNTRAINED, 16_000, 1, VoiceSettings::default());
    let bliss = EmotionSource::Constant("bliss=1".parse().unwrap());
    assert!(voice.voice.set_emotion(bliss).unwrap_err().to_string().contains("bliss"));
    assert!(voice.voice.set_style("swagger=1".parse().unwrap()).unwrap_err().to_string().contains("swagger"));
    for delay_ms in [-1.0, 2_001.0, f64::NAN] {
        assert!(voice.voice.set_delay_ms(delay_ms).unwrap_err().to_string().contains("0 to 2000"));
    }
    assert!(voice.voice.sample_at(0.0, &mut [0.0; 3]).unwrap_err().to_string().contains("got 3"));
    for settings in [
        VoiceSettings { delay_ms: Some(f64::INFINITY), ..VoiceSettings::default() },
        VoiceSettings { stale_after_ms: 1.0, ..VoiceSettings::default() },
        VoiceSettings { fade_ms: -1.0, ..VoiceSettings::default() },
    ] {
        let (_writer, reader) = ring(16_000, 1, Duration::from_secs(1)).unwrap();
        assert!(VoiceCore::new(Arc::clone(&UNTRAINED), reader, &settings, 0.0).is_err());
    }
    assert!(LivePool::new(Arc::clone(&UNTRAINED), 0).is_err());
}

#[test]
fn sound_that_stops_becomes_silence_and_sound_that_returns_is_in_time() {
    let settings = || VoiceSettings {
        stream: StreamSettings { mouth_rest: true, ..StreamSettings::bare() },
        ..VoiceSettings::default()
    };
    let mut voice = Rehearsal::new(&LIVE, 16_000, 1, settings());
    assert_eq!(voice.face().0.state, FaceState::Waiting);
    let samples = sentence();
    let speech = &samples[..32_000];
    let began_s = voice.now_s.get();
    let mut rows: Vec<Vec<f32>> = Vec::new();
    let mut shown_faces: Vec<Vec<f32>> = Vec::new();
    let speak = |voice: &mut Rehearsal, rows: &mut Vec<_>, faces: &mut Vec<Vec<f32>>| {
        for block in speech.chunks(160) {
            voice.pass(0.01);
            voice.write(block);
            voice.step();
            voice.take_rows(rows);
            faces.push(voice.face().1);
        }
    };
    speak(&mut voice, &mut rows, &mut shown_faces);
    // Three seconds of nothing, as when a microphone is unplugged or a voice chat sends no packets in pauses.
    for _ in 0..300 {
        voice.pass(0.01);
        voice.step();
        voice.take_rows(&mut rows);
        shown_faces.push(voice.face().1);
    }
    let report = voice.voice.report();
    assert_eq!(report.input.stale_count, 1);
    assert!((2.7..3.0).contains(&report.input.filled_s), "{}", report.input.filled_s);
    let jaw = voice.voice.rig().index_of("CTRL_C_jaw.ty").unwrap();
    assert_eq!(shown_faces.last().unwrap()[jaw], 0.0, "the mouth is at rest");
    speak(&mut voice, &mut rows, &mut shown_faces);
    // The second time stands five seconds after the first, as it was heard.
    let expected = {
        let mut speech_twice = speech.to_vec();
        speech_twice.resize(5 * 16_000, 0.0);
        speech_twice.extend(speech);
        offline(&LIVE, settings().stream, 16_000, &speech_twice)
    };
    let last = rows.len().min(expected.len()) - 1;
    for at in [270, 290, 310, last] {
        let nearest = (at - 1..=at + 1)
            .map(|at| (rows[last.min(at)][jaw] - expected[at.min(last)][jaw]).abs())
            .fold(f32::MAX, f32::min);
        assert!(nearest < 0.05, "row {at}: {nearest}");
    }
    let clock = voice.voice.clock().unwrap();
    let off_s = clock.voice_at(voice.now_s.get()) - (voice.now_s.get() - began_s);
    assert!(off_s.abs() < HOP_S, "{off_s} s");
    let worst = largest_step(&shown_faces);
    assert!(worst <= largest_step(&expected).max(0.05), "{worst}");
    // The writer goes: the face is held, then rests.
    voice.writer = None;
    assert_eq!(voice.step(), Turn::Ended);
    voice.pass(3.0);
    let (shown, face) = voice.face();
    assert_eq!(shown.state, FaceState::Resting);
    assert!(face.iter().all(|&value| value == 0.0));
}

#[test]
fn what_comes_after_silence_took_its_place_is_left_out_and_a_source_that_paused_loses_nothing() {
    for (pause_s, backlog_s, late_s, filled_s) in [
        // The source was held up for a second, and sends it all.
        (1.0, 1.0, 0.95, 0.95),
        // The source had nothing to say for a second.
        (1.0, 0.02, 0.0, 0.98),
        // Held up for less than counts as stale.
        (0.2, 0.2, 0.0, 0.0),
    ] {
        let mut voice = Rehearsal::new(&UNTRAINED, 16_000, 1, VoiceSettings::default());
        let block = syllables(16_000, 1, 0.01);
        let speak = |voice: &mut Rehearsal| {
            for _ in 0..100 {
                voice.pass(0.01);
                voice.write(&block);
                voice.step();
            }
        };
        speak(&mut voice);
        let pause_steps = (pause_s / 0.005) as usize;
        for _ in 0..pause_steps {
            voice.pass(0.005);
            voice.step();
        }
        voice.write(&syllables(16_000, 1, backlog_s));
        voice.step();
        speak(&mut voice);
        voice.pass(0.1);
        voice.step();
        let input = voice.voice.report().input;
        assert!((input.late_s - late_s).abs() < 0.06, "{pause_s}: late {}", input.late_s);
        assert!((input.filled_s - filled_s).abs() < 0.06, "{pause_s}: filled {}", input.filled_s);
        let true_s = 2.0 + pause_s;
        let heard_s = voice.voice.report().heard_s;
        assert!((heard_s - true_s).abs() <= 0.1, "{pause_s}: heard {heard_s} of {true_s} s");
    }
}

#[test]
fn a_voice_far_behind_skips_the_oldest_keeps_true_time_and_takes_small_turns() {
    let settings = VoiceSettings { stale_after_ms: 5_000.0, ..VoiceSettings::default() };
    let mut voice = Rehearsal::new(&UNTRAINED, 16_000, 1, settings);
    let (mut rows, block) = (Vec::new(), syllables(16_000, 1, 0.5));
    voice.write(&block);
    voice.pass(0.5);
    voice.step();
    voice.take_rows(&mut rows);
    // Three quarters of a second at each of three turns.
    for _ in 0..3 {
        voice.pass(0.75);
        voice.write(&syllables(16_000, 1, 0.75));
        assert_eq!(voice.core.step(|| voice.now_s.get()), Turn::More, "eight hops, then others");
    }
    voice.step();
    voice.pass(0.2);
    voice.step();
    let report = voice.voice.report();
    assert!(report.input.skipped_s > 0.5, "{}", report.input.skipped_s);
    let newest_s = voice.voice.newest_s().unwrap();
    assert!((newest_s - (2.75 - 0.06)).abs() < HOP_S, "{newest_s}");
    assert!((report.heard_s - 2.75).abs() < HOP_S, "{}", report.heard_s);
    voice.take_rows(&mut rows);
    let straight = rows.windows(3).filter(|three| {
        three[0].iter().zip(&three[1]).zip(&three[2]).all(|((a, b), c)| (a + c - 2.0 * b).abs() < 1e-5)
    });
    assert!(
        straight.count() as f64 * HOP_S > report.input.skipped_s - 0.1,
        "straight lines where sound was skipped"
    );
}

#[test]
fn a_new_delay_comes_without_a_jump() {
    let mut voice = Rehearsal::new(&UNTRAINED, 16_000, 1, VoiceSettings::default());
    let block = syllables(16_000, 1, 0.01);
    let mut last_s: Option<f64> = None;
    for index in 0..500 {
        voice.pass(0.01);
        voice.write(&block);
        if index == 100 {
            voice.voice.set_delay_ms(240.0).unwrap();
        }
        if index == 300 {
            voice.voice.set_delay_ms(0.0).unwrap();
        }
        voice.step();
        let presented_s = voice.voice.presented_s(voice.now_s.get()).unwrap();
        if let Some(last_s) = last_s.replace(presented_s) {
            assert!((0.007..0.013).contains(&(presented_s - last_s)), "{index}: {}", presented_s - last_s);
        }
        let (shown, _) = voice.face();
        let wanted = if index > 480 { FaceState::Newest } else { FaceState::OnTime };
        if index == 99 || index == 299 || index == 490 {
            assert_eq!(shown.state, wanted, "{index}");
        }
        if index == 299 {
            let delay_s = voice.voice.clock().unwrap().voice_at(voice.now_s.get()) - presented_s;
            assert!((delay_s - 0.24).abs() < 1e-9, "{delay_s}");
        }
    }
}

#[test]
fn a_gate_silences_a_noisy_room_and_moves_nothing_in_time() {
    let gate = Some(GateSettings::default());
    let samples = sentence();
    let quiet: Vec<f32> = samples.iter().chain(&vec![0.0; 16_000]).copied().collect();
    // A fan at about -56 dB under the same speech and after it.
    let mut noise = rand_chacha::ChaCha8Rng::seed_from_u64(1);
    let noisy: Vec<f32> = quiet.iter().map(|sample| sample + 0.003 * (noise.random::<f32>() - 0.5)).collect();
    let perform = |samples: &[f32], gate| {
        let settings = VoiceSettings {
            stream: StreamSettings { mouth_rest: true, ..StreamSettings::bare() },
            gate,
            ..VoiceSettings::default()
        };
        let mut voice = Rehearsal::new(&LIVE, 16_000, 1, settings);
        let mut rows = Vec::new();
        for block in samples.chunks(160) {
            voice.write(block);
            voice.pass(0.01);
            voice.step();
            voice.take_rows(&mut rows);
        }
        voice.writer = None;
        assert_eq!(voice.step(), Turn::Ended);
        voice.take_rows(&mut rows);
        (rows, voice.voice.report())
    };
    let (open, _) = perform(&quiet, None);
    let (gated, report) = perform(&noisy, gate);
    assert_eq!((gated.len(), report.gate_ms), (open.len(), 20.0));
    assert_eq!(report.presentation.delay_ms, 100.0);
    let jaw = cstalk_rig::Rig::get(cstalk_rig::RigId::Board185).index_of("CTRL_C_jaw.ty").unwrap();
    // The loud middle of the sentence passes as it was: the gate's delay is taken out.
    let difference = (60..120).map(|row| (open[row][jaw] - gated[row][jaw]).abs()).sum::<f32>() / 60.0;
    let late = (60..120).map(|row| (open[row][jaw] - gated[row + 2][jaw]).abs()).sum::<f32>() / 60.0;
    assert!(difference < 0.02 && difference < 0.5 * late, "{difference}, two rows late {late}");
    // After the sentence the fan goes on and the mouth rests.
    let (ungated, _) = perform(&noisy, None);
    let last = gated.len() - 5;
    assert_eq!(gated[last][jaw], 0.0);
    println!("jaw over the fan: {} with a gate, {} without", gated[last][jaw], ungated[last][jaw]);
}
