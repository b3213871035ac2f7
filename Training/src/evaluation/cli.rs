//! `cstalk-train eval`: runs everything and writes the report.

use std::path::PathBuf;
use std::sync::Arc;

use cstalk_model::{Model, Provider, catalogue};

use crate::train::autoregressive_stage::AutoregressiveModel;

use super::report::Report;
use super::run::{Evaluation, Sizes};
use super::{EvaluationError, Result, page, recordings_folder, write_whole};

/// Evaluates models on recordings that they were not trained on, beside baselines: a page, JSON and tables for each.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Model by name or path; may be given again. All that ship, if absent.
    #[arg(long = "model", value_name = "NAME|FILE")]
    models: Vec<String>,
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
    /// Folder of the reports: MODEL.html, MODEL.json and MODEL.md.
    #[arg(short, long, default_value = "target/eval")]
    out: PathBuf,
    /// Writes them to docs/evaluation, where the figures of the shipped models stand.
    #[arg(long, conflicts_with = "out")]
    docs: bool,
}

/// Where `--docs` writes.
const DOCS_FOLDER: &str = "docs/evaluation";

/// Evaluates and returns a short summary for the screen.
///
/// # Errors
/// A model cannot be loaded or fails, the mesh is missing, or a report cannot be written.
pub fn run(args: Args) -> Result<String> {
    let threads = rayon::ThreadPoolBuilder::new().num_threads(args.threads).build();
    let threads = threads.map_err(|e| EvaluationError::new("threads", e))?;
    let baseline = args.autoregressive.as_deref().map(AutoregressiveModel::load).transpose();
    let baseline = baseline.map_err(|e| EvaluationError::new("autoregressive decoder", e))?.map(Arc::new);
    let folder = if args.docs { PathBuf::from(DOCS_FOLDER) } else { args.out };
    let recordings = args.recordings.unwrap_or_else(recordings_folder);
    std::fs::create_dir_all(&folder).map_err(|e| EvaluationError::new(folder.display().to_string(), e))?;
    // All are looked up before the first runs for minutes.
    let models = if args.models.is_empty() { shipped()? } else { named(&args.models)? };
    let mut summaries = Vec::new();
    for (name, path) in models {
        let model = Model::load(path, args.provider).map_err(|e| EvaluationError::new("model", e))?;
        let evaluation = Evaluation {
            model: Arc::new(model),
            baseline: baseline.clone(),
            corpora: args.corpus.clone(),
            recordings: recordings.clone(),
            sizes: Sizes::of_utterances(args.utterances),
        };
        let report = threads.install(|| evaluation.run())?;
        let json = serde_json::to_vec_pretty(&report).map_err(|e| EvaluationError::new("report", e))?;
        let file = |extension: &str| folder.join(format!("{name}.{extension}"));
        write_whole(&file("json"), &json)?;
        write_whole(&file("md"), page::markdown(&report).as_bytes())?;
        write_whole(&file("html"), page::html(&report).as_bytes())?;
        summaries.push(format!("{name}\n{}\n{}", summary(&report), file("html").display()));
    }
    Ok(summaries.join("\n\n"))
}

/// Name and file of every shipped model that makes curves; a broken file is left for [`Model::load`] to explain.
fn shipped() -> Result<Vec<(String, PathBuf)>> {
    let entries = catalogue::list().map_err(|e| EvaluationError::new("models", e))?;
    let makes_curves = |entry: &catalogue::Entry| {
        entry.card.as_ref().map_or(true, |card| card.kind == cstalk_model::ModelKind::Curves)
    };
    Ok(entries.into_iter().filter(makes_curves).map(|entry| (entry.name, entry.path)).collect())
}

/// Name for the report and file of models asked for by name or path.
fn named(models: &[String]) -> Result<Vec<(String, PathBuf)>> {
    let mut found: Vec<(String, PathBuf)> = Vec::new();
    for model in models {
        let path = catalogue::find(model).map_err(|e| EvaluationError::new("model", e))?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if found.iter().any(|(taken, _)| *taken == name) {
            let problem = format!("two models of that name: {model} would overwrite the other's report");
            return Err(EvaluationError::new(name, problem));
        }
        found.push((name, path));
    }
    Ok(found)
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
