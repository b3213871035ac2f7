//! ONNX Runtime beside the embedded provider. Needs its library; says so by name where there is none.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and says what it skips"
)]

use std::sync::Arc;

use cstalk_model::{ErrorKind, Model, ModelSettings, Provider, sample};
use cstalk_onnx::quantise_columns;
use cstalk_onnx::sample::{SampleSpec, untrained_card, untrained_model};
use cstalk_onnx::{Dim, ElementType, GraphBuilder, Precision};

mod common;
use common::{Inputs, largest_difference, onnx_runtime, run_all};

/// Loads the bytes on the embedded provider and on ONNX Runtime; `None` after saying that the test is skipped.
fn both(test: &str, bytes: &[u8]) -> Option<(Model, Model)> {
    let Some(library) = onnx_runtime() else {
        println!("SKIPPED {test}: no ONNX Runtime library (cargo xtask ort, or CSTALK_ORT_LIB)");
        return None;
    };
    let settings = ModelSettings { provider: Provider::Cpu, onnx_runtime: Some(library) };
    Some((Model::from_bytes(bytes, Provider::Embedded).unwrap(), Model::from_bytes(bytes, settings).unwrap()))
}

fn deep_bytes() -> Vec<u8> {
    untrained_model(&SampleSpec { block_count: 4, ..sample::untrained_spec() }).unwrap()
}

#[test]
fn both_engines_give_the_same_curves() {
    let emotion = sample::untrained_emotion_bytes(&["neutral", "angry", "happy"]).unwrap();
    for (name, bytes) in
        [("small", sample::untrained_bytes().unwrap()), ("deep", deep_bytes()), ("emotion", emotion)]
    {
        let Some((embedded, runtime)) = both("both_engines_give_the_same_curves", &bytes) else { return };
        assert_eq!(runtime.provider().running, Provider::Cpu);
        assert!(runtime.provider().detail.contains("onnxruntime"), "{}", runtime.provider());
        let inputs = Inputs::random(&embedded, 80, 41);
        for hops in [1, 7, 80] {
            let a = run_all(&mut embedded.session().unwrap(), &inputs, hops);
            let b = run_all(&mut runtime.session().unwrap(), &inputs, hops);
            let difference = largest_difference(&a, &b);
            assert!(difference <= 1e-5, "{name}, {hops} hops a step: {difference}");
        }
    }
}

/// A model of one 8-bit or 16-bit matrix, which hears the hop before.
fn reduced_bytes(precision: Precision) -> Vec<u8> {
    let mut card = untrained_card(&sample::untrained_spec());
    card.precision = precision;
    let (width, control_count) = (card.step_feature_count(), card.controls.len());
    let values: Vec<f32> =
        (0..width * control_count).map(|index| ((index * 37 % 101) as f32 / 101.0 - 0.5) * 0.1).collect();
    let mut graph = GraphBuilder::new("reduced");
    let features = graph.input("features", ElementType::F32, &Dim::rows(width));
    graph.input("emotion", ElementType::F32, &Dim::rows(card.emotions.len()));
    graph.input("style", ElementType::F32, &Dim::rows(card.style.len()));
    let past = graph.state("past", &[1, 1, width]);
    let heard = graph.concat(&[&past, &features], 1);
    let features = graph.slice(&heard, 1, 0, -1);
    let last = graph.slice(&heard, 1, -1, i64::MAX);
    graph.set_state("past", &last);
    let shape = [width, control_count];
    let curves = if precision == Precision::Int8Dynamic {
        let matrix = quantise_columns(&values, control_count);
        let quantised = graph.weight_i8("matrix", &shape, &matrix.quantised);
        let scales = graph.weight_f32("matrix.scales", &[control_count], &matrix.scales);
        graph.matmul_int8(&features, &quantised, &scales)
    } else {
        let stored = graph.weight_f16("matrix", &shape, &values);
        let matrix = graph.cast(&stored, ElementType::F32);
        graph.matmul(&features, &matrix)
    };
    graph.output("curves", &curves, ElementType::F32, &Dim::rows(control_count));
    graph.finish(card).unwrap()
}

#[test]
fn both_engines_agree_on_reduced_weights() {
    for precision in [Precision::F16Storage, Precision::Int8Dynamic] {
        let bytes = reduced_bytes(precision);
        let Some((embedded, runtime)) = both("both_engines_agree_on_reduced_weights", &bytes) else { return };
        let inputs = Inputs::random(&embedded, 10, 43);
        let a = run_all(&mut embedded.session().unwrap(), &inputs, 1);
        let b = run_all(&mut runtime.session().unwrap(), &inputs, 1);
        let difference = largest_difference(&a, &b);
        assert!(difference <= 1e-4, "{precision:?}: {difference}");
        // 8-bit activations are scaled by the range of all rows of a step.
        let is_alike = embedded.session().unwrap().hops_at_once() > 1;
        assert_eq!(is_alike, precision != Precision::Int8Dynamic);
        assert!(a.iter().any(|value| value.abs() > 0.1), "{precision:?}: all zero");
    }
}

#[test]
fn sessions_are_independent_also_after_one_is_used_again() {
    let bytes = deep_bytes();
    let Some((_, runtime)) = both("sessions_are_independent_also_after_one_is_used_again", &bytes) else {
        return;
    };
    let runtime = Arc::new(runtime);
    let streams = [Inputs::random(&runtime, 60, 47), Inputs::random(&runtime, 60, 53)];
    // The second of these runs on the engine session the first gave back.
    let sequential: Vec<Vec<f32>> =
        streams.iter().map(|inputs| run_all(&mut runtime.session().unwrap(), inputs, 1)).collect();
    let threads: Vec<_> = streams
        .into_iter()
        .map(|inputs| {
            let model = Arc::clone(&runtime);
            std::thread::spawn(move || {
                let mut session = model.session().unwrap();
                run_all(&mut session, &inputs, 3);
                session.reset().unwrap();
                run_all(&mut session, &inputs, 1)
            })
        })
        .collect();
    let parallel: Vec<Vec<f32>> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert_eq!(sequential, parallel);
}

#[test]
fn a_gpu_provider_runs_or_says_what_is_missing() {
    let Some(library) = onnx_runtime() else {
        println!("SKIPPED a_gpu_provider_runs_or_says_what_is_missing: no ONNX Runtime library");
        return;
    };
    let bytes = sample::untrained_bytes().unwrap();
    for provider in [Provider::Cuda, Provider::TensorRt] {
        let settings = ModelSettings { provider, onnx_runtime: Some(library.clone()) };
        match Model::from_bytes(&bytes, settings) {
            Ok(model) => assert_eq!(model.provider().running, provider),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::ChooseAnotherProvider, "{error}");
                let message = error.to_string();
                assert!(message.contains(provider.name()) && message.contains("CSTALK_ORT_LIB"), "{message}");
            }
        }
    }
}

#[test]
fn a_fork_on_onnx_runtime_goes_on_as_its_original() {
    let Some((_, model)) = both("a_fork_on_onnx_runtime_goes_on_as_its_original", &deep_bytes()) else {
        return;
    };
    let inputs = Inputs::random(&model, 20, 43);
    let mut session = model.session().unwrap();
    run_all(&mut session, &inputs, 1);
    let mut fork = session.fork().unwrap();
    assert_eq!(run_all(&mut session, &inputs, 1), run_all(&mut fork, &inputs, 1));
}
