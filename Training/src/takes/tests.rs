//! Tests on takes that are made here: no recording, no trained model.

use super::checks::{Listener, check, check_all, refuse_unusable};
use super::finetune::{FinetuneOptions, finetune};
use super::outcome::{Comparison, TakePart, Verdict, summaries, verdict};
use super::pairs::{TakeFiles, find};
use super::report::{Level, OffsetSource, TakeReport};
use super::start::StartingPoint;
use super::windows::SplitTake;
use super::{TakeError, sync};
use crate::evaluation::subject::NEUTRAL;
use crate::export::card::CardText;
use crate::export::{ExportRequest, export};
use crate::nets::generator::Conditions;
use crate::nets::{EarShape, Generator, GeneratorShape, LiveNet, LiveShape, ParameterStore, TorchBackend};
use crate::performer::{BOARD_COUNT, contacts, predicted_controls};
use crate::train::TrainConfig;
use crate::train::budget::Budget;
use crate::train::calibration::{CALIBRATION_FILE, ContactCalibration};
use crate::train::checkpoint::{Standing, write_json, write_tensors};
use crate::train::record::RunRecord;
use crate::train::run::{BEST_STANDING, BEST_WEIGHTS, BestStanding, LOG_FILE};
use cstalk_audio::write_wav16;
use cstalk_onnx::{CorpusKind, ModelFile, Precision};
use cstalk_rig::formats::{Format, write_take};
use cstalk_rig::{CurveRate, Rig, RigId, Take};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tch::{Device, Kind, Tensor};

const LENGTH_S: f64 = 16.0;

/// How far a mouth that babbles in irregular syllables is open at a time, 0..1.
fn babble(time_s: f64) -> f64 {
    let syllables = (time_s * 19.0 + 3.0 * (time_s * 2.9).sin() + 2.0 * (time_s * 5.1).sin()).sin();
    let phrase = (time_s * 1.1 + (time_s * 0.37).sin()).sin();
    (0.5 + 0.5 * syllables) * (0.7 + 0.3 * phrase)
}

/// The sound of it: a buzz as loud as the mouth is open.
fn write_sound(path: &Path, length_s: f64) {
    let samples: Vec<f32> = (0..(length_s * 16_000.0) as usize)
        .map(|n| {
            let time_s = n as f64 / 16_000.0;
            let loudness = 10f64.powf((babble(time_s) - 1.0) * 2.0);
            let buzz = (time_s * 900.0).sin() + 0.5 * (time_s * 2_700.0).sin();
            (0.4 * loudness * buzz) as f32
        })
        .collect();
    write_wav16(path, &samples, 16_000).unwrap();
}

/// The face of it on any rig, `late_ms` late: jaw, rounding and lip corners.
fn face(rig: RigId, rate: CurveRate, length_s: f64, late_ms: f64) -> Take {
    let names: [&[&str]; 3] = match rig {
        RigId::Board185 => [
            &["CTRL_C_jaw.ty"],
            &["CTRL_L_mouth_funnelU.ty", "CTRL_R_mouth_funnelU.ty"],
            &["CTRL_L_mouth_cornerPull.ty", "CTRL_R_mouth_cornerPull.ty"],
        ],
        RigId::MetaHuman251 => [
            &["CTRL_expressions_jawOpen"],
            &["CTRL_expressions_mouthFunnelUL", "CTRL_expressions_mouthFunnelUR"],
            &["CTRL_expressions_mouthCornerPullL", "CTRL_expressions_mouthCornerPullR"],
        ],
        RigId::Arkit52 => [&["jawOpen"], &["mouthFunnel"], &["mouthSmileLeft", "mouthSmileRight"]],
    };
    let columns = Rig::get(rig);
    let mut take = Take::new(rig, rate);
    for row_index in 0..(length_s * rate.hz()) as usize {
        let open = babble(rate.time_s(row_index) - late_ms / 1000.0);
        let mut row = vec![0.0; columns.column_count()];
        for (part, value) in names.iter().zip([0.5 * open, 0.2 * open * open, 0.3 * (1.0 - open)]) {
            part.iter().for_each(|name| row[columns.index_of(name).unwrap()] = value as f32);
        }
        take.push_row(&row).unwrap();
    }
    take
}

fn rate(hz: u32) -> CurveRate {
    CurveRate::new(hz, 1).unwrap()
}

fn write_pair(folder: &Path, name: &str, take: &Take, format: Format) -> TakeFiles {
    let curves = folder.join(name).with_extension(format.extension());
    write_take(&curves, format, take).unwrap();
    write_sound(&folder.join(name).with_extension("wav"), LENGTH_S);
    find(&[curves]).unwrap().remove(0)
}

fn errors(report: &TakeReport) -> String {
    let errors = report.findings.iter().filter(|finding| finding.level == Level::Error);
    errors.map(|finding| finding.text.as_str()).collect::<Vec<_>>().join("; ")
}

#[test]
fn every_format_of_every_rig_becomes_the_same_rows() {
    let folder = tempfile::tempdir().unwrap();
    let board = Rig::get(RigId::Board185);
    let column = |name: &str| board.index_of(name).unwrap();
    let jaw = column("CTRL_C_jaw.ty");
    for format in Format::ALL {
        for rig in RigId::ALL.into_iter().filter(|rig| format.rig().is_none_or(|only| only == *rig)) {
            let name = format!("{format}-{rig}");
            let files = write_pair(folder.path(), &name, &face(rig, rate(60), LENGTH_S, 0.0), format);
            let (report, take) = check(&files, &Listener::Loudness, Some(0.0)).unwrap();
            let take = take.unwrap_or_else(|| panic!("{name}: {}", report.text()));
            let measured = report.measured.unwrap();
            assert_eq!((measured.rig.as_str(), measured.row_count), (rig.name(), 960), "{name}");
            assert_eq!((measured.row_hz, measured.dropped_row_count), (60.0, 0), "{name}");
            assert!(take.mask[jaw] && take.mask[column("CTRL_R_mouth_funnelU.ty")], "{name}");
            assert!(take.mask[column("CTRL_L_mouth_cornerPull.ty")], "{name}");
            assert!(!take.mask[column("CTRL_L_brow_raiseIn.ty")], "{name}: nothing moves the brows");
            for (hop, row) in take.rows.chunks_exact(BOARD_COUNT).enumerate() {
                let wanted = 0.5 * babble(hop as f64 * 0.02);
                assert!(
                    (f64::from(row[jaw]) - wanted).abs() < 0.03,
                    "{name}, hop {hop}: {} {wanted}",
                    row[jaw]
                );
                assert!(row.iter().zip(take.mask).all(|(value, on)| on || *value == 0.0), "{name}");
            }
        }
    }
}

#[test]
fn offsets_are_found_and_taken_out() {
    let folder = tempfile::tempdir().unwrap();
    let rows_at = |late_ms: f64| {
        let take = face(RigId::Board185, rate(50), LENGTH_S, late_ms);
        take.into_values()
    };
    let reference = rows_at(0.0);
    for late_ms in [-310.0, -47.0, -5.0, 0.0, 13.0, 60.0, 144.0, 420.0] {
        let found = sync::estimate(&rows_at(late_ms), &reference, "itself").unwrap();
        assert!(found.confident && found.peak_r > 0.9, "{late_ms} ms: {found:?}");
        assert!((found.offset_ms - late_ms).abs() < 5.0, "{late_ms} ms: {found:?}");
        assert!(found.drift_ms.is_none_or(|drift_ms| drift_ms.abs() < 5.0), "{late_ms} ms: {found:?}");
    }
    // Against the sound itself, and out of the rows.
    let late = face(RigId::Arkit52, rate(60), LENGTH_S, 90.0);
    let files = write_pair(folder.path(), "late", &late, Format::LiveLinkCsv);
    let (report, take) = check(&files, &Listener::Loudness, None).unwrap();
    let (measured, rows) = (report.measured.unwrap(), take.unwrap().rows);
    assert_eq!(measured.offset_source, OffsetSource::Estimated);
    assert!((measured.applied_offset_ms - 90.0).abs() < 15.0, "{measured:?}");
    let left = sync::estimate(&rows, &reference, "the performer").unwrap();
    assert!(left.offset_ms.abs() < 15.0, "{left:?}");
    let (report, _) = check(&files, &Listener::Loudness, Some(-20.0)).unwrap();
    let measured = report.measured.unwrap();
    assert_eq!((measured.applied_offset_ms, measured.offset_source), (-20.0, OffsetSource::Given));
}

#[test]
fn another_takes_sound_is_not_confident() {
    let other = |time_s: f64| babble(400.0 - 1.37 * time_s) as f32;
    let mut rows = vec![0.0; 800 * BOARD_COUNT];
    let jaw = Rig::get(RigId::Board185).index_of("CTRL_C_jaw.ty").unwrap();
    for (hop, row) in rows.chunks_exact_mut(BOARD_COUNT).enumerate() {
        row[jaw] = other(hop as f64 * 0.02);
    }
    let reference = face(RigId::Board185, rate(50), LENGTH_S, 0.0).into_values();
    let found = sync::estimate(&rows, &reference, "another").unwrap();
    assert!(!found.confident, "{found:?}");
    let still = vec![0.0; reference.len()];
    assert_eq!(sync::estimate(&still, &reference, "a still mouth"), None);
}

#[test]
fn what_is_wrong_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let good = face(RigId::Arkit52, rate(30), LENGTH_S, 0.0);
    let path = |name: &str| folder.path().join(name);
    let text_of = |name: &str| std::fs::read_to_string(path(name)).unwrap();
    write_pair(folder.path(), "good", &good, Format::Csv);
    let variant = |name: &str, text: String, sound_s: Option<f64>| {
        std::fs::write(path(&format!("{name}.csv")), text).unwrap();
        if let Some(length_s) = sound_s {
            write_sound(&path(&format!("{name}.wav")), length_s);
        }
    };
    let good_text = text_of("good.csv");
    let lines: Vec<&str> = good_text.lines().collect();
    let first_rows = |count: usize| lines[..=count].join("\n");
    let smile = |text: String| text.replace("mouthSmileLeft", "mouthSmileLost");
    variant("alone", good_text.clone(), None);
    variant("short", first_rows(240), Some(LENGTH_S));
    variant("empty", String::new(), Some(LENGTH_S));
    variant("nan", lines[..20].join("\n") + "\n" + &lines[20].replacen(',', ",nan,", 1), Some(LENGTH_S));
    variant("broken", good_text[..good_text.len() / 2].to_owned(), Some(LENGTH_S));
    variant("brows", smile(good_text.replace("jawOpen", "jawLost")), Some(LENGTH_S));
    variant("dead", good_text.clone(), None);
    std::fs::write(path("dead.wav"), b"RIFF????WAVE").unwrap();
    variant("silent", good_text.clone(), None);
    write_wav16(path("silent.wav"), &vec![0.0; 16_000 * 16], 16_000).unwrap();
    for (name, wanted) in [
        ("alone", "no sound"),
        ("short", "too short"),
        ("empty", "empty"),
        ("nan", "nan"),
        ("broken", "fields"),
        ("brows", "no supervised mouth"),
        ("dead", "dead.wav"),
        ("silent", "silent"),
    ] {
        let files = find(&[path(&format!("{name}.csv"))]).unwrap();
        let (reports, takes) = check_all(&files, &Listener::Loudness, None).unwrap();
        assert!(takes.is_empty() && !reports[0].usable, "{name}: {}", reports[0].text());
        assert!(errors(&reports[0]).contains(wanted), "{name}: {}", reports[0].text());
        assert!(matches!(refuse_unusable(&reports), Err(TakeError::Unusable { unusable: 1, .. })));
    }
    // Beyond the end of the sound there is nothing in common.
    let files = find(&[path("good.csv")]).unwrap();
    let (report, _) = check(&files[0], &Listener::Loudness, Some(-60_000.0)).unwrap();
    assert!(errors(&report).contains("no common time"), "{}", report.text());

    // Usable, with something to say.
    let dropped: Vec<&str> =
        lines.iter().enumerate().filter(|(at, _)| *at == 0 || at % 9 != 4).map(|(_, line)| *line).collect();
    variant("dropped", dropped.join("\n"), Some(LENGTH_S));
    variant("lost", smile(good_text.clone()), Some(20.0));
    for (name, wanted) in
        [("dropped", "were dropped"), ("lost", "mouthSmileLeft"), ("lost", "longer one is cut")]
    {
        let files = find(&[path(&format!("{name}.csv"))]).unwrap();
        let (report, take) = check(&files[0], &Listener::Loudness, None).unwrap();
        assert!(take.is_some() && report.text().contains(wanted), "{name}: {}", report.text());
    }
}

#[test]
fn pairs_are_found_by_stem() {
    let folder = tempfile::tempdir().unwrap();
    let touch = |name: &str| std::fs::write(folder.path().join(name), "x").unwrap();
    ["a.csv", "a.WAV", "b.json", "b.mp3", "c.json", "d.csv", "notes.txt", ".a.csv"]
        .iter()
        .for_each(|name| touch(name));
    let found = find(&[folder.path().to_owned()]).unwrap();
    let names: Vec<(&str, bool)> =
        found.iter().map(|take| (take.name.as_str(), take.sound.is_some())).collect();
    assert_eq!(
        names,
        [("a", true), ("b", true), ("d", false)],
        "JSON without sound that is no take is passed over"
    );
    let by_sound = find(&[folder.path().join("a.WAV"), folder.path().join("a.csv")]).unwrap();
    assert_eq!(by_sound, found[..1]);
    touch("a.flac");
    assert!(find(&[folder.path().to_owned()]).unwrap_err().to_string().contains("wanted one of the sounds"));
    for wrong in ["notes.txt", "none.csv"] {
        assert!(matches!(find(&[folder.path().join(wrong)]), Err(TakeError::Path { .. })), "{wrong}");
    }
}

#[test]
fn the_rule_of_overfitting() {
    for (learnt, held_out, wanted) in [
        ((1.0, 0.5), (1.0, 0.7), Verdict::Better),
        ((1.0, 0.5), (1.0, 0.9), Verdict::Overfit),
        ((1.0, 0.5), (1.0, 1.2), Verdict::Overfit),
        ((1.0, 0.98), (1.0, 0.99), Verdict::Unchanged),
        ((1.0, 1.3), (1.0, 1.2), Verdict::Unchanged),
    ] {
        let (found, advice) = verdict(learnt, held_out);
        assert_eq!(found, wanted, "{advice}");
        assert_eq!(advice.contains("fewer minutes"), wanted == Verdict::Overfit);
    }
}

/// A run of a tiny untrained network, in a folder.
fn write_tiny_run(folder: &Path) {
    let shape = LiveShape {
        ear: EarShape { channels: 8, kernel: 3, dilations: vec![1, 4], centred: false },
        generator: GeneratorShape {
            channels: 12,
            kernel: 3,
            dilations: vec![2, 1],
            emotion_channels: 3,
            style_channels: 5,
            smooth: true,
        },
    };
    let net = LiveNet::new(&shape);
    tch::manual_seed(5);
    let mut parameters = ParameterStore::new(Device::Cpu);
    let zeros = |width: i64| Tensor::zeros([1, 4, width], (Kind::Float, Device::Cpu));
    let (features, emotion, style) = (zeros(160), zeros(crate::nets::EMOTION_COUNT), zeros(8));
    let conditions = Conditions { emotion: &emotion, style: &style, identity: None };
    tch::no_grad(|| net.forward(&mut TorchBackend::whole(&mut parameters), &features, &conditions));
    let predicted = Tensor::from_slice(&predicted_controls().map(|on| if on { 0.1f32 } else { 0.0 }));
    parameters.set(Generator::CONTROL_SCALE, &predicted).unwrap();
    let poses = [contacts::bilabial(), contacts::labiodental()];
    let holds = poses.map(|pose| Tensor::from_slice(&pose.holds) * predicted.sign());
    parameters.set(Generator::CONTACT_HOLDS, &Tensor::stack(&holds, 0)).unwrap();
    let quiet = Tensor::from_slice(&[-9.0f32, -9.0]);
    parameters.set("generator.contact.bias", &quiet).unwrap();
    let named: Vec<(String, Tensor)> = parameters.snapshot().into_iter().collect();
    let config = TrainConfig { shape, ..TrainConfig::default() };
    let record = RunRecord {
        stage: "generator".to_owned(),
        config_hash: config.hash(),
        config,
        corpora: Vec::new(),
        captures: Vec::new(),
        phones: Vec::new(),
        earlier: None,
        encoder_weights: None,
        tuned_from: None,
    };
    record.write(folder).unwrap();
    let standing = Standing {
        stage: "generator".to_owned(),
        step: 7,
        applied_steps: 7,
        elapsed_s: 1.0,
        audio_s: 1.0,
        best: Some((1.0, 7)),
        config_hash: record.config_hash.clone(),
    };
    let held_out = BTreeMap::from([("total".to_owned(), 1.0)]);
    write_json(&folder.join(BEST_STANDING), &BestStanding { standing, held_out }).unwrap();
    write_tensors(&folder.join(BEST_WEIGHTS), &named).unwrap();
    let calibration = ContactCalibration { gain: 1.5, shift: -0.25, contact_f1: 0.5 };
    write_json(&folder.join(CALIBRATION_FILE), &[calibration; 2]).unwrap();
    std::fs::write(folder.join(LOG_FILE), "").unwrap();
}

fn exported(run: &Path, model: &Path) -> ExportRequest {
    let request = ExportRequest {
        run: run.to_owned(),
        encoder_weights: None,
        model: model.to_owned(),
        precision: Precision::F32,
        text: CardText {
            name: "tiny".to_owned(),
            version: "0".to_owned(),
            description: "A test.".to_owned(),
            licence: "CC0".to_owned(),
        },
    };
    let report = export(&request).expect("the export passes its gate");
    report.parity.skipped.iter().for_each(|skipped| println!("SKIPPED parity on {skipped}"));
    request
}

#[test]
fn a_model_file_gives_its_run_back() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    write_tiny_run(&run);
    let model = folder.path().join("tiny.onnx");
    let mut request = exported(&run, &model);
    let (of_run, of_file) = (StartingPoint::read(&run).unwrap(), StartingPoint::read(&model).unwrap());
    assert_eq!(of_file.record.config.shape, of_run.record.config.shape);
    assert_eq!(of_file.calibrations, of_run.calibrations);
    for (name, value) in &of_file.weights {
        assert!(of_run.weights.get(name).is_some_and(|before| before.equal(value)), "{name}");
    }
    let trained: Vec<&String> = of_run.weights.keys().collect();
    assert_eq!(of_file.weights.keys().collect::<Vec<_>>(), trained);

    request.precision = Precision::Int8Dynamic;
    request.model = folder.path().join("small.onnx");
    export(&request).unwrap();
    let refused = StartingPoint::read(&request.model).err().map(|error| error.to_string());
    assert!(refused.is_some_and(|reason| reason.contains("32-bit")), "an 8-bit model is not to start from");
    let bytes = std::fs::read(&model).unwrap();
    std::fs::write(&model, &bytes[..bytes.len() / 2]).unwrap();
    for wrong in [model, folder.path().join("none"), folder.path().to_owned()] {
        assert!(matches!(StartingPoint::read(&wrong), Err(TakeError::Model { .. })), "{}", wrong.display());
    }
}

fn options(folder: PathBuf, corpora: &Path) -> FinetuneOptions {
    FinetuneOptions {
        folder,
        budget: Budget { steps: Some(60), minutes: None },
        learning_rate: 5e-3,
        seed: 3,
        emotion: NEUTRAL,
        corpora: corpora.to_owned(),
        feeder_threads: 1,
        batch_windows: 4,
        corpus: "my face".to_owned(),
        licence: "mine alone".to_owned(),
        non_commercial: true,
    }
}

#[test]
fn tuning_moves_a_model_towards_a_take_and_exports() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    write_tiny_run(&path("run"));
    exported(&path("run"), &path("tiny.onnx"));
    let start = StartingPoint::read(&path("tiny.onnx")).unwrap();
    let files = write_pair(
        folder.path(),
        "me",
        &face(RigId::MetaHuman251, rate(60), LENGTH_S, 0.0),
        Format::AnimatorJson,
    );
    let (report, take) = check(&files, &Listener::Loudness, None).unwrap();
    let take = take.unwrap_or_else(|| panic!("{}", report.text()));
    let takes = Arc::new(vec![SplitTake::new(take)]);
    assert_eq!((takes[0].learn.clone(), takes[0].held_out.clone()), (0..550, 550..800));
    let options = options(path("mine"), &path("no corpora"));
    let tuned = finetune(&start, &takes, &options).unwrap();
    assert!(tuned.kept.contains("the model before"));
    let (first, last) = (&tuned.summary.first_losses["position"], &tuned.summary.last_losses["position"]);
    assert!(*last < 0.8 * first, "from {first} to {last}");

    let after = StartingPoint::read(&path("mine")).unwrap();
    for (name, before) in &start.weights {
        let frozen = name.starts_with("ear.") || name.starts_with("generator.contact");
        let constant = name.contains("control_") || name == Generator::HALF;
        assert_eq!(after.weights[name].equal(before), frozen || constant, "{name}");
    }
    assert!(!after.weights.keys().any(|name| name.starts_with("identity.")));
    let comparison = Comparison {
        before: Arc::new(start.model().unwrap()),
        after: Arc::new(after.model().unwrap()),
        emotion: NEUTRAL,
        mesh: None,
    };
    let summaries = summaries(&comparison.of_learnt(&takes[0]).unwrap());
    assert_eq!(summaries.iter().map(|row| row.0).collect::<Vec<_>>(), [TakePart::Learnt, TakePart::HeldOut]);
    for (part, before, after) in summaries {
        assert!(after.control_error < before.control_error, "{part:?}: {before:?} {after:?}");
    }
    exported(&path("mine"), &path("mine.onnx"));
    let (file, _) = ModelFile::read(path("mine.onnx")).unwrap();
    let corpus = &file.card().training.corpora[0];
    assert_eq!((corpus.name.as_str(), corpus.licence.as_str()), ("my face", "mine alone"));
    assert!(corpus.kind == CorpusKind::Captured && file.card().non_commercial);
    assert!((corpus.hours * 3600.0 - 11.0).abs() < 0.1, "{} h", corpus.hours);
    // A second run does not overwrite the first.
    assert!(matches!(finetune(&start, &takes, &options), Err(TakeError::Train(_))));
}
