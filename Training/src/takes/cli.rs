//! `cstalk-train check-takes` and `cstalk-train finetune`.

use super::checks::{Listener, check_all, refuse_unusable};
use super::finetune::{FinetuneOptions, finetune as tune};
use super::outcome::{Comparison, Outcome, summaries, verdict};
use super::report::TakeReport;
use super::start::StartingPoint;
use super::windows::SplitTake;
use super::{Result, TakeError, pairs};
use crate::corpus::cli::default_corpus_dir;
use crate::evaluation::mesh::FaceMesh;
use crate::evaluation::recordings_folder;
use crate::evaluation::subject::{NEUTRAL, emotion_at};
use crate::performer::EMOTION_NAMES;
use crate::train::budget::Budget;
use crate::train::checkpoint::write_json;
use cstalk_model::{Model, Provider, catalogue};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Reports of the takes in a tuned run's folder.
const TAKES_FILE: &str = "takes.json";

/// Checks your own takes: curves of MetaHuman Animator, Live Link Face or plain CSV with their sound.
///
/// A take is a file of curves (.csv or .json in any format that `cstalk` writes or Unreal exports) and a sound (wav, flac,
/// mp3, m4a, ogg) of the same name beside it. The report tells rate, dropped rows, ranges, missing and dead controls, and
/// how late the curves are against the sound. Exits with failure when a take cannot be used.
#[derive(Clone, Debug, clap::Args)]
pub struct CheckArgs {
    /// Folders of takes, files of curves, or sounds.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Model that hears how the mouth should move: a name, a file or a run's folder; `none` goes by the loudness.
    #[arg(long, default_value = catalogue::DEFAULT_MODEL)]
    model: String,
    /// Milliseconds that the curves are late, instead of the estimate; negative where they are early.
    #[arg(long, allow_negative_numbers = true)]
    offset_ms: Option<f64>,
    /// Also writes the reports as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// Tunes a model to your own takes, minutes of one person.
///
/// The last fifth of every take (at least 5 s) is held out; the report compares the model before and after on both parts
/// and warns where only the learnt part got better. `cstalk-train export --run OUT` makes the model file.
#[derive(Clone, Debug, clap::Args)]
pub struct FinetuneArgs {
    /// Folders of takes, files of curves, or sounds; see check-takes.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Model to start from: a name, an .onnx file, or the folder of a generator's run.
    #[arg(long, default_value = catalogue::DEFAULT_MODEL)]
    model: String,
    /// Folder for checkpoint, log, best weights and reports.
    #[arg(long)]
    out: PathBuf,
    /// Minutes of training.
    #[arg(long, default_value_t = 3.0)]
    minutes: f64,
    /// Ends after so many steps instead.
    #[arg(long)]
    steps: Option<u64>,
    /// Takes that are only measured on, never learnt from.
    #[arg(long, value_name = "PATH", num_args = 1..)]
    test: Vec<PathBuf>,
    /// Emotion that the takes are acted in.
    #[arg(long, default_value = EMOTION_NAMES[0], value_parser = clap::builder::PossibleValuesParser::new(EMOTION_NAMES))]
    emotion: String,
    /// Milliseconds that the curves of all takes are late, instead of the estimates.
    #[arg(long, allow_negative_numbers = true)]
    offset_ms: Option<f64>,
    /// Name of the takes on the model's card.
    #[arg(long, default_value = "own takes")]
    name: String,
    /// Licence of the takes, for the model's card.
    #[arg(long)]
    licence: String,
    /// The takes may not be used commercially; the model then says so too.
    #[arg(long)]
    non_commercial: bool,
    /// Highest learning rate.
    #[arg(long, default_value_t = 5e-4)]
    learning_rate: f64,
    /// Seed of everything random.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Corpora whose performed windows keep moods and styles alive; without any, the model before is imitated for that.
    #[arg(long, default_value_os_t = default_corpus_dir())]
    corpora: PathBuf,
    /// Folder of the evaluation mesh, for millimetres; CSTALK_DATA's or ../shared/data's mesh if absent.
    #[arg(long)]
    mesh: Option<PathBuf>,
    /// Threads that libtorch computes with.
    #[arg(long, default_value_t = 1)]
    threads: u16,
    /// Threads that make windows.
    #[arg(long, default_value_t = 1)]
    feeders: u16,
}

/// Checks takes and hands every report to `say`.
///
/// # Errors
/// [`TakeError`]; [`TakeError::Unusable`] after all reports were said.
pub fn check(args: &CheckArgs, say: &mut dyn FnMut(&str)) -> Result<()> {
    let listener = listener(&args.model)?;
    let (reports, _) = check_all(&pairs::find(&args.paths)?, &listener, args.offset_ms)?;
    tell(&reports, say);
    if let Some(path) = &args.json {
        write_json(path, &reports)?;
    }
    refuse_unusable(&reports)
}

/// Checks takes, tunes, and says how it went.
///
/// # Errors
/// [`TakeError`]; takes that cannot be used are an error before anything is trained.
pub fn finetune(args: &FinetuneArgs, say: &mut dyn FnMut(&str)) -> Result<()> {
    let budget = Budget { steps: args.steps, minutes: args.steps.is_none().then_some(args.minutes) };
    let sensible = args.minutes.is_finite() && args.minutes > 0.0 && args.learning_rate > 0.0;
    if !sensible || args.learning_rate > 0.1 {
        let reason = "--minutes must be above 0 and --learning-rate within 0..0.1".to_owned();
        return Err(crate::train::TrainError::Config(reason).into());
    }
    tch::set_num_threads(i32::from(args.threads.max(1)));
    let start = StartingPoint::read(&model_path(&args.model)?)?;
    let before = Arc::new(start.model()?);
    let listener = Listener::Model(Arc::clone(&before), start.name.clone());
    let split = |paths: &[PathBuf], say: &mut dyn FnMut(&str)| -> Result<_> {
        let (reports, takes) = check_all(&pairs::find(paths)?, &listener, args.offset_ms)?;
        tell(&reports, say);
        refuse_unusable(&reports)?;
        Ok((reports, takes.into_iter().map(SplitTake::new).collect::<Vec<_>>()))
    };
    let (reports, takes) = split(&args.paths, say)?;
    let (test_reports, tests) = split(&args.test, say)?;
    let options = FinetuneOptions {
        folder: args.out.clone(),
        budget,
        learning_rate: args.learning_rate,
        seed: args.seed,
        emotion: emotion(&args.emotion),
        corpora: args.corpora.clone(),
        feeder_threads: usize::from(args.feeders),
        batch_windows: 24,
        corpus: args.name.clone(),
        licence: args.licence.clone(),
        non_commercial: args.non_commercial,
    };
    let takes = Arc::new(takes);
    let tuned = tune(&start, &takes, &options)?;
    write_json(&args.out.join(TAKES_FILE), &[reports, test_reports].concat())?;
    let mesh_folder = args.mesh.clone().unwrap_or_else(|| recordings_folder().join("mesh"));
    let mesh = FaceMesh::load(&mesh_folder);
    let comparison = Comparison {
        before,
        after: Arc::new(StartingPoint::read(&args.out)?.model()?),
        emotion: options.emotion,
        mesh: mesh.as_ref().ok(),
    };
    let mut figures = Vec::new();
    for take in takes.iter() {
        figures.extend(comparison.of_learnt(take)?);
    }
    for take in &tests {
        figures.extend(comparison.of_test(take)?);
    }
    let summaries = summaries(&figures);
    let error_of = |index: usize| {
        let (_, before, after) = summaries.get(index)?;
        Some((before.control_error?, after.control_error?))
    };
    let (learnt, held_out) = (error_of(0).unwrap_or_default(), error_of(1).unwrap_or_default());
    let (verdict, mut advice) = verdict(learnt, held_out);
    let standing = &tuned.summary.standing;
    let best_step = standing.best.map_or(standing.step, |(_, step)| step);
    if best_step < standing.step {
        let minutes = standing.elapsed_s / 60.0 * best_step as f64 / standing.step as f64;
        advice.push_str(&format!(
            " The held-out part was best after {minutes:.1} minutes; more than that made it worse, so fewer are enough."
        ));
    }
    let outcome = Outcome {
        schema: "cstalk-finetune/1",
        tuned_from: start.name.clone(),
        kept: tuned.kept.to_owned(),
        minutes: standing.elapsed_s / 60.0,
        steps: standing.step,
        best_step,
        figures,
        summaries,
        verdict,
        advice,
        without_mesh: mesh.as_ref().err().map(ToString::to_string),
    };
    outcome.write(&args.out)?;
    say(&outcome.markdown());
    say(&format!("Model file: cstalk-train export --run {} --out NAME.onnx", args.out.display()));
    Ok(())
}

fn tell(reports: &[TakeReport], say: &mut dyn FnMut(&str)) {
    reports.iter().for_each(|report| say(&report.text()));
}

fn emotion(name: &str) -> crate::evaluation::subject::Emotion {
    EMOTION_NAMES.iter().position(|known| *known == name).map_or(NEUTRAL, |index| emotion_at(index, 1.0))
}

/// The file of a model by name, or the path as it is.
fn model_path(model: &str) -> Result<PathBuf> {
    let path = Path::new(model);
    if path.is_dir() {
        return Ok(path.to_owned());
    }
    catalogue::find(model).map_err(|error| TakeError::model(path, error))
}

fn listener(model: &str) -> Result<Listener> {
    if model == "none" {
        return Ok(Listener::Loudness);
    }
    let path = model_path(model)?;
    let loaded = if path.is_dir() {
        StartingPoint::read(&path)?.model()?
    } else {
        Model::load(&path, Provider::Embedded).map_err(|error| TakeError::model(&path, error))?
    };
    Ok(Listener::Model(Arc::new(loaded), model.to_owned()))
}
