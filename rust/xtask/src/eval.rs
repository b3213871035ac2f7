//! `cargo xtask eval`: the evaluation report, computed by the training crate.

use crate::child;
use crate::layout::Layout;
use crate::{libtorch, system};
use anyhow::Result;
use std::process::Command;

/// Sets up libtorch and the synthesisers, builds `cstalk-train` and lets it write `target/eval`.
///
/// # Errors
/// Something of that failed; the message holds the tail of its log.
pub(crate) fn run(layout: &Layout, arguments: &[String]) -> Result<()> {
    match system::ensure(layout) {
        Ok(detail) => println!("system packages: {detail}"),
        Err(problem) => println!("system packages: {problem:#}; what needs them is skipped by name"),
    }
    println!("{}", libtorch::fetch(layout, None)?);
    println!("building cstalk-train (release)");
    let mut build = layout.cargo();
    build.args(["build", "--release", "--locked", "-p", "cstalk-training"]);
    child::run(layout, "build-cstalk-train", &mut build)?;
    println!("evaluating");
    let mut evaluate = Command::new(layout.release_executable("cstalk-train"));
    evaluate.current_dir(&layout.root).arg("eval").args(arguments);
    let finished = child::run(layout, "eval", &mut evaluate)?;
    println!("{}", finished.log.trim_end());
    Ok(())
}
