//! What a run says while it runs: one line on a terminal, one JSON object a line in a file.

use super::error::{Result, TrainError};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// One line of the log.
#[derive(Clone, Debug, Serialize)]
pub struct LogLine<'a> {
    /// `train` or `held_out`.
    pub kind: &'a str,
    /// Step of the loop.
    pub step: u64,
    /// Seconds of training so far.
    pub elapsed_s: f64,
    /// Seconds of audio seen so far.
    pub audio_s: f64,
    /// Learning rate factor.
    pub rate: f64,
    /// Norm of the last gradient.
    pub gradient_norm: f64,
    /// Mean of each loss since the line before.
    pub losses: &'a BTreeMap<String, f64>,
}

/// Reporter of one run.
pub struct Progress {
    log: File,
    log_path: PathBuf,
    bar: ProgressBar,
    on_terminal: bool,
    last_print: Option<Instant>,
}

const PRINT_EVERY: Duration = Duration::from_secs(20);

impl Progress {
    /// Appends to the log at `path` and shows progress of the stage called `stage` on standard error.
    ///
    /// # Errors
    /// [`TrainError::Io`] when the log cannot be opened.
    pub fn open(path: &Path, stage: &str) -> Result<Self> {
        let log = OpenOptions::new().create(true).append(true).open(path).map_err(TrainError::io(path))?;
        let on_terminal = std::io::stderr().is_terminal();
        let bar = if on_terminal { ProgressBar::new(1000) } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{prefix} {wide_bar} {percent}% {msg}") {
            bar.set_style(style);
        }
        bar.set_prefix(stage.to_owned());
        Ok(Self { log, log_path: path.to_path_buf(), bar, on_terminal, last_print: None })
    }

    /// Logs one line and shows it; `fraction` (0..1) of the budget is used.
    ///
    /// # Errors
    /// [`TrainError::Io`] when the log cannot be written.
    pub fn report(&mut self, line: &LogLine<'_>, fraction: f64) -> Result<()> {
        let mut text =
            serde_json::to_string(line).map_err(|error| TrainError::io(&self.log_path)(error.into()))?;
        text.push('\n');
        self.log.write_all(text.as_bytes()).map_err(TrainError::io(&self.log_path))?;
        let losses: Vec<String> =
            line.losses.iter().map(|(name, value)| format!("{name} {value:.4}")).collect();
        let left_s = if fraction > 0.0 { line.elapsed_s * (1.0 - fraction) / fraction } else { 0.0 };
        let speed = line.audio_s / line.elapsed_s.max(1e-9);
        let message = format!(
            "{} step {} {} | {speed:.0} s audio/s, {:.1} min left",
            line.kind,
            line.step,
            losses.join(" "),
            left_s / 60.0
        );
        if self.on_terminal {
            self.bar.set_position((fraction * 1000.0) as u64);
            self.bar.set_message(message);
        } else if line.kind != "train" || self.last_print.is_none_or(|at| at.elapsed() >= PRINT_EVERY) {
            eprintln!("{message}");
            self.last_print = Some(Instant::now());
        }
        Ok(())
    }

    /// Ends the line on the terminal.
    pub fn finish(&self) {
        self.bar.finish();
    }
}
