//! `cstalk animate`: what comes out, and what is refused.

use std::path::Path;

use cstalk_rig::{CurveRate, Rig, RigId};

use crate::support::sounds::write_voice;
use crate::support::{names_in, run, take};

fn folder_with_voice(seconds: f64) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_voice(&folder.path().join("voice.wav"), seconds);
    folder
}

#[test]
fn curves_lie_beside_the_recording_unless_told_otherwise() {
    let folder = folder_with_voice(0.3);
    let said = run(folder.path(), "animate voice.wav").expect(0);
    assert_eq!(said.err, "", "nothing on standard error in a pipe");
    assert!(said.out.contains("voice.csv") && said.out.contains("15 rows"), "{}", said.out);
    run(folder.path(), "animate voice.wav -o new/folder/face.csv").expect(0);
    run(folder.path(), "animate voice.wav -o other/").expect(0);
    assert_eq!(names_in(folder.path()), ["new", "other", "voice.csv", "voice.wav"]);
    assert_eq!(names_in(&folder.path().join("new/folder")), ["face.csv"]);
    assert_eq!(names_in(&folder.path().join("other")), ["voice.csv"]);
}

#[test]
fn the_csv_has_the_columns_and_times_of_the_interface() {
    let folder = folder_with_voice(0.1);
    run(folder.path(), "animate voice.wav --rig board").expect(0);
    let text = std::fs::read_to_string(folder.path().join("voice.csv")).unwrap();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    assert_eq!(header[0], "time_s");
    let columns: Vec<&str> =
        Rig::get(RigId::Board185).columns().iter().map(|control| control.name.as_str()).collect();
    assert_eq!(header[1..], columns);
    let times: Vec<&str> = lines.map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(times, ["0.000000", "0.020000", "0.040000", "0.060000", "0.080000"]);
}

#[test]
fn every_format_rig_and_rate_can_be_read_back() {
    let folder = folder_with_voice(1.0);
    run(folder.path(), "animate voice.wav -o board.csv --rig board").expect(0);
    let board = take(&folder.path().join("board.csv"));
    for (options, name, rig) in [
        ("", "a.csv", RigId::MetaHuman251),
        ("--rig arkit", "b.csv", RigId::Arkit52),
        ("--format json --rig board", "c.json", RigId::Board185),
        ("--format curve-table", "d.csv", RigId::MetaHuman251),
        ("--format livelink-csv", "e.csv", RigId::Arkit52),
    ] {
        run(folder.path(), &format!("animate voice.wav -o {name} {options}")).expect(0);
        let got = take(&folder.path().join(name));
        let wanted = board.to_rig(rig).unwrap();
        assert_eq!((got.rig(), got.row_count()), (rig, 50), "{options}");
        for (got, wanted) in got.values().iter().zip(wanted.values()) {
            assert!((got - wanted).abs() < 2e-4, "{options}: {got} {wanted}");
        }
    }
    for (fps, row_count) in [("24", 24), ("29.97", 30), ("60", 60)] {
        run(folder.path(), &format!("animate voice.wav -o f.json --format json --rig board --fps {fps}"))
            .expect(0);
        let got = take(&folder.path().join("f.json"));
        assert_eq!(got.rate(), CurveRate::from_hz(fps.parse().unwrap()).unwrap());
        assert_eq!(got.row_count(), row_count);
    }
}

/// Curves on the board with these options.
fn board(folder: &Path, options: &str) -> cstalk_rig::Take {
    run(folder, &format!("animate voice.wav -o face.csv --rig board {options}")).expect(0);
    take(&folder.join("face.csv"))
}

#[test]
fn each_option_of_the_face_changes_the_curves_and_the_seed_repeats_them() {
    let folder = folder_with_voice(6.0);
    std::fs::write(folder.path().join("mood.csv"), "time_s,happy\n0,0\n3,1\n").unwrap();
    let style = r#"{"schema":"cstalk-style/1","values":{"jaw":1.5}}"#;
    std::fs::write(folder.path().join("style.json"), style).unwrap();
    let plain = board(folder.path(), "");
    assert_eq!(plain, board(folder.path(), "--seed 0"));
    for options in [
        "--emotion angry=0.5",
        "--emotion-curve mood.csv",
        "--style jaw=-1",
        "--style style.json",
        "--head-motion 1",
        "--head-motion 0",
        "--blinks off",
        "--gaze off",
        "--seed 1",
        "--smoothing 0",
    ] {
        assert_ne!(plain, board(folder.path(), options), "{options}");
    }
}

#[test]
fn wrong_usage_ends_with_code_2_and_says_what_is_wanted() {
    let folder = folder_with_voice(0.1);
    std::fs::write(folder.path().join("voice.mp3"), b"x").unwrap();
    for (arguments, part) in [
        ("animate", "IN"),
        ("animate voice.wav --format docx", "livelink-csv"),
        ("animate voice.wav --rig robot", "metahuman"),
        ("animate voice.wav --format livelink-csv --rig metahuman", "arkit"),
        ("animate voice.wav --fps 0", "0.1"),
        ("animate voice.wav --fps fast", "fast"),
        ("animate voice.wav --head-motion 2", "0 to 1"),
        ("animate voice.wav --blinks maybe", "maybe"),
        ("animate voice.wav --emotion happy", "name=number"),
        ("animate voice.wav --emotion happy=-1", "from 0 to 1"),
        ("animate voice.wav --emotion bliss=1", "neutral, happy"),
        ("animate voice.wav --emotion happy=1 --emotion-curve m.csv", "cannot be used with"),
        ("animate voice.wav --style swagger=1", "articulation"),
        ("animate voice.wav --style jaw=9", "-3 to 3"),
        ("animate voice.wav --provider abacus", "embedded"),
        ("animate voice.wav voice.mp3", "both become voice.csv"),
        ("animate voice.wav voice.mp3 -o voice.mp3", "folder"),
        ("animate voice.wav -o voice.wav", "overwrite the recording"),
        ("batch . -o out --shard 3/2", "2/8"),
        ("batch . -o out --jobs 0", "0"),
        ("dance", "dance"),
    ] {
        let said = run(folder.path(), arguments);
        assert!(said.err.contains(part), "{arguments}: wanted `{part}`: {}", said.err);
        said.expect_error(2, &[]);
    }
    assert_eq!(names_in(folder.path()), ["voice.mp3", "voice.wav"], "nothing was written");
}

#[test]
fn faulty_curve_and_style_files_are_named_with_their_line() {
    let folder = folder_with_voice(0.1);
    std::fs::write(folder.path().join("mood.csv"), "time_s,happy\n0,0\n1,lots\n").unwrap();
    std::fs::write(folder.path().join("style.json"), "{").unwrap();
    run(folder.path(), "animate voice.wav --emotion-curve mood.csv")
        .expect_error(1, &["mood.csv", "line 3", "lots"]);
    run(folder.path(), "animate voice.wav --emotion-curve none.csv").expect_error(1, &["none.csv"]);
    run(folder.path(), "animate voice.wav --style style.json").expect_error(1, &["style.json"]);
    run(folder.path(), "animate voice.wav --style none.json").expect_error(1, &["none.json"]);
    assert!(!folder.path().join("voice.csv").exists());
}

#[test]
fn the_report_says_what_was_found_and_what_it_cost() {
    let folder = folder_with_voice(1.0);
    run(folder.path(), "animate voice.wav --report report.json --fps 30").expect(0);
    let text = std::fs::read_to_string(folder.path().join("report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    let entry = &report[0];
    assert_eq!(entry["source"]["rate_hz"], 16_000);
    assert_eq!(entry["latency"]["look_ahead_samples"], 960);
    assert_eq!((&entry["row_count"], &entry["rate_hz"]), (&30.into(), &30.0.into()));
    for key in ["p50_ms", "p95_ms", "p99_ms", "max_ms"] {
        assert!(entry["hop_times"][key].as_f64().unwrap() > 0.0, "{key}: {text}");
    }
    assert!(entry["real_time_factor"].as_f64().unwrap() > 0.0);
}

#[test]
fn an_older_output_is_replaced_only_by_a_whole_new_one() {
    let folder = folder_with_voice(0.2);
    let out = folder.path().join("voice.csv");
    std::fs::write(&out, "old").unwrap();
    std::fs::write(folder.path().join("bad.wav"), "no sound").unwrap();
    run(folder.path(), "animate bad.wav -o voice.csv").expect_error(1, &["bad.wav"]);
    assert_eq!(std::fs::read_to_string(&out).unwrap(), "old");
    run(folder.path(), "animate voice.wav").expect(0);
    assert_eq!(take(&out).row_count(), 10);
}
