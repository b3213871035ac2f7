//! Strength by part of the face, and the emotion heard in the voice: what a stream promises about both.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::path::Path;
use std::sync::{Arc, LazyLock};

use cstalk_engine::post::{LipGap, touches_lips};
use cstalk_engine::{
    DrainedRow, EmotionCurve, EmotionSource, EmotionStrength, EngineError, ErrorKind, FACE_PARTS, Next,
    Stream, StreamSettings,
};
use cstalk_model::{Model, Provider, sample};
use cstalk_rig::{Region, Rig, RigId};
use proptest::prelude::*;

static MODEL: LazyLock<Arc<Model>> = LazyLock::new(|| {
    Arc::new(Model::from_bytes(&sample::untrained_bytes().unwrap(), Provider::Embedded).unwrap())
});

static EAR: LazyLock<Arc<Model>> = LazyLock::new(|| {
    // One more than the sample model of curves can show.
    let bytes = sample::untrained_emotion_bytes(&["neutral", "angry", "happy", "fearful"]).unwrap();
    Arc::new(Model::from_bytes(&bytes, Provider::Embedded).unwrap())
});

type Rows = Vec<Vec<f32>>;

fn stream(settings: StreamSettings) -> Stream {
    Stream::new(MODEL.clone(), settings).unwrap()
}

fn take_rows(stream: &mut Stream, rows: &mut Rows) {
    while let Next::Row { values, .. } = stream.next().unwrap() {
        rows.push(values.to_vec());
    }
}

fn whole(mut stream: Stream, samples: &[f32]) -> Rows {
    let mut rows = Rows::new();
    stream.push(samples).unwrap();
    stream.finish();
    take_rows(&mut stream, &mut rows);
    rows
}

fn drain(stream: &mut Stream, rows: &mut Rows) {
    let keep = |row: DrainedRow<'_>| {
        rows.push(row.values.to_vec());
        Ok::<(), EngineError>(())
    };
    stream.drain(keep).unwrap();
}

fn chunked(mut stream: Stream, samples: &[f32], blocks: &[usize]) -> Rows {
    let mut rows = Rows::new();
    let mut rest = samples;
    for &block in blocks.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (now, later) = rest.split_at(block.min(rest.len()));
        stream.push(now).unwrap();
        take_rows(&mut stream, &mut rows);
        rest = later;
    }
    stream.finish();
    take_rows(&mut stream, &mut rows);
    rows
}

/// Syllables with pauses, then `silent_s` of digital silence.
fn speech_like(spoken_s: f32, silent_s: f32) -> Vec<f32> {
    let spoken = (spoken_s * 16_000.0) as usize;
    (0..spoken + (silent_s * 16_000.0) as usize)
        .map(|n| {
            let time_s = n as f32 / 16_000.0;
            let swell = if n < spoken { 0.3 * (time_s * 9.0).sin().max(0.0) } else { 0.0 };
            swell * (time_s * 900.0 * (1.0 + 0.2 * time_s.sin())).sin()
        })
        .collect()
}

fn emotion(text: &str) -> EmotionSource {
    EmotionSource::Constant(text.parse().unwrap())
}

fn curve(csv: &str) -> EmotionSource {
    EmotionSource::Curve(Arc::new(EmotionCurve::from_csv("mood.csv", csv.as_bytes()).unwrap()))
}

fn bare(emotion: EmotionSource, strength: &str) -> StreamSettings {
    StreamSettings { emotion, emotion_strength: strength.parse().unwrap(), ..StreamSettings::bare() }
}

fn auto(strength: f32) -> EmotionSource {
    EmotionSource::Auto { model: EAR.clone(), strength }
}

/// The part of the face of each column of the board, as the documentation says.
fn part(region: Region) -> &'static str {
    match region {
        Region::Brow => "brows",
        Region::Eyelid | Region::Gaze | Region::Lash => "eyes",
        Region::CheekSquint | Region::Nose => "cheeks",
        Region::JawChin => "jaw",
        Region::NeckEar | Region::Head => "neck",
        _ => "mouth",
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn strengths_mix_both_faces_part_by_part(strengths in prop::collection::vec(0.0f32..1.5, 6)) {
        let samples = speech_like(0.6, 0.0);
        let neutral = whole(stream(StreamSettings::bare()), &samples);
        let full = whole(stream(bare(emotion("angry=1"), "all=1")), &samples);
        let list: Vec<String> =
            FACE_PARTS.iter().zip(&strengths).map(|(part, strength)| format!("{part}={strength}")).collect();
        let mixed = whole(stream(bare(emotion("angry=1"), &list.join(","))), &samples);
        let rig = Rig::get(RigId::Board185);
        for ((neutral, full), mixed) in neutral.iter().zip(&full).zip(&mixed) {
            for (column, control) in rig.columns().iter().enumerate() {
                let strength = strengths[FACE_PARTS.iter().position(|p| *p == part(control.region)).unwrap()];
                let wanted = neutral[column] + strength * (full[column] - neutral[column]);
                let wanted = wanted.clamp(control.min, control.max);
                // A mouth whose lips would open goes back towards the neutral one.
                let between = (neutral[column].min(wanted), neutral[column].max(wanted));
                let got = mixed[column];
                prop_assert!((between.0 - 1e-6..=between.1 + 1e-6).contains(&got), "{}", control.name);
                let free = ["brows", "eyes", "neck"].contains(&part(control.region));
                prop_assert!(!free || (got - wanted).abs() < 1e-6, "{}: {got}, wanted {wanted}", control.name);
            }
        }
    }

    #[test]
    fn any_chunking_gives_the_same_bits(blocks in prop::collection::vec(1usize..1_500, 1..20)) {
        let samples = speech_like(0.5, 0.1);
        let csv = "time_s,happy,strength:brows\n0,0.5,1\n0.2,1,0.2\n0.2,1,1.2\n0.4,0,1\n";
        for source in [emotion("happy=0.8"), curve(csv), auto(1.0)] {
            let settings = StreamSettings {
                emotion: source,
                emotion_strength: "brows=0.3,mouth=1.3".parse().unwrap(),
                ..StreamSettings::default()
            };
            let wanted = whole(stream(settings.clone()), &samples);
            prop_assert_eq!(chunked(stream(settings), &samples, &blocks), wanted);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// Emotion, strength and style change between the blocks; in some of them rows are taken one by one, in some together,
    /// in some not at all.
    #[test]
    fn rows_taken_together_are_those_taken_one_by_one(
        blocks in prop::collection::vec((1usize..9_000, 0usize..3, 0usize..6), 1..12),
    ) {
        let samples = speech_like(1.5, 0.3);
        let csv = "time_s,happy,strength:brows\n0,0.5,1\n0.2,1,0.2\n0.2,1,1.2\n0.4,0,1\n";
        for source in [emotion("happy=0.8"), curve(csv), auto(1.0)] {
            let settings = StreamSettings { emotion: source, ..StreamSettings::default() };
            let run = |is_together: bool| {
                let (mut stream, mut rows) = (stream(settings.clone()), Rows::new());
                let mut rest = samples.as_slice();
                for &(length, taking, change) in blocks.iter().cycle().take(40) {
                    let (now, later) = rest.split_at(length.min(rest.len()));
                    rest = later;
                    stream.push(now).unwrap();
                    // What is not taken yet sees the changes below, however it is taken later.
                    match taking {
                        0 => (),
                        1 if is_together => drain(&mut stream, &mut rows),
                        _ => take_rows(&mut stream, &mut rows),
                    }
                    match change {
                        0 => stream.fade_to_emotion(emotion("sad=0.6"), 0.1).unwrap(),
                        1 => stream.set_emotion_strength("all=0.4".parse().unwrap()).unwrap(),
                        2 => stream.set_emotion_strength(EmotionStrength::default()).unwrap(),
                        3 => stream.fade_to_style("jaw=0.7".parse().unwrap(), 0.3).unwrap(),
                        _ => (),
                    }
                }
                stream.finish();
                if is_together { drain(&mut stream, &mut rows) } else { take_rows(&mut stream, &mut rows) }
                rows
            };
            prop_assert_eq!(run(true), run(false));
        }
    }
}

#[test]
fn strength_one_is_the_emotion_itself_and_zero_the_neutral_face() {
    let samples = speech_like(0.8, 0.5);
    let run = |settings: StreamSettings| whole(stream(settings), &samples);
    let with = |emotion: EmotionSource, strength: &str| StreamSettings {
        emotion,
        emotion_strength: strength.parse().unwrap(),
        ..StreamSettings::default()
    };
    let emotional = StreamSettings { emotion: emotion("sad=0.7"), ..StreamSettings::default() };
    assert_eq!(run(emotional.clone()), run(with(emotion("sad=0.7"), "all=1,brows=1")));
    // Through the second session as well: the curve changes the strength later than the sound ends.
    let held = curve("time_s,sad,strength:jaw\n0,0.7,1\n100,0.7,1\n101,0.7,0\n");
    assert_eq!(run(emotional), run(with(held, "all=1")));
    assert_eq!(run(StreamSettings::default()), run(with(emotion("sad=0.7"), "all=0")));
    assert_eq!(run(StreamSettings::default()), run(with(emotion("neutral=1"), "all=0.5,jaw=1.5")));
}

#[test]
fn a_curve_multiplies_the_strength_of_the_settings() {
    let samples = speech_like(0.6, 0.0);
    let csv = "time_s,happy,strength:brows,strength:jaw\n0,1,0.5,1.5\n";
    let got = whole(stream(bare(curve(csv), "brows=0.5,jaw=1.5,mouth=0.25")), &samples);
    let wanted = whole(stream(bare(emotion("happy=1"), "brows=0.25,jaw=1.5,mouth=0.25")), &samples);
    assert_eq!(got, wanted);
}

/// Largest change from row to row of the controls that no guard touches.
fn largest_jump(rows: &Rows) -> f32 {
    let free = |column: usize| {
        let control = &Rig::get(RigId::Board185).columns()[column];
        !touches_lips(&control.name) && ["brows", "eyes", "neck"].contains(&part(control.region))
    };
    let changes = rows.windows(2).flat_map(|pair| {
        (0..pair[0].len())
            .filter(|&column| free(column))
            .map(|column| (pair[1][column] - pair[0][column]).abs())
    });
    changes.fold(0.0, f32::max)
}

#[test]
fn a_jump_in_the_curve_is_made_no_worse_and_a_jump_of_strength_is_eased() {
    let samples = speech_like(1.2, 0.0);
    let step = "time_s,angry\n0.6,0\n0.6,1\n";
    let full = whole(stream(bare(curve(step), "all=1")), &samples);
    for strength in ["all=0", "all=0.5", "all=0.9", "brows=0.3"] {
        let weaker = whole(stream(bare(curve(step), strength)), &samples);
        let neutral = whole(stream(StreamSettings::bare()), &samples);
        let most = largest_jump(&full).max(largest_jump(&neutral)) + 1e-6;
        assert!(largest_jump(&weaker) <= most, "{strength}: {} of {most}", largest_jump(&weaker));
    }
    let sudden =
        "time_s,angry,strength:brows,strength:eyes,strength:neck\n0,1,1,1,1\n0.6,1,1,1,1\n0.6,1,0,0,0\n";
    let eased = whole(stream(bare(curve(sudden), "all=1")), &samples);
    let angry = whole(stream(bare(emotion("angry=1"), "all=1")), &samples);
    let neutral = whole(stream(StreamSettings::bare()), &samples);
    let apart = angry.iter().zip(&neutral).flat_map(|(a, n)| a.iter().zip(n).map(|(a, n)| (a - n).abs()));
    let apart = apart.fold(0.0, f32::max);
    assert!(largest_jump(&eased) <= largest_jump(&angry).max(largest_jump(&neutral)) + 0.2 * apart + 1e-6);
}

#[test]
fn set_emotion_strength_acts_on_the_next_row_and_full_strength_is_the_old_stream_again() {
    let samples = speech_like(2.4, 0.0);
    let angry = whole(stream(bare(emotion("angry=1"), "all=1")), &samples);
    let weak = whole(stream(bare(emotion("angry=1"), "all=0.2")), &samples);
    let mut live = stream(bare(emotion("angry=1"), "all=1"));
    let mut rows = Rows::new();
    let half = samples.len() / 3;
    live.push(&samples[..half]).unwrap();
    take_rows(&mut live, &mut rows);
    let first = rows.len();
    live.set_emotion_strength("all=0.2".parse().unwrap()).unwrap();
    live.push(&samples[half..2 * half]).unwrap();
    take_rows(&mut live, &mut rows);
    let second = rows.len();
    assert_eq!(rows[..first], angry[..first]);
    assert_ne!(rows[first], angry[first], "within one hop");
    // The sample model hears 4 hops of the past, so a fork knows no other emotion soon.
    assert_eq!(rows[first + 10..second], weak[first + 10..second]);
    live.set_emotion_strength(EmotionStrength::default()).unwrap();
    live.push(&samples[2 * half..]).unwrap();
    live.finish();
    take_rows(&mut live, &mut rows);
    assert_ne!(rows[second], weak[second]);
    assert_eq!(rows[second + 5..], angry[second + 5..]);

    live.set_emotion_strength("all=0.2".parse().unwrap()).unwrap();
    live.reset().unwrap();
    assert_eq!(whole(live, &samples), weak, "reset keeps the strength, from the first row on");
}

#[test]
fn closed_lips_of_the_shipped_model_stay_closed_whatever_the_strengths() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let model = Arc::new(Model::load(root.join("Content/Models/live.onnx"), Provider::Embedded).unwrap());
    let speech = root.join("tests/fixtures/speech/german_sentence.wav");
    let samples = cstalk_audio::decode_speech(&speech).unwrap();
    let run = |emotion: EmotionSource, strength: &str| {
        whole(Stream::new(model.clone(), bare(emotion, strength)).unwrap(), &samples)
    };
    let mut gap = LipGap::new(Rig::get(RigId::Board185)).unwrap();
    let mut gaps_mm = |rows: &Rows| -> Vec<f32> { rows.iter().map(|row| gap.gap_mm(row).unwrap()).collect() };
    let neutral_mm = gaps_mm(&run(EmotionSource::default(), "all=1"));
    for name in ["happy=1", "angry=1", "surprised=1"] {
        let full_mm = gaps_mm(&run(emotion(name), "all=1"));
        let closed: Vec<usize> =
            (0..full_mm.len()).filter(|&row| full_mm[row].max(neutral_mm[row]) <= 1.5).collect();
        assert!(closed.len() > 10, "{name}: {} closed rows", closed.len());
        for strength in ["mouth=0,jaw=1.5", "mouth=1.5,jaw=0", "all=1.5", "cheeks=1.5,mouth=0.5"] {
            let mixed_mm = gaps_mm(&run(emotion(name), strength));
            for &row in &closed {
                let allowed_mm = full_mm[row].max(neutral_mm[row]).max(0.763) + 1e-3;
                assert!(mixed_mm[row] <= allowed_mm, "{name} {strength}, row {row}: {} mm", mixed_mm[row]);
            }
        }
    }
}

#[test]
fn a_voice_changes_the_face_calmly_and_silence_makes_it_neutral() {
    let samples = speech_like(4.0, 4.0);
    let neutral = whole(stream(StreamSettings::bare()), &samples);
    let heard = whole(stream(bare(auto(1.0), "all=1")), &samples);
    assert_eq!(neutral.len(), heard.len());
    let apart =
        |row: usize| neutral[row].iter().zip(&heard[row]).map(|(n, h)| (n - h).abs()).fold(0.0, f32::max);
    let most = (50..200).map(apart).fold(0.0, f32::max);
    assert!(most > 0.02, "the voice is heard: {most}");
    assert!(apart(0) < 0.2 * most, "little is known at the beginning: {} of {most}", apart(0));
    assert!(apart(390) < 1e-3, "{}", apart(390));
    assert_eq!(whole(stream(bare(auto(0.0), "all=1")), &samples), neutral);
    let silence = vec![0.0; 32_000];
    assert_eq!(
        whole(stream(bare(auto(1.0), "all=1")), &silence),
        whole(stream(StreamSettings::bare()), &silence)
    );
    let mut again = stream(bare(auto(1.0), "all=1"));
    again.push(&samples[..20_000]).unwrap();
    take_rows(&mut again, &mut Rows::new());
    again.reset().unwrap();
    assert_eq!(whole(again, &samples), heard);
}

#[test]
fn no_row_of_a_heard_emotion_depends_on_sound_that_came_later() {
    let samples = speech_like(2.0, 0.0);
    let heard = whole(stream(bare(auto(1.0), "all=1")), &samples);
    let mut changed = samples.clone();
    changed[16_000..].iter_mut().for_each(|sample| *sample = -*sample * 0.2 + 0.01);
    let other = whole(stream(bare(auto(1.0), "all=1")), &changed);
    // Row k comes out after sample 320 k + 960.
    let last_unchanged = (16_000 - 960) / 320;
    assert_eq!(heard[..=last_unchanged], other[..=last_unchanged]);
    assert_ne!(heard, other);
}

#[test]
fn models_of_the_wrong_kind_are_refused_in_both_places() {
    let error = Stream::new(EAR.clone(), StreamSettings::default()).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::BadModel);
    assert!(error.to_string().contains("kind \"curves\", got one of kind \"emotion\""), "{error}");
    let settings = |model: &Arc<Model>, strength| StreamSettings {
        emotion: EmotionSource::Auto { model: model.clone(), strength },
        ..StreamSettings::default()
    };
    let error = Stream::new(MODEL.clone(), settings(&MODEL, 1.0)).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::BadModel);
    assert!(error.to_string().contains("kind \"emotion\""), "{error}");
    for strength in [-0.1, 1.1, f32::NAN] {
        let error = Stream::new(MODEL.clone(), settings(&EAR, strength)).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::BadInput, "{error}");
    }
    let bytes = sample::untrained_emotion_bytes(&["calm", "hungry"]).unwrap();
    let strangers = Arc::new(Model::from_bytes(&bytes, Provider::Embedded).unwrap());
    let error = Stream::new(MODEL.clone(), settings(&strangers, 1.0)).err().unwrap();
    assert!(error.to_string().contains("calm, hungry, none of which"), "{error}");
}
