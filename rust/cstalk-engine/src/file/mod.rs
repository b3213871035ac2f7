//! From a speech file to rows of curves, with memory that does not grow with the file.
//!
//! ```no_run
//! use std::sync::Arc;
//! use cstalk_engine::{Stream, StreamSettings, file};
//! use cstalk_audio::SpeechReader;
//! use cstalk_model::{Model, Provider};
//! use cstalk_rig::{CurveRate, RigId, Take};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let model = Arc::new(Model::load("live.onnx", Provider::Embedded)?);
//! let mut stream = Stream::new(model, StreamSettings::default())?;
//! let mut reader = SpeechReader::open("speech.wav")?;
//! let output = file::OutputSettings { rig: RigId::Arkit52, rate: CurveRate::new(30, 1)? };
//! let mut take = Take::new(output.rig, output.rate);
//! let report = file::animate(&mut reader, &mut stream, &output, |row| take.push_row(row), |_| ())?;
//! println!("{} rows, {:.4} of real time", report.row_count, report.real_time_factor);
//! # Ok(())
//! # }
//! ```

mod rate;
mod report;
mod rows;

use std::time::{Duration, Instant};

use cstalk_audio::SpeechReader;
use cstalk_rig::{CurveRate, RigId};

pub use rate::RateConverter;
pub use report::{FileReport, SourceReport};
pub use rows::OutputRows;

use crate::error::{EngineError, ErrorKind, Result};
use crate::latency::HopTimes;
use crate::stream::Stream;

/// What the rows that come out look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutputSettings {
    /// The rig whose columns the rows have.
    pub rig: RigId,
    /// Rows a second.
    pub rate: CurveRate,
}

/// How far [`animate`] has come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Speech done, in seconds.
    pub done_s: f64,
    /// Length that the file declares, in seconds; it may be wrong.
    pub declared_s: Option<f64>,
}

/// Animates a whole speech file: resets `stream`, feeds it, and hands each row to `sink` in order.
///
/// Row `j` stands at `j / rate` seconds; rows between two of the model's are interpolated linearly, and the
/// last row lies before the end of the sound. `progress` is called about once for each second of speech.
///
/// # Errors
/// `BadInput` if the file cannot be decoded or is empty, `BadModel` if the provider fails, `Output` with the
/// sink's error. Rows that were handed over before the error are not taken back.
pub fn animate(
    reader: &mut SpeechReader,
    stream: &mut Stream,
    output: &OutputSettings,
    sink: impl FnMut(&[f32]) -> std::result::Result<(), cstalk_rig::Error>,
    mut progress: impl FnMut(Progress),
) -> Result<FileReport> {
    let began = Instant::now();
    stream.reset()?;
    let declared_s = reader.info().declared_duration_s();
    let mut run = Run::new(stream, output, sink)?;
    let mut block = Vec::new();
    let mut told_s = 0.0;
    let mut goes_on = true;
    while goes_on {
        goes_on = reader.read(&mut block).map_err(bad_sound)?;
        if goes_on && block.len() < BLOCK_SAMPLES {
            continue;
        }
        run.hear(&block)?;
        block.clear();
        let done_s = run.heard_s();
        if done_s >= told_s + 1.0 {
            told_s = done_s;
            progress(Progress { done_s, declared_s });
        }
    }
    let row_count = run.finish()?;
    let hop_times = run.hop_times.report();
    if row_count == 0 {
        let message = "wanted speech, got a file without a single sample";
        return Err(EngineError::new(ErrorKind::BadInput, message));
    }
    let done_s = stream.heard_samples() as f64 / f64::from(stream.latency().sample_rate_hz);
    progress(Progress { done_s, declared_s });
    Ok(FileReport::new(reader, stream, output, row_count, hop_times, began.elapsed()))
}

/// Samples that are animated together: enough for the model to be at its fastest.
const BLOCK_SAMPLES: usize = 16_000;

/// The parts between the samples of a file and its sink.
struct Run<'stream, Sink> {
    stream: &'stream mut Stream,
    rows: OutputRows,
    sink: Sink,
    hop_times: HopTimes,
}

impl<'stream, Sink> Run<'stream, Sink>
where
    Sink: FnMut(&[f32]) -> std::result::Result<(), cstalk_rig::Error>,
{
    fn new(stream: &'stream mut Stream, output: &OutputSettings, sink: Sink) -> Result<Self> {
        let rows = OutputRows::new(stream, output)?;
        Ok(Self { stream, rows, sink, hop_times: HopTimes::default() })
    }

    fn heard_s(&self) -> f64 {
        self.stream.heard_samples() as f64 / f64::from(self.stream.latency().sample_rate_hz)
    }

    fn hear(&mut self, samples: &[f32]) -> Result<()> {
        let began = Instant::now();
        self.stream.push(samples)?;
        let (mut row_count, mut writing) = (0, Duration::ZERO);
        self.stream.drain(|row| {
            let made = Instant::now();
            let pushed = self.rows.push(row.values, &mut self.sink);
            writing += made.elapsed();
            row_count += 1;
            pushed
        })?;
        // The hops of a block are computed together; each has an equal share of it.
        let computing = began.elapsed().saturating_sub(writing);
        (0..row_count).for_each(|_| self.hop_times.record(computing / row_count));
        Ok(())
    }

    /// Takes the rows that waited for look-ahead; returns how many rows went to the sink in all.
    fn finish(&mut self) -> Result<u64> {
        self.stream.finish();
        self.stream.drain(|row| self.rows.push(row.values, &mut self.sink))?;
        let latency = self.stream.latency();
        self.rows.finish(self.stream.heard_samples(), latency.sample_rate_hz, &mut self.sink)
    }
}

fn bad_sound(error: cstalk_audio::AudioError) -> EngineError {
    EngineError::because(ErrorKind::BadInput, error.to_string(), error)
}
