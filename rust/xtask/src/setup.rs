//! `cargo xtask setup`: everything beyond Rust that tests and training use, fetched once.

use crate::layout::Layout;
use crate::step::{Outcome, Steps};
use crate::{libtorch, onnxruntime, system};
use anyhow::Result;
use clap::Args;
use std::process::ExitCode;

/// Which parts; without a flag all of them.
#[derive(Args)]
pub(crate) struct SetupOptions {
    /// Only what the training crate needs: libtorch and the speech synthesisers
    #[arg(long)]
    training: bool,
    /// Only the ONNX Runtime library
    #[arg(long)]
    ort: bool,
}

/// Runs the chosen parts; each looks first and does nothing where nothing is to do.
///
/// # Errors
/// None of its own: a part that fails is in the table, and the exit code tells.
pub(crate) fn run(layout: &Layout, options: &SetupOptions) -> Result<ExitCode> {
    let all = !options.training && !options.ort;
    let mut steps = Steps::default();
    if all || options.training {
        packages(&mut steps, layout);
    }
    if all || options.ort {
        onnx_runtime(&mut steps, layout);
    }
    if all || options.training {
        libtorch_for_training(&mut steps, layout);
    }
    println!("{}", steps.summary());
    Ok(if steps.failed_count() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// System packages; what is missing and may not be installed is a skip, since tests that need it skip by name.
pub(crate) fn packages(steps: &mut Steps, layout: &Layout) -> bool {
    steps.run("packages", "system packages that tests use", || match system::ensure(layout) {
        Ok(detail) => Outcome::Passed(detail),
        Err(problem) => Outcome::Skipped(format!("{problem:#}")),
    })
}

/// The ONNX Runtime library.
pub(crate) fn onnx_runtime(steps: &mut Steps, layout: &Layout) -> bool {
    steps.run("onnx-runtime", "the library behind the cpu provider (24 MB download)", || {
        match onnxruntime::fetch(layout, None) {
            Ok(detail) => Outcome::Passed(detail),
            Err(problem) => Outcome::Failed(format!("{problem:#}")),
        }
    })
}

/// libtorch for the training crate; skipped by name where none can be had.
pub(crate) fn libtorch_for_training(steps: &mut Steps, layout: &Layout) -> bool {
    steps.run("libtorch", "the library behind the training crate (544 MB download)", || {
        if let Some(reason) = libtorch::unsupported() {
            return Outcome::Skipped(reason);
        }
        match libtorch::fetch(layout, None) {
            Ok(detail) => Outcome::Passed(detail),
            Err(problem) => Outcome::Failed(format!("{problem:#}")),
        }
    })
}
