//! The embedded provider on the untrained sample model: streams, errors, threads.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::sync::Arc;

use cstalk_model::{ErrorKind, Model, Provider, Session, StepInput, sample};
use cstalk_onnx::sample::{SampleSpec, untrained_card, untrained_model};
use cstalk_onnx::{Dim, ElementType, GraphBuilder};

mod common;
use common::{Inputs, largest_difference, run_all};

fn sample_model() -> Model {
    Model::from_bytes(&sample::untrained_bytes().unwrap(), Provider::Embedded).unwrap()
}

/// Three blocks, so that states of several dilations are carried.
fn deep_model() -> Model {
    let spec = SampleSpec { block_count: 4, ..sample::untrained_spec() };
    Model::from_bytes(&untrained_model(&spec).unwrap(), Provider::Embedded).unwrap()
}

#[test]
fn curves_move_within_their_bounds_and_unpredicted_controls_rest() {
    let model = sample_model();
    let inputs = Inputs::random(&model, 40, 3);
    let rows = run_all(&mut model.session().unwrap(), &inputs, 1);
    let width = model.card().controls.len();
    assert_eq!(rows.len(), 40 * width);
    for (index, predicted) in model.card().predicted.iter().enumerate() {
        let column: Vec<f32> = rows.iter().skip(index).step_by(width).copied().collect();
        let spread = column.iter().fold(0.0_f32, |most, value| most.max((value - column[0]).abs()));
        assert!(column.iter().all(|value| value.abs() <= 0.5));
        assert_eq!(spread > 0.0, *predicted, "control {index}");
    }
}

/// The models that come along, and an untrained one.
fn streaming_models() -> Vec<Model> {
    let shipped = |name: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Content/Models");
        Model::load(folder.join(name), Provider::Embedded).unwrap()
    };
    vec![deep_model(), shipped("live.onnx"), shipped("studio.onnx"), shipped("emotion-nc.onnx")]
}

#[test]
fn rows_are_the_same_bits_whatever_the_steps() {
    for model in streaming_models() {
        let name = &model.card().name;
        let most = model.session().unwrap().hops_at_once();
        assert!(most >= 32, "{name}: {most}");
        const HOPS: usize = 150;
        let inputs = Inputs::random(&model, HOPS, 5);
        let single = run_all(&mut model.session().unwrap(), &inputs, 1);
        for hops in [2, 3, 7, 16, 31, most] {
            assert!(single == run_all(&mut model.session().unwrap(), &inputs, hops), "{name}: {hops} a step");
        }
        // Steps of all lengths one after the other; a fork and a reset keep to it wherever they come.
        let mut session = model.session().unwrap();
        let (mut at, mut rows) = (0, Vec::new());
        for hops in [1, 1, 1, 2, 1, 5, 1, 1, 64, 1, 1, 1, 1, 33].into_iter().cycle() {
            let hops = hops.min(HOPS - at);
            if hops == 0 {
                break;
            }
            let [features, emotion, style] = inputs.step(at, hops);
            let input = StepInput { features, emotion, style };
            let mut fork = session.fork().unwrap();
            let mut forked = Vec::new();
            fork.step(&input, hops, &mut forked).unwrap();
            let before = rows.len();
            session.step(&input, hops, &mut rows).unwrap();
            assert!(rows[before..] == forked, "{name}: a fork at hop {at}");
            at += hops;
        }
        assert!(rows == single, "{name}: steps of all lengths");
        session.reset().unwrap();
        assert!(run_all(&mut session, &inputs, 9) == single, "{name}: after a reset");
    }
}

#[test]
fn every_input_and_the_past_matter() {
    let model = sample_model();
    let inputs = Inputs::random(&model, 4, 7);
    let before = run_all(&mut model.session().unwrap(), &inputs, 1);
    let width = model.card().controls.len();
    for part in 0..3 {
        let mut changed = inputs.clone();
        changed.parts[part][0] += 0.5;
        let after = run_all(&mut model.session().unwrap(), &changed, 1);
        assert!(largest_difference(&before[..width], &after[..width]) > 1e-4, "input {part}, same row");
    }
    let mut changed = inputs;
    changed.parts[0][0] += 0.5;
    let after = run_all(&mut model.session().unwrap(), &changed, 1);
    assert!(largest_difference(&before[2 * width..3 * width], &after[2 * width..3 * width]) > 1e-5, "state");
    assert_eq!(before[3 * width..], after[3 * width..], "kernel 3 reaches two hops back, not three");
}

#[test]
fn reset_is_as_new() {
    let model = deep_model();
    let (first, second) = (Inputs::random(&model, 9, 11), Inputs::random(&model, 9, 13));
    let mut session = model.session().unwrap();
    run_all(&mut session, &first, 1);
    let dirty = run_all(&mut session, &second, 1);
    session.reset().unwrap();
    let clean = run_all(&mut session, &second, 1);
    let new = run_all(&mut model.session().unwrap(), &second, 1);
    assert_eq!(clean, new);
    assert_ne!(dirty, new);
}

#[test]
fn sessions_on_two_threads_are_as_one_after_the_other() {
    let model = Arc::new(deep_model());
    let streams = [Inputs::random(&model, 60, 17), Inputs::random(&model, 60, 19)];
    let sequential: Vec<Vec<f32>> =
        streams.iter().map(|inputs| run_all(&mut model.session().unwrap(), inputs, 1)).collect();
    let threads: Vec<_> = streams
        .into_iter()
        .map(|inputs| {
            let model = Arc::clone(&model);
            std::thread::spawn(move || run_all(&mut model.session().unwrap(), &inputs, 1))
        })
        .collect();
    let parallel: Vec<Vec<f32>> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert_eq!(sequential, parallel);
}

#[test]
fn a_session_outlives_its_model() {
    let model = sample_model();
    let inputs = Inputs::random(&model, 3, 23);
    let wanted = run_all(&mut model.session().unwrap(), &inputs, 1);
    let mut session = model.session().unwrap();
    drop(model);
    assert_eq!(run_all(&mut session, &inputs, 1), wanted);
}

#[test]
fn wrong_input_is_refused_and_changes_nothing() {
    let model = sample_model();
    let inputs = Inputs::random(&model, 2, 29);
    let [features, emotion, style] = inputs.step(0, 1);
    let wanted = run_all(&mut model.session().unwrap(), &inputs, 1);
    let with_nan = {
        let mut features = features.to_vec();
        features[7] = f32::NAN;
        features
    };
    let cases: [(&str, usize, [&[f32]; 3]); 5] = [
        ("features: wanted 1 rows of 160 numbers, got 159", 1, [&features[1..], emotion, style]),
        ("emotion: wanted 1 rows of 5 numbers, got 0", 1, [features, &[], style]),
        ("style: wanted 1 rows of 8 numbers, got 7", 1, [features, emotion, &style[1..]]),
        ("features: wanted 2 rows of 160 numbers, got 160", 2, [features, emotion, style]),
        ("features: number 7 is NaN", 1, [&with_nan, emotion, style]),
    ];
    let mut session = model.session().unwrap();
    let mut curves = vec![9.0];
    for (message, hops, parts) in cases {
        let input = StepInput { features: parts[0], emotion: parts[1], style: parts[2] };
        let error = session.step(&input, hops, &mut curves).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadInput);
        assert!(error.to_string().contains(message), "{error}");
        assert_eq!(curves, [9.0]);
    }
    let nothing = StepInput { features: &[], emotion: &[], style: &[] };
    let huge = session.step(&nothing, usize::MAX, &mut curves).unwrap_err();
    assert_eq!(huge.kind(), ErrorKind::BadInput);
    session.step(&nothing, 0, &mut curves).unwrap();
    assert_eq!(run_all(&mut session, &inputs, 1), wanted);
}

/// A model whose every control is the newest first feature of the hop before, plus the features times 3e38.
fn overflowing_model() -> Model {
    let card = untrained_card(&sample::untrained_spec());
    let (width, control_count) = (card.step_feature_count(), card.controls.len());
    let mut graph = GraphBuilder::new("overflowing");
    let features = graph.input("features", ElementType::F32, &Dim::rows(width));
    graph.input("emotion", ElementType::F32, &Dim::rows(card.emotions.len()));
    graph.input("style", ElementType::F32, &Dim::rows(card.style.len()));
    let last = graph.state("last", &[1, 1, 1]);
    let first = graph.slice(&features, 2, 0, 1);
    let next = graph.slice(&first, 1, -1, i64::MAX);
    graph.set_state("last", &next);
    let matrix = graph.weight_f32("matrix", &[width, control_count], &vec![3e38; width * control_count]);
    let product = graph.matmul(&features, &matrix);
    let curves = graph.add(&product, &last);
    graph.output("curves", &curves, ElementType::F32, &Dim::rows(control_count));
    Model::from_bytes(&graph.finish(card).unwrap(), Provider::Embedded).unwrap()
}

#[test]
fn numbers_that_overflow_are_an_error_and_the_stream_starts_again() {
    let model = overflowing_model();
    let mut session = model.session().unwrap();
    let mut curves = Vec::new();
    let mut step = |first: f32| {
        let mut features = vec![0.0; model.card().step_feature_count()];
        features[0] = first;
        curves.clear();
        let input = StepInput { features: &features, emotion: &[0.0; 5], style: &[0.0; 8] };
        session.step(&input, 1, &mut curves).map(|()| curves.first().copied())
    };
    assert_eq!(step(1e-39).unwrap().map(|value| (value * 10.0).round()), Some(3.0));
    let error = step(10.0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadModel);
    assert!(error.to_string().contains("the model gives inf for column 0"), "{error}");
    assert_eq!(step(0.0).unwrap(), Some(0.0), "the state before the error is gone");
}

#[test]
fn model_and_session_cross_threads() {
    fn shared<T: Send + Sync>() {}
    fn sent<T: Send>() {}
    shared::<Model>();
    sent::<Session>();
}

#[test]
fn a_fork_goes_on_as_its_original_and_apart_from_it() {
    let model = deep_model();
    let inputs = Inputs::random(&model, 30, 8);
    let step = |session: &mut Session, hop: usize| {
        let [features, emotion, style] = inputs.step(hop, 1);
        let mut row = Vec::new();
        session.step(&StepInput { features, emotion, style }, 1, &mut row).unwrap();
        row
    };
    let mut session = model.session().unwrap();
    (0..10).for_each(|hop| drop(step(&mut session, hop)));
    let mut fork = session.fork().unwrap();
    let original: Vec<Vec<f32>> = (10..20).map(|hop| step(&mut session, hop)).collect();
    let forked: Vec<Vec<f32>> = (10..20).map(|hop| step(&mut fork, hop)).collect();
    assert_eq!(original, forked);
    let mut other = session.fork().unwrap();
    step(&mut other, 25);
    assert_eq!(step(&mut session, 20), step(&mut fork, 20), "what the other heard stays with it");
}

#[test]
fn a_model_of_emotions_takes_features_alone() {
    let model = Model::from_bytes(
        &sample::untrained_emotion_bytes(&["neutral", "angry", "happy"]).unwrap(),
        Provider::Embedded,
    )
    .unwrap();
    let inputs = Inputs::random(&model, 20, 9);
    let rows = run_all(&mut model.session().unwrap(), &inputs, 1);
    assert_eq!(rows.len(), 20 * model.card().emotions.len());
    let [features, ..] = inputs.step(0, 1);
    let wrong = StepInput { features, emotion: &[1.0], style: &[] };
    let error = model.session().unwrap().step(&wrong, 1, &mut Vec::new()).unwrap_err();
    assert!(error.kind() == ErrorKind::BadInput && error.to_string().contains("emotion"), "{error}");
}
