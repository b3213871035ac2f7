//! What the command says: the one place that writes to standard output and standard error.
//!
//! A reader that has seen enough (`cstalk inspect live | head`) closes the pipe. That is no error: what is said after it is
//! lost, and the command goes on with its work. Any other trouble, such as a full disk behind a redirected output, is said
//! once and makes the exit code 1.

use std::fmt;
use std::io::{self, ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

static OUTPUT_FAILED: AtomicBool = AtomicBool::new(false);
static OUTPUT_CLOSED: AtomicBool = AtomicBool::new(false);

/// As `println!`, through [`crate::say`].
macro_rules! say {
    ($($text:tt)*) => { $crate::say::out(format_args!("{}\n", format_args!($($text)*))) };
}

/// As `eprintln!`, through [`crate::say`].
macro_rules! complain {
    ($($text:tt)*) => { $crate::say::err(format_args!("{}\n", format_args!($($text)*))) };
}

pub(crate) use {complain, say};

/// Writes to standard output.
pub(crate) fn out(text: fmt::Arguments<'_>) {
    let mut stdout = io::stdout().lock();
    if let Err(error) = stdout.write_fmt(text).and_then(|()| stdout.flush()) {
        if error.kind() == ErrorKind::BrokenPipe {
            OUTPUT_CLOSED.store(true, Relaxed);
        } else if !OUTPUT_FAILED.swap(true, Relaxed) {
            complain!("error: cannot write to standard output: {error}");
        }
    }
}

/// Writes a text that ends its own lines.
pub(crate) fn text(text: &str) {
    out(format_args!("{text}"));
}

/// Writes to standard error. Where even that fails there is nobody to tell.
pub(crate) fn err(text: fmt::Arguments<'_>) {
    let _ = io::stderr().lock().write_fmt(text);
}

/// Whether something said could not be written, other than to a reader who had left.
pub(crate) fn has_failed() -> bool {
    OUTPUT_FAILED.load(Relaxed)
}

/// Whether nobody will read standard output any more.
pub(crate) fn is_pointless() -> bool {
    OUTPUT_CLOSED.load(Relaxed) || OUTPUT_FAILED.load(Relaxed)
}
