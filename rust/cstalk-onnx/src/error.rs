//! The one error of this crate.

use std::fmt;

/// What kind of remedy an [`Error`] asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The path or argument is wrong (no such file, not writable): give another.
    BadInput,
    /// The bytes are not a model of this product, or are damaged: get the file again or another one.
    BadModel,
    /// The graph under construction is wrong: a mistake in the exporting program.
    BadGraph,
}

/// An error with its kind, a message that states wanted and actual, and the cause where there is one.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    pub(crate) fn bad_model(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::BadModel, message)
    }

    pub(crate) fn bad_graph(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::BadGraph, message)
    }

    pub(crate) fn because(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// A card key with a value that cannot be right.
    pub(crate) fn card_key(key: &str, wanted: impl fmt::Display, got: impl fmt::Display) -> Self {
        Self::bad_model(format!("model card key \"{key}\": wanted {wanted}, got {got}"))
    }

    /// The same error with `place: ` put before its message (the name of the file, mostly).
    #[must_use]
    pub fn at(mut self, place: impl fmt::Display) -> Self {
        self.message = format!("{place}: {}", self.message);
        self
    }

    /// What kind of remedy the error asks for.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.source {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

// The cause is part of the message, so `source` stays empty: printing a chain must not say it twice.
impl std::error::Error for Error {}
