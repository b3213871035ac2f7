//! Repository commands: fetch what the tests need, run the main job on a sample, check everything, measure.
//!
//! `cargo xtask demo` needs nothing but Rust and a linker. Everything that the other commands need beyond that
//! they fetch themselves into `target/`, pinned by hash, and leave alone when it is already there.
#![allow(clippy::print_stdout, reason = "a command-line program talks on standard output")]

mod bench;
mod checks;
mod child;
mod cmake;
mod cpp;
mod demo;
mod eval;
mod fences;
mod fuzz;
mod layout;
mod libtorch;
mod links;
mod onnxruntime;
mod package;
mod page;
mod plot;
mod setup;
mod sound_server;
mod step;
mod system;
mod third_party;
mod wheel;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Commands of the CSTalk repository", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Animate the sample recording: build, curves as CSV, a picture of them, what to do next
    Demo,
    /// Everything CI runs: checks, tests, fuzzing, the demo; ends with a table and a count
    Test(checks::TestOptions),
    /// Compute the evaluation report with the trained models (needs the training crate; sets it up)
    Eval {
        /// Passed on to `cstalk-train eval`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Measure speed, memory and latency; table on the terminal, JSON under target/bench
    Bench(bench::BenchOptions),
    /// Run the fuzz targets for a while, starting from their seed corpora
    Fuzz(fuzz::FuzzOptions),
    /// Build the library for this platform and gather the plugin, checked, in target/package/CSTalk
    Package(package::PackageOptions),
    /// Fetch what tests and training need beyond Rust: ONNX Runtime, libtorch, system packages
    Setup(setup::SetupOptions),
    /// Fetch the ONNX Runtime library into target/ort
    Ort {
        /// Folder to put it in, instead of target/ort/VERSION
        #[arg(long)]
        into: Option<PathBuf>,
    },
    /// Fetch a CPU libtorch into target/libtorch (544 MB download, 0.5 GB on disk)
    Libtorch {
        /// Folder to put it in, instead of target/libtorch/VERSION
        #[arg(long)]
        into: Option<PathBuf>,
    },
    /// Check for the system packages that tests use, and install them where this is allowed
    System,
}

fn run(command: Command) -> Result<ExitCode> {
    let layout = layout::Layout::find()?;
    match command {
        Command::Demo => demo::run(&layout)?,
        Command::Test(options) => return checks::run(&layout, &options),
        Command::Eval { arguments } => eval::run(&layout, &arguments)?,
        Command::Bench(options) => bench::run(&layout, &options)?,
        Command::Fuzz(options) => println!("{}", fuzz::run(&layout, &options)?.detail),
        Command::Package(options) => package::run(&layout, &options)?,
        Command::Setup(options) => return setup::run(&layout, &options),
        Command::Ort { into } => println!("{}", onnxruntime::fetch(&layout, into.as_deref())?),
        Command::Libtorch { into } => println!("{}", libtorch::fetch(&layout, into.as_deref())?),
        Command::System => println!("{}", system::ensure(&layout)?),
    }
    Ok(ExitCode::SUCCESS)
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(code) => code,
        Err(problem) => {
            eprintln!("error: {problem:#}");
            ExitCode::FAILURE
        }
    }
}
