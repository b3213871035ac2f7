//! What is not a model of this product is an error that says why, on the way in.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use cstalk_model::{ErrorKind, Model, Provider, sample};
use cstalk_onnx::sample::{SampleSpec, untrained_card, untrained_model};
use cstalk_onnx::{CardFeatures, CardWindow, Dim, ElementType, GraphBuilder, ModelCard};

fn refusal(bytes: &[u8]) -> String {
    let error = Model::from_bytes(bytes, Provider::Embedded).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadModel, "{error}");
    error.to_string()
}

/// A graph that gives zeros, with the given card.
fn model_with(change: impl FnOnce(&mut ModelCard)) -> Vec<u8> {
    let mut card = untrained_card(&sample::untrained_spec());
    change(&mut card);
    let mut graph = GraphBuilder::new("zeros");
    let features = graph.input("features", ElementType::F32, &Dim::rows(card.step_feature_count()));
    graph.input("emotion", ElementType::F32, &Dim::rows(card.emotions.len()));
    graph.input("style", ElementType::F32, &Dim::rows(card.style.len()));
    let width = card.controls.len();
    let zeros = vec![0.0; card.step_feature_count() * width];
    let matrix = graph.weight_f32("matrix", &[card.step_feature_count(), width], &zeros);
    let curves = graph.matmul(&features, &matrix);
    graph.output("curves", &curves, ElementType::F32, &Dim::rows(width));
    graph.finish(card).unwrap()
}

#[test]
fn the_unchanged_card_is_accepted() {
    Model::from_bytes(&model_with(|_| ()), Provider::Embedded).unwrap();
}

#[test]
fn a_card_that_does_not_fit_this_build_names_the_key() {
    type Change = fn(&mut ModelCard);
    let cases: [(&str, Change); 13] = [
        ("\"rig\"", |card| card.rig = "board-186".to_owned()),
        ("\"rig_schema_version\"", |card| card.rig_schema_version += 1),
        ("\"controls\"", |card| {
            card.controls.pop();
            card.predicted.pop();
        }),
        ("\"controls[3]\"", |card| card.controls.swap(3, 5)),
        ("\"sample_rate_hz\"", |card| card.sample_rate_hz = 48_000),
        ("\"features.bins\"", |card| card.features.bins = 40),
        ("\"features.hop_samples\"", |card| {
            card.features.hop_samples = 80;
            card.hop_samples = 160;
        }),
        ("\"features.window_samples\"", |card| card.features.window_samples = 401),
        ("\"features.fft_samples\"", |card| card.features.fft_samples = 1024),
        ("\"features.low_hz\"", |card| card.features.low_hz = 0.0),
        ("\"features.high_hz\"", |card| card.features.high_hz = 8000.0),
        ("\"features.floor\"", |card| card.features.floor = 1e-6),
        ("\"hop_samples\"", |card| {
            let window = CardWindow { past_hops: 0, block_hops: 1, future_hops: 0 };
            (card.window, card.look_ahead_hops) = (Some(window), 0);
            (card.features, card.hop_samples) = (CardFeatures::samples(300), 300);
        }),
    ];
    for (key, change) in cases {
        let message = refusal(&model_with(change));
        assert!(message.contains(key) && message.contains("wants"), "{key}: {message}");
    }
}

#[test]
fn a_model_of_another_rig_is_refused_by_the_first_wrong_name() {
    let mut spec: SampleSpec = sample::untrained_spec();
    spec.controls[0] = "jaw".to_owned();
    let message = refusal(&untrained_model(&spec).unwrap());
    assert!(message.contains("\"controls[0]\"") && message.contains("the model says jaw"), "{message}");
}

#[test]
fn files_that_are_no_models_name_the_file_and_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let whole = sample::untrained_bytes().unwrap();
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0x40;
    let foreign = {
        let mut graph = GraphBuilder::new("foreign");
        let x = graph.input("x", ElementType::F32, &Dim::rows(3));
        let y = graph.relu(&x);
        graph.output("y", &y, ElementType::F32, &Dim::rows(3));
        graph.finish_without_card().unwrap()
    };
    let cases: [(&str, &[u8], &str); 5] = [
        ("empty.onnx", b"", "empty"),
        ("text.onnx", b"This is no model but a line of text.\n", "not an ONNX"),
        ("short.onnx", &whole[..whole.len() / 3], "not an ONNX"),
        ("damaged.onnx", &flipped, "weights_sha256"),
        ("foreign.onnx", &foreign, "without a CSTalk model card"),
    ];
    for (name, bytes, reason) in cases {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let error = Model::load(&path, Provider::Embedded).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadModel, "{name}: {error}");
        let message = error.to_string();
        assert!(message.contains(name) && message.contains(reason), "{name}: {message}");
    }
    for (name, path) in [("missing.onnx", folder.path().join("missing.onnx")), ("", folder.path().into())] {
        let error = Model::load(&path, Provider::Embedded).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadInput, "{name}: {error}");
        assert!(error.to_string().contains(&*path.to_string_lossy()), "{error}");
    }
}

#[test]
fn a_graph_the_engine_cannot_run_is_refused_or_fails_as_an_error() {
    // A valid card over a graph with an operation no engine has.
    let card = untrained_card(&sample::untrained_spec());
    let mut graph = GraphBuilder::new("unknown");
    let features = graph.input("features", ElementType::F32, &Dim::rows(card.step_feature_count()));
    graph.input("emotion", ElementType::F32, &Dim::rows(card.emotions.len()));
    graph.input("style", ElementType::F32, &Dim::rows(card.style.len()));
    let weight = graph.weight_f32("weight", &[1], &[1.0]);
    let curves = graph.node("NoSuchOperation", &[&features, &weight], &[]);
    graph.output("curves", &curves, ElementType::F32, &Dim::rows(card.controls.len()));
    let message = refusal(&graph.finish(card).unwrap());
    assert!(message.contains("NoSuchOperation"), "{message}");
}
