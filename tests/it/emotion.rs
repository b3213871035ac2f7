//! Emotion on the command line: strength by part of the face, and emotion from the voice.

use std::path::{Path, PathBuf};

use cstalk_rig::Take;

use crate::support::sounds::write_voice;
use crate::support::{report, run, take};

/// A folder with a recording and `ear.onnx`, a small untrained model that hears emotions.
fn folder_with_voice_and_ear() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_voice(&folder.path().join("voice.wav"), 3.0);
    let ear = cstalk_model::sample::untrained_emotion_bytes(&["neutral", "angry", "happy"]).unwrap();
    std::fs::write(folder.path().join("ear.onnx"), ear).unwrap();
    folder
}

fn shipped_ear() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Content/Models/emotion-nc.onnx")
}

/// Curves on the board with these options.
fn board(folder: &Path, options: &str) -> Take {
    run(folder, &format!("animate voice.wav -o face.csv --rig board {options}")).expect(0);
    take(&folder.join("face.csv"))
}

#[test]
fn strengths_by_option_by_curve_and_by_manifest_are_the_same() {
    let folder = folder_with_voice_and_ear();
    let full = board(folder.path(), "--emotion angry=1");
    assert_eq!(full, board(folder.path(), "--emotion angry=1 --emotion-strength all=1"));
    assert_eq!(board(folder.path(), ""), board(folder.path(), "--emotion angry=1 --emotion-strength all=0"));
    let weak = board(folder.path(), "--emotion angry=1 --emotion-strength brows=0.5,mouth=0.8");
    assert_ne!(weak, full);
    // As a spreadsheet with decimal commas writes it.
    let curve = "\u{feff}time_s;angry;strength:brows;strength:mouth\r\n0;1;0,5;0,8\r\n;;;\r\n";
    std::fs::write(folder.path().join("mood.csv"), curve).unwrap();
    assert_eq!(weak, board(folder.path(), "--emotion-curve mood.csv"));
    let manifest = "file,emotion,emotion_strength\nvoice.wav,angry=1,\"brows=0.5,mouth=0.8\"\n";
    std::fs::write(folder.path().join("list.csv"), manifest).unwrap();
    run(folder.path(), "batch list.csv -o out --rig board").expect(0);
    assert_eq!(weak, take(&folder.path().join("out/voice.csv")));
}

#[test]
fn a_batch_knows_strengths_and_emotion_models_when_it_resumes() {
    let folder = folder_with_voice_and_ear();
    std::fs::create_dir(folder.path().join("in")).unwrap();
    std::fs::rename(folder.path().join("voice.wav"), folder.path().join("in/voice.wav")).unwrap();
    let status = |options: &str| {
        run(folder.path(), &format!("batch in -o out --resume {options}")).expect(0);
        report(&folder.path().join("out/report.csv"))[0]["status"].clone()
    };
    for options in [
        "--emotion happy=1",
        "--emotion happy=1 --emotion-strength jaw=0.5",
        "--emotion auto --emotion-model ear.onnx",
        "--emotion auto=0.5 --emotion-model ear.onnx",
    ] {
        assert_eq!(status(options), "done", "{options}");
        assert_eq!(status(options), "kept", "{options}");
    }
    let manifest = "file,emotion\nin/voice.wav,auto=0.5\n";
    std::fs::write(folder.path().join("list.csv"), manifest).unwrap();
    run(folder.path(), "batch list.csv -o listed --emotion-model ear.onnx").expect(0);
    run(folder.path(), "batch list.csv -o none")
        .expect_error(1, &["list.csv, recording 1", "--emotion-model"]);
    let bytes = |path: &str| std::fs::read(folder.path().join(path)).unwrap();
    assert!(bytes("listed/in/voice.csv") == bytes("out/voice.csv"));
}

#[test]
fn the_voice_moves_the_face_and_the_licence_of_the_shipped_model_is_said_once() {
    let folder = folder_with_voice_and_ear();
    let neutral = board(folder.path(), "");
    assert_ne!(neutral, board(folder.path(), "--emotion auto --emotion-model ear.onnx"));
    assert_eq!(neutral, board(folder.path(), "--emotion auto=0 --emotion-model ear.onnx"));
    let ear = shipped_ear();
    let said =
        run(folder.path(), &format!("animate voice.wav --emotion auto --emotion-model {}", ear.display()))
            .expect(0);
    assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    assert!(said.err.contains("note:") && said.err.contains("NOT for commercial use"), "{}", said.err);
    assert!(said.err.contains("ravdess (CC BY-NC-SA 4.0)"), "{}", said.err);
    let card = run(folder.path(), &format!("inspect {}", ear.display())).expect(0).out;
    for part in ["NOT for commercial use", "emotion: hears", "ravdess", "Labelled", "neutral, happy"] {
        assert!(card.contains(part), "{part}: {card}");
    }
    assert!(std::fs::metadata(ear).unwrap().len() < 500_000);
}

#[test]
fn what_does_not_fit_together_says_what_to_do() {
    let folder = folder_with_voice_and_ear();
    std::fs::write(folder.path().join("mood.csv"), "time_s,happy,strength:lips\n0,1,1\n").unwrap();
    for (options, code, parts) in [
        ("--emotion auto", 2, ["--emotion-model", "none is used unless named"]),
        ("--emotion auto=2 --emotion-model ear.onnx", 2, ["0 to 1", "2"]),
        ("--emotion auto,happy=1 --emotion-model ear.onnx", 2, ["stands alone", "auto=0.7"]),
        ("--emotion happy=1 --emotion-model ear.onnx", 2, ["--emotion auto", "only"]),
        ("--emotion auto --emotion-model live", 2, ["kind emotion", "of kind curves"]),
        ("--model ear.onnx", 2, ["kind curves", "--emotion-model ear.onnx"]),
        ("--emotion auto --emotion-model none.onnx", 3, ["none.onnx", "cstalk models"]),
        ("--emotion happy=70", 2, ["0.7 for 70 %", "70"]),
        ("--emotion-strength lips=1", 2, ["`lips`", "brows, eyes, cheeks, mouth, jaw, neck"]),
        ("--emotion-strength jaw=2", 2, ["0 to 1.5", "2"]),
        ("--emotion-curve mood.csv", 1, ["mood.csv, line 1", "brows, eyes"]),
    ] {
        let said = run(folder.path(), &format!("animate voice.wav {options}"));
        for part in parts {
            assert!(said.err.contains(part), "{options}: wanted `{part}`: {}", said.err);
        }
        said.expect_error(code, &[]);
    }
    assert!(!folder.path().join("voice.csv").exists());
}

#[test]
fn the_long_help_teaches_emotions() {
    let folder = tempfile::tempdir().unwrap();
    for command in ["animate", "batch"] {
        let help = run(folder.path(), &format!("{command} --help")).expect(0).out;
        for part in
            ["time_s,happy,angry,strength:brows", "two keys at the same time", "--emotion-strength", "auto"]
        {
            assert!(help.contains(part), "{command} --help lacks `{part}`");
        }
    }
}
