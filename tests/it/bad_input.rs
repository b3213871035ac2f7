//! The table of bad recordings: right curves with a warning, or one clear error; in a batch the others go on.

use std::collections::HashMap;

use crate::support::sounds::{voice, wav_float, wav_mu_law, wav16, with_declared_bytes};
use crate::support::{cstalk, names_in, report, run, take, take_at_model_rate};

enum Wanted {
    /// This many rows, and a warning that contains the text (none where it is empty).
    Curves(usize, &'static str),
    /// Exit code 1 and an error that contains the text.
    Error(&'static str),
}
use Wanted::{Curves, Error};

struct Case {
    name: &'static str,
    bytes: Vec<u8>,
    wanted: Wanted,
}

fn cases() -> Vec<Case> {
    let case = |name, bytes, wanted| Case { name, bytes, wanted };
    let second = voice(16_000, 1.0);
    let good = wav16(&second, 1, 16_000);
    let mut not_finite = second.clone();
    not_finite[3_000] = f32::NAN;
    not_finite[3_001..3_100].fill(f32::INFINITY);
    let clipped: Vec<f32> = second.iter().map(|sample| (sample * 20.0).clamp(-1.0, 1.0)).collect();
    let huge: Vec<f32> = second.iter().map(|sample| sample * 1e30).collect();
    let noise: Vec<u8> = (0..20_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    vec![
        case("good.wav", good.clone(), Curves(50, "")),
        case("empty.wav", Vec::new(), Error("empty")),
        case("header_only.wav", good[..44].to_vec(), Error("zero")),
        case("half_a_header.wav", good[..20].to_vec(), Error("half_a_header.wav")),
        case("truncated.wav", good[..44 + 16_000].to_vec(), Curves(25, "")),
        case("text.wav", b"This is a shopping list.\nMilk, bread.\n".repeat(40), Error("text.wav")),
        case("noise.mp3", noise, Error("noise.mp3")),
        case("endless_header.wav", with_declared_bytes(good.clone(), u32::MAX), Curves(50, "")),
        case("long_header.wav", with_declared_bytes(good.clone(), 64_000), Curves(50, "short")),
        case("not_finite.wav", wav_float(&not_finite, 16_000), Curves(50, "not finite")),
        case("huge.wav", wav_float(&huge, 16_000), Curves(50, "full scale")),
        case("zeros.wav", wav16(&vec![0.0; 16_000], 1, 16_000), Curves(50, "silence")),
        case("clipped.wav", wav16(&clipped, 1, 16_000), Curves(50, "clipped")),
        case("telephone.wav", wav_mu_law(&voice(8_000, 1.0), 8_000), Curves(50, "")),
        case("studio.wav", wav16(&voice(192_000, 1.0), 8, 192_000), Curves(50, "")),
        case("tenth.wav", wav16(&voice(16_000, 0.1), 1, 16_000), Curves(5, "")),
        case("one_sample.wav", wav16(&[0.25], 1, 16_000), Curves(1, "")),
        case("nine_channels.wav", wav16(&second, 9, 16_000), Error("channel")),
        case("slow.wav", wav16(&voice(4_000, 1.0), 1, 4_000), Error("4000")),
    ]
}

#[test]
fn each_bad_recording_gives_right_curves_or_one_clear_error() {
    let folder = tempfile::tempdir().unwrap();
    for Case { name, bytes, wanted } in cases() {
        std::fs::write(folder.path().join(name), bytes).unwrap();
        let out = folder.path().join(format!("{name}-out"));
        std::fs::create_dir(&out).unwrap();
        let said = run(folder.path(), &format!("animate {name} -o {name}-out/curves.csv"));
        match wanted {
            Curves(row_count, warning) => {
                let said = said.expect(0);
                assert!(!said.err.contains("error"), "{name}: {}", said.err);
                assert!(said.err.contains(warning), "{name}: wanted a warning `{warning}`: {}", said.err);
                let take = take_at_model_rate(&out.join("curves.csv"));
                assert_eq!(take.row_count(), row_count, "{name}");
                let columns = cstalk_rig::Rig::get(take.rig()).columns();
                for row in take.rows() {
                    for (control, value) in columns.iter().zip(row) {
                        assert!(
                            (control.min..=control.max).contains(value),
                            "{name}: {} {value}",
                            control.name
                        );
                    }
                }
                assert_eq!(names_in(&out), ["curves.csv"], "{name}");
            }
            Error(part) => {
                said.expect_error(1, &[name, part]);
                assert!(names_in(&out).is_empty(), "{name} left {:?}", names_in(&out));
            }
        }
    }
}

#[test]
fn what_can_be_used_of_a_broken_recording_is_the_same_as_without_the_break() {
    let folder = tempfile::tempdir().unwrap();
    for Case { name, bytes, .. } in cases() {
        if ["good.wav", "endless_header.wav", "long_header.wav"].contains(&name) {
            std::fs::write(folder.path().join(name), bytes).unwrap();
            run(folder.path(), &format!("animate {name}")).expect(0);
        }
    }
    let good = take(&folder.path().join("good.csv"));
    assert_eq!(good, take(&folder.path().join("endless_header.csv")));
    assert_eq!(good, take(&folder.path().join("long_header.csv")));
}

#[test]
fn in_a_batch_the_others_still_finish() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("in")).unwrap();
    let mut wanted: HashMap<&str, bool> = HashMap::new();
    for Case { name, bytes, wanted: outcome } in cases() {
        std::fs::write(folder.path().join("in").join(name), bytes).unwrap();
        wanted.insert(name, matches!(outcome, Curves(..)));
    }
    let said = run(folder.path(), "batch in -o out --jobs 3").expect(1);
    let failed_count = wanted.values().filter(|works| !**works).count();
    assert_eq!(said.error_count(), failed_count, "{}", said.err);
    assert!(said.out.contains(&format!("{failed_count} failed")), "{}", said.out);
    let rows = report(&folder.path().join("out/report.csv"));
    assert_eq!(rows.len(), wanted.len());
    let mut outputs = vec!["report.csv".to_owned()];
    for row in rows {
        let name = row["file"].rsplit('/').next().unwrap();
        let status = if wanted[name] { "done" } else { "failed" };
        assert_eq!(row["status"], status, "{name}: {}", row["error"]);
        assert_eq!(row["error"].is_empty(), wanted[name], "{name}");
        if wanted[name] {
            outputs.push(name.replace(".wav", ".csv"));
        }
    }
    outputs.sort();
    assert_eq!(names_in(&folder.path().join("out")), outputs);
}

#[test]
fn an_input_that_is_no_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("folder.wav")).unwrap();
    run(folder.path(), "animate missing.wav").expect_error(1, &["missing.wav", "cannot open"]);
    run(folder.path(), "animate folder.wav").expect_error(1, &["folder.wav", "regular file"]);
    run(folder.path(), "batch missing -o out").expect_error(1, &["missing"]);
    assert_eq!(names_in(folder.path()), ["folder.wav"]);
}

#[test]
fn several_inputs_all_get_their_turn() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bad.wav"), b"no sound").unwrap();
    std::fs::write(folder.path().join("good.wav"), wav16(&voice(16_000, 0.2), 1, 16_000)).unwrap();
    let output = cstalk()
        .current_dir(folder.path())
        .args(["animate", "bad.wav", "good.wav", "-o", "out/", "--report", "report.json"])
        .output()
        .unwrap();
    crate::support::Said::from(output).expect_error(1, &["bad.wav"]);
    assert_eq!(names_in(&folder.path().join("out")), ["good.csv"]);
    let text = std::fs::read_to_string(folder.path().join("report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(report[0]["error"].is_string() && report[0]["output"].is_null());
    assert!(report[1]["error"].is_null() && report[1]["row_count"] == 10);
}
