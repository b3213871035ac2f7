//! Why a training run stops.

use crate::nets::{ParameterError, Wav2Vec2Error};
use std::path::{Path, PathBuf};

/// Any failure of a training run.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// A file or folder cannot be used.
    #[error("{path}: {source}")]
    Io {
        /// What was touched.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// libtorch refused.
    #[error("libtorch: {0}")]
    Torch(#[from] tch::TchError),
    /// Stored parameters do not fit.
    #[error(transparent)]
    Parameters(#[from] ParameterError),
    /// The frozen encoder cannot be used.
    #[error(transparent)]
    Wav2Vec2(#[from] Wav2Vec2Error),
    /// The configuration cannot be used.
    #[error("configuration: {0}")]
    Config(String),
    /// A corpus cannot be used.
    #[error("corpus: {0}")]
    Corpus(String),
    /// A checkpoint cannot be used.
    #[error("checkpoint {path}: {reason}")]
    Checkpoint {
        /// The checkpoint's file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The loss was not finite for too many steps in a row.
    #[error("the loss has not been finite for {0} steps in a row; a lower learning rate may help")]
    Diverged(u32),
    /// A worker thread ended.
    #[error("a feeder thread ended before its time")]
    FeederGone,
}

/// Result of this module.
pub type Result<T> = std::result::Result<T, TrainError>;

impl TrainError {
    /// Names the path an operating system error is about.
    pub fn io(path: impl AsRef<Path>) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { path: path.as_ref().to_path_buf(), source }
    }
}
