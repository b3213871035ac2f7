//! `cstalk batch`: folders and lists, resuming, parts, and the report.

use std::collections::BTreeMap;
use std::path::Path;

use crate::support::sounds::write_voice;
use crate::support::{names_in, report, run};

/// A folder `in` of five short recordings, one in a subfolder, and files that are none.
fn folder_of_recordings() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("in");
    std::fs::create_dir_all(source.join("deeper")).unwrap();
    for (index, name) in ["a.wav", "b.WAV", "c.wav", "d.wav", "deeper/a.wav"].iter().enumerate() {
        write_voice(&source.join(name), 0.1 * (index + 1) as f64);
    }
    std::fs::write(source.join("notes.txt"), "not a recording").unwrap();
    folder
}

/// Status by file name (with its subfolder) of a report.
fn statuses(path: &Path) -> BTreeMap<String, String> {
    let name = |file: &str| file.trim_start_matches("in/").to_owned();
    report(path).into_iter().map(|row| (name(&row["file"]), row["status"].clone())).collect()
}

fn count(statuses: &BTreeMap<String, String>, status: &str) -> usize {
    statuses.values().filter(|got| *got == status).count()
}

#[test]
fn a_folder_is_done_with_its_subfolders() {
    let folder = folder_of_recordings();
    let said = run(folder.path(), "batch in -o out").expect(0);
    assert_eq!(said.err, "");
    assert!(said.out.contains("5 recordings: 5 done, 0 kept, 0 failed"), "{}", said.out);
    let out = folder.path().join("out");
    assert_eq!(names_in(&out), ["a.csv", "b.csv", "c.csv", "d.csv", "deeper", "report.csv"]);
    assert_eq!(names_in(&out.join("deeper")), ["a.csv"]);
    let rows = report(&out.join("report.csv"));
    let row_counts: Vec<&str> = rows.iter().map(|row| row["rows"].as_str()).collect();
    assert_eq!(row_counts, ["5", "10", "15", "20", "25"]);
    assert!(rows.iter().all(|row| row["settings_hash"].len() == 32 && row["error"].is_empty()));
}

#[test]
fn the_number_of_jobs_and_parts_changes_no_bit() {
    let folder = folder_of_recordings();
    run(folder.path(), "batch in -o one --jobs 1").expect(0);
    run(folder.path(), "batch in -o four --jobs 4").expect(0);
    run(folder.path(), "batch in -o parts --shard 1/2").expect(0);
    run(folder.path(), "batch in -o parts --shard 2/2").expect(0);
    for name in ["a.csv", "b.csv", "c.csv", "d.csv", "deeper/a.csv"] {
        let bytes = |out: &str| std::fs::read(folder.path().join(out).join(name)).unwrap();
        assert!(bytes("one") == bytes("four") && bytes("one") == bytes("parts"), "{name}");
    }
    let parts = folder.path().join("parts");
    let first = statuses(&parts.join("report-1-of-2.csv"));
    let second = statuses(&parts.join("report-2-of-2.csv"));
    assert_eq!((first.len(), second.len()), (3, 2));
    assert!(first.keys().all(|file| !second.contains_key(file)));
}

#[test]
fn resume_does_again_only_what_changed() {
    let folder = folder_of_recordings();
    let again = |options: &str| {
        run(folder.path(), &format!("batch in -o out --resume {options}")).expect(0);
        statuses(&folder.path().join("out/report.csv"))
    };
    assert_eq!(count(&again(""), "done"), 5, "nothing to resume from");
    let changed = |name: &str| std::fs::metadata(folder.path().join(name)).unwrap().modified().unwrap();
    let before = changed("out/a.csv");
    assert_eq!(count(&again(""), "kept"), 5);
    assert_eq!(changed("out/a.csv"), before);

    std::fs::remove_file(folder.path().join("out/a.csv")).unwrap();
    std::fs::write(folder.path().join("out/b.csv"), "torn").unwrap();
    write_voice(&folder.path().join("in/c.wav"), 0.7);
    let third = again("");
    assert_eq!(count(&third, "kept"), 2, "{third:?}");
    for name in ["a.wav", "b.WAV", "c.wav"] {
        assert_eq!(third[name], "done", "{third:?}");
    }
    for options in
        ["--emotion happy=0.5", "--emotion happy=0.5 --fps 30", "--emotion happy=0.5 --fps 30 --seed 4"]
    {
        assert_eq!(count(&again(options), "done"), 5, "{options}");
        assert_eq!(count(&again(options), "kept"), 5, "{options}");
    }
    run(folder.path(), "batch in -o out").expect(0);
    assert_eq!(count(&statuses(&folder.path().join("out/report.csv")), "done"), 5, "without --resume");
}

#[test]
fn a_batch_that_was_killed_goes_on_from_its_journal() {
    let folder = folder_of_recordings();
    run(folder.path(), "batch in -o out").expect(0);
    let out = folder.path().join("out");
    // What a killed batch leaves: finished curves, a journal with some of them and a torn line.
    let text = std::fs::read_to_string(out.join("report.csv")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let torn = format!("{}\n{}", lines[..4].join("\n"), &lines[4][..lines[4].len() / 2]);
    std::fs::write(out.join("report.journal.csv"), torn).unwrap();
    std::fs::remove_file(out.join("report.csv")).unwrap();
    run(folder.path(), "batch in -o out --resume").expect(0);
    let after = statuses(&out.join("report.csv"));
    assert_eq!((count(&after, "kept"), count(&after, "done")), (3, 2), "{after:?}");
    assert!(!out.join("report.journal.csv").exists());
}

#[test]
fn failed_recordings_are_tried_again_on_resume() {
    let folder = folder_of_recordings();
    std::fs::write(folder.path().join("in/d.wav"), "no sound").unwrap();
    run(folder.path(), "batch in -o out").expect_error(1, &["d.wav"]);
    write_voice(&folder.path().join("in/d.wav"), 0.2);
    run(folder.path(), "batch in -o out --resume").expect(0);
    let after = statuses(&folder.path().join("out/report.csv"));
    assert_eq!((count(&after, "kept"), after["d.wav"].as_str()), (4, "done"));
}

#[test]
fn a_manifest_names_files_outputs_and_faces() {
    let folder = folder_of_recordings();
    let mood = "time_s,sad\n0,1\n";
    std::fs::write(folder.path().join("in/mood.csv"), mood).unwrap();
    let manifest = "file,output,emotion,emotion_curve,style\n\
        a.wav,plain.csv,,,\n\
        a.wav,happy.csv,happy=1,,\n\
        a.wav,sad.csv,,mood.csv,\n\
        a.wav,wide.csv,,,jaw=2\n\
        a.wav,../../outside.csv,,,\n\
        a.wav,wrong.csv,bliss=1,,\n\
        a.wav,unread.csv,,missing.csv,\n\
        missing.wav,,,,\n\
        b.WAV,plain.csv,,,\n";
    std::fs::write(folder.path().join("in/list.csv"), manifest).unwrap();
    let said = run(folder.path(), "batch in/list.csv -o out").expect(1);
    assert!(said.out.contains("9 recordings: 5 done, 0 kept, 4 failed"), "{} {}", said.out, said.err);
    for part in ["bliss", "missing.csv", "missing.wav", "would overwrite those"] {
        assert!(said.err.contains(part), "wanted `{part}`: {}", said.err);
    }
    let out = folder.path().join("out");
    assert_eq!(
        names_in(&out),
        ["happy.csv", "outside.csv", "plain.csv", "report.csv", "sad.csv", "wide.csv"]
    );
    assert_eq!(names_in(folder.path()), ["in", "out"], "nothing outside the output folder");
    let bytes = |name: &str| std::fs::read(out.join(name)).unwrap();
    assert_eq!(bytes("plain.csv"), bytes("outside.csv"));
    for name in ["happy.csv", "sad.csv", "wide.csv"] {
        assert_ne!(bytes("plain.csv"), bytes(name), "{name}");
    }
}

#[test]
fn sources_without_recordings_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("none")).unwrap();
    std::fs::write(folder.path().join("columns.csv"), "path\na.wav\n").unwrap();
    std::fs::write(folder.path().join("bytes.csv"), [0xff, 0xfe, 0x00, 0x0a, 0xff]).unwrap();
    run(folder.path(), "batch none -o out").expect_error(1, &["none", "found none"]);
    run(folder.path(), "batch columns.csv -o out").expect_error(1, &["columns.csv", "path"]);
    run(folder.path(), "batch bytes.csv -o out").expect(1);
    assert!(!folder.path().join("out").exists());
}
