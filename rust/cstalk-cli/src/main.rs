//! The `cstalk` command: speech files in, face curves out.

mod commands;
mod face_rows;
mod failure;
mod job;
mod markers;
mod model_choice;
mod options;
mod outputs;
mod page;
mod preview;
mod progress;
mod recording;
mod say;
mod settings_hash;
mod written;

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;

use crate::commands::Command;
use crate::failure::Exit;

/// Speech in, MetaHuman curves out.
#[derive(Parser)]
#[command(name = "cstalk", version, about, after_help = EXAMPLES, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  cstalk animate voice.wav -o voice.csv                    curves of a MetaHuman, 50 rows a second
  cstalk animate voice.mp3 --rig arkit --format livelink-csv --fps 60
  cstalk batch recordings/ -o curves/ --resume             a whole folder, on all cores
  cstalk studio voice.wav                                  see the face and tune it, in a browser
  cstalk live --livelink 127.0.0.1                         your microphone moves a face in Unreal
  cstalk doctor                                            what works here, and what is missing

Exit codes: 0 done; 1 some input or output failed (named); 2 wrong usage;
3 a missing or broken part of the installation (what, and how to mend it).";

fn main() -> ExitCode {
    let began = Instant::now();
    let cli = Cli::parse();
    match cli.command.run(began) {
        Ok(Exit::Done) if say::has_failed() => Exit::InputFailed.into(),
        Ok(exit) => exit.into(),
        Err(failure) => {
            say::complain!("{failure}");
            failure.exit().into()
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}
