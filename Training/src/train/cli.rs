//! `cstalk-train train`: the two stages of a face model, and the emotion of the voice.

use super::config::TrainConfig;
use super::correlation_report;
use super::error::{Result, TrainError};
use super::run::RunSummary;
use super::stages::{
    StageOptions, train_autoregressive, train_correlation, train_ear, train_generator,
    train_generator_on_wav2vec2,
};
use super::voice_emotion_stage::train_voice_emotion;
use crate::corpus::cli::{default_corpus_dir, default_shared_data_dir};
use std::path::PathBuf;

/// Trains a stage of a model.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    stage: Stage,
}

#[derive(Debug, clap::Subcommand)]
enum Stage {
    /// Stage 1: the speech encoder learns phones from aligned speech.
    Ear(Common),
    /// Stage 2: encoder and generator learn to perform what is heard.
    ///
    /// The encoder is the ear of a run (--ear), which learns on, or a wav2vec 2.0 as published (--wav2vec2), which
    /// stays as it is.
    Generator {
        #[command(flatten)]
        common: Common,
        /// Folder of the ear's run.
        #[arg(long, required_unless_present = "wav2vec2", conflicts_with = "wav2vec2")]
        ear: Option<PathBuf>,
        /// Folder with config.json and model.safetensors of a wav2vec 2.0, such as facebook/wav2vec2-base.
        #[arg(long)]
        wav2vec2: Option<PathBuf>,
        /// Folder of a correlation module's run, which then supervises with the weight `motion_loss.correlation`.
        #[arg(long)]
        correlation: Option<PathBuf>,
        /// Weight of that supervision instead of the configuration's.
        #[arg(long, requires = "correlation")]
        correlation_weight: Option<f64>,
    },
    /// A baseline to judge others by: a decoder after FaceFormer on a trained ear. Never exported.
    Autoregressive {
        #[command(flatten)]
        common: Common,
        /// Folder of the ear's run.
        #[arg(long)]
        ear: PathBuf,
    },
    /// The correlation module: which regions of a face move together, per emotion. Supervises generators.
    Correlation(Common),
    /// On its own: a small network learns the emotion of the voice from acted speech.
    Emotion(Common),
}

#[derive(Debug, clap::Args)]
struct Common {
    /// Configuration (TOML).
    #[arg(long)]
    config: PathBuf,
    /// Folder for checkpoint, log and best weights.
    #[arg(long)]
    out: PathBuf,
    /// Ends after so many minutes of training instead of the configuration's budget.
    #[arg(long)]
    minutes: Option<f64>,
    /// Ends after so many steps instead of the configuration's budget.
    #[arg(long)]
    steps: Option<u64>,
    /// Folder of the corpora.
    #[arg(long, default_value_os_t = default_corpus_dir())]
    corpora: PathBuf,
    /// Folder that the configuration's folders of noises, rooms and captures are below.
    #[arg(long, default_value_os_t = default_shared_data_dir())]
    shared_data: PathBuf,
    /// Seed instead of the configuration's.
    #[arg(long)]
    seed: Option<u64>,
    /// Threads that libtorch computes with.
    #[arg(long, default_value_t = 1)]
    threads: u16,
    /// Threads that make training windows.
    #[arg(long, default_value_t = 1)]
    feeders: u16,
    /// Goes on from the checkpoint in the folder, if there is one.
    #[arg(long)]
    resume: bool,
}

/// Runs the stage that `args` asks for.
///
/// # Errors
/// [`TrainError`]; what was saved before stays.
#[allow(clippy::print_stdout, reason = "the table is the result of the command")]
pub fn run(args: &Args) -> Result<()> {
    let (Stage::Ear(common)
    | Stage::Generator { common, .. }
    | Stage::Autoregressive { common, .. }
    | Stage::Correlation(common)
    | Stage::Emotion(common)) = &args.stage;
    let mut config = common.config()?;
    if let Stage::Generator { correlation_weight: Some(weight), .. } = &args.stage {
        config.motion_loss.correlation = *weight;
    }
    let options = StageOptions {
        folder: common.out.clone(),
        corpora: common.corpora.clone(),
        shared_data: common.shared_data.clone(),
        feeder_threads: usize::from(common.feeders),
        resume: common.resume,
    };
    tch::set_num_threads(i32::from(common.threads.max(1)));
    let summary = match &args.stage {
        Stage::Generator { wav2vec2: Some(weights), correlation, .. } => {
            train_generator_on_wav2vec2(&config, weights, correlation.as_deref(), &options)?
        }
        Stage::Generator { ear: Some(ear), correlation, .. } => {
            train_generator(&config, ear, correlation.as_deref(), &options)?
        }
        // A generator without either was refused with the arguments.
        Stage::Generator { .. } | Stage::Ear(_) => train_ear(&config, &options)?,
        Stage::Autoregressive { ear, .. } => train_autoregressive(&config, ear, &options)?,
        Stage::Correlation(_) => {
            let (summary, report) = train_correlation(&config, &options)?;
            println!("{}", correlation_report::table(&report));
            summary
        }
        Stage::Emotion(_) => train_voice_emotion(&config, &options)?,
    };
    say(&summary, &options);
    Ok(())
}

impl Common {
    fn config(&self) -> Result<TrainConfig> {
        let mut config = TrainConfig::read(&self.config)?;
        if self.minutes.is_some_and(|minutes| !minutes.is_finite() || minutes <= 0.0) {
            return Err(TrainError::Config("--minutes must be above 0".to_owned()));
        }
        if self.minutes.is_some() || self.steps.is_some() {
            config.budget.minutes = self.minutes;
            config.budget.steps = self.steps;
        }
        if let Some(seed) = self.seed {
            config.seed = seed;
        }
        Ok(config)
    }
}

fn say(summary: &RunSummary, options: &StageOptions) {
    let standing = &summary.standing;
    let best = standing.best.map_or("none".to_owned(), |(loss, step)| format!("{loss:.4} at step {step}"));
    eprintln!(
        "{}: {} steps, {:.1} min, {:.1} h of audio seen, best held-out loss {best}; weights in {}",
        standing.stage,
        standing.step,
        standing.elapsed_s / 60.0,
        standing.audio_s / 3600.0,
        options.folder.join(super::run::BEST_WEIGHTS).display()
    );
}
