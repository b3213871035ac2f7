//! What a run was made from, written beside its weights for the model card and the report.

use super::checkpoint::{Standing, read_json, write_json};
use super::config::TrainConfig;
use super::error::{Result, TrainError};
use super::speech::CorpusUse;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// File of the record in a run's folder.
pub const RECORD_FILE: &str = "run.json";

/// A captured take that was learnt from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaptureUse {
    /// Name of the take.
    pub name: String,
    /// Its length.
    pub hours: f64,
    /// Corpus that it belongs to.
    #[serde(default = "CaptureUse::shared_corpus")]
    pub corpus: String,
    /// Licence of the corpus.
    #[serde(default = "CaptureUse::shared_licence")]
    pub licence: String,
    /// Whether it may not be used commercially.
    #[serde(default)]
    pub non_commercial: bool,
}

impl CaptureUse {
    /// Corpus of a capture whose record does not name one.
    pub fn shared_corpus() -> String {
        "facegood".to_owned()
    }

    /// Licence of the captures in `face/facegood`.
    pub fn shared_licence() -> String {
        "MIT".to_owned()
    }
}

/// Everything a run was determined by, and what it drew from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunRecord {
    /// Name of the stage.
    pub stage: String,
    /// Its configuration.
    pub config: TrainConfig,
    /// Hash of the configuration.
    pub config_hash: String,
    /// Corpora in use.
    pub corpora: Vec<CorpusUse>,
    /// Captured takes in use.
    pub captures: Vec<CaptureUse>,
    /// Phone classes in order.
    pub phones: Vec<String>,
    /// The run whose best weights this one began with.
    pub earlier: Option<EarlierRun>,
    /// Folder of the frozen encoder's weights, for a run that has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoder_weights: Option<PathBuf>,
    /// The whole model that was fine-tuned, in runs that do that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tuned_from: Option<TunedFrom>,
}

/// A model that was fine-tuned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TunedFrom {
    /// Name of its run's folder or of its file.
    pub name: String,
    /// Steps that it was trained for.
    pub steps: u64,
    /// Hash of its configuration.
    pub config_hash: String,
}

/// The run before this one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarlierRun {
    /// Its seed.
    pub seed: u64,
    /// Its best weights' standing.
    pub best: Standing,
    /// Means over its held-out windows.
    pub held_out: BTreeMap<String, f64>,
    /// Corpora it used.
    pub corpora: Vec<CorpusUse>,
}

impl RunRecord {
    /// Reads the record in the run's `folder`.
    ///
    /// # Errors
    /// [`TrainError`] when there is none or it makes no sense.
    pub fn read(folder: &Path) -> Result<Self> {
        read_json(&folder.join(RECORD_FILE))
    }

    /// Writes the record into the run's `folder`, which is made.
    ///
    /// # Errors
    /// [`TrainError`] when it cannot be written.
    pub fn write(&self, folder: &Path) -> Result<()> {
        std::fs::create_dir_all(folder).map_err(TrainError::io(folder))?;
        write_json(&folder.join(RECORD_FILE), self)
    }
}
