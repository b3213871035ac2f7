//! Real captures, where the shared data folder is at hand (`CSTALK_DATA`, or `../shared/data` beside the repository).

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "a skipped test says so")]

use std::path::{Path, PathBuf};

use cstalk_rig::formats::{Format, ReadOptions, read_take, write_take};
use cstalk_rig::{CurveRate, Rig, RigId, Take};

fn capture(test: &str, name: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("CSTALK_DATA").map_or(beside, PathBuf::from);
    let path = folder.join("face").join(name);
    if path.exists() {
        return Some(path);
    }
    println!("SKIPPED {test}: no {name} in {}", folder.display());
    None
}

fn column(take: &Take, name: &str) -> Vec<f32> {
    take.curve(Rig::get(take.rig()).index_of(name).unwrap()).collect()
}

#[test]
fn live_link_takes_read_map_and_return() {
    for (name, rows, dropped) in [("alex_rom_3.csv", 4030, 3), ("alex_rom_4.csv", 3809, 2)] {
        let Some(path) = capture("live_link_takes_read_map_and_return", &format!("livelink_arkit/{name}"))
        else {
            continue;
        };
        assert_eq!(Format::of_file(&path).unwrap(), Format::LiveLinkCsv);
        let read = read_take(&path, &ReadOptions::default()).unwrap();
        let take = read.take;
        assert_eq!((take.rig(), take.rate()), (RigId::Arkit52, CurveRate::new(30, 1).unwrap()));
        // The timecode runs a little slow against 60, so the last row may fall just before the grid's next one.
        assert!(
            (rows + dropped - 1..=rows + dropped).contains(&take.row_count()),
            "{} rows",
            take.row_count()
        );
        assert!(
            read.warnings.iter().any(|warning| warning.contains(&format!("{dropped} rows dropped"))),
            "{:?}",
            read.warnings
        );
        assert!(read.start_timecode.is_some());

        let back = take.to_rig(RigId::MetaHuman251).unwrap().to_rig(RigId::Arkit52).unwrap();
        let jaw_open = column(&take, "jawOpen");
        for (index, control) in Rig::get(RigId::Arkit52).columns().iter().enumerate() {
            let (given, got) = (take.curve(index), back.curve(index));
            let worst = given
                .zip(got)
                .zip(&jaw_open)
                .map(|((given, got), jaw_open)| {
                    // A mouth that closes more than the jaw opens is as closed as it can be.
                    let given = given.clamp(control.min, control.max);
                    (if control.name == "mouthClose" { given.min(*jaw_open) } else { given } - got).abs()
                })
                .fold(0.0, f32::max);
            // Eye angles come from a fit; rolls have none.
            let allowed = match control.name.as_str() {
                name if name.ends_with("EyeRoll") => 0.2,
                name if name.ends_with("EyeYaw") => 0.25,
                name if name.ends_with("EyePitch") => 0.06,
                _ => 2e-5,
            };
            assert!(worst <= allowed, "{name}: {}: {worst}", control.name);
        }

        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("copy.csv");
        write_take(&copy, Format::LiveLinkCsv, &take).unwrap();
        let again = read_take(&copy, &ReadOptions::default()).unwrap();
        assert_eq!(again.warnings, Vec::<String>::new());
        assert_eq!((again.take.rate(), again.take.row_count()), (take.rate(), take.row_count()));
        let worst =
            again.take.values().iter().zip(take.values()).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 1e-6, "{worst}");
    }
}

#[test]
fn the_animator_solve_reads_at_its_own_rate() {
    let name = "metahuman_animator_solve/arkittest_mha_curves.json";
    let Some(path) = capture("the_animator_solve_reads_at_its_own_rate", name) else { return };
    assert_eq!(Format::of_file(&path).unwrap(), Format::AnimatorJson);
    let read = read_take(&path, &ReadOptions::default()).unwrap();
    assert_eq!(read.warnings, Vec::<String>::new());
    let take = read.take;
    assert_eq!((take.rig(), take.rate()), (RigId::MetaHuman251, CurveRate::new(60_000, 1001).unwrap()));
    assert!((1472..=1473).contains(&take.row_count()), "{} rows", take.row_count());
    let largest = |name: &str| column(&take, name).into_iter().fold(0.0_f32, |a, b| a.max(b.abs()));
    assert!((largest("CTRL_expressions_jawOpen") - 1.0).abs() < 1e-6);
    assert!((largest("HeadYaw") - 19.789_305).abs() < 1e-3);
    assert_eq!(largest("CTRL_expressions_earUpL"), 0.0);

    // The solve moves every region of the mouth, and its head tilts least; see the crate's map documentation.
    let arkit = take.to_rig(RigId::Arkit52).unwrap();
    for name in ["jawOpen", "mouthFunnel", "mouthPucker", "mouthSmileLeft", "browDownLeft", "mouthClose"] {
        assert!(column(&arkit, name).into_iter().fold(0.0, f32::max) > 0.2, "{name}");
    }
    let board = take.to_rig(RigId::Board185).unwrap();
    let spread = |name: &str| {
        let curve = column(&board, name);
        curve.iter().copied().fold(f32::MIN, f32::max) - curve.iter().copied().fold(f32::MAX, f32::min)
    };
    assert!(spread("HeadRoll") < spread("HeadPitch") && spread("HeadRoll") < spread("HeadYaw"));

    let folder = tempfile::tempdir().unwrap();
    for format in [Format::AnimatorJson, Format::CurveTable, Format::Csv, Format::Json] {
        let copy = folder.path().join("copy");
        write_take(&copy, format, &take).unwrap();
        let again = read_take(&copy, &ReadOptions::default()).unwrap().take;
        assert_eq!((again.rate(), again.row_count()), (take.rate(), take.row_count()), "{format}");
        let worst = again.values().iter().zip(take.values()).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 1e-5, "{format}: {worst}");
    }
}
