//! Tunes a model to one person's takes.
//!
//! The ear and the contacts it hears stay as they are: minutes of one voice cannot make them better. What learns is the
//! generator, slowly, and an offset of its style that stands for the person. Half of the windows are kept from before (see
//! [`Kept`]), so that moods, styles and lip contacts are not forgotten. At the end the offset is folded into the style's
//! bias: the tuned model at style zero is that person.

use super::start::StartingPoint;
use super::windows::{Kept, SplitTake, TakeWindows};
use super::{Result, TakeError};
use crate::evaluation::subject::Emotion;
use crate::nets::generator::Conditions;
use crate::nets::parameters::read_tensors;
use crate::nets::{Backend, Generator, Init, LiveNet, ParameterStore, TorchBackend};
use crate::train::TrainError;
use crate::train::augment::{AugmentConfig, Augmenter, background::Background, room::Rooms};
use crate::train::autocast::Autocast;
use crate::train::budget::{Budget, RateSchedule};
use crate::train::calibration::CALIBRATION_FILE;
use crate::train::checkpoint::{write_json, write_tensors};
use crate::train::config::TrainConfig;
use crate::train::ear_stage::with;
use crate::train::feeder::{WindowSource, make_batch};
use crate::train::losses::{MotionLossConfig, MotionScale, motion_losses};
use crate::train::optimizer::OptimizerConfig;
use crate::train::record::{CaptureUse, RunRecord, TunedFrom};
use crate::train::run::{BEST_WEIGHTS, Losses, Objective, RunSetup, RunSummary, run};
use crate::train::speech::{Part, Speech, SpeechConfig};
use crate::train::stages::motion_scale;
use crate::train::statistics::inverse_deviation;
use crate::train::window::Batch;
use crate::train::windows::{Heard, SpeechWindows, WindowConfig};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tch::{Device, Kind, Tensor};

/// Name of the learnt offset `[style_channels]` of the person; folded away at the end.
const IDENTITY: &str = "identity.own";
/// The bias that it is folded into.
const STYLE_BIAS: &str = "generator.style.bias";
/// Weights that stay as they were.
const FROZEN: [&str; 2] = ["ear.", "generator.contact."];
/// Part of the training windows that come from the takes.
const CAPTURED_PART: f64 = 0.5;
/// How much faster the person's offset learns: it starts at nothing and is sixteen numbers.
const IDENTITY_RATE: f64 = 10.0;
/// Looks at the held-out part over a run.
const LOOKS: f64 = 10.0;

/// What the command line decides.
#[derive(Clone, Debug)]
pub struct FinetuneOptions {
    /// Folder of the run.
    pub folder: PathBuf,
    /// When to end.
    pub budget: Budget,
    /// Highest learning rate.
    pub learning_rate: f64,
    /// Seed of every window.
    pub seed: u64,
    /// Weights of the emotions that the takes are in.
    pub emotion: Emotion,
    /// Folder of the corpora whose performed windows are kept; without any, the model before is what is kept.
    pub corpora: PathBuf,
    /// Threads that make windows.
    pub feeder_threads: usize,
    /// Windows in a batch.
    pub batch_windows: usize,
    /// Name of the takes as a corpus on the card.
    pub corpus: String,
    /// Licence of the takes, for the card.
    pub licence: String,
    /// Whether they may not be used commercially.
    pub non_commercial: bool,
}

/// How tuning went.
#[derive(Clone, Debug)]
pub struct Tuned {
    /// The training loop's own summary.
    pub summary: RunSummary,
    /// What was kept from before, in words.
    pub kept: &'static str,
}

/// Tunes `start` to `takes` and leaves a run in the folder that `cstalk-train export` takes.
///
/// # Errors
/// [`TakeError`]; a run that was not finished lacks its contact calibration and cannot be exported.
pub fn finetune(
    start: &StartingPoint,
    takes: &Arc<Vec<SplitTake>>,
    options: &FinetuneOptions,
) -> Result<Tuned> {
    let mut config = config_of(start, options);
    let (kept, said) = kept_windows(start, &config, options)?;
    let source = |kept: Option<Kept>| TakeWindows {
        takes: Arc::clone(takes),
        augmenter: kept
            .is_some()
            .then(|| Augmenter::new(&config.augment, Rooms::default(), Background::default())),
        kept,
        captured_part: config.window.captured_probability,
        emotion: options.emotion,
        hops: config.window.hops,
        look_ahead_hops: config.shape.ear.look_ahead_hops(),
        seed: options.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15),
    };
    let held_out = source(None);
    let held_out_windows = held_out.held_out_count();
    let learn: Arc<dyn WindowSource> = Arc::new(source(Some(kept)));
    config.held_out_windows = held_out_windows;
    let objective =
        TakeObjective { net: start.net(), scale: scale_of(start)?, config: config.motion_loss.clone() };
    let mut parameters = ParameterStore::new(Device::Cpu);
    let batch = make_batch(&held_out, 0, 1)?;
    tch::no_grad(|| objective.losses(&mut parameters, &batch, None));
    start.fill(&mut parameters)?;
    record_of(start, takes, &config, options).write(&options.folder)?;
    let setup = RunSetup {
        learn,
        held_out: Arc::new(held_out),
        folder: options.folder.clone(),
        feeder_threads: options.feeder_threads,
        resume: false,
        same_held_out: true,
    };
    let summary = run(&objective, &config, &setup, &mut parameters)?;
    finish(start, &options.folder)?;
    Ok(Tuned { summary, kept: said })
}

fn config_of(start: &StartingPoint, options: &FinetuneOptions) -> TrainConfig {
    let frozen = FROZEN.iter().map(|prefix| ((*prefix).to_owned(), 0.0));
    let rate_factors = frozen.chain([("identity.".to_owned(), IDENTITY_RATE)]).collect();
    let minutes = options.budget.minutes.unwrap_or(1.0);
    TrainConfig {
        seed: options.seed,
        budget: options.budget,
        batch_windows: options.batch_windows,
        checkpoint_minutes: minutes / LOOKS,
        shape: start.record.config.shape.clone(),
        schedule: RateSchedule { warm_up_steps: 20, last_part: 0.05 },
        optimizer: OptimizerConfig {
            learning_rate: options.learning_rate,
            rate_factors,
            average_decay: 0.98,
            ..OptimizerConfig::default()
        },
        window: WindowConfig { captured_probability: CAPTURED_PART, ..start.record.config.window.clone() },
        augment: light_augmentation(),
        motion_loss: MotionLossConfig { velocity: 2.0, ..start.record.config.motion_loss.clone() },
        ..TrainConfig::default()
    }
}

/// A person's own microphone, a little varied; nothing that changes the voice.
fn light_augmentation() -> AugmentConfig {
    AugmentConfig {
        speed_probability: 0.0,
        vocal_tract_probability: 0.0,
        room_probability: 0.0,
        telephone_probability: 0.0,
        noise_probability: 0.0,
        tilt_probability: 0.3,
        level_db: (-12.0, 3.0),
        ..AugmentConfig::default()
    }
}

fn kept_windows(
    start: &StartingPoint,
    config: &TrainConfig,
    options: &FinetuneOptions,
) -> Result<(Kept, &'static str)> {
    if !has_corpora(&options.corpora) {
        let model = Arc::new(start.model()?);
        return Ok((Kept::Before(model), "the model before, on the sound of the takes"));
    }
    let speech = Arc::new(Speech::open(&options.corpora, &SpeechConfig::default())?);
    let augmenter = Augmenter::new(&config.augment, Rooms::default(), Background::default());
    let windows = SpeechWindows {
        speech,
        augmenter: Some(Arc::new(augmenter)),
        captures: Arc::default(),
        config: config.window.clone(),
        look_ahead_hops: config.shape.ear.look_ahead_hops(),
        heard: Heard::LogMel,
        performed: true,
        part: Part::Learn,
        seed: options.seed,
    };
    Ok((Kept::Performed(windows), "performed windows of the corpora"))
}

fn has_corpora(folder: &Path) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).any(|path| path.join("corpus.json").is_file())
}

fn scale_of(start: &StartingPoint) -> Result<MotionScale> {
    let scale = start.weights.get(Generator::CONTROL_SCALE).ok_or_else(|| {
        TakeError::model(Path::new(&start.name), format!("it has no {}", Generator::CONTROL_SCALE))
    })?;
    Ok(MotionScale { inverse_deviation: inverse_deviation(scale), ..motion_scale() })
}

fn record_of(
    start: &StartingPoint,
    takes: &[SplitTake],
    config: &TrainConfig,
    options: &FinetuneOptions,
) -> RunRecord {
    let own = takes.iter().map(|take| CaptureUse {
        name: take.take.id.clone(),
        hours: take.learn.len() as f64 * crate::train::labels::HOP_S / 3600.0,
        corpus: options.corpus.clone(),
        licence: options.licence.clone(),
        non_commercial: options.non_commercial,
    });
    let before = &start.record;
    RunRecord {
        stage: "finetune".to_owned(),
        config: config.clone(),
        config_hash: config.hash(),
        corpora: before.corpora.clone(),
        captures: before.captures.iter().cloned().chain(own).collect(),
        phones: before.phones.clone(),
        earlier: before.earlier.clone(),
        encoder_weights: None,
        tuned_from: Some(TunedFrom {
            name: start.name.clone(),
            steps: start.best.standing.best.map_or(start.best.standing.step, |(_, step)| step),
            config_hash: before.config_hash.clone(),
        }),
    }
}

/// Folds the person's offset into the style's bias, puts back to the bit what was frozen, and writes the contact
/// calibration, which makes the run exportable.
fn finish(start: &StartingPoint, folder: &Path) -> Result<()> {
    let path = folder.join(BEST_WEIGHTS);
    let tuned = read_tensors(&path).map_err(TrainError::from)?;
    write_tensors(&path, &folded(start, tuned)?)?;
    write_json(&folder.join(CALIBRATION_FILE), &start.calibrations)?;
    Ok(())
}

fn folded(start: &StartingPoint, mut tuned: BTreeMap<String, Tensor>) -> Result<Vec<(String, Tensor)>> {
    if let (Some(offset), Some(bias)) = (tuned.remove(IDENTITY), tuned.get_mut(STYLE_BIAS)) {
        *bias = bias.f_add(&offset).map_err(TrainError::from)?;
    }
    for (name, value) in &start.weights {
        if FROZEN.iter().any(|prefix| name.starts_with(prefix)) && tuned.contains_key(name) {
            tuned.insert(name.clone(), value.shallow_clone());
        }
    }
    Ok(tuned.into_iter().collect())
}

/// The generator on takes and on what is kept, behind an ear that only listens.
struct TakeObjective {
    net: LiveNet,
    scale: MotionScale,
    config: MotionLossConfig,
}

impl Objective for TakeObjective {
    fn name(&self) -> &'static str {
        "finetune"
    }

    fn losses(&self, parameters: &mut ParameterStore, batch: &Batch, autocast: Option<&Autocast>) -> Losses {
        let Some(motion) = &batch.motion else {
            return Losses { parts: Vec::new(), measures: Vec::new() };
        };
        let mut backend = TorchBackend::whole(parameters);
        let width = self.net.generator.shape.style_channels;
        let identity = backend.param(IDENTITY, &[width], Init::Constant(0.0));
        let rows = with(autocast, || {
            let heard = tch::no_grad(|| self.net.encoder.forward(&mut backend, &batch.features));
            let identity = &motion.captured * identity;
            let conditions =
                Conditions { emotion: &motion.emotion, style: &motion.style, identity: Some(&identity) };
            self.net.generator.forward(&mut backend, &heard, &conditions).rows.to_kind(Kind::Float)
        });
        let compared = rows.narrow(1, self.net.look_ahead_hops(), motion.rows.size()[1]);
        let parts = motion_losses(&compared, motion, &self.scale, &self.config);
        Losses { parts, measures: Vec::new() }
    }
}
