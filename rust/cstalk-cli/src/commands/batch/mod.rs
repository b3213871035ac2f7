//! `cstalk batch`: many recordings on all cores, resumable, with one report.

mod ledger;
mod listing;
mod shard;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use clap::Args;

use self::ledger::{Ledger, Row, Status};
use self::shard::Shard;
use crate::failure::{Exit, Failure, Result};
use crate::job::{Job, Workshop, make_folder};
use crate::model_choice::ModelChoice;
use crate::options::{CurveOptions, EMOTION_HELP, FaceOptions};
use crate::progress::Bar;
use crate::say::say;
use crate::settings_hash;

#[derive(Args)]
#[command(after_help = EXAMPLES, after_long_help = format!("{EXAMPLES}\n\n{EMOTION_HELP}"))]
pub(crate) struct BatchArgs {
    /// Folder of recordings (searched to the bottom), or a CSV list of them
    #[arg(value_name = "DIR|MANIFEST.csv")]
    source: PathBuf,
    /// Folder for the curves and report.csv
    #[arg(short, long, value_name = "OUTDIR")]
    out: PathBuf,
    /// Recordings at a time [default: number of cores]
    #[arg(long, value_name = "N")]
    jobs: Option<std::num::NonZeroUsize>,
    /// Does the I-th of N equal parts only, to spread a batch over machines
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// Keeps curves that an earlier run finished with the same model, settings and recording
    #[arg(long)]
    resume: bool,
    #[command(flatten)]
    curves: CurveOptions,
    #[command(flatten)]
    face: FaceOptions,
    #[command(flatten)]
    model: ModelChoice,
}

const EXAMPLES: &str = "\
Examples:
  cstalk batch recordings/ -o curves/                      one file of curves a recording, same subfolders
  cstalk batch recordings/ -o curves/ --resume             goes on where an earlier run stopped
  cstalk batch lines.csv -o curves/ --jobs 4 --shard 2/8   the second of eight parts, for eight machines

A manifest is a CSV file with a header and the column `file` (relative to the manifest); the columns
`output`, `emotion`, `emotion_curve`, `emotion_strength` and `style` may follow and override the options for that file.

report.csv (report-I-of-N.csv for a part) has one row a recording: done, kept or failed, and why. One
failing recording does not stop the others; the exit code is then 1.";

pub(crate) fn run(args: &BatchArgs) -> Result<Exit> {
    let curves = args.curves.output_settings()?;
    let preset = args.face.load_preset()?;
    let emotion_model = args.face.load_emotion_model(&preset)?;
    let settings = args.face.stream_settings(&preset, emotion_model.as_ref())?;
    let defaults = listing::Defaults { settings: &settings, emotion_model: emotion_model.as_ref() };
    let mut jobs = listing::list(&args.source, &args.out, args.curves.format, &defaults)?;
    if let Some(shard) = &args.shard {
        jobs = shard.of(jobs);
    }
    let workshop =
        Workshop { model: args.model.or(preset.model).load()?, format: args.curves.format, curves };
    drop(workshop.stream(&settings)?);
    make_folder(&args.out)?;
    let mut ledger = Ledger::open(&args.out, args.shard.as_ref(), args.resume)?;
    let worker_count = args.jobs.or_else(|| std::thread::available_parallelism().ok()).map_or(1, usize::from);
    let bar = Bar::of_count(jobs.len());
    let told = |row: Row, ledger: &mut Ledger| {
        if let Status::Failed = row.status {
            bar.say(&format!("error: {}", row.error));
        }
        bar.step();
        ledger.add(row)
    };
    let counts = work(&workshop, &jobs, worker_count, &mut ledger, told)?;
    bar.clear();
    let report = ledger.finish()?;
    say!(
        "{} recordings: {} done, {} kept, {} failed; {}",
        jobs.len(),
        counts[0],
        counts[1],
        counts[2],
        report.display()
    );
    Ok(if counts[2] == 0 { Exit::Done } else { Exit::InputFailed })
}

/// A job that cannot even begin, with the reason.
type Planned = std::result::Result<Job, (PathBuf, Failure)>;

/// Runs all jobs on `worker_count` threads; returns how many were done, kept and failed.
///
/// The queue is the list of jobs itself, so it needs no bound; results wait in a channel of one place a
/// worker, and a worker waits when that is full.
fn work(
    workshop: &Workshop,
    jobs: &[Planned],
    worker_count: usize,
    ledger: &mut Ledger,
    told: impl Fn(Row, &mut Ledger) -> Result<()>,
) -> Result<[usize; 3]> {
    let next = AtomicUsize::new(0);
    let earlier = ledger.earlier();
    let (sender, receiver) = mpsc::sync_channel(worker_count);
    let mut counts = [0; 3];
    std::thread::scope(|scope| {
        for _ in 0..worker_count.min(jobs.len()) {
            let (sender, next, earlier) = (sender.clone(), &next, &earlier);
            scope.spawn(move || {
                while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let row = match job {
                        Ok(job) => one(workshop, job, earlier),
                        Err((input, failure)) => Row::failed(input, "", failure),
                    };
                    // The other side hangs up when the report cannot be written: no use going on.
                    if sender.send(row).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        for row in receiver {
            counts[row.status as usize] += 1;
            told(row, ledger)?;
        }
        Ok(counts)
    })
}

fn one(workshop: &Workshop, job: &Job, earlier: &ledger::Earlier) -> Row {
    let hash = match settings_hash::of_job(workshop, job) {
        Ok(hash) => hash,
        Err(failure) => return Row::failed(&job.input, "", &failure),
    };
    if let Some(row) = earlier.still_good(&job.output, &hash) {
        return row;
    }
    match workshop.run(job, |_| ()) {
        Ok(report) => Row::done(job, &hash, &report),
        Err(failure) => Row::failed(&job.input, &hash, &failure),
    }
}

/// The name of the report in an output folder.
fn report_name(shard: Option<&Shard>) -> String {
    match shard {
        Some(shard) => format!("report-{}-of-{}.csv", shard.index(), shard.count()),
        None => "report.csv".to_owned(),
    }
}

/// Where a report lies.
fn report_path(folder: &Path, shard: Option<&Shard>) -> PathBuf {
    folder.join(report_name(shard))
}
