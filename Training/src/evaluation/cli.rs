//! `cstalk-train eval`: runs everything and writes the report.

use std::path::PathBuf;
use std::sync::Arc;

use cstalk_model::{Model, Provider, catalogue};

use crate::train::autoregressive_stage::AutoregressiveModel;

use super::report::Report;
use super::run::{Evaluation, Sizes};
use super::{EvaluationError, Result, page, recordings_folder, write_whole};

/// Evaluates a model on recordings that it was not trained on, beside baselines, and writes report.json and report.html.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Model by name or path.
    #[arg(long, default_value = catalogue::DEFAULT_MODEL)]
    model: String,
    /// What runs it: embedded, cpu, cuda or tensorrt.
    #[arg(long, default_value_t = Provider::Embedded)]
    provider: Provider,
    /// Folder of built and aligned corpora.
    #[arg(long, default_value = "target/corpus")]
    corpus: PathBuf,
    /// Folder of shared recordings, captures and the mesh; CSTALK_DATA or ../shared/data if absent.
    #[arg(long)]
    recordings: Option<PathBuf>,
    /// Test utterances a corpus; 0 for all.
    #[arg(long, default_value_t = 250)]
    utterances: usize,
    /// Threads; 0 for one a core.
    #[arg(long, default_value_t = 0)]
    threads: usize,
    /// Folder of an autoregressive baseline's run (`cstalk-train train autoregressive`), to stand in the tables.
    #[arg(long, value_name = "DIR")]
    autoregressive: Option<PathBuf>,
    /// Folder of the report.
    #[arg(short, long, default_value = "target/eval")]
    out: PathBuf,
    /// Also writes the tables as markdown.
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "docs/evaluation.md")]
    docs: Option<PathBuf>,
}

/// Evaluates and returns a short summary for the screen.
///
/// # Errors
/// The model cannot be loaded or fails, the mesh is missing, or the report cannot be written.
pub fn run(args: Args) -> Result<String> {
    let path = catalogue::find(&args.model).map_err(|e| EvaluationError::new("model", e))?;
    let model = Model::load(path, args.provider).map_err(|e| EvaluationError::new("model", e))?;
    let threads = rayon::ThreadPoolBuilder::new().num_threads(args.threads).build();
    let threads = threads.map_err(|e| EvaluationError::new("threads", e))?;
    let baseline = args.autoregressive.as_deref().map(AutoregressiveModel::load).transpose();
    let evaluation = Evaluation {
        model: Arc::new(model),
        baseline: baseline.map_err(|e| EvaluationError::new("autoregressive decoder", e))?.map(Arc::new),
        corpora: args.corpus,
        recordings: args.recordings.unwrap_or_else(recordings_folder),
        sizes: Sizes::of_utterances(args.utterances),
    };
    let report = threads.install(|| evaluation.run())?;
    std::fs::create_dir_all(&args.out)
        .map_err(|e| EvaluationError::new(args.out.display().to_string(), e))?;
    let json = serde_json::to_vec_pretty(&report).map_err(|e| EvaluationError::new("report", e))?;
    write_whole(&args.out.join("report.json"), &json)?;
    write_whole(&args.out.join("report.html"), page::html(&report).as_bytes())?;
    if let Some(docs) = &args.docs {
        write_whole(docs, page::markdown(&report).as_bytes())?;
    }
    Ok(format!("{}\n{}", summary(&report), args.out.join("report.html").display()))
}

/// The main figures, one a line.
fn summary(report: &Report) -> String {
    let mut lines: Vec<String> = report
        .contacts
        .iter()
        .filter(|row| row.group == "all")
        .filter_map(|row| {
            let f1 = row.f1?;
            Some(format!(
                "closure F1  {:24} {:24} {:.3} [{:.3}, {:.3}]",
                row.set, row.subject, f1.value, f1.low, f1.high
            ))
        })
        .collect();
    lines.extend(report.captured.iter().filter_map(|row| {
        let jaw = row.jaw?;
        Some(format!(
            "jaw r       {:24} {:24} {:.3} (best {:.3} at {:.0} ms)",
            row.take, row.subject, jaw.r, jaw.best_r, jaw.lag_ms
        ))
    }));
    lines.extend(report.skipped.iter().map(|skip| format!("SKIPPED {}: {}", skip.what, skip.why)));
    lines.join("\n")
}
