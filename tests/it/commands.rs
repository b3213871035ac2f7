//! The smaller commands: what they print for people and for machines.

use std::path::Path;

use crate::support::sounds::write_voice;
use crate::support::{MODELS, Said, cstalk, run};

fn json(said: &Said) -> serde_json::Value {
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {}", said.out))
}

#[test]
fn help_teaches_with_examples() {
    let here = Path::new(".");
    let said = run(here, "--help").expect(0);
    for command in ["animate", "batch", "live", "studio", "inspect", "models", "doctor", "bench"] {
        assert!(said.out.contains(command), "{command}");
        let help = run(here, &format!("{command} --help")).expect(0).out;
        assert!(help.contains("Example") && help.contains(&format!("cstalk {command}")), "{help}");
    }
    assert!(said.out.contains("Exit codes"));
    assert!(run(here, "--version").expect(0).out.starts_with("cstalk "));
}

#[test]
fn inspect_prints_the_card() {
    let here = Path::new(".");
    let said = run(here, "inspect live").expect(0);
    for part in
        ["board-185", "look-ahead 60 ms", "neutral, happy", "articulation", "features F32 [1, time, 160]"]
    {
        assert!(said.out.contains(part), "wanted `{part}`: {}", said.out);
    }
    let card = json(&run(here, "inspect live --json").expect(0));
    assert_eq!(card["card"]["controls"].as_array().unwrap().len(), 185);
    assert_eq!(card["parameters"], card["card"]["parameters"]);
    let path = MODELS.join("live.onnx");
    let by_path = cstalk().arg("inspect").arg(path).arg("--json").output().unwrap();
    assert_eq!(json(&Said::from(by_path).expect(0)), card);
}

#[test]
fn models_lists_good_and_broken_ones() {
    let said = run(Path::new("."), "models").expect(0);
    assert!(said.out.contains("live") && said.out.contains("MIT OR Apache-2.0"), "{}", said.out);

    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(MODELS.join("live.onnx"), folder.path().join("mine.onnx")).unwrap();
    std::fs::write(folder.path().join("torn.onnx"), "no model").unwrap();
    let listed = |json: &str| -> Said {
        let mut command = cstalk();
        command.env("CSTALK_MODELS", folder.path()).arg("models").args(json.split_whitespace());
        command.output().unwrap().into()
    };
    let said = listed("").expect(3);
    assert!(said.out.contains("torn         BROKEN"), "{}", said.out);
    let list = json(&listed("--json").expect(3));
    assert_eq!(list["models"][0]["card"]["name"], "untrained-sample");
    assert!(list["models"][1]["error"].is_string());
}

#[test]
fn doctor_says_what_works_and_what_is_missing() {
    let said = run(Path::new("."), "doctor").expect(0);
    assert!(said.out.contains("works   provider embedded"), "{}", said.out);
    let findings = json(&run(Path::new("."), "doctor --json").expect(0));
    assert_eq!(findings["works"], true);

    let folder = tempfile::tempdir().unwrap();
    let output = cstalk().env("CSTALK_MODELS", folder.path()).arg("doctor").output().unwrap();
    let said = Said::from(output).expect(3);
    assert!(said.out.contains("BROKEN  model live"), "{}", said.out);
}

#[test]
fn bench_measures_one_stream() {
    let folder = tempfile::tempdir().unwrap();
    write_voice(&folder.path().join("voice.wav"), 0.5);
    let report = json(&run(folder.path(), "bench voice.wav --seconds 2 --json").expect(0));
    let number = |path: &str| report.pointer(path).and_then(|value| value.as_f64()).expect(path);
    assert_eq!(number("/speech_s"), 2.0);
    assert_eq!((number("/look_ahead_ms"), number("/hop/hop_count")), (60.0, 100.0));
    assert!(number("/hop/p50_ms") <= number("/hop/p95_ms") && number("/hop/p95_ms") <= number("/hop/p99_ms"));
    assert!((number("/real_time_factor") - number("/hop/mean_ms") / 20.0).abs() < 1e-6);
    assert!(number("/start_to_first_curve_ms") > number("/load_ms"));
    assert!(number("/model_bytes") > 4.0 * number("/parameters"));
    if cfg!(target_os = "linux") {
        assert!((5.0..500.0).contains(&number("/peak_memory_mb")));
    }
    let said = run(folder.path(), "bench --seconds 1").expect(0);
    assert!(said.out.contains("real-time factor") && said.out.contains("p99"), "{}", said.out);
}
