//! The training loop, the same for every stage.

use super::autocast::Autocast;
use super::checkpoint::{self, Standing};
use super::config::TrainConfig;
use super::error::{Result, TrainError};
use super::feeder::{Feeder, WindowSource, make_batch};
use super::losses::LossPart;
use super::optimizer::AdamW;
use super::progress::{LogLine, Progress};
use super::window::Batch;
use crate::nets::ParameterStore;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use tch::{Kind, Tensor};

/// What a stage minimises.
pub trait Objective {
    /// Name of the stage: of its log and in its checkpoints.
    fn name(&self) -> &'static str;

    /// Losses of the network with `parameters` on `batch`, and numbers worth reporting beside them.
    fn losses(&self, parameters: &mut ParameterStore, batch: &Batch, autocast: Option<&Autocast>) -> Losses;

    /// Writes into the run's `folder` what has to be measured with the best weights, which `parameters` holds now, on
    /// the held-out windows. Most stages have nothing to add.
    ///
    /// # Errors
    /// [`TrainError`] when it cannot be written.
    fn measure_best(&self, parameters: &mut ParameterStore, held_out: &[Batch], folder: &Path) -> Result<()> {
        let _ = (parameters, held_out, folder);
        Ok(())
    }
}

/// Losses of one batch.
#[derive(Debug)]
pub struct Losses {
    /// What is minimised.
    pub parts: Vec<LossPart>,
    /// Scalars that are only reported.
    pub measures: Vec<(&'static str, Tensor)>,
}

impl Losses {
    fn total(&self) -> Tensor {
        self.parts.iter().map(|part| &part.value * part.weight).sum()
    }
}

/// What a run needs besides its configuration.
pub struct RunSetup {
    /// Training windows.
    pub learn: Arc<dyn WindowSource>,
    /// Held-out windows.
    pub held_out: Arc<dyn WindowSource>,
    /// Folder of the checkpoint, the log and the best weights.
    pub folder: PathBuf,
    /// Threads that make windows.
    pub feeder_threads: usize,
    /// Whether a checkpoint in the folder is taken up; without it a run in a used folder is refused.
    pub resume: bool,
    /// Whether held-out losses of a resumed run can be compared with those before; if not, the best weights so far
    /// are forgotten.
    pub same_held_out: bool,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub struct RunSummary {
    /// Where it stands.
    pub standing: Standing,
    /// Losses over the first reported stretch.
    pub first_losses: BTreeMap<String, f64>,
    /// Losses over the last reported stretch.
    pub last_losses: BTreeMap<String, f64>,
}

/// Where the best weights stand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BestStanding {
    /// The run at that moment.
    pub standing: Standing,
    /// Means over the held-out windows.
    pub held_out: BTreeMap<String, f64>,
}

impl BestStanding {
    /// Reads it from a run's `folder`.
    ///
    /// # Errors
    /// [`TrainError`] when there is none or it makes no sense.
    pub fn read(folder: &Path) -> Result<Self> {
        checkpoint::read_json(&folder.join(BEST_STANDING))
    }
}

/// Steps between two lines of the log.
const LOG_STEPS: u64 = 20;
const MOST_SKIPPED_STEPS: u32 = 20;

/// File of the best averaged weights in a run's folder.
pub const BEST_WEIGHTS: &str = "best.safetensors";
/// File that says where the best weights stand.
pub const BEST_STANDING: &str = "best.json";
/// File of the log in a run's folder, one JSON object a line.
pub const LOG_FILE: &str = "log.jsonl";

/// Trains `parameters`, whose every tensor exists already, until the budget is used.
///
/// # Errors
/// [`TrainError`]; what was saved before stays.
pub fn run(
    objective: &dyn Objective,
    config: &TrainConfig,
    setup: &RunSetup,
    parameters: &mut ParameterStore,
) -> Result<RunSummary> {
    if config.budget.is_endless() {
        return Err(TrainError::Config("a run needs a budget of steps or minutes".to_owned()));
    }
    let mut trainer = Trainer::new(objective, config, setup, parameters)?;
    while trainer.fraction() < 1.0 {
        trainer.step()?;
        if trainer.since_save.elapsed().as_secs_f64() >= 60.0 * config.checkpoint_minutes {
            trainer.save()?;
        }
    }
    trainer.save()?;
    trainer.progress.finish();
    Ok(RunSummary {
        standing: trainer.standing,
        first_losses: trainer.first_losses.unwrap_or_default(),
        last_losses: trainer.last_losses,
    })
}

struct Trainer<'a> {
    objective: &'a dyn Objective,
    config: &'a TrainConfig,
    folder: &'a Path,
    parameters: &'a mut ParameterStore,
    optimizer: AdamW,
    autocast: Option<Autocast>,
    feeder: Feeder,
    held_out: Vec<Batch>,
    progress: Progress,
    standing: Standing,
    sums: BTreeMap<String, f64>,
    summed: u64,
    skipped: u32,
    gradient_norm: f64,
    since_save: Instant,
    first_losses: Option<BTreeMap<String, f64>>,
    last_losses: BTreeMap<String, f64>,
}

impl<'a> Trainer<'a> {
    fn new(
        objective: &'a dyn Objective,
        config: &'a TrainConfig,
        setup: &'a RunSetup,
        parameters: &'a mut ParameterStore,
    ) -> Result<Self> {
        let folder = setup.folder.as_path();
        std::fs::create_dir_all(folder).map_err(TrainError::io(folder))?;
        let mut optimizer = AdamW::new(&config.optimizer, parameters);
        let standing = starting_point(objective, config, setup, parameters, &mut optimizer)?;
        let device = parameters.device();
        let held_out_batches = config.held_out_windows.div_ceil(config.batch_windows) as u64;
        let held_out = (0..held_out_batches)
            .map(|number| {
                Ok(make_batch(setup.held_out.as_ref(), number, config.batch_windows)?.to_device(device))
            })
            .collect::<Result<_>>()?;
        Ok(Self {
            autocast: if config.autocast { Some(Autocast::find()?) } else { None },
            feeder: Feeder::start(&setup.learn, config.batch_windows, setup.feeder_threads, standing.step)?,
            progress: Progress::open(&folder.join(LOG_FILE), objective.name())?,
            objective,
            config,
            folder,
            parameters,
            optimizer,
            held_out,
            standing,
            sums: BTreeMap::new(),
            summed: 0,
            skipped: 0,
            gradient_norm: 0.0,
            since_save: Instant::now(),
            first_losses: None,
            last_losses: BTreeMap::new(),
        })
    }

    fn fraction(&self) -> f64 {
        self.config.budget.fraction(self.standing.step, self.standing.elapsed_s)
    }

    fn rate(&self) -> f64 {
        self.config.schedule.factor(self.standing.step, self.fraction())
    }

    fn step(&mut self) -> Result<()> {
        let start = Instant::now();
        let batch = self.feeder.next_batch()?.to_device(self.parameters.device());
        let size = batch.features.size();
        let losses = self.objective.losses(self.parameters, &batch, self.autocast.as_ref());
        losses.total().f_backward()?;
        let rate = self.rate();
        let report = self.optimizer.step(self.parameters, rate)?;
        self.skipped = if report.applied { 0 } else { self.skipped + 1 };
        if self.skipped >= MOST_SKIPPED_STEPS {
            return Err(TrainError::Diverged(self.skipped));
        }
        self.gradient_norm = report.gradient_norm;
        self.standing.step += 1;
        self.standing.applied_steps = self.optimizer.step_count();
        self.standing.audio_s += (size[0] * size[1]) as f64 * super::labels::HOP_S;
        add_to(&mut self.sums, &losses);
        self.summed += 1;
        self.standing.elapsed_s += start.elapsed().as_secs_f64();
        if self.standing.step.is_multiple_of(LOG_STEPS) || self.fraction() >= 1.0 {
            self.log_training(rate)?;
        }
        Ok(())
    }

    fn log_training(&mut self, rate: f64) -> Result<()> {
        let means = mean_of(&std::mem::take(&mut self.sums), self.summed);
        self.summed = 0;
        self.report("train", rate, &means)?;
        self.first_losses.get_or_insert_with(|| means.clone());
        self.last_losses = means;
        Ok(())
    }

    fn report(&mut self, kind: &str, rate: f64, losses: &BTreeMap<String, f64>) -> Result<()> {
        let line = LogLine {
            kind,
            step: self.standing.step,
            elapsed_s: self.standing.elapsed_s,
            audio_s: self.standing.audio_s,
            rate,
            gradient_norm: self.gradient_norm,
            losses,
        };
        self.progress.report(&line, self.config.budget.fraction(self.standing.step, self.standing.elapsed_s))
    }

    /// Looks at the held-out windows with the averaged weights, keeps them if they are the best, saves a checkpoint.
    fn save(&mut self) -> Result<()> {
        let start = Instant::now();
        let averaged = self.optimizer.averaged(self.parameters)?;
        let trained = self.parameters.snapshot();
        self.parameters.set_all(&averaged, &[""])?;
        let mut sums = BTreeMap::new();
        for batch in &self.held_out {
            let losses = tch::no_grad(|| self.objective.losses(self.parameters, batch, None));
            add_to(&mut sums, &losses);
        }
        let means = mean_of(&sums, self.held_out.len() as u64);
        let total = means.get("total").copied().unwrap_or(f64::INFINITY);
        if total.is_finite() && self.standing.best.is_none_or(|(best, _)| total < best) {
            self.standing.best = Some((total, self.standing.step));
            self.objective.measure_best(self.parameters, &self.held_out, self.folder)?;
            let named: Vec<(String, Tensor)> = averaged.into_iter().collect();
            checkpoint::write_tensors(&self.folder.join(BEST_WEIGHTS), &named)?;
            let best = BestStanding { standing: self.standing.clone(), held_out: means.clone() };
            checkpoint::write_json(&self.folder.join(BEST_STANDING), &best)?;
        }
        self.parameters.set_all(&trained, &[""])?;
        self.standing.elapsed_s += start.elapsed().as_secs_f64();
        self.report("held_out", self.rate(), &means)?;
        checkpoint::save(self.folder, &self.standing, self.parameters, &self.optimizer)?;
        self.since_save = Instant::now();
        Ok(())
    }
}

fn starting_point(
    objective: &dyn Objective,
    config: &TrainConfig,
    setup: &RunSetup,
    parameters: &mut ParameterStore,
    optimizer: &mut AdamW,
) -> Result<Standing> {
    if !goes_on(objective, config, &setup.folder, setup.resume)? {
        return Ok(Standing {
            stage: objective.name().to_owned(),
            step: 0,
            applied_steps: 0,
            elapsed_s: 0.0,
            audio_s: 0.0,
            best: None,
            config_hash: config.hash(),
        });
    }
    let standing = checkpoint::restore(&setup.folder, parameters, optimizer)?;
    let best = standing.best.filter(|_| setup.same_held_out);
    Ok(Standing { best, ..standing })
}

/// Whether a run in `folder` goes on from a checkpoint; false when it begins there.
///
/// # Errors
/// [`TrainError::Checkpoint`] when there is a checkpoint of something else, or of this and it is not to be taken up.
pub fn goes_on(objective: &dyn Objective, config: &TrainConfig, folder: &Path, resume: bool) -> Result<bool> {
    let refuse =
        |reason: String| Err(TrainError::Checkpoint { path: folder.join("checkpoint.json"), reason });
    match checkpoint::standing(folder)? {
        None => Ok(false),
        Some(_) if !resume => refuse("there is one already; resume it or give another folder".to_owned()),
        Some(found) if found.stage != objective.name() => {
            refuse(format!("is of stage {}, wanted {}", found.stage, objective.name()))
        }
        Some(found) if found.config_hash != config.hash() => refuse(format!(
            "was made with configuration {}, this is {}; give the same one or another folder",
            found.config_hash,
            config.hash()
        )),
        Some(_) => Ok(true),
    }
}

fn add_to(sums: &mut BTreeMap<String, f64>, losses: &Losses) {
    let scalar = |tensor: &Tensor| tensor.to_kind(Kind::Double).double_value(&[]);
    let mut total = 0.0;
    for part in &losses.parts {
        let value = scalar(&part.value);
        total += part.weight * value;
        *sums.entry(part.name.to_owned()).or_default() += value;
    }
    for (name, value) in &losses.measures {
        *sums.entry((*name).to_owned()).or_default() += scalar(value);
    }
    *sums.entry("total".to_owned()).or_default() += total;
}

fn mean_of(sums: &BTreeMap<String, f64>, count: u64) -> BTreeMap<String, f64> {
    sums.iter().map(|(name, sum)| (name.clone(), sum / count.max(1) as f64)).collect()
}
