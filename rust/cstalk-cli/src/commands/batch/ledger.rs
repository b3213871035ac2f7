//! What became of each recording: a journal while a batch runs, report.csv when it is over.
//!
//! The journal gets a line for each recording as it finishes, so a batch that was killed can be resumed;
//! the report is written whole, under a temporary name, and renamed.

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use cstalk_engine::file::FileReport;
use serde::{Deserialize, Serialize};

use super::Shard;
use crate::failure::{Failure, Result};
use crate::job::Job;
use crate::written;

/// What became of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    /// Its curves were made now.
    Done = 0,
    /// Its curves were there and still good.
    Kept = 1,
    /// It failed.
    Failed = 2,
}

/// One row of the report.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Row {
    pub(super) file: PathBuf,
    pub(super) status: Status,
    pub(super) output: PathBuf,
    pub(super) duration_s: Option<f64>,
    pub(super) rows: Option<u64>,
    pub(super) wall_s: Option<f64>,
    pub(super) real_time_factor: Option<f64>,
    pub(super) p99_ms: Option<f64>,
    pub(super) warnings: String,
    pub(super) error: String,
    pub(super) output_bytes: Option<u64>,
    pub(super) settings_hash: String,
}

impl Row {
    pub(super) fn done(job: &Job, hash: &str, report: &FileReport) -> Self {
        Self {
            file: job.input.clone(),
            status: Status::Done,
            output: job.output.clone(),
            duration_s: Some(report.duration_s),
            rows: Some(report.row_count),
            wall_s: Some(report.wall_s),
            real_time_factor: Some(report.real_time_factor),
            p99_ms: Some(report.hop_times.p99_ms),
            warnings: report.source.warnings.join("; "),
            error: String::new(),
            output_bytes: bytes_of(&job.output),
            settings_hash: hash.to_owned(),
        }
    }

    pub(super) fn failed(input: &Path, hash: &str, failure: &Failure) -> Self {
        Self {
            file: input.to_owned(),
            status: Status::Failed,
            output: PathBuf::new(),
            duration_s: None,
            rows: None,
            wall_s: None,
            real_time_factor: None,
            p99_ms: None,
            warnings: String::new(),
            error: failure.clone().about(input.display()).message().replace('\n', " "),
            output_bytes: None,
            settings_hash: hash.to_owned(),
        }
    }
}

/// Finished rows of earlier runs by output.
#[derive(Debug, Default)]
pub(super) struct Earlier {
    rows: HashMap<PathBuf, Row>,
}

impl Earlier {
    /// The row of an output that is there, complete, and was made with the same settings.
    pub(super) fn still_good(&self, output: &Path, hash: &str) -> Option<Row> {
        let row = self.rows.get(output)?;
        let same = row.settings_hash == hash && row.output_bytes == bytes_of(output);
        (same && row.output_bytes.is_some()).then(|| Row { status: Status::Kept, ..row.clone() })
    }

    fn read(&mut self, path: &Path) {
        // A report that is missing or torn only means that its recordings are done again.
        let Ok(mut reader) = csv::Reader::from_path(path) else { return };
        for row in reader.deserialize::<Row>().flatten() {
            if row.status != Status::Failed {
                self.rows.insert(row.output.clone(), row);
            }
        }
    }
}

/// The record of a running batch.
pub(super) struct Ledger {
    report: PathBuf,
    journal: PathBuf,
    writer: csv::Writer<File>,
    rows: Vec<Row>,
    earlier: Earlier,
}

impl Ledger {
    /// Begins a journal in `folder`; with `resume` it reads all earlier reports and journals there first.
    pub(super) fn open(folder: &Path, shard: Option<&Shard>, resume: bool) -> Result<Self> {
        let mut earlier = Earlier::default();
        if resume {
            reports_in(folder).iter().for_each(|path| earlier.read(path));
        }
        let report = super::report_path(folder, shard);
        let journal = report.with_extension("journal.csv");
        let writer = csv::Writer::from_path(&journal)
            .map_err(|error| Failure::input(format!("cannot write {}: {error}", journal.display())))?;
        let mut ledger = Self { report, journal, writer, rows: Vec::new(), earlier };
        // The new journal replaced the old one: what it knew must survive another interruption.
        for row in ledger.earlier.rows.values() {
            ledger.writer.serialize(row).map_err(|error| journal_error(&ledger.journal, &error))?;
        }
        ledger.flush()?;
        Ok(ledger)
    }

    /// Takes what earlier runs finished.
    pub(super) fn earlier(&mut self) -> Earlier {
        std::mem::take(&mut self.earlier)
    }

    /// Adds a row and makes sure that it survives this process.
    pub(super) fn add(&mut self, row: Row) -> Result<()> {
        self.writer.serialize(&row).map_err(|error| journal_error(&self.journal, &error))?;
        self.rows.push(row);
        self.flush()
    }

    /// Writes the report, by file name, and removes the journal; returns the report's path.
    pub(super) fn finish(mut self) -> Result<PathBuf> {
        self.rows.sort_by(|one, other| one.file.cmp(&other.file));
        let mut writer = csv::Writer::from_writer(Vec::new());
        for row in &self.rows {
            writer.serialize(row).map_err(|error| journal_error(&self.report, &error))?;
        }
        let text = writer.into_inner().map_err(|error| {
            Failure::input(format!("cannot write {}: {}", self.report.display(), error.error()))
        })?;
        written::write(&self.report, &text)?;
        drop(self.writer);
        std::fs::remove_file(&self.journal)
            .map_err(|error| Failure::input(format!("cannot remove {}: {error}", self.journal.display())))?;
        Ok(self.report)
    }

    fn flush(&mut self) -> Result<()> {
        self.writer
            .flush()
            .map_err(|error| Failure::input(format!("cannot write {}: {error}", self.journal.display())))
    }
}

fn journal_error(path: &Path, error: &csv::Error) -> Failure {
    Failure::input(format!("cannot write {}: {error}", path.display())).advise("more room, or another -o")
}

/// All reports and journals in a folder, reports first, so that a journal, being newer, wins.
fn reports_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let is_report = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.starts_with("report") && name.ends_with(".csv")
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(is_report).collect();
    paths.sort_by_key(|path| path.to_string_lossy().ends_with(".journal.csv"));
    paths
}

fn bytes_of(path: &Path) -> Option<u64> {
    std::fs::metadata(path).ok().map(|metadata| metadata.len())
}
