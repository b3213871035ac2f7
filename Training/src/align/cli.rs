//! `cstalk-train align`.

use std::io::Write;
use std::path::PathBuf;

use super::AlignError;
use super::pipeline::{self, AlignReport, AlignRequest};
use crate::corpus::CorpusError;

/// Finds the times of all phones in the recorded corpora.
///
/// Set `OMP_WAIT_POLICY=passive` when other work shares the machine.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Folder with the corpora.
    #[arg(long, default_value_os_t = crate::corpus::cli::default_corpus_dir())]
    pub corpora: PathBuf,
    /// Folder for weights, log and report [default: `aligner` beside the corpora].
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Steps of learning from synthesised speech.
    #[arg(long, default_value_t = 1000)]
    pub bootstrap_steps: usize,
    /// Steps of learning in each round on synthesised and recorded speech.
    #[arg(long, default_value_t = 350)]
    pub round_steps: usize,
    /// Rounds of aligning and learning again.
    #[arg(long, default_value_t = 2)]
    pub rounds: usize,
    /// Hours of recorded speech aligned for each round.
    #[arg(long, default_value_t = 1.5)]
    pub hours_per_round: f64,
    /// Seed of everything random.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Processor threads.
    #[arg(long, default_value_t = 1)]
    pub threads: u8,
}

/// Runs the command: progress to standard error, the report to standard output.
///
/// # Errors
/// As [`pipeline::run`].
pub fn run(args: &Args) -> Result<(), AlignError> {
    tch::set_num_threads(i32::from(args.threads.max(1)));
    let beside = args.corpora.parent().unwrap_or(&args.corpora).join("aligner");
    let request = AlignRequest {
        corpus_dir: args.corpora.clone(),
        out_dir: args.out.clone().unwrap_or(beside),
        bootstrap_step_count: args.bootstrap_steps,
        round_step_count: args.round_steps,
        round_count: args.rounds,
        hours_per_round: args.hours_per_round,
        seed: args.seed,
    };
    let report = pipeline::run(&request, &mut |line| eprintln!("{line}"))?;
    let stdout = std::io::stdout();
    Ok(write_report(&mut stdout.lock(), &report).map_err(CorpusError::file("standard output"))?)
}

fn write_report(out: &mut dyn Write, report: &AlignReport) -> std::io::Result<()> {
    for (name, boundaries) in &report.synthesised_test {
        writeln!(
            out,
            "{name}, voice kept out: {} boundaries, median {:.1} ms, within 20 ms {:.1} %, within 50 ms {:.1} %, \
             bias {:+.1} ms, lip closures {:.1} ms",
            boundaries.boundary_count,
            boundaries.median_ms,
            boundaries.share_within_20_ms * 100.0,
            boundaries.share_within_50_ms * 100.0,
            boundaries.bias_ms,
            boundaries.lip_closure_median_ms
        )?;
    }
    for corpus in &report.recorded {
        let [low, middle, high] = corpus.score_quantiles;
        writeln!(
            out,
            "{}: {} utterances, {} not aligned, score 5 % {low:.2}, 50 % {middle:.2}, 95 % {high:.2}",
            corpus.name, corpus.utterance_count, corpus.unaligned_count
        )?;
    }
    for (name, closures) in &report.recorded_closures {
        writeln!(
            out,
            "{name}: {} plosives after vowels, median drop {:.1} dB, at least 6 dB in {:.1} % ({:.1} % with labels \
             100 ms late)",
            closures.plosive_count,
            closures.median_drop_db,
            closures.share_below_6_db * 100.0,
            closures.share_below_6_db_if_late * 100.0
        )?;
    }
    Ok(())
}
