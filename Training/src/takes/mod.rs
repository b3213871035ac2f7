//! Users' own takes: captured curves with their sound, checked, and learnt from.
//!
//! Flow: [`pairs`] (curve file and sound of one stem) -> [`import`] (any rig and format to board-185 at 50 Hz, with the
//! controls that the source can tell) -> [`checks`] and [`sync`] (what is wrong, and how late the curves are) ->
//! [`report`]; then [`start`] (a training run or a shipped `.onnx` as weights) -> [`windows`] -> [`finetune`] ->
//! [`outcome`] (before and after, on the part that was learnt from and on the part that was not).

pub mod checks;
pub mod cli;
pub mod finetune;
pub mod import;
pub mod outcome;
pub mod pairs;
pub mod report;
pub mod start;
pub mod sync;
pub mod windows;

#[cfg(test)]
mod tests;

use crate::train::TrainError;
use std::path::{Path, PathBuf};

/// Why takes cannot be used, or a model cannot be tuned to them.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// A file or folder is not what it should be.
    #[error("{path}: {reason}")]
    Path {
        /// The file or folder.
        path: PathBuf,
        /// Wanted and found, and what to do.
        reason: String,
    },
    /// Curves cannot be read.
    #[error(transparent)]
    Curves(#[from] cstalk_rig::Error),
    /// The sound cannot be read.
    #[error(transparent)]
    Sound(#[from] cstalk_audio::AudioError),
    /// Some takes cannot be used; their reports were shown.
    #[error("{unusable} of {of} takes cannot be used: {names}")]
    Unusable {
        /// How many.
        unusable: usize,
        /// Of how many.
        of: usize,
        /// Which.
        names: String,
    },
    /// The model to start from cannot be used.
    #[error("{path}: {reason}")]
    Model {
        /// File or folder of the model.
        path: PathBuf,
        /// Wanted and found.
        reason: String,
    },
    /// Training failed.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// A model could not be put together.
    #[error(transparent)]
    Export(#[from] crate::export::ExportError),
    /// A model could not be run.
    #[error(transparent)]
    Evaluation(#[from] crate::evaluation::EvaluationError),
}

/// Result of this module.
pub type Result<T> = std::result::Result<T, TakeError>;

impl TakeError {
    fn path(path: &Path, reason: impl Into<String>) -> Self {
        Self::Path { path: path.to_owned(), reason: reason.into() }
    }

    fn model(path: &Path, reason: impl std::fmt::Display) -> Self {
        Self::Model { path: path.to_owned(), reason: reason.to_string() }
    }
}
