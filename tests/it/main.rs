//! End-to-end tests of the `cstalk` command: the built program, real files, exit codes.
//!
//! They belong to the package `cstalk-cli`, so `cargo test` builds the command first. The model is the small
//! untrained sample model: the machinery is tested here, not what a trained model says.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]
#![allow(clippy::print_stdout, reason = "skipped tests name themselves, measured figures are shown")]

mod animate;
mod bad_input;
mod batch;
mod commands;
mod emotion;
mod golden;
mod hour;
mod installation;
mod live;
mod places;
mod presets;
mod support;
