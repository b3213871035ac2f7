//! The one error of this crate.

use std::path::Path;

/// What went wrong, sorted by what the caller can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AudioErrorKind {
    /// The file or the samples are not usable speech audio: give another file.
    BadInput,
    /// The audio is fine but of a sort this crate does not take: convert it first.
    Unsupported,
    /// The operating system refused: mend the path, the rights or the disk, then try again.
    Io,
}

/// An audio error: its [kind](AudioError::kind), and a message that states what was wanted, what
/// was found, and in which file.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct AudioError {
    kind: AudioErrorKind,
    message: String,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Result with this crate's error.
pub type Result<T> = std::result::Result<T, AudioError>;

impl AudioError {
    /// What the caller can do about it.
    pub fn kind(&self) -> AudioErrorKind {
        self.kind
    }

    pub(crate) fn new(kind: AudioErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    pub(crate) fn bad_input(path: &Path, detail: impl std::fmt::Display) -> Self {
        Self::new(AudioErrorKind::BadInput, format!("{}: {detail}", path.display()))
    }

    pub(crate) fn unsupported(path: &Path, detail: impl std::fmt::Display) -> Self {
        Self::new(AudioErrorKind::Unsupported, format!("{}: {detail}", path.display()))
    }

    pub(crate) fn io(path: &Path, doing: &str, source: std::io::Error) -> Self {
        let message = format!("{}: {doing}: {source}", path.display());
        Self { kind: AudioErrorKind::Io, message, source: Some(Box::new(source)) }
    }
}
