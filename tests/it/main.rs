//! End-to-end tests of the `cstalk` command: the built program, real files, exit codes.
//!
//! They belong to the package `cstalk-cli`, so `cargo test` builds the command first. The model is the small
//! untrained sample model: the machinery is tested here, not what a trained model says.

mod animate;
mod bad_input;
mod batch;
mod commands;
mod golden;
mod hour;
mod installation;
mod places;
mod support;
