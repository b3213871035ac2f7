//! The builder: mistakes are reported, constants are shared, files are written whole.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use cstalk_onnx::sample::{SAMPLE_NAME, SampleSpec, untrained_card, untrained_model};
use cstalk_onnx::{
    Dim, ElementType, ErrorKind, GraphBuilder, ModelCard, ModelFile, Port, quantise_columns, stored_weights,
    write_model,
};

fn spec() -> SampleSpec {
    SampleSpec::new("toy", 1, vec!["jaw".to_owned(), "brow".to_owned()])
}

fn card() -> ModelCard {
    untrained_card(&spec())
}

/// The three inputs of the contract and a matrix to two controls.
fn begin() -> (GraphBuilder, cstalk_onnx::Edge) {
    let card = card();
    let mut graph = GraphBuilder::new("test");
    let features = graph.input("features", ElementType::F32, &Dim::rows(card.step_feature_count()));
    graph.input("emotion", ElementType::F32, &Dim::rows(card.emotions.len()));
    graph.input("style", ElementType::F32, &Dim::rows(card.style.len()));
    let matrix = graph.weight_f32("matrix", &[160, 2], &[0.5; 320]);
    let curves = graph.matmul(&features, &matrix);
    (graph, curves)
}

#[test]
fn a_file_tells_what_was_built() {
    let (mut graph, curves) = begin();
    let past = graph.state("past", &[1, 1, 2]);
    let next = graph.slice(&curves, 1, -1, i64::MAX);
    graph.set_state("past", &next);
    let sum = graph.add(&curves, &past);
    graph.output("curves", &sum, ElementType::F32, &Dim::rows(2));
    let bytes = graph.finish(card()).unwrap();
    let file = ModelFile::parse(&bytes).unwrap();

    assert_eq!(file.file_bytes(), bytes.len() as u64);
    assert_eq!(file.parameter_count(), 320, "constants are not weights");
    assert_eq!(file.card().states[0].shape, [1, 1, 2]);
    let counts: Vec<(&str, usize)> =
        file.node_counts().iter().map(|(op, count)| (op.as_str(), *count)).collect();
    assert_eq!(counts, [("Add", 1), ("Identity", 2), ("MatMul", 1), ("Slice", 1)]);
    let inputs: Vec<&str> = file.inputs().iter().map(|port| port.name.as_str()).collect();
    assert_eq!(inputs, ["features", "emotion", "style", "state_in.past"]);
    let wanted = Port {
        name: "curves".to_owned(),
        element: Some(ElementType::F32),
        shape: vec![Dim::Fixed(1), Dim::time(), Dim::Fixed(2)],
    };
    assert_eq!(file.outputs()[1], wanted);
    assert_eq!(wanted.type_text(), "F32 [1, time, 2]");
}

#[test]
fn the_first_mistake_is_reported_at_the_end() {
    type Mistake = fn(&mut GraphBuilder, &cstalk_onnx::Edge);
    let cases: [(&str, Mistake); 8] = [
        ("\"matrix\" is empty or used twice", |graph, _| {
            graph.weight_f32("matrix", &[1], &[0.0]);
        }),
        ("\"\" is empty or used twice", |graph, _| {
            graph.input("", ElementType::F32, &[]);
        }),
        ("weight \"short\" of shape [2, 3] (F32) has 20 bytes", |graph, _| {
            graph.weight_f32("short", &[2, 3], &[0.0; 5]);
        }),
        ("weight \"long\" of shape [3] (I8) has 4 bytes", |graph, _| {
            graph.weight_i8("long", &[3], &[1, 2, 3, 4]);
        }),
        ("do not begin with \"const.\"", |graph, _| {
            graph.weight_f16("const.7", &[1], &[1.0]);
        }),
        ("belongs to another graph", |graph, _| {
            let stranger = GraphBuilder::new("other").input("x", ElementType::F32, &[]);
            graph.relu(&stranger);
        }),
        ("state \"past\" is read but never set", |graph, _| {
            graph.state("past", &[1]);
        }),
        ("state \"past\" is set but was never read", |graph, curves| graph.set_state("past", curves)),
    ];
    for (message, mistake) in cases {
        let (mut graph, curves) = begin();
        mistake(&mut graph, &curves);
        graph.relu(&curves);
        graph.output("curves", &curves, ElementType::F32, &Dim::rows(2));
        let error = graph.finish(card()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadGraph, "{error}");
        assert!(error.to_string().contains(message), "{message}: {error}");
    }
}

#[test]
fn ports_that_break_the_contract_are_refused() {
    type Build = fn(&mut GraphBuilder, &cstalk_onnx::Edge);
    let rows = |graph: &mut GraphBuilder, curves: &cstalk_onnx::Edge| {
        graph.output("curves", curves, ElementType::F32, &Dim::rows(2));
    };
    let cases: [(&str, Build); 5] = [
        ("output \"curves\" is wanted", |_, _| ()),
        (
            "output \"curves\": the model card wants F32 [1, time, 2], the graph has F32 [1, time, 3]",
            |graph, curves| {
                graph.output("curves", curves, ElementType::F32, &Dim::rows(3));
            },
        ),
        ("the graph has F16 [1, time, 2]", |graph, curves| {
            let half = graph.cast(curves, ElementType::F16);
            graph.output("curves", &half, ElementType::F16, &Dim::rows(2));
        }),
        ("the graph has F32 [1, 1, 2]", |graph, curves| {
            let fixed = [Dim::Fixed(1), Dim::Fixed(1), Dim::Fixed(2)];
            graph.output("curves", curves, ElementType::F32, &fixed);
        }),
        ("output \"extra\" is not in the model card", |graph, curves| {
            graph.output("extra", curves, ElementType::F32, &Dim::rows(2));
        }),
    ];
    for (message, build) in cases {
        let (mut graph, curves) = begin();
        build(&mut graph, &curves);
        let error = graph.finish(card()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadModel, "{error}");
        assert!(error.to_string().contains(message), "{message}: {error}");
    }
    let (mut graph, curves) = begin();
    rows(&mut graph, &curves);
    graph.finish(card()).unwrap();
}

#[test]
fn a_constant_is_stored_once() {
    let mut graph = GraphBuilder::new("constants");
    let a = graph.constant_i64(&[1, 2]);
    assert_eq!(a, graph.constant_i64(&[1, 2]));
    assert_ne!(a, graph.constant_i64(&[2, 1]));
    let one = graph.constant_f32(1.0);
    assert_eq!(one, graph.constant_f32(1.0));
    assert_ne!(one, graph.constant_f16(1.0));
    assert_ne!(graph.constant_f32(0.0), graph.constant_f32(-0.0));
    // Same bytes, another type or shape.
    assert_ne!(graph.constant_i64(&[0]), graph.constant_i64(&[0, 0]));
}

#[test]
fn the_sample_depends_on_its_seed_alone_and_says_what_it_is() {
    let bytes = untrained_model(&spec()).unwrap();
    assert_eq!(bytes, untrained_model(&spec()).unwrap());
    assert_ne!(bytes, untrained_model(&SampleSpec { seed: 2, ..spec() }).unwrap());
    let file = ModelFile::parse(&bytes).unwrap();
    assert_eq!(file.card().name, SAMPLE_NAME);
    assert!(file.card().description.contains("not trained"));
    assert!(file.card().training.corpora.is_empty());
    assert_eq!(file.card().states.len(), 1);
    let doubled = SampleSpec { controls: vec!["jaw".to_owned(), "jaw".to_owned()], ..spec() };
    assert!(untrained_model(&doubled).unwrap_err().to_string().contains("\"jaw\" twice"));
}

#[test]
fn writing_replaces_whole_files_and_refuses_what_is_no_model() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("toy.onnx");
    let (first, second) =
        (untrained_model(&spec()).unwrap(), untrained_model(&SampleSpec { seed: 2, ..spec() }).unwrap());
    write_model(&path, &first).unwrap();
    write_model(&path, &second).unwrap();
    let (file, bytes) = ModelFile::read(&path).unwrap();
    assert_eq!(bytes, second);
    assert_eq!(file.card().training.seed, 2);
    assert_eq!(write_model(&path, b"no model").unwrap_err().kind(), ErrorKind::BadModel);
    assert_eq!(std::fs::read(&path).unwrap(), second);
    let names: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["toy.onnx"], "nothing temporary is left");
    let error = write_model(folder.path().join("gone/toy.onnx"), &first).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadInput);
    assert!(error.to_string().contains("gone"), "{error}");
}

#[test]
fn quantising_nothing_gives_nothing() {
    assert!(quantise_columns(&[], 3).quantised.is_empty());
    assert!(quantise_columns(&[1.0, 2.0], 0).quantised.is_empty());
    assert_eq!(quantise_columns(&[-2.0, 0.0], 2).quantised, [-127, 0]);
}

#[test]
fn weights_are_read_back_and_eight_bits_are_refused() {
    let build = |extra: &dyn Fn(&mut GraphBuilder)| {
        let (mut graph, curves) = begin();
        graph.weight_f16("half", &[2], &[0.25, -3.0]);
        extra(&mut graph);
        graph.output("curves", &curves, ElementType::F32, &Dim::rows(2));
        graph.finish(card()).unwrap()
    };
    let (file, weights) = stored_weights(&build(&|_| {})).unwrap();
    assert_eq!(file.card().name, card().name);
    let found: Vec<_> = weights.iter().map(|w| (w.name.as_str(), w.shape.as_slice(), w.values[0])).collect();
    assert_eq!(found, [("matrix", &[160, 2][..], 0.5), ("half", &[2][..], 0.25)]);
    let small = build(&|graph| {
        graph.weight_i8("small", &[1], &[7]);
    });
    let refused = stored_weights(&small).unwrap_err();
    assert!(refused.kind() == ErrorKind::BadModel && refused.to_string().contains("small"), "{refused}");
}
