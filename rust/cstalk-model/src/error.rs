//! The one error of this crate.

use std::fmt;

/// What kind of remedy an [`Error`] asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A path or an argument is wrong: give another.
    BadInput,
    /// The file is not a model this build can run, or is damaged: get it again or take another one.
    BadModel,
    /// The ONNX Runtime library is missing or of the wrong version: `cargo xtask ort`, or the `embedded` provider.
    InstallRuntime,
    /// The provider cannot run on this machine: choose another one.
    ChooseAnotherProvider,
    /// An engine failed on a model that had passed every check.
    Internal,
}

/// An error with its kind and a message that states wanted and actual.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    kind: ErrorKind,
    message: String,
}

/// Result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// An error of an engine, whose short and long texts say different things: both are kept.
    pub(crate) fn from_engine(kind: ErrorKind, what: &str, cause: &(impl fmt::Display + fmt::Debug)) -> Self {
        Self::new(kind, format!("{what}: {cause} ({cause:?})"))
    }

    /// What kind of remedy the error asks for.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl From<cstalk_onnx::Error> for Error {
    fn from(error: cstalk_onnx::Error) -> Self {
        let kind = match error.kind() {
            cstalk_onnx::ErrorKind::BadInput => ErrorKind::BadInput,
            cstalk_onnx::ErrorKind::BadModel => ErrorKind::BadModel,
            _ => ErrorKind::Internal,
        };
        Self::new(kind, error.to_string())
    }
}
