//! What a stream promises, on a small untrained model: blocks do not matter, reset is new, outputs are sane.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod common;

use std::sync::{Arc, LazyLock};

use common::{Rows, chunked, take_rows, whole};

use cstalk_engine::{
    DrainedRow, EmotionCurve, EmotionSource, EmotionWeights, EngineError, ErrorKind, Motion, Next, Stream,
    StreamSettings, Style,
};
use cstalk_model::{Model, Provider, sample};
use cstalk_rig::{Rig, RigId};
use proptest::prelude::*;

static MODEL: LazyLock<Arc<Model>> = LazyLock::new(|| {
    let bytes = sample::untrained_bytes().expect("the sample model is valid");
    Arc::new(Model::from_bytes(&bytes, Provider::Embedded).expect("the sample model loads"))
});

fn stream(settings: StreamSettings) -> Stream {
    Stream::new(MODEL.clone(), settings).expect("the settings fit the model")
}

/// As [`take_rows`], all together.
fn drain_rows(stream: &mut Stream, rows: &mut Rows) {
    let keep = |row: DrainedRow<'_>| {
        rows.push((row.time.0, row.values.to_vec()));
        Ok::<(), EngineError>(())
    };
    stream.drain(keep).unwrap();
}

/// Syllables: a tone that swells and fades, with pauses.
fn speech_like(sample_count: usize) -> Vec<f32> {
    (0..sample_count)
        .map(|n| {
            let time_s = n as f32 / 16_000.0;
            let swell = (time_s * 9.0).sin().max(0.0) * if time_s % 1.4 < 0.9 { 0.3 } else { 0.0 };
            swell * (time_s * 900.0).sin() + 1e-4 * (time_s * 7_777.0).sin()
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_chunking_gives_the_same_bits(
        sample_count in 1usize..9_000,
        blocks in prop::collection::vec((0usize..1_500, any::<bool>()), 1..40),
    ) {
        let samples = speech_like(sample_count);
        let wanted = whole(&mut stream(StreamSettings::default()), &samples);
        let mut chunk_wise = stream(StreamSettings::default());
        let got = chunked(&mut chunk_wise, &samples, &blocks);
        prop_assert_eq!(&wanted, &got);
        let (mut together, mut rows) = (stream(StreamSettings::default()), Rows::new());
        together.push(&samples).unwrap();
        drain_rows(&mut together, &mut rows);
        together.finish();
        drain_rows(&mut together, &mut rows);
        prop_assert_eq!(wanted, rows);
    }

    #[test]
    fn reset_is_new(
        first_count in 0usize..6_000, first_finished in any::<bool>(), second_count in 1usize..6_000,
    ) {
        let mut used = stream(StreamSettings::default());
        used.push(&speech_like(first_count)).unwrap();
        if first_finished {
            used.finish();
        }
        take_rows(&mut used, &mut Rows::new());
        used.reset().unwrap();
        let samples = speech_like(second_count);
        prop_assert_eq!(whole(&mut used, &samples), whole(&mut stream(StreamSettings::default()), &samples));
    }

    #[test]
    fn every_row_is_finite_and_in_range(
        samples in prop::collection::vec(
            prop_oneof![any::<f32>(), -1.0f32..1.0, Just(f32::MAX), Just(f32::MIN_POSITIVE), Just(0.0)],
            1..4_000,
        ),
        emotion in 0.0f32..1e30,
        seed in any::<u64>(),
    ) {
        let emotion = EmotionWeights::new(vec![("angry".to_owned(), emotion)]).unwrap();
        let settings = StreamSettings {
            emotion: EmotionSource::Constant(emotion),
            style: "jaw=3,head=-3".parse().unwrap(),
            motion: Motion { head: 1.0, ..Motion::default() },
            seed,
            ..StreamSettings::default()
        };
        for (_, row) in whole(&mut stream(settings), &samples) {
            for (control, value) in Rig::get(RigId::Board185).columns().iter().zip(row) {
                prop_assert!((control.min..=control.max).contains(&value), "{}: {value}", control.name);
            }
        }
    }

    #[test]
    fn rows_stand_a_hop_apart_from_sample_zero_to_the_end(sample_count in 1usize..5_000) {
        let rows = whole(&mut stream(StreamSettings::default()), &vec![0.0; sample_count]);
        let times: Vec<i64> = rows.iter().map(|(time, _)| *time).collect();
        let wanted: Vec<i64> = (0..sample_count.div_ceil(320) as i64).map(|row| row * 320).collect();
        prop_assert_eq!(times, wanted);
    }
}

#[test]
fn samples_that_are_not_finite_count_as_zero_and_are_reported() {
    let mut samples = speech_like(8_000);
    let mut broken = stream(StreamSettings::default());
    for (index, sample) in [(100, f32::NAN), (4_000, f32::INFINITY), (4_001, f32::NEG_INFINITY)] {
        samples[index] = sample;
    }
    let got = whole(&mut broken, &samples);
    assert_eq!(broken.replaced_samples(), 3);
    for index in [100, 4_000, 4_001] {
        samples[index] = 0.0;
    }
    assert_eq!(got, whole(&mut stream(StreamSettings::default()), &samples));
}

#[test]
fn a_row_comes_out_as_soon_as_its_look_ahead_is_heard() {
    let mut live = stream(StreamSettings::default());
    let latency = live.latency();
    assert_eq!((latency.look_ahead_samples, latency.hop_samples), (960, 320));
    assert_eq!((latency.look_ahead_ms(), latency.hop_ms()), (60.0, 20.0));
    let samples = speech_like(3_200);
    for (index, sample) in samples.iter().enumerate() {
        live.push(&[*sample]).unwrap();
        let mut rows = Rows::new();
        take_rows(&mut live, &mut rows);
        let heard = index as i64 + 1;
        let wanted: Vec<i64> =
            (heard >= 960 && heard % 320 == 0).then_some(heard - 960).into_iter().collect();
        assert_eq!(rows.iter().map(|(time, _)| *time).collect::<Vec<_>>(), wanted, "after {heard} samples");
    }
}

/// Names of the controls that differ anywhere between two runs.
fn moved(one: &Rows, other: &Rows) -> Vec<&'static str> {
    let columns = Rig::get(RigId::Board185).columns();
    let differs = |column: usize| one.iter().zip(other).any(|(a, b)| a.1[column] != b.1[column]);
    (0..columns.len()).filter(|&column| differs(column)).map(|column| columns[column].name.as_str()).collect()
}

#[test]
fn the_strength_of_a_layer_changes_its_own_controls_only() {
    let samples = speech_like(16_000 * 12);
    let run = |settings| whole(&mut stream(settings), &samples);
    let all = StreamSettings::default();
    let with_all = run(all.clone());
    let usual = Motion::default();
    let cases = [
        (Motion { blinks: 0.0, ..usual }, "eye_blink", 2),
        (Motion { blinks: 0.5, ..usual }, "eye_blink", 2),
        (Motion { gaze: 0.0, ..usual }, "CTRL_C_eye.", 2),
        (Motion { gaze: 2.0, ..usual }, "CTRL_C_eye.", 2),
        (Motion { head: 0.0, ..usual }, "Head", 6),
        (Motion { head: 1.0, ..usual }, "Head", 6),
    ];
    for (motion, part, count) in cases {
        let changed = moved(&with_all, &run(StreamSettings { motion, ..all.clone() }));
        assert_eq!(changed.len(), count, "{part}: {changed:?}");
        assert!(changed.iter().all(|name| name.contains(part)), "{part}: {changed:?}");
    }
    let seeded = moved(&with_all, &run(StreamSettings { seed: 1, ..all }));
    assert_eq!(seeded.len(), 10, "another seed moves the layers and nothing else: {seeded:?}");
}

#[test]
fn smoothing_changes_no_lip_jaw_or_tongue() {
    let samples = speech_like(16_000 * 2);
    let smooth = StreamSettings { smoothing_ms: 40.0, ..StreamSettings::bare() };
    let changed =
        moved(&whole(&mut stream(smooth), &samples), &whole(&mut stream(StreamSettings::bare()), &samples));
    assert!(changed.iter().any(|name| name.contains("brow")), "{changed:?}");
    assert!(changed.iter().all(|name| !cstalk_engine::post::touches_lips(name)), "{changed:?}");
}

#[test]
fn an_emotion_curve_takes_effect_within_one_hop() {
    let samples = speech_like(16_000);
    let neutral = whole(&mut stream(StreamSettings::bare()), &samples);
    // A step at exactly row 20 and one just after it, which row 21 is the first to see.
    for (key_s, first_row) in [(0.4, 20), (0.4001, 21), (0.0, 0)] {
        let csv = format!("time_s,happy\n{key_s},0\n{key_s},1\n");
        let curve = EmotionCurve::from_csv("mood.csv", csv.as_bytes()).unwrap();
        let emotion = EmotionSource::Curve(Arc::new(curve));
        let happy = whole(&mut stream(StreamSettings { emotion, ..StreamSettings::bare() }), &samples);
        let first = (0..neutral.len()).find(|&row| neutral[row] != happy[row]);
        assert_eq!(first, Some(first_row), "key at {key_s} s");
    }
}

#[test]
fn set_emotion_changes_the_next_row_and_survives_a_reset() {
    let samples = speech_like(16_000);
    let neutral = whole(&mut stream(StreamSettings::bare()), &samples);
    let mut live = stream(StreamSettings::bare());
    let mut rows = Rows::new();
    live.push(&samples[..8_000]).unwrap();
    take_rows(&mut live, &mut rows);
    let before = rows.len();
    live.set_emotion(EmotionSource::Constant("happy=1".parse().unwrap())).unwrap();
    live.push(&samples[8_000..]).unwrap();
    take_rows(&mut live, &mut rows);
    assert_eq!(neutral[..before], rows[..before]);
    assert_ne!(neutral[before], rows[before]);

    assert!(live.set_emotion(EmotionSource::Constant("bliss=1".parse().unwrap())).is_err());
    live.reset().unwrap();
    let emotion = EmotionSource::Constant("happy=1".parse().unwrap());
    let happy = whole(&mut stream(StreamSettings { emotion, ..StreamSettings::bare() }), &samples);
    assert_eq!(whole(&mut live, &samples), happy);
}

#[test]
fn mouth_rest_leaves_every_row_with_sound_near_it() {
    let mut samples = speech_like(16_000 * 2);
    samples.extend(vec![0.0; 16_000 * 2]);
    let is_sound = |sample: &f32| sample.abs() > 5e-3;
    let last_sound = samples.iter().rposition(is_sound).unwrap() as i64;
    let bare = whole(&mut stream(StreamSettings::bare()), &samples);
    let rested = whole(&mut stream(StreamSettings { mouth_rest: true, ..StreamSettings::bare() }), &samples);
    let jaw = Rig::get(RigId::Board185).index_of("CTRL_C_jaw.ty").unwrap();
    for ((time, before), (_, after)) in bare.iter().zip(&rested) {
        // Up to 0.3 s after any sound, pauses between the syllables too, not a bit changes.
        let near = (*time - 4_800).max(0) as usize..((*time + 320) as usize).min(samples.len());
        if samples[near].iter().any(is_sound) {
            assert_eq!(before, after, "sample {time}");
        }
        if *time > last_sound + 9_600 {
            assert_eq!(after[jaw], 0.0, "sample {time}");
        }
    }
}

#[test]
fn the_protocol_is_kept_or_refused() {
    let mut idle = stream(StreamSettings::default());
    assert_eq!(idle.next().unwrap(), Next::NeedMore);
    idle.finish();
    assert_eq!(idle.next().unwrap(), Next::Finished);
    idle.finish();
    assert_eq!(idle.next().unwrap(), Next::Finished);
    assert_eq!(idle.push(&[0.0]).unwrap_err().kind(), ErrorKind::Misuse);
    idle.reset().unwrap();
    assert_eq!(whole(&mut idle, &[0.0]).len(), 1);
}

#[test]
fn settings_that_the_model_cannot_follow_are_refused_by_name() {
    let cases = [
        (StreamSettings { emotion: emotion("bliss=1"), ..Default::default() }, "bliss"),
        (StreamSettings { style: "swagger=1".parse::<Style>().unwrap(), ..Default::default() }, "swagger"),
        (moving(Motion { head: 1.5, ..Motion::default() }), "head motion"),
        (moving(Motion { head: f32::NAN, ..Motion::default() }), "head motion"),
        (moving(Motion { blinks: 1.1, ..Motion::default() }), "blinks"),
        (moving(Motion { gaze: -0.1, ..Motion::default() }), "gaze"),
        (StreamSettings { smoothing_ms: -1.0, ..Default::default() }, "smoothing"),
    ];
    for (settings, name) in cases {
        let error = Stream::new(MODEL.clone(), settings).err().expect(name);
        assert!(error.to_string().contains(name), "{name}: {error}");
        assert_eq!(error.kind(), ErrorKind::BadInput, "{error}");
    }
}

#[test]
fn weights_of_parts_lay_speech_over_another_face_and_change_without_a_jump() {
    let samples = speech_like(16_000 * 6);
    let whole_face = whole(&mut stream(StreamSettings::default()), &samples);
    let part_weights = "all=0,mouth=1,jaw=1".parse().unwrap();
    let mouth = whole(&mut stream(StreamSettings { part_weights, ..Default::default() }), &samples);
    let columns = Rig::get(RigId::Board185).columns();
    for ((_, before), (_, after)) in whole_face.iter().zip(&mouth) {
        for (column, control) in columns.iter().enumerate() {
            match cstalk_engine::face_part_of(control.region) {
                Some("brows" | "eyes" | "neck") => assert_eq!(after[column], 0.0, "{}", control.name),
                None => assert_eq!(after[column], before[column], "{}", control.name),
                _ => (),
            }
        }
    }
    assert!(moved(&whole_face, &mouth).len() > 20);

    let mut changing = stream(StreamSettings::default());
    let mut rows = Rows::new();
    changing.push(&samples[..48_000]).unwrap();
    take_rows(&mut changing, &mut rows);
    let before = rows.len();
    changing.fade_to_part_weights(part_weights, 0.2);
    changing.push(&samples[48_000..]).unwrap();
    changing.finish();
    take_rows(&mut changing, &mut rows);
    assert_eq!(rows[..before], whole_face[..before]);
    assert_eq!(rows[before + 10..], mouth[before + 10..], "after the fade it is the stream of those weights");
}

fn moving(motion: Motion) -> StreamSettings {
    StreamSettings { motion, ..StreamSettings::default() }
}

/// Size of each row of a layer that was asked for strengths at some rows, against those of strength 1.
fn share_of_full(column: &str, motion: impl Fn(f32) -> Motion) -> Vec<Option<f32>> {
    let samples = speech_like(16_000 * 12);
    let column = Rig::get(RigId::Board185).index_of(column).unwrap();
    let bare = || StreamSettings { motion: motion(1.0), ..StreamSettings::bare() };
    let still = whole(&mut stream(StreamSettings::bare()), &samples);
    let full = whole(&mut stream(bare()), &samples);
    let mut changing = stream(bare());
    let mut rows = Rows::new();
    for (second, block) in samples.chunks(16_000).enumerate() {
        // 1, then 0 from the third second on, then 0.5 from the seventh on, each over half a second.
        match second {
            3 => changing.fade_to_motion(motion(0.0), 0.5).unwrap(),
            7 => changing.fade_to_motion(motion(0.5), 0.5).unwrap(),
            _ => (),
        }
        changing.push(block).unwrap();
        take_rows(&mut changing, &mut rows);
    }
    let size = |rows: &Rows, row: usize| rows[row].1[column] - still[row].1[column];
    (0..rows.len())
        .map(|row| (size(&full, row).abs() > 0.02).then(|| size(&rows, row) / size(&full, row)))
        .collect()
}

#[test]
fn strengths_of_layers_change_while_the_stream_runs_without_a_jump() {
    let still = Motion::STILL;
    let layers: [(&str, &dyn Fn(f32) -> Motion); 3] = [
        ("CTRL_L_eye_blink.ty", &|blinks| Motion { blinks, ..still }),
        ("CTRL_C_eye.tx", &|gaze| Motion { gaze, ..still }),
        ("HeadYaw", &|head| Motion { head, ..still }),
    ];
    for (column, motion) in layers {
        let shares = share_of_full(column, motion);
        let near = |rows: std::ops::Range<usize>, wanted: f32| {
            let off = shares[rows].iter().flatten().map(|share| (share - wanted).abs()).fold(0.0, f32::max);
            assert!(off < 0.02, "{column}: {off} from {wanted}");
        };
        near(0..145, 1.0);
        near(180..345, 0.0);
        near(380..shares.len(), 0.5);
        // Half a second is 25 rows: neighbours differ by a 25th at most.
        let jumps = shares.windows(2).filter_map(|pair| Some((pair[1]? - pair[0]?).abs()));
        let jump = jumps.fold(0.0, f32::max);
        assert!(jump < 0.05, "{column}: {jump}");
        assert!(shares.iter().flatten().count() > 20, "{column} moved");
    }
}

fn emotion(text: &str) -> EmotionSource {
    EmotionSource::Constant(text.parse().expect("a list of weights"))
}
