//! From a training run to a model file, through a gate that no file passes unless every engine agrees with libtorch.
//!
//! [`graph`] lets the ONNX interpreter write the network down, [`card`] says what the model is, [`parity`] runs the
//! bytes on the engines, [`report`] tells where the weights come from. Nothing has its final name before all of it is
//! done.

pub mod card;
pub mod cli;
pub mod graph;
pub mod parity;
pub mod report;
pub mod voice_emotion;

use crate::nets::generator::Conditions;
use crate::nets::{EMOTION_COUNT, Encoder, LiveNet, ParameterError, STYLE_COUNT, Wav2Vec2};
use crate::train::TrainError;
use crate::train::calibration::{CALIBRATION_FILE, ContactCalibration};
use crate::train::checkpoint::{read_json, write_json};
use crate::train::config::Wav2Vec2Config;
use crate::train::record::RunRecord;
use crate::train::run::{BEST_WEIGHTS, BestStanding};
use crate::train::voice_emotion_stage::STAGE_NAME;
use card::CardText;
use cstalk_onnx::Precision;
use parity::{Gate, ParityReport};
use report::TrainingReport;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tch::Tensor;

/// Why nothing was exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The run cannot be read, or a report cannot be written.
    #[error(transparent)]
    Run(#[from] TrainError),
    /// The stored parameters do not fit the network.
    #[error(transparent)]
    Parameters(#[from] ParameterError),
    /// The graph or its file cannot be written.
    #[error("onnx: {0}")]
    Graph(#[from] cstalk_onnx::Error),
    /// An engine cannot run the file.
    #[error("engine: {0}")]
    Engine(#[from] cstalk_model::Error),
    /// The engine's stream fails on the file.
    #[error("stream: {0}")]
    Stream(#[source] Box<cstalk_engine::EngineError>),
    /// Engines disagree with libtorch or a stream with the whole clip.
    #[error("parity: {0}")]
    Parity(String),
}

/// Result of this module.
pub type Result<T> = std::result::Result<T, ExportError>;

/// What is exported, from where, to where.
#[derive(Clone, Debug)]
pub struct ExportRequest {
    /// Folder of a run of the generator or of the network that hears emotions.
    pub run: PathBuf,
    /// The model file; the reports are written beside it.
    pub model: PathBuf,
    /// Folder of the frozen encoder's weights, where they are not where the run found them.
    pub encoder_weights: Option<PathBuf>,
    /// How weights are stored.
    pub precision: Precision,
    /// What the card says in words.
    pub text: CardText,
}

/// What was exported.
#[derive(Clone, Debug, PartialEq)]
pub struct Exported {
    /// Size of the model file.
    pub model_bytes: usize,
    /// How exactly the engines agreed.
    pub parity: ParityReport,
}

/// Writes the best weights of a run as a model, with a report as JSON and as Markdown beside it.
///
/// # Errors
/// [`ExportError`]; then there is no new file under the model's name.
pub fn export(request: &ExportRequest) -> Result<Exported> {
    let record = RunRecord::read(&request.run)?;
    if record.stage == STAGE_NAME {
        return voice_emotion::export(request, &record);
    }
    let best = BestStanding::read(&request.run)?;
    let mut weights = crate::nets::parameters::read_tensors(&request.run.join(BEST_WEIGHTS))?;
    let calibrations: [ContactCalibration; 2] = read_json(&request.run.join(CALIBRATION_FILE))?;
    graph::set_calibration(&mut weights, &calibrations);
    let net = network(&record, request.encoder_weights.as_deref(), &mut weights)?;
    let card = card::card_of(&record, &best, &calibrations, &weights, request.precision, &request.text)?;
    let bytes = graph::write_graph(&net, &weights, card)?;
    let window = record.config.wav2vec2.as_ref().map(Wav2Vec2Config::window);
    let gate = Gate {
        widths: [net.encoder.inputs_per_hop(), EMOTION_COUNT, STYLE_COUNT],
        forward: &|backend, [features, emotion, style]| {
            net.forward(backend, features, &Conditions { emotion, style, identity: None }).rows
        },
        weights: &weights,
        window,
        precision: request.precision,
    };
    let parity = gate.check(&bytes, record.config.seed)?;
    let report = TrainingReport::gather(&request.run, record, best, &bytes, &parity)?;
    report.write(&request.model)?;
    cstalk_onnx::write_model(&request.model, &bytes)?;
    Ok(Exported { model_bytes: bytes.len(), parity })
}

/// The network of a run; the tensors of a frozen encoder, which a run does not keep, are added to `weights`.
fn network(
    record: &RunRecord,
    encoder_weights: Option<&Path>,
    weights: &mut BTreeMap<String, Tensor>,
) -> Result<LiveNet> {
    let Some(wav2vec2) = &record.config.wav2vec2 else { return Ok(LiveNet::new(&record.config.shape)) };
    let missing = || TrainError::Config("the run does not say where its encoder's weights are".to_owned());
    let folder = encoder_weights.or(record.encoder_weights.as_deref()).ok_or_else(missing)?;
    let encoder = Wav2Vec2::load(folder).map_err(TrainError::from)?;
    if encoder.weights_sha256 != wav2vec2.weights_sha256 {
        return Err(ExportError::Run(TrainError::Config(format!(
            "the run was on encoder weights of SHA-256 {}, those in {} have {}; give the folder of the former with \
             --wav2vec2",
            wav2vec2.weights_sha256,
            folder.display(),
            encoder.weights_sha256
        ))));
    }
    weights.extend(encoder.tensors);
    Ok(LiveNet::on(Encoder::Wav2Vec2(encoder.net), &record.config.shape.generator))
}

/// Writes `<model>.report.json` and `<model>.report.md`.
fn write_reports(model: &Path, report: &impl Serialize, markdown: &str) -> Result<()> {
    write_json(&beside(model, "report.json"), report)?;
    let path = beside(model, "report.md");
    let temporary = beside(model, "report.md.part");
    std::fs::write(&temporary, markdown).map_err(TrainError::io(&temporary))?;
    std::fs::rename(&temporary, &path).map_err(TrainError::io(&path))?;
    Ok(())
}

/// `model` with its extension replaced by `suffix`.
fn beside(model: &Path, suffix: &str) -> PathBuf {
    model.with_extension(suffix)
}
