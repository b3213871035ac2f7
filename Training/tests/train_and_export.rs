//! Both stages and the export on a made-up corpus, small: the losses fall and the model passes the gate.

use std::f32::consts::TAU;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cstalk_engine::{Next, Stream, StreamSettings};
use cstalk_model::{ErrorKind, Model, ModelKind, Provider, StepInput};
use cstalk_onnx::Precision;
use cstalk_training::corpus::{CorpusCard, Split, Store, Utterance};
use cstalk_training::export::card::CardText;
use cstalk_training::export::{ExportError, ExportRequest, export};
use cstalk_training::nets::{
    CorrelationShape, EMOTION_COUNT, EarShape, GeneratorShape, LiveShape, VoiceEmotionShape,
};
use cstalk_training::phones::{Phone, PhoneSpan};
use cstalk_training::train::budget::Budget;
use cstalk_training::train::config::Wav2Vec2Config;
use cstalk_training::train::stages::{
    StageOptions, train_correlation, train_ear, train_generator, train_generator_on_wav2vec2,
};
use cstalk_training::train::voice_clips::VoiceEmotionConfig;
use cstalk_training::train::voice_emotion_stage::train_voice_emotion;
use cstalk_training::train::{TrainConfig, TrainError};

const SYMBOLS: [&str; 8] = ["m", "a", "f", "i", "p", "u", "s", "ɛ"];
const RATE_HZ: f64 = 16_000.0;

/// A made-up voice: every phone a buzz of its own pitch and colour, silence at both ends.
fn spoken(seed: usize) -> (Vec<f32>, Vec<PhoneSpan>) {
    let mut samples = Vec::new();
    let mut spans = Vec::new();
    let mut say = |phone: Phone, length_samples: usize, sound: &dyn Fn(f32) -> f32| {
        let start_s = samples.len() as f64 / RATE_HZ;
        samples.extend((0..length_samples).map(|n| sound(n as f32 / RATE_HZ as f32)));
        spans.push(PhoneSpan { phone, start_s, end_s: samples.len() as f64 / RATE_HZ, stress: 0 });
    };
    say(Phone::SILENCE, 1600, &|_| 0.0);
    for position in 0..10 {
        let kind = (seed * 7 + position * 3 + seed * position) % SYMBOLS.len();
        let hz = 150.0 + 320.0 * kind as f32;
        let phone = Phone::from_ipa(SYMBOLS[kind]).expect("a phone of the inventory");
        say(phone, 1280 + 160 * (kind % 3), &|t| {
            0.2 * (TAU * hz * t).sin() + 0.1 * (TAU * 2.0 * hz * t).sin()
        });
    }
    say(Phone::SILENCE, 1600, &|_| 0.0);
    (samples, spans)
}

fn write_corpus(root: &Path) {
    let card = CorpusCard {
        name: "made-up".to_owned(),
        kind: "synthesised".to_owned(),
        licence: "CC0".to_owned(),
        non_commercial: false,
        inputs_sha256: "0".repeat(64),
    };
    let mut writer = Store::create(root.join("made-up"), card).expect("a new corpus");
    for seed in 0..24 {
        let (samples, phones) = spoken(seed);
        let utterance = Utterance {
            id: format!("u{seed}"),
            corpus: "made-up".to_owned(),
            speaker: "buzz".to_owned(),
            sex: String::new(),
            age: None,
            lang: "und".to_owned(),
            accent: String::new(),
            text: String::new(),
            emotion: None,
            split: if seed == 23 { Split::Test } else { Split::Train },
            sample_count: samples.len(),
            phones,
            transcript: Vec::new(),
            alignment_score: None,
        };
        writer.add(utterance, &samples).expect("an utterance");
    }
    writer.finish().expect("a corpus");
}

fn config(steps: u64) -> TrainConfig {
    let mut config = TrainConfig {
        budget: Budget { steps: Some(steps), minutes: None },
        batch_windows: 4,
        held_out_windows: 4,
        statistics_windows: 16,
        shape: LiveShape {
            ear: EarShape { channels: 24, kernel: 3, dilations: vec![1, 2], centred: true },
            generator: GeneratorShape {
                channels: 24,
                kernel: 3,
                dilations: vec![1, 2],
                emotion_channels: 4,
                style_channels: 4,
                smooth: true,
            },
        },
        correlation: CorrelationShape {
            channels: 16,
            layers: 1,
            heads: 2,
            inner_channels: 32,
            patch_rows: 4,
            patches: 4,
        },
        ..TrainConfig::default()
    };
    config.speech.held_out_part = 0.2;
    config.window.hops = 40;
    config.schedule.warm_up_steps = 5;
    config.optimizer.learning_rate = 0.01;
    config.augment.noise_ratio_db = (15.0, 30.0);
    config
}

#[test]
fn both_stages_learn_and_the_export_passes_the_gate() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let corpora = temp.path().join("corpora");
    std::fs::create_dir(&corpora).expect("a folder");
    write_corpus(&corpora);
    let options = |name: &str| StageOptions {
        folder: temp.path().join(name),
        corpora: corpora.clone(),
        shared_data: temp.path().to_path_buf(),
        feeder_threads: 1,
        resume: false,
    };

    let ear = train_ear(&config(45), &options("ear")).expect("the ear trains");
    assert!(ear.last_losses["phone"] < 0.7 * ear.first_losses["phone"], "{ear:?}");

    let ear_run = temp.path().join("ear");
    let (correlation, hidden) =
        train_correlation(&config(60), &options("correlation")).expect("the module trains");
    assert!(correlation.last_losses["hidden"] < 0.95 * correlation.first_losses["hidden"], "{correlation:?}");
    assert!(hidden.held_out.iter().all(|error| error.module.is_finite() && error.linear.is_finite()));
    let module_run = temp.path().join("correlation");
    let wrong = train_generator(&config(1), &ear_run, Some(&ear_run), &options("wrong"));
    assert!(wrong.is_err_and(|error| error.to_string().contains("wanted correlation")));

    let live = train_generator(&config(45), &ear_run, Some(&module_run), &options("live"))
        .expect("the generator trains");
    for loss in ["position", "contact", "total"] {
        assert!(live.last_losses[loss] < 0.8 * live.first_losses[loss], "{loss}: {live:?}");
    }

    let mut request = ExportRequest {
        run: temp.path().join("live"),
        model: temp.path().join("tiny.onnx"),
        encoder_weights: None,
        precision: Precision::F32,
        text: CardText {
            name: "tiny".to_owned(),
            version: "0".to_owned(),
            description: "A smoke test.".to_owned(),
            licence: "CC0".to_owned(),
        },
    };
    let exported = export(&request).expect("the export passes the gate");
    for skipped in &exported.parity.skipped {
        println!("SKIPPED parity on {skipped}");
    }
    assert!(exported.parity.engines.iter().any(|engine| engine.engine == "embedded"));
    check_model(&request.model);
    assert!(temp.path().join("tiny.report.json").is_file());
    let report = std::fs::read_to_string(temp.path().join("tiny.report.md")).expect("a report");
    assert!(report.contains("made-up") && report.contains("CC0"), "{report}");

    for precision in [Precision::F16Storage, Precision::Int8Dynamic] {
        request.precision = precision;
        request.model = temp.path().join("variant.onnx");
        let smaller = export(&request).expect("a smaller variant passes its gate");
        assert!(smaller.model_bytes < exported.model_bytes, "{precision:?}");
    }

    // A stored weight that is not a number must not become a model.
    spoil_weights(&request.run.join("best.safetensors"));
    request.model = temp.path().join("spoilt.onnx");
    let refused = export(&request);
    assert!(matches!(refused, Err(ExportError::Parameters(_))), "{refused:?}");
    assert!(!request.model.exists());
}

/// A small wav2vec 2.0 with random weights; see `oracle/wav2vec2.py`.
fn random_wav2vec2() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/wav2vec2/group-post")
}

#[test]
fn a_generator_learns_on_a_frozen_wav2vec2_and_runs_window_by_window() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let corpora = temp.path().join("corpora");
    std::fs::create_dir(&corpora).expect("a folder");
    write_corpus(&corpora);
    let options = |resume: bool| StageOptions {
        folder: temp.path().join("run"),
        corpora: corpora.clone(),
        shared_data: temp.path().to_path_buf(),
        feeder_threads: 1,
        resume,
    };
    let on_wav2vec2 = |steps: u64| {
        let table = Wav2Vec2Config { past_hops: 12, block_hops: 20, future_hops: 8, ..Default::default() };
        TrainConfig { wav2vec2: Some(table), ..config(steps) }
    };
    let refused = train_generator_on_wav2vec2(&on_wav2vec2(40), &random_wav2vec2(), None, &options(false));
    assert!(refused.expect_err("a window has no look-ahead").to_string().contains("generator.smooth"));
    let on_wav2vec2 = |steps: u64| {
        let mut config = on_wav2vec2(steps);
        config.shape.generator.smooth = false;
        config
    };
    let summary = train_generator_on_wav2vec2(&on_wav2vec2(40), &random_wav2vec2(), None, &options(false))
        .expect("the generator trains");
    // Random weights hear little, but what they do hear is learnt.
    for (loss, part) in [("phone", 0.85), ("total", 0.93)] {
        assert!(summary.last_losses[loss] < part * summary.first_losses[loss], "{loss}: {summary:?}");
    }
    // The run keeps what was learnt and not the encoder, and goes on only with the same one.
    let best = tch::Tensor::read_safetensors(temp.path().join("run/best.safetensors")).expect("weights");
    assert!(best.iter().any(|(name, _)| name == "mix.layers"));
    assert!(!best.iter().any(|(name, _)| name.starts_with("wav2vec2.")));
    train_generator_on_wav2vec2(&on_wav2vec2(42), &random_wav2vec2(), None, &options(true))
        .expect("it goes on");
    let other = random_wav2vec2().with_file_name("layer-pre");
    let refused = train_generator_on_wav2vec2(&on_wav2vec2(44), &other, None, &options(true));
    assert!(refused.is_err_and(|error| error.to_string().contains("configuration")));

    let mut request = ExportRequest {
        run: temp.path().join("run"),
        model: temp.path().join("heard.onnx"),
        encoder_weights: Some(other),
        precision: Precision::F32,
        text: CardText {
            name: "heard".to_owned(),
            version: "0".to_owned(),
            description: "A smoke test.".to_owned(),
            licence: "CC0".to_owned(),
        },
    };
    let refused = export(&request).expect_err("other weights than the run's");
    assert!(refused.to_string().contains("SHA-256"), "{refused}");
    request.encoder_weights = None;
    let exported = export(&request).expect("the export passes the gate");
    for engine in &exported.parity.engines {
        println!("{engine:?}");
        assert_eq!(engine.streamed, 0.0, "a stream is made of the same windows");
    }
    check_windowed_model(&request.model);

    for precision in [Precision::F16Storage, Precision::Int8Dynamic] {
        request.precision = precision;
        request.model = temp.path().join("variant.onnx");
        let smaller = export(&request).expect("a smaller variant passes its gate");
        assert!(smaller.model_bytes < exported.model_bytes, "{precision:?}");
    }
}

/// The card tells the window, and a stream gives the same bits whole and in pieces on every provider there is.
#[allow(clippy::print_stdout, reason = "a skip is told on standard output")]
fn check_windowed_model(path: &Path) {
    let voice = spoken(5).0;
    let mut by_provider: Vec<Vec<f32>> = Vec::new();
    for provider in [Provider::Embedded, Provider::Cpu] {
        let model = match Model::load(path, provider) {
            Ok(model) => Arc::new(model),
            Err(error) if error.kind() == ErrorKind::InstallRuntime => {
                println!("SKIPPED windows on {provider}: {error}");
                continue;
            }
            Err(error) => panic!("{error}"),
        };
        let card = model.card();
        let window = card.window.expect("a window");
        assert_eq!((window.past_hops, window.block_hops, window.future_hops), (12, 20, 8));
        assert_eq!(
            (card.features.kind.as_str(), card.states.len(), card.look_ahead_hops),
            ("samples", 0, 27)
        );
        assert!(card.description.contains("wav2vec 2.0"), "{}", card.description);
        let rows = |piece_samples: usize| {
            let mut stream = Stream::new(Arc::clone(&model), StreamSettings::default()).expect("a stream");
            let mut rows = Vec::new();
            for piece in voice.chunks(piece_samples) {
                stream.push(piece).expect("the stream is open");
                while let Next::Row { values, .. } = stream.next().expect("the model runs") {
                    rows.extend_from_slice(values);
                }
            }
            stream.finish();
            while let Next::Row { values, .. } = stream.next().expect("the model runs") {
                rows.extend_from_slice(values);
            }
            rows
        };
        let whole = rows(voice.len());
        assert_eq!(whole.len(), voice.len().div_ceil(320) * 185);
        for piece_samples in [113, 320, 4_001] {
            assert_eq!(rows(piece_samples), whole, "{provider}, pieces of {piece_samples} samples");
        }
        by_provider.push(whole);
    }
    if let [one, other] = by_provider.as_slice() {
        let difference = one.iter().zip(other).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(difference <= 1e-4, "providers differ by {difference}");
    }
}

fn check_model(path: &Path) {
    let model = Model::load(path, Provider::Embedded).expect("the model loads");
    let card = model.card();
    assert_eq!((card.look_ahead_hops, card.controls.len()), (3, 185));
    assert_eq!(card.training.corpora[0].name, "made-up");
    let features = vec![-11.5; card.step_feature_count()];
    let input = StepInput { features: &features, emotion: &[0.0; EMOTION_COUNT as usize], style: &[0.0; 8] };
    let mut row = Vec::new();
    model.session().expect("a session").step(&input, 1, &mut row).expect("a step");
    for (value, predicted) in row.iter().zip(&card.predicted) {
        assert!(value.is_finite() && (*predicted || *value == 0.0));
    }
    assert!(
        card.predicted.iter().any(|predicted| *predicted)
            && !card.predicted.iter().all(|predicted| *predicted)
    );
}

/// Four speakers whose emotion is their pitch.
fn write_acted_corpus(root: &Path) {
    let card = CorpusCard {
        name: "acted".to_owned(),
        kind: "recorded".to_owned(),
        licence: "NC".to_owned(),
        non_commercial: true,
        inputs_sha256: "0".repeat(64),
    };
    let mut writer = Store::create(root.join("acted"), card).expect("a new corpus");
    for clip in 0..36 {
        let (speaker, kind) = (clip % 4, clip / 4 % 3);
        let hz = 200.0 * (1.0 + 1.5 * kind as f32) * (1.0 + 0.02 * speaker as f32);
        let samples: Vec<f32> =
            (0..16_000).map(|n| 0.2 * (TAU * hz * n as f32 / RATE_HZ as f32).sin()).collect();
        let utterance = Utterance {
            id: format!("a{clip}"),
            corpus: "acted".to_owned(),
            speaker: format!("s{speaker}"),
            sex: String::new(),
            age: None,
            lang: "und".to_owned(),
            accent: String::new(),
            text: String::new(),
            // As the corpora say it, and one emotion that no face knows.
            emotion: Some(["calm", "angry", "disgust"][kind].to_owned()).filter(|_| clip != 35),
            split: Split::Train,
            sample_count: samples.len(),
            phones: Vec::new(),
            transcript: Vec::new(),
            alignment_score: None,
        };
        writer.add(utterance, &samples).expect("an utterance");
    }
    writer.finish().expect("a corpus");
}

#[test]
fn the_emotion_stage_learns_and_its_export_is_labelled() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    write_acted_corpus(temp.path());
    let options = StageOptions {
        folder: temp.path().join("emotion"),
        corpora: temp.path().to_path_buf(),
        shared_data: temp.path().to_path_buf(),
        feeder_threads: 1,
        resume: false,
    };
    let mut config = config(40);
    config.window.hops = 50;
    config.batch_windows = 8;
    config.voice_emotion = Some(VoiceEmotionConfig {
        shape: VoiceEmotionShape {
            ear: EarShape { channels: 12, kernel: 3, dilations: vec![1, 2], centred: false },
            pooled_channels: 6,
            pooled_octaves: 4,
            hidden_channels: 8,
        },
        corpus: "acted".to_owned(),
        choose_speakers: ["s2".to_owned()].into(),
        test_speakers: ["s3".to_owned()].into(),
        label_smoothing: 0.05,
    });
    let refused = train_voice_emotion(&config, &options);
    assert!(
        matches!(&refused, Err(TrainError::Config(what)) if what.contains("allow_non_commercial")),
        "{refused:?}"
    );
    config.speech.allow_non_commercial = true;
    let trained = train_voice_emotion(&config, &options).expect("it trains");
    assert!(trained.last_losses["emotion"] < 0.7 * trained.first_losses["emotion"], "{trained:?}");

    let request = ExportRequest {
        encoder_weights: None,
        run: options.folder.clone(),
        model: temp.path().join("ear.onnx"),
        precision: Precision::F32,
        text: CardText {
            name: "ear".to_owned(),
            version: "0".to_owned(),
            description: "A smoke test.".to_owned(),
            licence: "NC".to_owned(),
        },
    };
    let exported = export(&request).expect("the export passes the gate");
    assert!(exported.parity.engines.iter().any(|engine| engine.engine == "embedded"));
    let model = Model::load(&request.model, Provider::Embedded).expect("the model loads");
    let card = model.card();
    assert!(card.kind == ModelKind::Emotion && card.non_commercial && card.look_ahead_hops == 2, "{card:?}");
    assert_eq!(card.emotions.len(), 7);
    assert!(card.metrics["test.clip_accuracy"] > 0.6, "{:?}", card.metrics);
    let report = std::fs::read_to_string(temp.path().join("ear.report.md")).expect("a report");
    for part in ["Not for commercial use", "8 clips", "| s3, clips right |", "| chance | 14 % |"] {
        assert!(report.contains(part), "{part}: {report}");
    }
}

fn spoil_weights(path: &Path) {
    let mut tensors = tch::Tensor::read_safetensors(path).expect("weights");
    for (name, tensor) in &mut tensors {
        if name == "generator.head.bias" {
            let _ = tensor.fill_(f64::NAN);
        }
    }
    tch::Tensor::write_safetensors(&tensors, path).expect("weights");
}
