//! The one error of this crate.

/// What went wrong, sorted by what the caller can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CaptureErrorKind {
    /// No such device, or none at all: plug one in or choose another; the message lists those that are there.
    NoDevice,
    /// Something else holds the device: close that or choose another.
    Busy,
    /// The operating system refuses: allow this program the microphone.
    Permission,
    /// No sound system can be reached, or this build has none: start or install it.
    BackendMissing,
    /// The device has no rate, channel count or sample format that can be used: choose another.
    Unsupported,
    /// The device or the sound system failed: try again or choose another.
    Failed,
}

/// A capture error: its [kind](CaptureError::kind), and a message that says what was wanted, what was found
/// and what to do next.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CaptureError {
    kind: CaptureErrorKind,
    message: String,
}

/// Result with this crate's error.
pub type Result<T> = std::result::Result<T, CaptureError>;

impl CaptureError {
    /// What the caller can do about it.
    pub fn kind(&self) -> CaptureErrorKind {
        self.kind
    }

    pub(crate) fn new(kind: CaptureErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// Puts what was being done in front.
    pub(crate) fn while_doing(self, doing: &str) -> Self {
        Self { message: format!("{doing}: {}", self.message), ..self }
    }
}
