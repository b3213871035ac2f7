//! Every format: what is written reads back, and what is broken is refused with file and line.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use cstalk_rig::formats::{Format, Imported, ReadOptions, TakeWriter, read_take, write_take};
use cstalk_rig::{CurveRate, ErrorKind, Result, Rig, RigId, Take};
use proptest::prelude::*;

fn rate(text: &str) -> CurveRate {
    text.parse().unwrap()
}

fn holds(format: Format, rig: RigId) -> bool {
    format.rig().is_none_or(|only| only == rig)
}

fn written(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn read_text(name: &str, text: &str, options: &ReadOptions) -> Result<Imported> {
    let folder = tempfile::tempdir().unwrap();
    read_take(&written(folder.path(), name, text.as_bytes()), options)
}

fn close(a: &Take, b: &Take) {
    assert_eq!((a.rig(), a.rate(), a.row_count()), (b.rig(), b.rate(), b.row_count()));
    for (index, (a, b)) in a.values().iter().zip(b.values()).enumerate() {
        assert!((a - b).abs() <= 1e-6 * a.abs().max(1.0), "value {index}: {a} {b}");
    }
}

/// A take with a different number in every cell.
fn counting(rig: RigId, per_second: &str, rows: usize) -> Take {
    let values = (0..rows * rig.column_count()).map(|k| ((k * 7919) % 2003) as f32 / 1001.0 - 1.0).collect();
    Take::from_values(rig, rate(per_second), values).unwrap()
}

#[test]
fn what_is_written_reads_back() {
    let folder = tempfile::tempdir().unwrap();
    for format in Format::ALL {
        for rig in RigId::ALL {
            for per_second in ["24", "25", "30", "50", "60", "29.97", "59.94"] {
                let take = counting(rig, per_second, 75);
                let path = folder.path().join(format!("{format}-{rig}.{}", format.extension()));
                let outcome = write_take(&path, format, &take);
                if !holds(format, rig) {
                    assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Unsupported);
                    assert!(!path.exists());
                    continue;
                }
                outcome.unwrap();
                assert_eq!(Format::of_file(&path).unwrap(), format);
                // Timecodes count 29.97 like 30, so the rate has to come from the caller.
                let told = (format == Format::LiveLinkCsv).then_some(take.rate());
                let read = read_take(&path, &ReadOptions { rate: told, ..ReadOptions::default() }).unwrap();
                assert_eq!(read.warnings, Vec::<String>::new(), "{format} {rig} {per_second}");
                close(&read.take, &take);
                assert_eq!(
                    read.start_timecode.as_deref(),
                    (format == Format::LiveLinkCsv).then_some("00:00:00:00.000")
                );
            }
        }
    }
    let left: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with('.')), "{left:?}");
}

#[test]
fn the_plain_csv_is_as_documented() {
    let mut take = Take::new(RigId::Arkit52, rate("60"));
    let rig = Rig::get(RigId::Arkit52);
    let mut row = [0.0; 61];
    (row[rig.index_of("jawOpen").unwrap()], row[rig.index_of("HeadYaw").unwrap()]) = (0.25, 0.5);
    take.push_row(&row).unwrap();
    take.push_row(&row).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    write_take(&path, Format::Csv, &take).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    assert_eq!((header[0], header[1], header.len()), ("time_s", "eyeBlinkLeft", 62));
    let second: Vec<&str> = lines.nth(1).unwrap().split(',').collect();
    assert_eq!(second[0], "0.016667");
    let at = |name: &str| second[header.iter().position(|column| *column == name).unwrap()];
    // The head is in degrees in this file, whatever the rig.
    assert_eq!((at("jawOpen"), at("HeadYaw"), at("mouthClose")), ("0.25", "25", "0"));
}

#[test]
fn a_curve_table_has_a_line_a_curve() {
    let take = counting(RigId::MetaHuman251, "60", 200);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    write_take(&path, Format::CurveTable, &take).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!((lines.len(), lines[0].len()), (258, 201));
    assert_eq!((lines[0][0], lines[0][2]), ("Name", "0.016667"));
    for (column, control) in Rig::get(RigId::MetaHuman251).columns().iter().enumerate() {
        assert_eq!(lines[column + 1][0], control.name);
        for (row, cell) in lines[column + 1][1..].iter().enumerate() {
            assert_eq!(cell.parse::<f32>().unwrap(), take.row(row).unwrap()[column]);
        }
    }
}

#[test]
fn live_link_recordings_are_tolerated() {
    let names = "EyeBlinkLeft,JawOpen,HeadYaw";
    type Case = (&'static str, String, &'static [f32], &'static str);
    let cases: &[Case] = &[
        (
            "the other spelling, and a dropped row",
            format!(
                "Timecode,BlendshapeCount,{names}\n1:00:00:58.0,3,0,0,0\n1:00:01:00.0,3,0,0.2,0\n1:00:01:04.0,3,0,0.6,0\n1:00:01:06.0,3,0,0.8,0\n"
            ),
            &[0.0, 0.2, 0.4, 0.6, 0.8],
            "1 rows dropped",
        ),
        (
            "a repeated timecode",
            format!(
                "Timecode,BlendShapeCount,{names}\n1:00:00:58.0,3,0,0,0\n1:00:01:00.0,3,0,0.1,0\n1:00:01:00.0,3,0,0.2,0\n1:00:01:02.0,3,0,0.4,0\n"
            ),
            &[0.0, 0.2, 0.4],
            "1 repeated",
        ),
        (
            "a step back",
            format!(
                "Timecode,BlendShapeCount,{names}\n1:00:00:58.0,3,0,0,0\n1:00:01:00.0,3,0,0.2,0\n1:00:00:10.0,3,0,0.9,0\n1:00:01:02.0,3,0,0.4,0\n"
            ),
            &[0.0, 0.2, 0.4],
            "1 rows left out whose timecode steps back",
        ),
        (
            "midnight",
            format!(
                "Timecode,BlendShapeCount,{names}\n23:59:59:58.0,3,0,0,0\n00:00:00:00.0,3,0,0.2,0\n00:00:00:02.0,3,0,0.4,0\n"
            ),
            &[0.0, 0.2, 0.4],
            "missing",
        ),
        (
            "rows without a face",
            format!(
                "Timecode,BlendShapeCount,{names}\n1:00:00:58.0,3,0,0,0\n1:00:01:00.0,0\n1:00:01:02.0,3,0,0.4,0\n1:00:01:04.0,3,0,0.6,0\n1:00:01:06.0,3,,,\n"
            ),
            &[0.0, 0.2, 0.4, 0.6],
            "2 rows without a face",
        ),
        (
            "values only among whole rows",
            format!(
                "Timecode,BlendShapeCount,{names}\n1:00:00:58.0,3,0,0,0\n0,0.2,0\n1:00:01:02.0,3,0,0.4,0\n1:00:01:04.0,3,0,0.6,0\n"
            ),
            &[0.0, 0.2, 0.4, 0.6],
            "1 rows without a timecode",
        ),
        ("no timecodes at all", format!("{names}\n0,0.1,0\n0,0.2,0\n"), &[0.1, 0.2], "60 a second"),
        (
            "a broken last line, Windows ends and a byte order mark",
            format!(
                "\u{feff}Timecode,BlendShapeCount,{names}\r\n1:00:00:58.0,3,0,0.1,0\r\n1:00:01:00.0,3,0,0.2,0\r\n1:00:01:0"
            ),
            &[0.1, 0.2],
            "breaks off",
        ),
    ];
    for (what, text, wanted, warning) in cases {
        let read = read_text(
            "take.csv",
            text,
            &ReadOptions { format: Some(Format::LiveLinkCsv), ..ReadOptions::default() },
        );
        let read = read.unwrap_or_else(|error| panic!("{what}: {error}"));
        let jaw: Vec<f32> = read.take.curve(Rig::get(RigId::Arkit52).index_of("jawOpen").unwrap()).collect();
        assert_eq!(jaw.len(), wanted.len(), "{what}: {jaw:?} {:?}", read.warnings);
        for (got, wanted) in jaw.iter().zip(*wanted) {
            assert!((got - wanted).abs() < 1e-5, "{what}: {jaw:?}");
        }
        assert!(read.warnings.iter().any(|got| got.contains(warning)), "{what}: {:?}", read.warnings);
    }
}

#[test]
fn a_live_link_row_that_breaks_off_ends_the_file_only() {
    let header = "Timecode,BlendShapeCount,EyeBlinkLeft,JawOpen,HeadYaw\n";
    let whole = "1:00:00:58.0,3,0,0.1,0\n1:00:01:00.0,3,0,0.2,0\n";
    let text = format!("{header}{whole}1:00:01:02.0,3,0.1");
    let read = read_text("a.csv", &text, &ReadOptions::default()).unwrap();
    assert_eq!(read.take.row_count(), 2);
    assert!(read.warnings.iter().any(|warning| warning == "last line (4) breaks off and was left out"));
    let text = format!("{header}1:00:01:02.0,3,0.1\n{whole}");
    let error = read_text("a.csv", &text, &ReadOptions::default()).unwrap_err().to_string();
    assert!(error.contains("a.csv:3: wanted whole rows, got one that breaks off in line 2"), "{error}");
}

#[test]
fn older_names_and_gaps_in_the_header_are_reported() {
    let text = "time_s,CTRL_expressions.jawOpen,CTRL_expressions_tongueRollDown,CTRL_expressions_headTurnUpCor,MHFDSVersion,odd\n\
                0,0.5,0.25,1,1,7\n0.02,0.5,0.25,1,1,7\n";
    let read = read_text("a.csv", text, &ReadOptions::default()).unwrap();
    let rig = Rig::get(RigId::MetaHuman251);
    let at = |name: &str| read.take.row(1).unwrap()[rig.index_of(name).unwrap()];
    assert_eq!((read.take.rig(), read.take.rate()), (RigId::MetaHuman251, rate("50")));
    assert_eq!((at("CTRL_expressions_jawOpen"), at("CTRL_expressions_tongueBendDown")), (0.5, 0.25));
    let warnings = read.warnings.join("; ");
    for wanted in
        ["tongueRollDown\" as CTRL_expressions_tongueBendDown", "headTurnUpCor", "\"odd\"", "columns missing"]
    {
        assert!(warnings.contains(wanted), "{wanted}: {warnings}");
    }
    assert!(!warnings.contains("MHFDSVersion"), "{warnings}");
}

#[test]
fn uneven_times_are_put_on_a_grid() {
    let text = "time_s,jawOpen\n0.04,0.4\n0.06,0.6\n0.08,0.8\n0.12,1.2\n";
    let read = read_text("a.csv", text, &ReadOptions::default()).unwrap();
    let jaw: Vec<f32> = read.take.curve(Rig::get(RigId::Arkit52).index_of("jawOpen").unwrap()).collect();
    for (got, wanted) in jaw.iter().zip([0.4, 0.4, 0.4, 0.6, 0.8, 1.0, 1.2]) {
        assert!((got - wanted).abs() < 1e-5, "{jaw:?}");
    }
    assert_eq!(jaw.len(), 7);
    assert!(read.warnings.iter().any(|warning| warning.contains("interpolated")));
    let table = "---,0,0.1,0.2,0.3\njawOpen,0,,,0.3\nmouthClose,,0.1,\n";
    let read = read_text("a.csv", table, &ReadOptions::default()).unwrap();
    let rig = Rig::get(RigId::Arkit52);
    let curve = |name: &str| read.take.curve(rig.index_of(name).unwrap()).collect::<Vec<f32>>();
    for (got, wanted) in curve("jawOpen").iter().zip([0.0, 0.1, 0.2, 0.3]) {
        assert!((got - wanted).abs() < 1e-6);
    }
    assert_eq!(curve("mouthClose"), [0.1; 4]);
}

#[test]
fn broken_files_are_refused_with_place_wanted_and_got() {
    let json = |body: &str| format!("{{\"schema\":\"cstalk-take/1\",\"rig\":\"arkit-52\",{body}}}");
    let cases: Vec<(&str, String, &str)> = vec![
        ("a.csv", String::new(), "a.csv:1: wanted a file of curves"),
        ("a.csv", "time_s,jawOpen\n".into(), "a.csv: wanted at least one row, got none"),
        ("a.csv", "time_s,jawOpen\n0,0.1\n".into(), "got one row"),
        ("a.csv", "time_s,jawOpen\n0,NaN\n".into(), "a.csv:2: \"jawOpen\": wanted a finite number, got \"NaN\""),
        ("a.csv", "time_s,jawOpen\n0,0.1\n0.02,1e99\n".into(), "a.csv:3: \"jawOpen\": wanted a finite number, got \"1e99\""),
        ("a.csv", "time_s,jawOpen\n0,0.1,3\n".into(), "a.csv:2: row: wanted 2 fields, got 3"),
        ("a.csv", "time_s,jawOpen\n0,0.1\n0,0.1\n".into(), "a.csv:3: time_s: wanted more than 0, got 0"),
        ("a.csv", "time_s,jawOpen\n-1,0.1\n".into(), "a.csv:2: time: wanted seconds from 0 on, got \"-1\""),
        ("a.csv", "time_s,tail,wing\n0,0,0\n".into(), "a.csv:1: header: wanted control names of board-185"),
        ("a.csv", "time_s,jawOpen\n0,0\n0.02,0\n500,0\n".into(), "a.csv: times: wanted rows at most 60 s apart"),
        ("a.csv", "time_s,jawOpen\n0,0\n1e9,0\n".into(), "curve rate: wanted"),
        ("a.csv", "Name,0,0.1\njawOpen,0,0,0\n".into(), "a.csv:2: curve \"jawOpen\": wanted 2 values, got 3"),
        ("a.csv", "Name,0,0\njawOpen,0,0\n".into(), "a.csv:1: times: wanted more than 0, got 0"),
        ("a.csv", "Timecode,BlendShapeCount,JawOpen\nx,1,0\n".into(), "a.csv:2: timecode: wanted HH:MM:SS:FF.sub, got \"x\""),
        ("a.csv", "Timecode,BlendShapeCount,JawOpen\n1:0:0:1,1,inf\n".into(), "a.csv:2: \"JawOpen\": wanted a finite number"),
        ("a.csv", "Timecode,JawOpen\n1:0:0:1,1\n".into(), "a.csv:1: header: wanted Timecode and BlendShapeCount first"),
        (
            "a.csv",
            "Timecode,BlendShapeCount,JawOpen\n1:0:0:1,1,0\n1:0:0:2,1,0\n1:0:0:3,1,0\n3:0:0:1,1,0\n".into(),
            "got 7199.9",
        ),
        ("a.json", "{\"schema\":\"x\"}".into(), "a.json:1: schema: wanted \"cstalk-take/1\", got \"x\""),
        ("a.json", json("\"rows\":[]"), "rows: wanted names and rate before them"),
        ("a.json", json("\"rate\":{\"numerator\":0,\"denominator\":1}"), "curve rate: wanted"),
        ("a.json", json("\"names\":[\"jawOpen\"],\n\"rate\":{\"numerator\":50,\"denominator\":1},\"rows\":[[1,2]]"), "a.json:2: invalid length 2"),
        ("a.json", json("\"names\":[\"jawOpen\"],\"rate\":{\"numerator\":50,\"denominator\":1},\"rows\":[[1e99]]"), "number out of range at line 1"),
        ("a.json", json("\"names\":[\"jawOpen\"],\"rate\":{\"numerator\":50,\"denominator\":1},\"rows\":[]"), "rows: wanted at least one, got none"),
        ("a.json", "{\"schema\":\"cstalk-take/1\"".into(), "EOF"),
        ("a.json", "{\"curves\":{\"CTRL_expressions_jawOpen\":{\"t\":[0],\"v\":[]}}}".into(), "wanted as many values as times, got 0 and 1"),
        ("a.json", "{\"curves\":{\"CTRL_expressions_jawOpen\":{\"t\":[1,1],\"v\":[0,0]}}}".into(), "wanted a time after 1, got 1"),
        ("a.json", "{\"curves\":{\"CTRL_expressions_jawOpen\":{\"t\":[0,1e300],\"v\":[0,0]}}}".into(), "curve rate: wanted"),
        (
            "a.json",
            "{\"metadata\":{\"numFrames\":60,\"sequenceLengthSeconds\":1},\"curves\":{\"CTRL_expressions_jawOpen\":{\"t\":[0,1e300],\"v\":[0,0]}}}".into(),
            "length: wanted at most",
        ),
    ];
    for (name, text, wanted) in cases {
        let error =
            read_text(name, &text, &ReadOptions::default()).map(|read| read.take.row_count()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadInput, "{error}");
        assert!(error.to_string().contains(wanted), "{text}\nwanted {wanted}\ngot    {error}");
    }
    let error = read_take(Path::new("no/such/file.csv"), &ReadOptions::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadInput);
    assert!(error.to_string().contains("no/such/file.csv"), "{error}");
}

#[test]
fn endless_lines_are_refused_before_they_are_in_memory() {
    let mut text = String::from("time_s,jawOpen\n0,");
    text.push_str(&"1".repeat(3 << 20));
    let error = read_text("a.csv", &text, &ReadOptions::default()).unwrap_err().to_string();
    assert!(error.contains("wanted lines of at most 1048576 bytes"), "{error}");
    // A stray quote does not swallow the rest of the file.
    let read =
        read_text("a.csv", "time_s,\"jawOpen\"\n0,\"0.1\"\n0.02,0.2\n", &ReadOptions::default()).unwrap();
    assert_eq!(read.take.row_count(), 2);
}

#[test]
fn an_unfinished_writer_leaves_nothing_and_an_existing_file_survives() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    std::fs::write(&path, "before").unwrap();
    for format in [Format::Csv, Format::CurveTable] {
        let mut writer = TakeWriter::create(&path, format, RigId::Arkit52, CurveRate::MODEL).unwrap();
        writer.write_row(&[0.0; 61]).unwrap();
        assert!(writer.write_row(&[f32::NAN; 61]).unwrap_err().to_string().contains("row 1: eyeBlinkLeft"));
        assert!(writer.write_row(&[0.0; 60]).is_err());
        assert_eq!(writer.row_count(), 1);
        drop(writer);
        let empty = TakeWriter::create(&path, format, RigId::Arkit52, CurveRate::MODEL).unwrap();
        assert!(empty.finish().is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "before");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
    let error =
        TakeWriter::create(&folder.path().join("none/a.csv"), Format::Csv, RigId::Arkit52, CurveRate::MODEL);
    assert!(error.unwrap_err().to_string().contains("none"));
}

#[cfg(unix)]
#[test]
fn written_files_have_the_permissions_of_new_files() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let (ours, plain) = (folder.path().join("a.csv"), folder.path().join("b"));
    write_take(&ours, Format::Csv, &counting(RigId::Arkit52, "50", 2)).unwrap();
    std::fs::write(&plain, "").unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&ours), mode(&plain));
}

/// A small valid file of each format, for breaking.
fn samples() -> Vec<(Format, Vec<u8>)> {
    let folder = tempfile::tempdir().unwrap();
    let sample = |format: Format| {
        let path = folder.path().join(format.name());
        write_take(&path, format, &counting(format.rig().unwrap_or(RigId::Arkit52), "50", 3)).unwrap();
        (format, std::fs::read(&path).unwrap())
    };
    Format::ALL.into_iter().map(sample).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_take_survives_every_format(
        values in prop::collection::vec(prop_oneof![Just(0.0_f32), -1.0_f32..1.0, -90.0_f32..90.0], 61 * 2..61 * 6),
        per_second in prop::sample::select(vec!["24", "23.976", "25", "29.97", "48", "50", "59.94", "60", "120"]),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let whole = values.len() / 61 * 61;
        let take = Take::from_values(RigId::Arkit52, rate(per_second), values[..whole].to_vec()).unwrap();
        for format in Format::ALL.into_iter().filter(|format| holds(*format, RigId::Arkit52)) {
            let path = folder.path().join("take");
            write_take(&path, format, &take).unwrap();
            let options = ReadOptions { rate: Some(take.rate()), rig: Some(RigId::Arkit52), format: Some(format) };
            close(&read_take(&path, &options).unwrap().take, &take);
        }
    }

    #[test]
    fn hostile_bytes_never_panic(
        noise in prop::collection::vec(any::<u8>(), 0..400),
        cut in 0.0_f64..1.0,
        place in 0.0_f64..1.0,
    ) {
        let folder = tempfile::tempdir().unwrap();
        for (format, sample) in samples() {
            let mut spoiled = sample[..(sample.len() as f64 * cut) as usize].to_vec();
            let at = (spoiled.len() as f64 * place) as usize;
            spoiled.splice(at..at, noise.iter().copied().take(6));
            for bytes in [&noise, &spoiled] {
                let path = written(folder.path(), "take", bytes);
                // Whatever comes of it is a take of finite numbers or an error that names the file.
                match read_take(&path, &ReadOptions { format: Some(format), ..ReadOptions::default() }) {
                    Ok(read) => prop_assert!(read.take.values().iter().all(|value| value.is_finite())),
                    Err(error) => prop_assert!(error.to_string().contains("take"), "{error}"),
                }
                if let Err(error) = Format::of_file(&path) {
                    prop_assert!(error.to_string().contains("take"), "{error}");
                }
            }
        }
    }
}

#[test]
fn a_reader_says_which_columns_and_rows_the_file_had() {
    let text = "time_s,jawOpen,mouthFunnel\n0,0,0\n0.02,0.1,0\n0.08,0.4,0\n0.1,0.5,0.1\n";
    let imported = read_text("holes.csv", text, &ReadOptions::default()).unwrap();
    let rig = Rig::get(RigId::Arkit52);
    for (column, control) in rig.columns().iter().enumerate() {
        assert_eq!(imported.named[column], ["jawOpen", "mouthFunnel"].contains(&control.name.as_str()));
    }
    assert_eq!((imported.timing.row_count, imported.timing.dropped_row_count), (4, 2));
    assert!((imported.timing.largest_step_s - 0.06).abs() < 1e-9);
    let even = Take::from_values(RigId::Arkit52, CurveRate::MODEL, vec![0.25; 3 * 61]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for format in [Format::Csv, Format::Json, Format::LiveLinkCsv, Format::CurveTable] {
        let path = folder.path().join(format.name());
        write_take(&path, format, &even).unwrap();
        let options = ReadOptions { rate: Some(CurveRate::MODEL), ..ReadOptions::default() };
        let imported = read_take(&path, &options).unwrap();
        assert!(imported.named.iter().all(|named| *named), "{format}");
        assert_eq!((imported.timing.row_count, imported.timing.dropped_row_count), (3, 0), "{format}");
    }
}
