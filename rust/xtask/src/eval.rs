//! `cargo xtask eval`: the reports of all shipped models, computed by the training crate.

use crate::child;
use crate::layout::Layout;
use crate::{libtorch, system};
use anyhow::Result;
use std::process::Command;

/// Written by `cstalk-train align` when the recorded corpora have phone times.
const ALIGNED: &str = "target/aligner/report.json";

/// Sets up libtorch and the synthesisers, builds `cstalk-train`, has it make what test speech is missing, and evaluates.
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
    stage(layout, "corpus", &[])?;
    if !layout.root.join(ALIGNED).is_file() {
        stage(layout, "align", &[])?;
    }
    println!("{}", stage(layout, "eval", arguments)?.trim_end());
    Ok(())
}

/// One stage of `cstalk-train`; returns what it printed.
fn stage(layout: &Layout, name: &str, arguments: &[String]) -> Result<String> {
    println!("cstalk-train {name}");
    let mut command = Command::new(layout.release_executable("cstalk-train"));
    command.current_dir(&layout.root).env("OMP_WAIT_POLICY", "passive").arg(name).args(arguments);
    Ok(child::run(layout, name, &mut command)?.log)
}
