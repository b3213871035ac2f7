//! What can go wrong in the engine, sorted by what the caller can do next.

use std::error::Error;

/// What the caller can do about an [`EngineError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The recording, emotion curve or style given is at fault: mend or replace it.
    BadInput,
    /// The model is at fault: rebuild it or choose another.
    BadModel,
    /// The output could not be written: another place, more room or other rights are needed.
    Output,
    /// The call does not fit the protocol of [`crate::Stream`].
    Misuse,
}

/// The one error of this crate.
///
/// The message names the file or control, what was wanted and what was found.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct EngineError {
    kind: ErrorKind,
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl EngineError {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// The recording, emotion curve or style given is at fault.
    pub(crate) fn bad_input(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::BadInput, message)
    }

    pub(crate) fn because(
        kind: ErrorKind,
        message: impl Into<String>,
        source: impl Error + Send + Sync + 'static,
    ) -> Self {
        Self { kind, message: message.into(), source: Some(Box::new(source)) }
    }

    /// What the caller can do about it.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

/// The engine's result.
pub type Result<T> = std::result::Result<T, EngineError>;
