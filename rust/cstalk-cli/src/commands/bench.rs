//! `cstalk bench`: speed, latency and memory of one stream on one core.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use cstalk_audio::decode_speech;
use cstalk_engine::latency::{HopTimeReport, HopTimes, Latency};
use cstalk_engine::{EngineError, Next, Stream, StreamSettings};
use serde::Serialize;

use crate::failure::{Exit, Failure, Result};
use crate::model_choice::ModelChoice;
use crate::say::{self, say};
use crate::written;

/// Samples of a block of a recording.
const BLOCK_SAMPLES: usize = 16_000;

#[derive(Args)]
#[command(
    after_help = "Examples:\n  cstalk bench\n  cstalk bench voice.wav --seconds 300 --provider cpu --json"
)]
pub(crate) struct BenchArgs {
    /// Recording to run over, again and again [default: a synthetic voice]
    #[arg(value_name = "IN")]
    input: Option<PathBuf>,
    /// Seconds of speech to run over
    #[arg(long, value_name = "N", default_value_t = 60.0, value_parser = seconds)]
    seconds: f64,
    #[command(flatten)]
    model: ModelChoice,
    /// Prints the figures as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct BenchReport {
    model: String,
    provider: String,
    model_bytes: u64,
    parameters: u64,
    speech_s: f64,
    /// From the start of the process to the first row of curves.
    start_to_first_curve_ms: f64,
    /// Loading the model alone.
    load_ms: f64,
    /// Compute time of all hops, one by one as a microphone gives them, over the length of the speech: features, network,
    /// post-processing.
    real_time_factor: f64,
    /// The same in blocks of a second, as recordings are animated.
    recording_real_time_factor: f64,
    hop: HopTimeReport,
    latency: Latency,
    look_ahead_ms: f64,
    /// Largest resident memory of the process; only Linux tells.
    peak_memory_mb: Option<f64>,
    core_count: usize,
    build: &'static str,
}

pub(crate) fn run(args: &BenchArgs, began: Instant) -> Result<Exit> {
    let loading = Instant::now();
    let model = args.model.load()?;
    let load = loading.elapsed();
    let mut stream = Stream::new(model.clone(), StreamSettings::default())?;
    let latency = stream.latency();
    let first_curve = first_curve(&mut stream, latency, began)?;
    let voice = match &args.input {
        Some(path) => decode_speech(path)?,
        None => synthetic_voice(10 * latency.sample_rate_hz),
    };
    stream.reset()?;
    let sample_count = (args.seconds * f64::from(latency.sample_rate_hz)) as usize;
    let recording = measure_recording(&mut stream, &voice, sample_count)?;
    stream.reset()?;
    let (hop_times, computed) = measure(&mut stream, &voice, sample_count, latency.hop_samples as usize)?;
    let speech_s = stream.heard_samples() as f64 / f64::from(latency.sample_rate_hz);
    let card = model.card();
    let report = BenchReport {
        model: format!("{} {}", card.name, card.version),
        provider: model.provider().to_string(),
        model_bytes: model.file().file_bytes(),
        parameters: card.parameters,
        speech_s,
        start_to_first_curve_ms: first_curve.as_secs_f64() * 1e3,
        load_ms: load.as_secs_f64() * 1e3,
        real_time_factor: computed.as_secs_f64() / speech_s,
        recording_real_time_factor: recording.as_secs_f64() / speech_s,
        hop: hop_times.report(),
        latency,
        look_ahead_ms: latency.look_ahead_ms(),
        peak_memory_mb: peak_memory_mb(),
        core_count: std::thread::available_parallelism().map_or(1, usize::from),
        build: if cfg!(debug_assertions) { "debug" } else { "release" },
    };
    if args.json {
        say::text(&written::to_json(&report)?);
    } else {
        print_table(&report);
    }
    Ok(Exit::Done)
}

/// Time from `began` to the first row of a fresh stream.
fn first_curve(stream: &mut Stream, latency: Latency, began: Instant) -> Result<Duration> {
    stream.push(&synthetic_voice(latency.look_ahead_samples as u32))?;
    match stream.next()? {
        Next::Row { .. } => Ok(began.elapsed()),
        other => Err(Failure::new(Exit::Installation, format!("wanted a row of curves, got {other:?}"))),
    }
}

/// Runs `sample_count` samples of `voice`, over and over, hop by hop.
fn measure(
    stream: &mut Stream,
    voice: &[f32],
    sample_count: usize,
    hop_samples: usize,
) -> Result<(HopTimes, Duration)> {
    let mut times = HopTimes::default();
    let mut computed = Duration::ZERO;
    let mut samples = voice.iter().copied().cycle().take(sample_count);
    let mut hop = Vec::with_capacity(hop_samples);
    loop {
        hop.clear();
        hop.extend(samples.by_ref().take(hop_samples));
        if hop.is_empty() {
            return Ok((times, computed));
        }
        let began = Instant::now();
        stream.push(&hop)?;
        while let Next::Row { values, .. } = stream.next()? {
            std::hint::black_box(values);
        }
        let took = began.elapsed();
        times.record(took);
        computed += took;
    }
}

/// As [`measure`], but a second at a time.
fn measure_recording(stream: &mut Stream, voice: &[f32], sample_count: usize) -> Result<Duration> {
    let mut samples = voice.iter().copied().cycle().take(sample_count);
    let mut computed = Duration::ZERO;
    loop {
        let block: Vec<f32> = samples.by_ref().take(BLOCK_SAMPLES).collect();
        if block.is_empty() {
            return Ok(computed);
        }
        let began = Instant::now();
        stream.push(&block)?;
        stream.drain(|row| {
            std::hint::black_box(row.values);
            Ok::<(), EngineError>(())
        })?;
        computed += began.elapsed();
    }
}

/// A buzz with moving formants in syllables: enough for the code to do what it does for speech.
fn synthetic_voice(sample_count: u32) -> Vec<f32> {
    (0..sample_count)
        .map(|n| {
            let time_s = n as f32 / 16_000.0;
            let syllable = (time_s * 14.0).sin().max(0.0);
            let pitch = (time_s * 754.0).sin().signum() * 0.1;
            let formant = (time_s * (3_000.0 + 2_000.0 * (time_s * 5.0).sin())).sin();
            syllable * pitch * (1.0 + formant)
        })
        .collect()
}

fn print_table(report: &BenchReport) {
    let line = |name: &str, value: String| say!("{name:24} {value}");
    line("model", format!("{}, {:.2} MB", report.model, report.model_bytes as f64 / 1e6));
    line("provider", report.provider.clone());
    line("speech", format!("{:.1} s, {} build", report.speech_s, report.build));
    line(
        "real-time factor",
        format!(
            "{:.5} live, {:.5} for recordings",
            report.real_time_factor, report.recording_real_time_factor
        ),
    );
    let hop = &report.hop;
    line(
        "compute a hop",
        format!(
            "p50 {:.3} ms, p95 {:.3} ms, p99 {:.3} ms, longest {:.3} ms",
            hop.p50_ms, hop.p95_ms, hop.p99_ms, hop.max_ms
        ),
    );
    line("look-ahead", format!("{} ms", report.look_ahead_ms));
    line(
        "start to first curve",
        format!("{:.1} ms (model {:.1} ms)", report.start_to_first_curve_ms, report.load_ms),
    );
    if let Some(memory) = report.peak_memory_mb {
        line("peak memory", format!("{memory:.1} MB"));
    }
}

/// Largest resident memory of this process so far.
fn peak_memory_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kilobytes * 1_024.0 / 1e6)
}

fn seconds(text: &str) -> std::result::Result<f64, String> {
    let wanted = || format!("wanted 1 to 36000 seconds, got `{text}`");
    text.parse::<f64>().ok().filter(|value| (1.0..=36_000.0).contains(value)).ok_or_else(wanted)
}
