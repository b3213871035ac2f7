//! Puts a stage together: speech, windows, parameters, and what is written beside them.

use super::augment::{Augmenter, background::Background, room::Rooms};
use super::checkpoint;
use super::config::TrainConfig;
use super::ear_stage::EarObjective;
use super::error::{Result, TrainError};
use super::feeder::{WindowSource, make_batch};
use super::generator_stage::GeneratorObjective;
use super::losses::{GapTensors, MotionScale, class_weights};
use super::record::{CaptureUse, EarlierRun, RunRecord};
use super::run::{BEST_WEIGHTS, BestStanding, Objective, RunSetup, RunSummary, run};
use super::speech::{Part, Speech};
use super::statistics;
use super::windows::SpeechWindows;
use crate::corpus::Split;
use crate::corpus::facegood::{self, CapturedTake};
use crate::nets::parameters::read_tensors;
use crate::nets::{Generator, LiveNet, ParameterStore};
use crate::performer::lip_gap::GapModel;
use cstalk_rig::{Region, Rig, RigId};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tch::{Device, Tensor};

/// What the command line decides.
#[derive(Clone, Debug)]
pub struct StageOptions {
    /// Folder of the run.
    pub folder: PathBuf,
    /// Folder of the corpora.
    pub corpora: PathBuf,
    /// Folder that the configuration's folders are below.
    pub shared_data: PathBuf,
    /// Threads that make windows.
    pub feeder_threads: usize,
    /// Whether to go on from the folder's checkpoint.
    pub resume: bool,
}

/// Seeds of independent random streams of one run.
#[derive(Clone, Copy)]
enum Stream {
    Learn = 1,
    HeldOut = 2,
    Statistics = 3,
}

/// Names of the ear's parameters and of its classifier's.
const EAR_PREFIXES: [&str; 2] = ["ear.", "phone_head."];

/// Trains the ear on phones.
///
/// # Errors
/// [`TrainError`].
pub fn train_ear(config: &TrainConfig, options: &StageOptions) -> Result<RunSummary> {
    let stage = Prepared::new(config, options, Vec::new(), false)?;
    let weights = class_weights(&stage.speech.phone_shares(), config.ear_loss.class_exponent);
    let objective = EarObjective::new(&config.shape.ear, &weights, &config.ear_loss);
    let mut parameters = stage.declared(&objective)?;
    if checkpoint::standing(&options.folder)?.is_none() {
        let source = stage.windows(Part::Learn, Stream::Statistics);
        statistics::set_feature_constants(&mut parameters, &source, config.statistics_windows)?;
    }
    stage.run(&objective, options, &mut parameters)
}

/// Trains ear and generator from the ear in the folder `ear_run`.
///
/// # Errors
/// [`TrainError`].
pub fn train_generator(config: &TrainConfig, ear_run: &Path, options: &StageOptions) -> Result<RunSummary> {
    let ear_record = RunRecord::read(ear_run)?;
    if ear_record.config.shape.ear != config.shape.ear {
        return Err(TrainError::Config(format!("the ear in {} has other sizes", ear_run.display())));
    }
    let folder = &config.folders.below(&options.shared_data).facegood;
    let takes = if folder.as_os_str().is_empty() {
        Vec::new()
    } else {
        facegood::takes(folder).map_err(|error| TrainError::Corpus(error.to_string()))?
    };
    let takes = takes.into_iter().filter(|take| take.split == Split::Train).collect();
    let mut stage = Prepared::new(config, options, takes, true)?;
    let best = BestStanding::read(ear_run)?;
    stage.earlier = Some(EarlierRun {
        seed: ear_record.config.seed,
        best: best.standing,
        held_out: best.held_out,
        corpora: ear_record.corpora,
    });
    let weights = class_weights(&stage.speech.phone_shares(), config.ear_loss.class_exponent);
    let mut objective = GeneratorObjective {
        net: LiveNet::new(&config.shape),
        ear: EarObjective::new(&config.shape.ear, &weights, &config.ear_loss),
        scale: motion_scale(),
        config: config.motion_loss.clone(),
    };
    let mut parameters = stage.declared(&objective)?;
    if checkpoint::standing(&options.folder)?.is_none() {
        parameters.set_all(&read_tensors(&ear_run.join(BEST_WEIGHTS))?, &EAR_PREFIXES)?;
        let source = stage.windows(Part::Learn, Stream::Statistics);
        let predicted = crate::performer::predicted_controls();
        statistics::set_control_constants(&mut parameters, &source, config.statistics_windows, &predicted)?;
        std::fs::create_dir_all(&options.folder).map_err(TrainError::io(&options.folder))?;
        checkpoint::write_tensors(&options.folder.join(CONTROL_SCALE_FILE), &[scale_of(&parameters)?])?;
    }
    let scales = read_tensors(&options.folder.join(CONTROL_SCALE_FILE))?;
    let scale = scales
        .get(Generator::CONTROL_SCALE)
        .ok_or_else(|| TrainError::Config("the run's folder has no control scale".to_owned()))?;
    objective.scale.inverse_deviation = statistics::inverse_deviation(scale);
    stage.run(&objective, options, &mut parameters)
}

/// Standardisation of a generator's run, fixed at its beginning.
const CONTROL_SCALE_FILE: &str = "control_scale.safetensors";

fn scale_of(parameters: &ParameterStore) -> Result<(String, Tensor)> {
    let name = Generator::CONTROL_SCALE;
    let scale = parameters.get(name).ok_or_else(|| TrainError::Config(format!("no parameter {name}")))?;
    Ok((name.to_owned(), scale.shallow_clone()))
}

/// Emphasis on the jaw against other mouth controls: one control, and half of what a viewer sees of speech.
const JAW_EMPHASIS: f32 = 6.0;

/// Loss tensors with all deviations 1.
fn motion_scale() -> MotionScale {
    let mouth: Vec<f32> = Rig::get(RigId::Board185)
        .columns()
        .iter()
        .map(|control| match control.region {
            _ if control.name == "CTRL_C_jaw.ty" => JAW_EMPHASIS,
            region if is_mouth(region) => 1.0,
            _ => 0.0,
        })
        .collect();
    let mouth = Tensor::from_slice(&mouth);
    MotionScale {
        inverse_deviation: mouth.ones_like(),
        mouth,
        gap: GapTensors::new(&GapModel::measured(), Device::Cpu),
    }
}

fn is_mouth(region: Region) -> bool {
    matches!(
        region,
        Region::MouthCorners
            | Region::UpperLip
            | Region::LowerLip
            | Region::LipClosure
            | Region::JawChin
            | Region::Tongue
    )
}

/// The augmentation of `config`, with the sounds of its folders.
///
/// # Errors
/// [`TrainError`] when they cannot be read.
pub(super) fn augmenter(config: &TrainConfig, options: &StageOptions) -> Result<Augmenter> {
    let folders = config.folders.below(&options.shared_data);
    let rooms =
        if folders.rooms.as_os_str().is_empty() { Rooms::default() } else { Rooms::load(&folders.rooms)? };
    let background = if folders.noise.as_os_str().is_empty() {
        Background::default()
    } else {
        Background::load(&folders.noise, &folders.noise_kept_out)?
    };
    Ok(Augmenter::new(&config.augment, rooms, background))
}

/// What both stages share.
struct Prepared<'a> {
    config: &'a TrainConfig,
    speech: Arc<Speech>,
    augmenter: Arc<Augmenter>,
    captures: Arc<Vec<CapturedTake>>,
    performed: bool,
    earlier: Option<EarlierRun>,
}

impl<'a> Prepared<'a> {
    fn new(
        config: &'a TrainConfig,
        options: &StageOptions,
        captures: Vec<CapturedTake>,
        performed: bool,
    ) -> Result<Self> {
        config.check()?;
        Ok(Self {
            config,
            speech: Arc::new(Speech::open(&options.corpora, &config.speech)?),
            augmenter: Arc::new(augmenter(config, options)?),
            captures: Arc::new(captures),
            performed,
            earlier: None,
        })
    }

    fn windows(&self, part: Part, stream: Stream) -> SpeechWindows {
        SpeechWindows {
            speech: Arc::clone(&self.speech),
            augmenter: (part == Part::Learn).then(|| Arc::clone(&self.augmenter)),
            captures: Arc::clone(&self.captures),
            config: self.config.window.clone(),
            look_ahead_hops: self.config.shape.ear.look_ahead_hops(),
            performed: self.performed,
            part,
            seed: self.config.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(stream as u64),
        }
    }

    /// All parameters of `objective` at their first values.
    fn declared(&self, objective: &dyn Objective) -> Result<ParameterStore> {
        tch::manual_seed(self.config.seed as i64);
        let mut parameters = ParameterStore::new(Device::Cpu);
        let batch = make_batch(&self.windows(Part::Learn, Stream::Statistics), 0, 1)?;
        tch::no_grad(|| objective.losses(&mut parameters, &batch, None));
        Ok(parameters)
    }

    fn record(&self, stage: &str) -> RunRecord {
        RunRecord {
            stage: stage.to_owned(),
            config: self.config.clone(),
            config_hash: self.config.hash(),
            corpora: self.speech.uses(),
            captures: self
                .captures
                .iter()
                .map(|take| CaptureUse {
                    name: take.id.clone(),
                    hours: take.samples.len() as f64 / (3600.0 * f64::from(cstalk_audio::SPEECH_RATE_HZ)),
                })
                .collect(),
            phones: crate::phones::Phone::all().map(|phone| phone.symbol().to_owned()).collect(),
            earlier: self.earlier.clone(),
        }
    }

    fn run(
        &self,
        objective: &dyn Objective,
        options: &StageOptions,
        parameters: &mut ParameterStore,
    ) -> Result<RunSummary> {
        let record = self.record(objective.name());
        let same_held_out =
            RunRecord::read(&options.folder).is_ok_and(|before| before.corpora == record.corpora);
        record.write(&options.folder)?;
        let learn: Arc<dyn WindowSource> = Arc::new(self.windows(Part::Learn, Stream::Learn));
        let held_out: Arc<dyn WindowSource> = Arc::new(self.windows(Part::HeldOut, Stream::HeldOut));
        let setup = RunSetup {
            learn,
            held_out,
            folder: options.folder.clone(),
            feeder_threads: options.feeder_threads,
            resume: options.resume,
            same_held_out,
        };
        run(objective, self.config, &setup, parameters)
    }
}
