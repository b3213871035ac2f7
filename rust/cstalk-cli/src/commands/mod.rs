//! The commands, one module each.

mod animate;
mod batch;
mod bench;
mod devices;
mod doctor;
mod inspect;
mod live;
mod models;
mod studio;

use std::time::Instant;

use clap::Subcommand;
use cstalk_model::on_step_thread;

use crate::failure::{Exit, Result};

/// What `cstalk` can do.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Animate speech files
    Animate(animate::AnimateArgs),
    /// Animate a folder or a list of files, in parallel
    Batch(batch::BatchArgs),
    /// Open a page that shows the face and turns its knobs
    Studio(studio::StudioArgs),
    /// Animate a microphone, or a recording at its pace, as the sound comes
    Live(live::LiveArgs),
    /// Print what a model says about itself
    Inspect(inspect::InspectArgs),
    /// List the installed models
    Models(models::ModelsArgs),
    /// List the microphones
    Devices(devices::DevicesArgs),
    /// Say what works here and what is missing
    Doctor(doctor::DoctorArgs),
    /// Measure speed, latency and memory on one core
    Bench(bench::BenchArgs),
}

impl Command {
    /// Runs the command; `began` is when the process started.
    pub(crate) fn run(self, began: Instant) -> Result<Exit> {
        match self {
            Command::Animate(args) => on_step_thread(|| animate::run(&args)),
            Command::Batch(args) => batch::run(&args),
            Command::Studio(args) => studio::run(&args),
            Command::Live(args) => live::run(&args),
            Command::Inspect(args) => inspect::run(&args),
            Command::Models(args) => models::run(&args),
            Command::Devices(args) => devices::run(&args),
            Command::Doctor(args) => doctor::run(&args),
            Command::Bench(args) => on_step_thread(|| bench::run(&args, began)),
        }
    }
}
