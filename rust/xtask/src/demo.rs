//! `cargo xtask demo`: the main job on a recording that lies in the repository.

use crate::child;
use crate::layout::Layout;
use crate::plot::{self, CurveTable, Line, Waveform};
use crate::system;
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

const SAMPLE: &str = "tests/fixtures/speech/german_sentence.wav";
const PREVIEW: &str = "german_sentence.html";
const MODEL_ROWS_PER_SECOND: f64 = 50.0;

/// Rig names of the `cstalk` command, the format of each file, and what the file is good for.
const FILES: [(&str, &str, &str, &str); 3] = [
    (
        "metahuman",
        "csv",
        "german_sentence.metahuman.csv",
        "251 MetaHuman curves (CTRL_expressions_*) and the head",
    ),
    ("board", "csv", "german_sentence.board.csv", "the 185 controls of the face board"),
    (
        "arkit",
        "livelink-csv",
        "german_sentence.livelink.csv",
        "52 ARKit shapes as the Live Link Face app writes them",
    ),
];

/// Builds `cstalk`, animates the sample, draws the picture, checks the result and says where everything is.
///
/// # Errors
/// The build or the command failed, or the curves are not one row each 20 ms of the sample.
pub(crate) fn run(layout: &Layout) -> Result<()> {
    let folder = layout.artifacts.join("demo");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let sample = layout.root.join(SAMPLE);
    println!("building cstalk (release; a few minutes the first time)");
    build(layout)?;
    println!("animating {SAMPLE}");
    for (rig, format, name, _) in FILES {
        let started = Instant::now();
        animate(layout, &sample, rig, format, &folder.join(name))?;
        println!("  {name}: {:.2} s", started.elapsed().as_secs_f64());
    }
    let picture = draw(&sample, &folder)?;
    println!("\nCurves for {SAMPLE}:");
    for (_, _, name, about) in FILES {
        println!("  {}  {about}", layout.shown(&folder.join(name)));
    }
    println!("  {}  a picture of them: open it in a browser", layout.shown(&picture));
    println!("  {}  a face that speaks them: open it in a browser", layout.shown(&folder.join(PREVIEW)));
    let cstalk = layout.shown(&layout.release_executable("cstalk"));
    println!(
        "\nYour own recording (wav, flac, mp3, ogg, m4a):\n  {cstalk} animate recording.wav -o curves.csv\n\
         With an emotion:\n  {cstalk} animate recording.wav -o curves.csv --emotion happy=0.7\n\
         See it and tune it, in a browser:\n  {cstalk} studio recording.wav\n\
         Into Unreal: the README, \"Curves in Unreal\"."
    );
    Ok(())
}

/// Builds the `cstalk` command in release mode, without microphones where what they need is not installed.
pub(crate) fn build(layout: &Layout) -> Result<()> {
    let mut command = layout.cargo();
    command.args(["build", "--release", "--locked", "-p", "cstalk-cli"]).args(system::feature_arguments());
    child::run(layout, "build-cstalk", &mut command).map(drop)
}

fn animate(layout: &Layout, sample: &Path, rig: &str, format: &str, out: &Path) -> Result<()> {
    let mut command = Command::new(layout.release_executable("cstalk"));
    command.current_dir(&layout.root).arg("animate").arg(sample).arg("-o").arg(out);
    command.args(["--rig", rig, "--format", format]);
    if rig == FILES[0].0 {
        command.arg("--preview").arg(out.with_file_name(PREVIEW));
    }
    child::run(layout, &format!("animate-{rig}"), &mut command).map(drop)
}

fn draw(sample: &Path, folder: &Path) -> Result<PathBuf> {
    let wave = Waveform::read(sample)?;
    let table = CurveTable::read(&folder.join(FILES[0].2))?;
    let seconds = wave.samples.len() as f64 / f64::from(wave.rate_hz);
    let wanted_rows = (seconds * MODEL_ROWS_PER_SECOND).ceil() as usize;
    ensure!(
        table.row_count() == wanted_rows,
        "{} has {} rows, wanted {wanted_rows} for {seconds:.2} s",
        FILES[0].2,
        table.row_count()
    );
    let lines = [
        Line { label: "jaw open", values: table.mean_of(&["CTRL_expressions_jawOpen"])? },
        Line { label: "lips together", values: table.mean_of(&["CTRL_expressions_mouthLipsTogether"])? },
        Line {
            label: "lip rounding",
            values: table.mean_of(&["CTRL_expressions_mouthLipsPurse", "CTRL_expressions_mouthFunnel"])?,
        },
        Line { label: "brow raise", values: table.mean_of(&["CTRL_expressions_browRaise"])? },
    ];
    let picture = folder.join("first-curves.svg");
    let title =
        "From sound alone: “Besonders hervorzuheben ist seine Vorliebe für langsame, melodiöse … Sätze.”";
    let temporary = folder.join("first-curves.svg.tmp");
    fs::write(&temporary, plot::svg(title, &wave, table.times_s(), &lines))?;
    fs::rename(&temporary, &picture).with_context(|| format!("cannot write {}", picture.display()))?;
    Ok(picture)
}
