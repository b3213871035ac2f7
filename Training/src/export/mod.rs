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
use crate::nets::{EMOTION_COUNT, FEATURES_PER_HOP, LiveNet, ParameterError, STYLE_COUNT};
use crate::train::TrainError;
use crate::train::calibration::{CALIBRATION_FILE, ContactCalibration};
use crate::train::checkpoint::read_json;
use crate::train::record::RunRecord;
use crate::train::run::{BEST_WEIGHTS, BestStanding};
use crate::train::voice_emotion_stage::STAGE_NAME;
use card::CardText;
use cstalk_onnx::Precision;
use parity::{ParityReport, Subject};
use report::TrainingReport;
use std::path::{Path, PathBuf};

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
    let net = LiveNet::new(&record.config.shape);
    let card = card::card_of(&record, &best, &calibrations, &weights, request.precision, &request.text)?;
    let bytes = graph::write_graph(&net, &weights, card)?;
    let subject = Subject {
        widths: [FEATURES_PER_HOP, EMOTION_COUNT, STYLE_COUNT],
        forward: &|backend, [features, emotion, style]| {
            net.forward(backend, features, &Conditions { emotion, style, identity: None }).rows
        },
    };
    let parity = parity::check(&subject, &weights, &bytes, request.precision, record.config.seed)?;
    let report = TrainingReport::gather(&request.run, record, best, &bytes, &parity)?;
    report.write(&request.model)?;
    cstalk_onnx::write_model(&request.model, &bytes)?;
    Ok(Exported { model_bytes: bytes.len(), parity })
}

/// `model` with its extension replaced by `suffix`.
fn beside(model: &Path, suffix: &str) -> PathBuf {
    model.with_extension(suffix)
}
