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
