//! Puts a stage together: speech, windows, parameters, and what is written beside them.

use super::augment::{Augmenter, background::Background, room::Rooms};
use super::autoregressive_stage::AutoregressiveObjective;
use super::checkpoint;
use super::config::TrainConfig;
use super::correlation_report::{self, CorrelationReport};
use super::correlation_stage::{CorrelationObjective, Supervisor};
use super::ear_stage::{EarObjective, PhoneLosses};
use super::error::{Result, TrainError};
use super::feeder::{WindowSource, make_batch};
use super::generator_stage::GeneratorObjective;
use super::losses::{GapTensors, MotionScale, class_weights};
use super::record::{CaptureUse, EarlierRun, RunRecord};
use super::run::{BEST_WEIGHTS, BestStanding, Objective, RunSetup, RunSummary, goes_on, run};
use super::speech::{Part, Speech};
use super::statistics;
use super::windows::{Heard, SpeechWindows};
use crate::corpus::Split;
use crate::corpus::facegood::{self, CapturedTake};
use crate::nets::parameters::read_tensors;
use crate::nets::{Autoregressive, Correlation, Ear, Encoder, Generator, LiveNet, ParameterStore, Wav2Vec2};
use crate::performer::lip_gap::GapModel;
use cstalk_rig::{Region, Rig, RigId};
use std::collections::BTreeMap;
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
    refuse_wav2vec2(config)?;
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

/// Trains the correlation module on performances and reports what it reconstructs.
///
/// # Errors
/// [`TrainError`].
pub fn train_correlation(
    config: &TrainConfig,
    options: &StageOptions,
) -> Result<(RunSummary, CorrelationReport)> {
    refuse_wav2vec2(config)?;
    let stage = Prepared::new(config, options, Vec::new(), true)?;
    let predicted = crate::performer::predicted_controls();
    let objective = CorrelationObjective {
        net: Correlation::new(&config.correlation, &predicted),
        late_hops: config.shape.ear.look_ahead_hops(),
    };
    let mut parameters = stage.declared(&objective)?;
    let learn = stage.windows(Part::Learn, Stream::Statistics);
    if checkpoint::standing(&options.folder)?.is_none() {
        let (scale, mean) = statistics::control_statistics(&learn, config.statistics_windows, &predicted)?;
        parameters.set(Correlation::CONTROL_SCALE, &scale)?;
        parameters.set(Correlation::CONTROL_MEAN, &mean)?;
    }
    let summary = stage.run(&objective, options, &mut parameters)?;
    let module = Supervisor::load(&options.folder, objective.late_hops, 1.0)?;
    let held_out = stage.windows(Part::HeldOut, Stream::HeldOut);
    let windows = config.held_out_windows;
    let data = &options.shared_data;
    let report = correlation_report::measure(&module, &learn, &held_out, windows, data, &options.folder)?;
    Ok((summary, report))
}

/// Trains ear and generator from the ear in the folder `ear_run`, supervised by the correlation module in the folder
/// `correlation_run` if there is one.
///
/// # Errors
/// [`TrainError`].
pub fn train_generator(
    config: &TrainConfig,
    ear_run: &Path,
    correlation_run: Option<&Path>,
    options: &StageOptions,
) -> Result<RunSummary> {
    refuse_wav2vec2(config)?;
    let ear_record = RunRecord::read(ear_run)?;
    if ear_record.config.shape.ear != config.shape.ear {
        return Err(TrainError::Config(format!("the ear in {} has other sizes", ear_run.display())));
    }
    let mut stage = Prepared::new(config, options, captured_takes(config, options)?, true)?;
    let best = BestStanding::read(ear_run)?;
    stage.earlier = Some(EarlierRun {
        seed: ear_record.config.seed,
        best: best.standing,
        held_out: best.held_out,
        corpora: ear_record.corpora,
    });
    stage.train_generator(LiveNet::new(&config.shape), correlation_run, options, |parameters| {
        Ok(parameters.set_all(&read_tensors(&ear_run.join(BEST_WEIGHTS))?, &EAR_PREFIXES)?)
    })
}

/// Trains a generator on the frozen wav2vec 2.0 in the folder `weights`: only a mix of its hidden states, the phone
/// head and the generator learn. The weights stay where they are; the run remembers folder and hash. A correlation
/// module supervises as in [`train_generator`].
///
/// # Errors
/// [`TrainError`].
pub fn train_generator_on_wav2vec2(
    config: &TrainConfig,
    weights: &Path,
    correlation_run: Option<&Path>,
    options: &StageOptions,
) -> Result<RunSummary> {
    let weights = weights.canonicalize().map_err(TrainError::io(weights))?;
    let encoder = Wav2Vec2::load(&weights)?;
    let mut config = config.clone();
    if config.shape.generator.smooth {
        let message = "shape.generator.smooth takes a hop of a look-ahead, and windows of wav2vec 2.0 have none: leave it out";
        return Err(TrainError::Config(message.to_owned()));
    }
    let table = config.wav2vec2.get_or_insert_default();
    if ![String::new(), encoder.weights_sha256.clone()].contains(&table.weights_sha256) {
        return Err(TrainError::Config(format!(
            "wav2vec2.weights_sha256: wanted {}, the weights in {} have {}",
            table.weights_sha256,
            weights.display(),
            encoder.weights_sha256
        )));
    }
    table.weights_sha256 = encoder.weights_sha256;
    let mut stage = Prepared::new(&config, options, captured_takes(&config, options)?, true)?;
    stage.frozen = encoder.tensors;
    stage.encoder_weights = Some(weights);
    let net = LiveNet::on(Encoder::Wav2Vec2(encoder.net), &config.shape.generator);
    stage.train_generator(net, correlation_run, options, |_| Ok(()))
}

/// Everything but a generator on it is of an ear.
fn refuse_wav2vec2(config: &TrainConfig) -> Result<()> {
    if config.wav2vec2.is_none() {
        return Ok(());
    }
    let message =
        "a table [wav2vec2] is for `train generator --wav2vec2 FOLDER`: ask for that, or take the table out";
    Err(TrainError::Config(message.to_owned()))
}

/// Captured takes to learn from.
fn captured_takes(config: &TrainConfig, options: &StageOptions) -> Result<Vec<CapturedTake>> {
    let folder = &config.folders.below(&options.shared_data).facegood;
    let takes = if folder.as_os_str().is_empty() {
        Vec::new()
    } else {
        facegood::takes(folder).map_err(|error| TrainError::Corpus(error.to_string()))?
    };
    Ok(takes.into_iter().filter(|take| take.split == Split::Train).collect())
}

/// Trains the autoregressive baseline on the ear in the folder `ear_run`, which stays as it is.
///
/// # Errors
/// [`TrainError`].
pub fn train_autoregressive(
    config: &TrainConfig,
    ear_run: &Path,
    options: &StageOptions,
) -> Result<RunSummary> {
    refuse_wav2vec2(config)?;
    let stage = Prepared::new(config, options, Vec::new(), true)?;
    let mut objective = AutoregressiveObjective {
        ear: Ear { shape: config.shape.ear.clone() },
        net: Autoregressive { heard_channels: config.shape.ear.channels },
        scale: motion_scale(),
        config: config.motion_loss.clone(),
    };
    let mut parameters = stage.declared(&objective)?;
    let source = stage.windows(Part::Learn, Stream::Statistics);
    let predicted = crate::performer::predicted_controls();
    let (scale, mean) = statistics::control_statistics(&source, config.statistics_windows, &predicted)?;
    if checkpoint::standing(&options.folder)?.is_none() {
        parameters.set_all(&read_tensors(&ear_run.join(BEST_WEIGHTS))?, &["ear."])?;
        parameters.set(Generator::CONTROL_SCALE, &scale)?;
        parameters.set(Generator::CONTROL_MEAN, &mean)?;
    }
    objective.scale.inverse_deviation = statistics::inverse_deviation(&scale);
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
pub(crate) fn motion_scale() -> MotionScale {
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
    frozen: BTreeMap<String, Tensor>,
    encoder_weights: Option<PathBuf>,
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
            frozen: BTreeMap::new(),
            encoder_weights: None,
        })
    }

    fn windows(&self, part: Part, stream: Stream) -> SpeechWindows {
        SpeechWindows {
            speech: Arc::clone(&self.speech),
            augmenter: (part == Part::Learn).then(|| Arc::clone(&self.augmenter)),
            captures: Arc::clone(&self.captures),
            config: self.config.window.clone(),
            heard: if self.config.wav2vec2.is_some() { Heard::Samples } else { Heard::LogMel },
            look_ahead_hops: self.config.look_ahead_hops(),
            performed: self.performed,
            part,
            seed: self.config.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(stream as u64),
        }
    }

    /// All parameters of `objective` at their first values.
    fn declared(&self, objective: &dyn Objective) -> Result<ParameterStore> {
        tch::manual_seed(self.config.seed as i64);
        let frozen =
            self.frozen.iter().map(|(name, tensor)| (name.clone(), tensor.shallow_clone())).collect();
        let mut parameters = ParameterStore::with_frozen(Device::Cpu, frozen);
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
                    corpus: CaptureUse::shared_corpus(),
                    licence: CaptureUse::shared_licence(),
                    non_commercial: false,
                })
                .collect(),
            phones: crate::phones::Phone::all().map(|phone| phone.symbol().to_owned()).collect(),
            earlier: self.earlier.clone(),
            encoder_weights: self.encoder_weights.clone(),
            tuned_from: None,
        }
    }

    /// Trains `net`, whose first weights are random but for what `begin` sets.
    fn train_generator(
        &self,
        net: LiveNet,
        correlation_run: Option<&Path>,
        options: &StageOptions,
        begin: impl FnOnce(&mut ParameterStore) -> Result<()>,
    ) -> Result<RunSummary> {
        let config = self.config;
        let weights = class_weights(&self.speech.phone_shares(), config.ear_loss.class_exponent);
        let late_hops = net.look_ahead_hops();
        let mut objective = GeneratorObjective {
            phones: PhoneLosses::new(net.encoder.channels(), &weights, &config.ear_loss),
            net,
            scale: motion_scale(),
            supervisor: correlation_run
                .map(|run| Supervisor::load(run, late_hops, config.motion_loss.correlation))
                .transpose()?,
            config: config.motion_loss.clone(),
        };
        let mut parameters = self.declared(&objective)?;
        if checkpoint::standing(&options.folder)?.is_none() {
            begin(&mut parameters)?;
            let source = self.windows(Part::Learn, Stream::Statistics);
            let predicted = crate::performer::predicted_controls();
            statistics::set_control_constants(
                &mut parameters,
                &source,
                config.statistics_windows,
                &predicted,
            )?;
            std::fs::create_dir_all(&options.folder).map_err(TrainError::io(&options.folder))?;
            checkpoint::write_tensors(&options.folder.join(CONTROL_SCALE_FILE), &[scale_of(&parameters)?])?;
        }
        let scales = read_tensors(&options.folder.join(CONTROL_SCALE_FILE))?;
        let scale = scales
            .get(Generator::CONTROL_SCALE)
            .ok_or_else(|| TrainError::Config("the run's folder has no control scale".to_owned()))?;
        objective.scale.inverse_deviation = statistics::inverse_deviation(scale);
        self.run(&objective, options, &mut parameters)
    }

    fn run(
        &self,
        objective: &dyn Objective,
        options: &StageOptions,
        parameters: &mut ParameterStore,
    ) -> Result<RunSummary> {
        let record = self.record(objective.name());
        let learn = Arc::new(self.windows(Part::Learn, Stream::Learn));
        let held_out = Arc::new(self.windows(Part::HeldOut, Stream::HeldOut));
        recorded_run(objective, &record, options, learn, held_out, parameters)
    }
}

/// Runs `objective` as `record` tells, which is written into the run's folder first.
pub(super) fn recorded_run(
    objective: &dyn Objective,
    record: &RunRecord,
    options: &StageOptions,
    learn: Arc<dyn WindowSource>,
    held_out: Arc<dyn WindowSource>,
    parameters: &mut ParameterStore,
) -> Result<RunSummary> {
    let same_held_out = RunRecord::read(&options.folder).is_ok_and(|before| before.corpora == record.corpora);
    // A run that is refused leaves the record of the one that is there alone.
    goes_on(objective, &record.config, &options.folder, options.resume)?;
    record.write(&options.folder)?;
    let setup = RunSetup {
        learn,
        held_out,
        folder: options.folder.clone(),
        feeder_threads: options.feeder_threads,
        resume: options.resume,
        same_held_out,
    };
    run(objective, &record.config, &setup, parameters)
}
