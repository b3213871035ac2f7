//! Phone times for recorded speech: a phone classifier learnt here and a Viterbi search along the transcript.
//!
//! The classifier ([`PhoneNet`]) starts from synthesised speech, whose times are exact, aligns the recordings, learns
//! again from both, and so on for a few rounds ([`pipeline`]). Only train splits are learnt from; test splits are
//! aligned by the same net and never seen by it.

mod accuracy;
mod acoustics;
mod chain;
pub mod cli;
mod durations;
mod examples;
mod learning;
mod net;
pub mod pipeline;
mod variation;
mod viterbi;

use std::path::PathBuf;

pub use accuracy::{BoundaryAccuracy, ClosureSanity};
pub use net::PhoneNet;

use crate::corpus::CorpusError;

/// Why an alignment run failed.
#[derive(Debug, thiserror::Error)]
pub enum AlignError {
    /// A corpus could not be read or written.
    #[error(transparent)]
    Corpus(#[from] CorpusError),
    /// libtorch refused an operation or a weights file.
    #[error("{}: {source}", path.display())]
    Weights {
        /// The weights file.
        path: PathBuf,
        /// What libtorch said.
        source: tch::TchError,
    },
    /// libtorch refused an operation.
    #[error(transparent)]
    Torch(#[from] tch::TchError),
    /// Nothing to learn from or to align.
    #[error("{0}")]
    BadRequest(String),
}
