//! The `cstalk-train` command: from corpora to a shipped model, one subcommand a stage.
#![allow(clippy::print_stdout, reason = "results of a command belong on standard output")]

use std::error::Error;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use cstalk_training::{align, corpus, evaluation, export, performer, takes, train};

/// Trains, evaluates and exports CSTalk models.
///
/// From nothing to a model: `corpus` (speech), `align` (phone times), `train` (ear, then generator),
/// `export` (ONNX behind the parity gate), `eval` (report). Every stage resumes where it stopped.
/// From a model and your own captures to a model of your own: `check-takes`, `finetune`, `export`.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    stage: Stage,
}

#[derive(Subcommand)]
enum Stage {
    Corpus(corpus::cli::Args),
    Align(align::cli::Args),
    Perform(performer::cli::Args),
    Train(train::cli::Args),
    CheckTakes(takes::cli::CheckArgs),
    Finetune(takes::cli::FinetuneArgs),
    Export(export::cli::Args),
    Eval(evaluation::cli::Args),
    Compare(evaluation::comparison::Args),
    Plot(evaluation::plot::Args),
}

fn run(stage: Stage) -> Result<(), Box<dyn Error>> {
    match stage {
        Stage::Corpus(args) => corpus::cli::run(&args)?,
        Stage::Align(args) => align::cli::run(&args)?,
        Stage::Perform(args) => println!("{}", performer::cli::run(&args)?),
        Stage::Train(args) => train::cli::run(&args)?,
        Stage::CheckTakes(args) => takes::cli::check(&args, &mut |text| println!("{text}"))?,
        Stage::Finetune(args) => takes::cli::finetune(&args, &mut |text| println!("{text}"))?,
        Stage::Export(args) => export::cli::run(&args)?,
        Stage::Eval(args) => println!("{}", evaluation::cli::run(args)?),
        Stage::Compare(args) => println!("{}", evaluation::comparison::run(&args)?),
        Stage::Plot(args) => evaluation::plot::run(args)?,
    }
    Ok(())
}

fn main() -> ExitCode {
    match run(Cli::parse().stage) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
