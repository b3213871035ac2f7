//! `cstalk live` from a recording: rows, packets, report, and how it ends.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::sounds::write_voice;
use crate::support::{Said, cstalk, run, skipped, take};

fn folder_with_voice(seconds: f64) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_voice(&folder.path().join("voice.wav"), seconds);
    folder
}

fn lines(text: &str) -> Vec<serde_json::Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

#[test]
fn printed_rows_are_those_of_the_file_run() {
    let folder = folder_with_voice(1.5);
    run(folder.path(), "animate voice.wav -o offline.csv --rig board --emotion happy=0.5").expect(0);
    let offline = take(&folder.path().join("offline.csv"));
    let said = run(
        folder.path(),
        "live --from-file voice.wav --ndjson --rig board --fps 50 --emotion happy=0.5 --report live.json",
    )
    .expect(0);
    assert_eq!(said.err, "", "nothing on standard error in a pipe");
    let rows = lines(&said.out);
    assert_eq!(rows.len(), offline.row_count());
    let names = cstalk_rig::Rig::get(cstalk_rig::RigId::Board185).columns();
    for (index, row) in rows.iter().enumerate() {
        assert!((row["time_s"].as_f64().unwrap() - index as f64 * 0.02).abs() < 1e-6);
        for (control, wanted) in names.iter().zip(offline.row(index).unwrap()) {
            let got = row["values"][&control.name].as_f64().unwrap() as f32;
            // The file has six decimals.
            assert!((got - wanted).abs() <= 1e-6, "row {index}, {}: {got}, {wanted}", control.name);
        }
    }
    let report: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(folder.path().join("live.json")).unwrap()).unwrap();
    assert_eq!((&report["source"]["kind"], &report["row_count"]), (&"recording".into(), &75.into()));
    for part in ["sound_to_curve", "compute", "capture_block"] {
        for quantile in ["p50_ms", "p95_ms", "p99_ms"] {
            assert!(report[part][quantile].as_f64().unwrap() > 0.0, "{part} {quantile}");
        }
    }
    assert_eq!((&report["look_ahead_ms"], &report["resample_ms"]), (&60.0.into(), &0.0.into()));
    assert_eq!(report["input"]["arrived_s"], 1.5);
    assert_eq!(report["output"]["row_count"], 75);
    assert!(report["provider"].as_str().unwrap().starts_with("embedded"));
}

#[test]
fn an_independent_reader_understands_the_packets() {
    let reader = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/livelink/read_packets.py");
    let Some(python) = python() else {
        skipped("an_independent_reader_understands_the_packets", "no python3");
        return;
    };
    let folder = folder_with_voice(1.0);
    run(folder.path(), "animate voice.wav -o offline.csv --rig arkit --format livelink-csv --fps 25")
        .expect(0);
    let offline = take(&folder.path().join("offline.csv"));
    let mut reading = Command::new(python).arg(reader).stdout(Stdio::piped()).spawn().unwrap();
    let mut printed = BufReader::new(reading.stdout.take().unwrap()).lines();
    let first: serde_json::Value = serde_json::from_str(&printed.next().unwrap().unwrap()).unwrap();
    let arguments = format!(
        "live --from-file voice.wav --livelink 127.0.0.1:{} --subject Änne --fps 25 --report live.json",
        first["port"]
    );
    run(folder.path(), &arguments).expect(0);
    let packets: Vec<serde_json::Value> =
        printed.map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect();
    assert!(reading.wait().unwrap().success());
    // A machine that stalls may merge faces that are due at once; it may not send other ones.
    assert!((15..=25).contains(&packets.len()), "{} packets", packets.len());
    let columns = cstalk_rig::Rig::get(cstalk_rig::RigId::Arkit52).columns();
    let first_frame = packets[0]["frame"].as_i64().unwrap();
    for packet in &packets {
        assert_eq!(packet["subject"], "Änne");
        assert_eq!(packet["device"].as_str().unwrap().len(), 36);
        assert_eq!(packet["rate"], serde_json::json!([25, 1]));
        assert!((0.0..1.0).contains(&packet["part"].as_f64().unwrap()));
        let index = (packet["frame"].as_i64().unwrap() - first_frame) as usize;
        let values = packet["values"].as_object().unwrap();
        assert_eq!(values.len(), 61);
        for (name, value) in values {
            let column =
                columns.iter().position(|control| control.name.eq_ignore_ascii_case(name)).expect(name);
            let wanted = offline.row(index).unwrap()[column];
            let got = value.as_f64().unwrap() as f32;
            assert!((got - wanted).abs() < 1e-5, "face {index}, {name}: {got}, {wanted}");
        }
    }
    let report = std::fs::read_to_string(folder.path().join("live.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["output"]["livelink"]["packet_count"], packets.len());
}

fn python() -> Option<&'static str> {
    ["python3", "python"].into_iter().find(|name| {
        let tried = Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        tried.is_ok_and(|status| status.success())
    })
}

#[test]
fn it_ends_in_time_and_says_what_it_measured() {
    let folder = folder_with_voice(5.0);
    let said = run(folder.path(), "live --from-file voice.wav --seconds 0.5 --delay 120").expect(0);
    for part in ["30 rows out", "sound to curve", "p95", "drift"] {
        assert!(said.out.contains(part), "wanted `{part}`: {}", said.out);
    }
    assert_eq!(said.err, "");
}

#[test]
fn wrong_usage_and_bad_recordings_are_refused() {
    let folder = folder_with_voice(0.1);
    std::fs::write(folder.path().join("bad.wav"), "no sound").unwrap();
    for (arguments, code, part) in [
        ("live --from-file voice.wav --device x", 2, "cannot be used with"),
        ("live --from-file voice.wav --livelink 127.0.0.1:high", 2, "HOST:PORT"),
        ("live --from-file voice.wav --delay 3000", 2, "0 to 2000"),
        ("live --from-file voice.wav --gate 3", 2, "-90 to 0 dB"),
        ("live --from-file voice.wav --fps 0", 2, "0.1"),
        ("live --from-file voice.wav --seconds 0", 2, "above 0"),
        ("live --from-file voice.wav --emotion bliss=1", 2, "neutral, happy"),
        ("live --from-file bad.wav", 1, "bad.wav"),
        ("live --from-file none.wav", 1, "none.wav"),
    ] {
        let said = run(folder.path(), arguments);
        assert!(said.err.contains(part), "{arguments}: wanted `{part}`: {}", said.err);
        said.expect_error(code, &[]);
    }
}

#[test]
fn a_reader_that_leaves_is_no_panic() {
    let folder = folder_with_voice(3.0);
    for arguments in [
        "inspect live --json",
        "inspect live",
        "models",
        "doctor",
        "animate voice.wav",
        "live --from-file voice.wav --ndjson --rig board --report live.json",
    ] {
        let mut child = cstalk()
            .current_dir(folder.path())
            .args(arguments.split_whitespace())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Gone before the first word.
        drop(child.stdout.take());
        let said = Said::from(child.wait_with_output().unwrap());
        assert!(!said.err.contains("panicked"), "{arguments}: {}", said.err);
        assert_eq!(said.code, 0, "{arguments}: {}", said.err);
    }
    assert!(folder.path().join("voice.csv").exists(), "the work was done all the same");
    assert!(folder.path().join("live.json").exists(), "and reported");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_cleanly_with_a_report() {
    let folder = folder_with_voice(20.0);
    let mut child = cstalk()
        .current_dir(folder.path())
        .args(["live", "--from-file", "voice.wav", "--ndjson", "--rig", "arkit", "--report", "live.json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut rows = BufReader::new(child.stdout.take().unwrap()).lines();
    // Rows come: it runs.
    assert!((0..10).all(|_| rows.next().unwrap().is_ok()));
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert!(rows.all(|row| row.is_ok_and(|row| row.ends_with("}}"))), "no half row");
    let said = Said::from(child.wait_with_output().unwrap()).expect(0);
    assert_eq!(said.err, "");
    let report = std::fs::read_to_string(folder.path().join("live.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let heard_s = report["heard_s"].as_f64().unwrap();
    assert!((0.1..15.0).contains(&heard_s), "{heard_s}");
}
