//! The crate's one public error: what kind of remedy it needs, and a sentence that says wanted and got.

use std::fmt;
use std::path::Path;

/// Result of everything in this crate that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// What the caller can do about an [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The input is wrong; the message names the file, the line and the value.
    BadInput,
    /// The request is understood and cannot be done, for example an unknown rig or format.
    Unsupported,
    /// The system refuses access to a file or folder.
    Permission,
    /// The system failed (disk full, device gone); the same call may work later.
    Retry,
}

/// A failure with its remedy, a message that states wanted and got, and the cause where there is one.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    kind: ErrorKind,
    message: String,
    #[source]
    source: Option<std::io::Error>,
}

impl Error {
    /// The remedy class of this error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    pub(crate) fn bad_input(message: impl Into<String>) -> Self {
        Self { kind: ErrorKind::BadInput, message: message.into(), source: None }
    }

    pub(crate) fn unsupported(message: impl Into<String>) -> Self {
        Self { kind: ErrorKind::Unsupported, message: message.into(), source: None }
    }

    pub(crate) fn io(action: &str, path: &Path, source: std::io::Error) -> Self {
        use std::io::ErrorKind as Io;
        let kind = match source.kind() {
            Io::NotFound | Io::InvalidData | Io::InvalidInput | Io::UnexpectedEof => ErrorKind::BadInput,
            Io::PermissionDenied | Io::ReadOnlyFilesystem => ErrorKind::Permission,
            _ => ErrorKind::Retry,
        };
        Self { kind, message: format!("cannot {action} {}: {source}", path.display()), source: Some(source) }
    }

    /// Puts the file (and the line, counted from 1, where one is known) in front of the message.
    pub(crate) fn at(mut self, path: &Path, line: Option<u64>) -> Self {
        self.message = format!("{}: {}", Place { path, line }, self.message);
        self
    }
}

struct Place<'a> {
    path: &'a Path,
    line: Option<u64>,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.path.display()),
            None => write!(f, "{}", self.path.display()),
        }
    }
}
