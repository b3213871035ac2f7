//! The rules of a card: each broken one names its key.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use cstalk_onnx::sample::{SampleSpec, untrained_card};
use cstalk_onnx::{CardFeatures, CardState, CardWindow, Corpus, CorpusKind, ErrorKind, ModelCard, ModelKind};

fn card_of_steps() -> ModelCard {
    let spec = SampleSpec::new("toy", 1, vec!["jaw".to_owned(), "brow".to_owned()]);
    let mut card = untrained_card(&spec);
    card.parameters = 1;
    card.weights_sha256 = "0".repeat(64);
    card.states = vec![CardState { name: "past".to_owned(), shape: vec![1, 2, 4] }];
    card.training.corpora = vec![Corpus {
        name: "readers".to_owned(),
        kind: CorpusKind::Performed,
        hours: 12.5,
        licence: "CC-BY-4.0".to_owned(),
    }];
    card.metrics.insert("lip_sync_ms".to_owned(), 12.25);
    card
}

/// A card of a model that hears plain samples a window at a time.
fn windowed_card() -> ModelCard {
    ModelCard {
        features: CardFeatures::samples(320),
        window: Some(CardWindow { past_hops: 75, block_hops: 100, future_hops: 25 }),
        look_ahead_hops: 124,
        states: Vec::new(),
        ..card_of_steps()
    }
}

#[test]
fn a_window_is_told_and_a_card_without_one_says_nothing_of_it() {
    let card = windowed_card();
    let text = card.to_json().unwrap();
    assert!(text.contains("\"window\":{\"past_hops\":75,\"block_hops\":100,\"future_hops\":25}"), "{text}");
    assert_eq!(ModelCard::from_json(&text).unwrap(), card);
    assert_eq!(card.step_feature_count(), 320);
    assert!(!card_of_steps().to_json().unwrap().contains("\"window\""));
    let unknown = text.replacen("\"past_hops\"", "\"before_hops\"", 1);
    assert!(ModelCard::from_json(&unknown).unwrap_err().to_string().contains("before_hops"));
}

#[test]
fn a_broken_window_names_its_key() {
    type Change = fn(&mut ModelCard);
    let cases: [(&str, Change); 10] = [
        ("\"window\"", |card| card.window = None),
        ("features.kind", |card| card.features = card_of_steps().features),
        ("window.block_hops", |card| {
            card.window = Some(CardWindow { past_hops: 75, block_hops: 0, future_hops: 25 });
        }),
        ("window.past_hops", |card| {
            card.window = Some(CardWindow { past_hops: u32::MAX, block_hops: 100, future_hops: 25 });
        }),
        ("states", |card| card.states = vec![CardState { name: "past".to_owned(), shape: vec![1] }]),
        ("look_ahead_hops", |card| card.look_ahead_hops = 25),
        ("features.bins", |card| card.features.bins = 160),
        ("features.window_samples", |card| card.features.window_samples = 400),
        ("features.fft_samples", |card| card.features.fft_samples = 512),
        ("features.floor", |card| card.features.floor = 1e-5),
    ];
    windowed_card().validate().unwrap();
    for (key, change) in cases {
        let mut card = windowed_card();
        change(&mut card);
        let message = card.validate().unwrap_err().to_string();
        assert!(message.contains(key), "{key}: {message}");
        assert!(message.contains("wanted ") && message.contains(", got "), "{message}");
    }
}

#[test]
fn json_there_and_back_is_the_same_card() {
    let card = card_of_steps();
    let text = card.to_json().unwrap();
    assert_eq!(ModelCard::from_json(&text).unwrap(), card);
    // Cards from before there were kinds are of curves.
    let without = text.replacen("\"kind\":\"curves\",", "", 1);
    assert!(without.len() < text.len());
    assert_eq!(ModelCard::from_json(&without).unwrap(), card);
    for part in ["\"schema\":\"cstalk-model-card/1\"", "\"precision\":\"f32\"", "\"kind\":\"performed\""] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn a_card_of_emotions_has_no_curves() {
    let emotion = || {
        let mut card = card_of_steps();
        card.kind = ModelKind::Emotion;
        card.rig.clear();
        card.controls.clear();
        card.predicted.clear();
        card.style.clear();
        card
    };
    let good = emotion();
    assert_eq!(ModelCard::from_json(&good.to_json().unwrap()).unwrap(), good);
    assert_eq!(good.output_width(), good.emotions.len());
    type Change = fn(&mut ModelCard);
    let cases: [(&str, Change); 5] = [
        ("rig", |card| card.rig = "board-185".to_owned()),
        ("controls", |card| card.controls.push("jaw".to_owned())),
        ("predicted", |card| card.predicted.push(true)),
        ("style", |card| card.style.push("jaw".to_owned())),
        ("emotions", |card| card.emotions.clear()),
    ];
    for (key, change) in cases {
        let mut card = emotion();
        change(&mut card);
        let message = card.validate().unwrap_err().to_string();
        assert!(message.contains(&format!("\"{key}\"")), "{key}: {message}");
    }
}

#[test]
fn a_broken_rule_names_its_key() {
    type Change = fn(&mut ModelCard);
    let cases: [(&str, Change); 30] = [
        ("schema", |card| card.schema = "cstalk-model-card/2".to_owned()),
        ("name", |card| card.name.clear()),
        ("version", |card| card.version = " ".to_owned()),
        ("rig", |card| card.rig.clear()),
        ("licence", |card| card.licence.clear()),
        ("controls", |card| card.controls.clear()),
        ("controls", |card| card.controls[1] = "jaw".to_owned()),
        ("controls[1]", |card| card.controls[1].clear()),
        ("predicted", |card| {
            card.predicted.pop();
        }),
        ("sample_rate_hz", |card| card.sample_rate_hz = 0),
        ("hop_samples", |card| card.hop_samples = 0),
        ("hop_samples", |card| card.hop_samples = 300),
        ("look_ahead_hops", |card| card.look_ahead_hops = 1_001),
        ("features.kind", |card| card.features.kind = "mfcc".to_owned()),
        ("features.bins", |card| card.features.bins = 0),
        ("features.window_samples", |card| card.features.window_samples = 1 << 21),
        ("features.fft_samples", |card| card.features.fft_samples = 256),
        ("features.low_hz", |card| card.features.low_hz = 8_000.0),
        ("features.high_hz", |card| card.features.high_hz = f32::NAN),
        ("features.floor", |card| card.features.floor = 0.0),
        ("emotions", |card| card.emotions.clear()),
        ("style", |card| card.style[1] = card.style[0].clone()),
        ("identities", |card| card.identities = vec!["ann".to_owned(), "ann".to_owned()]),
        ("states[past].shape", |card| card.states[0].shape = vec![1, 0]),
        ("states[past].shape", |card| card.states[0].shape = vec![usize::MAX, 2]),
        ("states", |card| card.states.push(card.states[0].clone())),
        ("parameters", |card| card.parameters = 0),
        ("weights_sha256", |card| card.weights_sha256 = "A".repeat(64)),
        ("training.corpora[readers].hours", |card| card.training.corpora[0].hours = -1.0),
        ("metrics.lip_sync_ms", |card| {
            card.metrics.insert("lip_sync_ms".to_owned(), f64::INFINITY);
        }),
    ];
    card_of_steps().validate().unwrap();
    for (key, change) in cases {
        let mut card = card_of_steps();
        change(&mut card);
        let error = card.validate().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadModel);
        let message = error.to_string();
        assert!(message.contains(key), "{key}: {message}");
        assert!(message.contains("wanted ") && message.contains(", got "), "{message}");
    }
}

#[test]
fn text_that_is_no_card_is_an_error_with_the_place() {
    let good = card_of_steps().to_json().unwrap();
    let cases = [
        (good.replacen("\"hop_samples\"", "\"hop_smaples\"", 1), "hop_smaples"),
        (good.replacen("\"floor\"", "\"roof\"", 1), "roof"),
        (good.replacen("\"style\":", "\"surprise\":1,\"style\":", 1), "surprise"),
        (good.replacen("\"performed\"", "\"guessed\"", 1), "guessed"),
        (good.replacen("\"hop_samples\":320", "\"hop_samples\":\"fast\"", 1), "fast"),
        (good.replace("cstalk-model-card/1", "cstalk-model-card/9"), "\"schema\": wanted"),
        ("[]".to_owned(), "line 1"),
        (String::new(), "EOF"),
        (good[..good.len() / 2].to_owned(), "EOF"),
        ("[".repeat(100_000), "line 1"),
    ];
    for (text, wanted) in cases {
        let message = ModelCard::from_json(&text).unwrap_err().to_string();
        assert!(message.contains(wanted), "{wanted}: {message}");
    }
}
