//! `cargo xtask bench`: the whole command measured from outside, and the benches of the crates.

use crate::demo;
use crate::layout::Layout;
use crate::{child, plot::Waveform};
use anyhow::{Context, Result, ensure};
use clap::{Args, Subcommand};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const SAMPLE: &str = "tests/fixtures/speech/german_sentence.wav";

/// Published or measured figures of others that ours stand beside: name, real-time factor, where it is from.
const PEERS: [(&str, f64, &str); 2] = [
    ("FaceFormer", 0.44, "its published architecture, timed on 2 cores of an AMD EPYC (Zen 4)"),
    ("SG Com (best published)", 0.017, "vendor's own figure"),
];

/// What to measure.
#[derive(Args)]
pub(crate) struct BenchOptions {
    /// Leave out the criterion benches of the crates (minutes)
    #[arg(long)]
    without_criterion: bool,
    #[command(subcommand)]
    part: Option<BenchPart>,
}

/// Parts that run alone.
#[derive(Subcommand)]
enum BenchPart {
    /// Live voices in real time: latency and streams, or those named of latency, streams, stress --minutes 10, noise,
    /// soak --minutes 60 (see docs/live.md)
    Live {
        /// Passed on to the bench `live` of cstalk-engine
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

/// One whole run of the `cstalk` command.
#[derive(Serialize)]
struct ProcessRun {
    name: String,
    audio_s: f64,
    wall_s: f64,
    real_time_factor: f64,
    /// Highest resident set; only Linux tells.
    peak_memory_mb: Option<f64>,
}

#[derive(Serialize)]
struct Report {
    processor: String,
    core_count: usize,
    runs: Vec<ProcessRun>,
    /// What `cstalk bench --json` printed, by provider.
    streams: BTreeMap<&'static str, serde_json::Value>,
}

/// Measures, prints the table and writes `target/bench/report.json`.
///
/// # Errors
/// A build or a measured command failed.
pub(crate) fn run(layout: &Layout, options: &BenchOptions) -> Result<()> {
    if let Some(BenchPart::Live { arguments }) = &options.part {
        return live(layout, arguments);
    }
    let folder = layout.artifacts.join("bench");
    let work = folder.join("work");
    fs::create_dir_all(&work).with_context(|| format!("cannot make {}", work.display()))?;
    println!("building cstalk (release)");
    demo::build(layout)?;
    let wave = Waveform::read(&layout.root.join(SAMPLE))?;
    let mut runs = Vec::new();
    for (name, wanted_s) in
        [("animate, one sentence", 0.0), ("animate, 1 minute", 60.0), ("animate, 10 minutes", 600.0)]
    {
        println!("{name}");
        let (input, audio_s) = repeated(&wave, wanted_s, &work)?;
        let mut command = cstalk(layout);
        command.arg("animate").arg(&input).arg("-o").arg(work.join("curves.csv"));
        runs.push(timed(layout, name, audio_s, &mut command)?);
    }
    let (batch_input, file_count, audio_s) = batch_folder(&wave, &work)?;
    for jobs in [1, thread::available_parallelism().map_or(1, usize::from)] {
        let name = format!("batch, {file_count} files, {jobs} jobs");
        println!("{name}");
        let mut command = cstalk(layout);
        command.arg("batch").arg(&batch_input).arg("-o").arg(work.join(format!("batch-{jobs}")));
        command.args(["--jobs", &jobs.to_string()]);
        runs.push(timed(layout, &name, audio_s, &mut command)?);
    }
    fs::remove_dir_all(&work).with_context(|| format!("cannot remove {}", work.display()))?;
    let mut streams = BTreeMap::new();
    for provider in ["embedded", "cpu"] {
        println!("one stream, provider {provider}");
        match stream(layout, provider) {
            Ok(figures) => drop(streams.insert(provider, figures)),
            Err(problem) if provider == "cpu" => println!("  SKIPPED provider cpu: {problem:#}"),
            Err(problem) => return Err(problem),
        }
    }
    let report = Report {
        processor: processor_name(),
        core_count: thread::available_parallelism().map_or(1, usize::from),
        runs,
        streams,
    };
    print_table(&report);
    let path = folder.join("report.json");
    fs::write(&path, serde_json::to_vec_pretty(&report)?)?;
    println!("\n{}", layout.shown(&path));
    if !options.without_criterion {
        println!("criterion benches of the crates");
        let mut benches = layout.cargo();
        benches.args(["bench", "--locked", "--benches"]);
        let finished = child::run(layout, "bench-criterion", &mut benches)?;
        for line in finished.log.lines().filter(|line| line.contains("time:")) {
            println!("{line}");
        }
    }
    Ok(())
}

/// The tables of docs/live.md, and their figures in `target/bench/live.json`.
fn live(layout: &Layout, arguments: &[String]) -> Result<()> {
    let folder = layout.artifacts.join("bench");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let json = folder.join("live.json");
    let mut bench = layout.cargo();
    bench.args(["bench", "--locked", "-p", "cstalk-engine", "--bench", "live", "--"]);
    if arguments.is_empty() {
        bench.args(["latency", "streams"]);
    }
    let status = bench.args(arguments).arg("--json").arg(&json).status().context("cannot run cargo")?;
    ensure!(status.success(), "the bench of live voices ended with {status}");
    Ok(())
}

/// Figures of one stream, hop by hop, on one core.
fn stream(layout: &Layout, provider: &str) -> Result<serde_json::Value> {
    let mut command = cstalk(layout);
    command.args(["bench", SAMPLE, "--seconds", "120", "--json", "--provider", provider]);
    let output = command.output().context("cannot start cstalk")?;
    ensure!(output.status.success(), "cstalk bench: {}", String::from_utf8_lossy(&output.stderr).trim());
    serde_json::from_slice(&output.stdout).context("cstalk bench --json printed something else than JSON")
}

fn cstalk(layout: &Layout) -> Command {
    let mut command = Command::new(layout.release_executable("cstalk"));
    command.current_dir(&layout.root);
    command
}

/// The sample over and over until `wanted_s` is reached, at least once; returns the file and its length in seconds.
fn repeated(wave: &Waveform, wanted_s: f64, folder: &Path) -> Result<(PathBuf, f64)> {
    let sample_s = wave.samples.len() as f64 / f64::from(wave.rate_hz);
    let times = (wanted_s / sample_s).ceil().max(1.0) as usize;
    let path = folder.join(format!("speech-{times}.wav"));
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: wave.rate_hz,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer =
        hound::WavWriter::create(&path, spec).with_context(|| format!("cannot write {}", path.display()))?;
    for _ in 0..times {
        for sample in &wave.samples {
            writer.write_sample((sample * 32768.0) as i16)?;
        }
    }
    writer.finalize()?;
    Ok((path, times as f64 * sample_s))
}

fn batch_folder(wave: &Waveform, folder: &Path) -> Result<(PathBuf, usize, f64)> {
    let input = folder.join("batch-input");
    fs::create_dir_all(&input)?;
    let (one, one_s) = repeated(wave, 60.0, folder)?;
    let file_count = 8;
    for index in 0..file_count {
        fs::copy(&one, input.join(format!("{index}.wav")))?;
    }
    Ok((input, file_count, one_s * file_count as f64))
}

fn timed(layout: &Layout, name: &str, audio_s: f64, command: &mut Command) -> Result<ProcessRun> {
    let log_path = child::log_path(layout, "bench-run")?;
    let log = fs::File::create(&log_path)?;
    let started = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn()?;
    let mut peak_memory_mb: Option<f64> = None;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        peak_memory_mb = peak_memory(child.id()).or(peak_memory_mb);
        thread::sleep(Duration::from_millis(1));
    };
    let wall_s = started.elapsed().as_secs_f64();
    ensure!(status.success(), "{name} ended with {status}; see {}", layout.shown(&log_path));
    Ok(ProcessRun {
        name: name.to_owned(),
        audio_s,
        wall_s,
        real_time_factor: wall_s / audio_s,
        peak_memory_mb,
    })
}

/// Highest resident set of a process so far in MB, where the system tells.
fn peak_memory(process_id: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process_id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kib * 1024.0 / 1e6)
}

fn processor_name() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':').map(|(_, name)| name.trim()));
    name.unwrap_or(std::env::consts::ARCH).to_owned()
}

fn print_table(report: &Report) {
    println!("\n{} ({} cores)\n", report.processor, report.core_count);
    println!("{:28} {:>9} {:>9} {:>9} {:>9}", "run", "audio s", "wall s", "RTF", "peak MB");
    for run in &report.runs {
        let peak = run.peak_memory_mb.map_or("-".to_owned(), |peak| format!("{peak:.0}"));
        println!(
            "{:28} {:>9.1} {:>9.2} {:>9.4} {peak:>9}",
            run.name, run.audio_s, run.wall_s, run.real_time_factor
        );
    }
    if let Some(ours) = report.runs.iter().find(|run| run.name == "animate, 10 minutes") {
        println!("\nagainst the 10 minutes above, start-up, decoding and writing included:");
        for (peer, factor, source) in PEERS {
            println!(
                "{peer:28} RTF {factor:<6} ours takes {:.1} % of that  ({source})",
                100.0 * ours.real_time_factor / factor
            );
        }
    }
    for (provider, figures) in &report.streams {
        println!("\none stream, provider {provider}:\n{figures:#}");
    }
}

#[cfg(test)]
mod tests {
    use super::{Waveform, repeated};

    #[test]
    fn long_inputs_are_whole_repetitions_of_the_sample() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let wave = Waveform { samples: vec![0.25, -1.0], rate_hz: 4 };
        let (path, seconds) = repeated(&wave, 1.2, folder.path()).expect("written");
        assert!((seconds - 1.5).abs() < 1e-9);
        let back = Waveform::read(&path).expect("reads");
        assert_eq!(back.samples, [0.25, -1.0, 0.25, -1.0, 0.25, -1.0]);
    }
}
