//! What a stream promises with a model that hears a whole window at a time.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod common;

use std::sync::{Arc, LazyLock};

use common::{Rows, chunked, take_rows, whole};

use cstalk_engine::{EmotionCurve, EmotionSource, EmotionStrength, ErrorKind, Stream, StreamSettings};
use cstalk_model::{CardWindow, Model, Provider, StepInput, sample};
use cstalk_rig::{Rig, RigId};
use proptest::prelude::*;

const WINDOW: CardWindow = CardWindow { past_hops: 5, block_hops: 4, future_hops: 3 };
const HOP_SAMPLES: usize = 320;

static MODEL: LazyLock<Arc<Model>> = LazyLock::new(|| {
    let bytes = sample::untrained_window_bytes(WINDOW).unwrap();
    Arc::new(Model::from_bytes(&bytes, Provider::Embedded).unwrap())
});

fn stream(settings: StreamSettings) -> Stream {
    Stream::new(MODEL.clone(), settings).unwrap()
}

fn noise(sample_count: usize) -> Vec<f32> {
    (0..sample_count).map(|n| ((n * n * 31 + n * 7) % 997) as f32 / 997.0 - 0.5).collect()
}

/// Rows of a clip by the card's own words: block by block, zeros outside, cut to the rig's ranges.
fn rows_by_the_card(samples: &[f32]) -> Vec<Vec<f32>> {
    let card = MODEL.card();
    let sample = |index: i64| usize::try_from(index).ok().and_then(|index| samples.get(index)).copied();
    let hops = WINDOW.hop_count() as usize;
    let emotion = [vec![1.0], vec![0.0; card.emotions.len() - 1]].concat().repeat(hops);
    let style = vec![0.0; hops * card.style.len()];
    let (past, block) = (WINDOW.past_hops as usize, WINDOW.block_hops as usize);
    let columns = Rig::get(RigId::Board185).columns();
    let mut rows = Vec::new();
    while rows.len() < samples.len().div_ceil(HOP_SAMPLES) {
        let start = (rows.len() as i64 - past as i64) * HOP_SAMPLES as i64;
        let features: Vec<f32> =
            (start..).take(hops * HOP_SAMPLES).map(|index| sample(index).unwrap_or(0.0)).collect();
        let mut curves = Vec::new();
        let input = StepInput { features: &features, emotion: &emotion, style: &style };
        MODEL.session().unwrap().step(&input, hops, &mut curves).unwrap();
        let in_range = |row: &[f32]| -> Vec<f32> {
            row.iter().zip(columns).map(|(value, control)| value.clamp(control.min, control.max)).collect()
        };
        rows.extend(curves.chunks(columns.len()).skip(past).take(block).map(in_range));
    }
    rows.truncate(samples.len().div_ceil(HOP_SAMPLES));
    rows
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_chunking_gives_the_bits_of_the_windows(
        sample_count in 1usize..9_000,
        blocks in prop::collection::vec((0usize..1_500, any::<bool>()), 1..40),
    ) {
        let samples = noise(sample_count);
        let mut chunk_wise = stream(StreamSettings::bare());
        let got = chunked(&mut chunk_wise, &samples, &blocks);
        let times: Vec<i64> = got.iter().map(|(time, _)| *time).collect();
        let wanted: Vec<i64> = (0..sample_count.div_ceil(HOP_SAMPLES) as i64).map(|row| row * 320).collect();
        prop_assert_eq!(times, wanted);
        prop_assert_eq!(got.into_iter().map(|(_, row)| row).collect::<Vec<_>>(), rows_by_the_card(&samples));
        let layered = whole(&mut stream(StreamSettings::default()), &samples);
        let mut again = stream(StreamSettings::default());
        again.push(&noise(777)).unwrap();
        take_rows(&mut again, &mut Rows::new());
        again.reset().unwrap();
        prop_assert_eq!(layered, whole(&mut again, &samples));
    }
}

#[test]
fn a_row_leaves_at_the_steady_look_ahead_of_block_and_future() {
    let mut live = stream(StreamSettings::default());
    let latency = live.latency();
    let look_ahead = u64::from(WINDOW.block_hops + WINDOW.future_hops) * HOP_SAMPLES as u64;
    assert_eq!((latency.look_ahead_samples, latency.hop_samples), (look_ahead, HOP_SAMPLES as u64));
    for heard in 1..=6_400u64 {
        live.push(&[0.1]).unwrap();
        let mut rows = Rows::new();
        take_rows(&mut live, &mut rows);
        let due = heard >= look_ahead && heard % 320 == 0;
        let wanted: Vec<i64> = due.then(|| (heard - look_ahead) as i64).into_iter().collect();
        assert_eq!(rows.iter().map(|(time, _)| *time).collect::<Vec<_>>(), wanted, "after {heard} samples");
    }
}

#[test]
fn an_emotion_curve_acts_on_its_rows_and_a_change_on_the_next_block() {
    let samples = noise(16_000);
    let neutral = whole(&mut stream(StreamSettings::bare()), &samples);
    let curve = EmotionCurve::from_csv("mood.csv", "time_s,happy\n0.4,0\n0.4,1\n".as_bytes()).unwrap();
    let emotion = EmotionSource::Curve(Arc::new(curve));
    let happy = whole(&mut stream(StreamSettings { emotion, ..StreamSettings::bare() }), &samples);
    let first_other = |one: &Rows, other: &Rows| (0..one.len()).find(|&row| one[row] != other[row]);
    assert_eq!(first_other(&neutral, &happy), Some(20));

    let mut live = stream(StreamSettings::bare());
    let mut rows = Rows::new();
    live.push(&samples[..8_000]).unwrap();
    take_rows(&mut live, &mut rows);
    let before = rows.len();
    live.set_emotion(EmotionSource::Constant("happy=1".parse().unwrap())).unwrap();
    live.push(&samples[8_000..]).unwrap();
    live.finish();
    take_rows(&mut live, &mut rows);
    assert_eq!(first_other(&neutral, &rows), Some(before.next_multiple_of(WINDOW.block_hops as usize)));
}

#[test]
fn the_layers_hear_the_sound_of_their_own_row() {
    // A second of sound, then silence: a mouth comes to rest after the sound, not a look-ahead before its end.
    let mut samples = noise(16_000);
    samples.extend(vec![0.0; 24_000]);
    let bare = whole(&mut stream(StreamSettings::bare()), &samples);
    let settings = StreamSettings { mouth_rest: true, ..StreamSettings::bare() };
    let rested = whole(&mut stream(settings), &samples);
    let jaw = Rig::get(RigId::Board185).index_of("CTRL_C_jaw.ty").unwrap();
    for ((time, before), (_, after)) in bare.iter().zip(&rested) {
        if *time < 16_000 {
            assert_eq!(before, after, "sample {time}");
        }
        if *time > 16_000 + 12_000 {
            assert_eq!(after[jaw], 0.0, "sample {time}");
        }
    }
}

#[test]
fn what_needs_every_hop_is_refused_and_changes_nothing() {
    let heard = sample::untrained_emotion_bytes(&["neutral", "happy"]).unwrap();
    let heard = Arc::new(Model::from_bytes(&heard, Provider::Embedded).unwrap());
    let auto = EmotionSource::Auto { model: heard, strength: 1.0 };
    let weaker: EmotionStrength = "brows=0.5".parse().unwrap();
    let plain = StreamSettings::bare;
    let mut running = stream(plain());
    // A voice is heard by its log-mel features, which this model does not take.
    let refused = StreamSettings { emotion: auto.clone(), ..plain() };
    assert!(Stream::new(MODEL.clone(), refused).is_err_and(|error| error.to_string().contains("features")));
    assert!(running.set_emotion(auto).is_err_and(|error| error.to_string().contains("features")));
    let refused = StreamSettings { emotion_strength: weaker, ..plain() };
    for result in [Stream::new(MODEL.clone(), refused).map(|_| ()), running.set_emotion_strength(weaker)] {
        let error = result.unwrap_err();
        assert!(error.kind() == ErrorKind::BadInput && error.to_string().contains("streams"), "{error}");
    }
    let samples = noise(HOP_SAMPLES * 9);
    assert_eq!(whole(&mut running, &samples), whole(&mut stream(plain()), &samples));
}
