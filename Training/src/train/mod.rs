//! Training: the ear learns phones, then ear and generator learn to perform what they hear; on its own, a small network
//! learns which emotion a voice carries.
//!
//! A run is determined by its configuration and seed: windows are numbered and window `n` is always the same, however
//! many threads make them and however often the run was interrupted. Flow of one step: [`feeder`] (threads) asks
//! [`windows`] for windows (speech is drawn, cropped, performed and augmented) -> [`run`] asks the stage's
//! [`run::Objective`] for losses -> [`optimizer`].

pub mod augment;
pub mod autocast;
pub mod autoregressive_stage;
pub mod budget;
pub mod calibration;
pub mod checkpoint;
pub mod cli;
pub mod config;
pub mod correlation_report;
pub mod correlation_stage;
pub mod ear_stage;
pub mod error;
pub mod feeder;
pub mod generator_stage;
pub mod hidden_regions;
pub mod labels;
pub mod losses;
pub mod moods;
pub mod optimizer;
pub mod progress;
pub mod record;
pub mod run;
pub mod speech;
pub mod stages;
pub mod statistics;
pub mod voice_clips;
pub mod voice_emotion_score;
pub mod voice_emotion_stage;
pub mod window;
pub mod windows;

pub use config::TrainConfig;
pub use error::{Result, TrainError};

#[cfg(test)]
mod tests;
