//! Options that `animate` and `batch` share: the face, and the form of the curves.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};
use cstalk_engine::file::OutputSettings;
use cstalk_engine::{
    DEFAULT_HEAD_MOTION, DEFAULT_SMOOTHING_MS, EmotionCurve, EmotionSource, EmotionWeights, StreamSettings,
    Style,
};
use cstalk_rig::formats::Format;
use cstalk_rig::{CurveRate, RigId};

use crate::failure::{Failure, Result};

/// A switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    On,
    Off,
}

/// Emotion, style and layers.
#[derive(Args, Clone)]
pub(crate) struct FaceOptions {
    /// Emotion weights, such as happy=0.7,angry=0.2; the rest is neutral
    #[arg(long, value_name = "LIST", conflicts_with = "emotion_curve", help_heading = "Face")]
    pub(crate) emotion: Option<EmotionWeights>,
    /// Emotion weights over time: a CSV file with the header time_s,happy,angry,...
    #[arg(long, value_name = "FILE.csv", help_heading = "Face")]
    pub(crate) emotion_curve: Option<PathBuf>,
    /// Style values from -3 to 3, such as articulation=0.5,jaw=-1, or a style file (JSON)
    #[arg(long, value_name = "LIST|FILE", allow_hyphen_values = true, help_heading = "Face")]
    pub(crate) style: Option<String>,
    /// Strength of head motion, 0 (still) to 1
    #[arg(long, value_name = "0..1", default_value_t = DEFAULT_HEAD_MOTION, value_parser = share, help_heading = "Face")]
    pub(crate) head_motion: f32,
    /// Blinks
    #[arg(
        long,
        value_name = "on|off",
        default_value = "on",
        hide_possible_values = true,
        help_heading = "Face"
    )]
    pub(crate) blinks: Switch,
    /// Wandering gaze
    #[arg(
        long,
        value_name = "on|off",
        default_value = "on",
        hide_possible_values = true,
        help_heading = "Face"
    )]
    pub(crate) gaze: Switch,
    /// Seed of blinks, gaze and head motion; the same seed gives the same motion
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Face")]
    pub(crate) seed: u64,
    /// Time constant of the smoothing of brows, lids, cheeks and mouth corners in ms (lips are never smoothed)
    #[arg(long, value_name = "MS", default_value_t = DEFAULT_SMOOTHING_MS, help_heading = "Face")]
    pub(crate) smoothing: f32,
}

impl FaceOptions {
    /// The engine's settings; reads the files that the options name.
    pub(crate) fn stream_settings(&self) -> Result<StreamSettings> {
        let emotion = match (&self.emotion_curve, &self.emotion) {
            (Some(path), _) => emotion_curve(path)?,
            (None, Some(weights)) => EmotionSource::Constant(weights.clone()),
            (None, None) => EmotionSource::default(),
        };
        Ok(StreamSettings {
            emotion,
            style: self.style.as_deref().map_or_else(|| Ok(Style::average()), style)?,
            head_motion: self.head_motion,
            blinks: self.blinks == Switch::On,
            gaze: self.gaze == Switch::On,
            seed: self.seed,
            smoothing_ms: self.smoothing,
            mouth_rest: true,
        })
    }
}

/// The emotion curve in a file.
pub(crate) fn emotion_curve(path: &Path) -> Result<EmotionSource> {
    Ok(EmotionSource::Curve(Arc::new(EmotionCurve::open(path)?)))
}

/// A style from a list of values or a file.
pub(crate) fn style(text: &str) -> Result<Style> {
    if text.contains('=') {
        return text.parse().map_err(|error: cstalk_engine::EngineError| Failure::usage(error.to_string()));
    }
    Ok(Style::open(Path::new(text))?)
}

/// Format, rig and rate of the curves.
#[derive(Args, Clone)]
pub(crate) struct CurveOptions {
    /// csv, json, livelink-csv, curve-table or animator-json
    #[arg(long, default_value = "csv", help_heading = "Curves")]
    pub(crate) format: Format,
    /// metahuman (251 curves), board (185 controls) or arkit (52 shapes)
    /// [default: metahuman, or the one rig that the format can hold]
    #[arg(long, help_heading = "Curves")]
    pub(crate) rig: Option<RigId>,
    /// Rows a second, such as 24, 29.97, 30, 50 or 60
    #[arg(long, value_name = "N", default_value = "50", value_parser = rate, help_heading = "Curves")]
    pub(crate) fps: CurveRate,
}

impl CurveOptions {
    /// The rows to make.
    ///
    /// # Errors
    /// Usage: a rig that the format cannot hold.
    pub(crate) fn output_settings(&self) -> Result<OutputSettings> {
        let rig = match (self.rig, self.format.rig()) {
            (Some(wanted), Some(only)) if wanted != only => {
                let message = format!("--format {} holds {only} only, got --rig {wanted}", self.format);
                return Err(Failure::usage(message).advise(format!("leave --rig out, or --rig {only}")));
            }
            (Some(rig), _) | (None, Some(rig)) => rig,
            (None, None) => RigId::MetaHuman251,
        };
        Ok(OutputSettings { rig, rate: self.fps })
    }
}

fn rate(text: &str) -> std::result::Result<CurveRate, String> {
    let hz: f64 = text.parse().map_err(|_| format!("wanted rows a second such as 30, got `{text}`"))?;
    CurveRate::from_hz(hz).map_err(|error| error.to_string())
}

fn share(text: &str) -> std::result::Result<f32, String> {
    let wanted = || format!("wanted 0 to 1, got `{text}`");
    text.parse::<f32>().ok().filter(|value| (0.0..=1.0).contains(value)).ok_or_else(wanted)
}
