//! Options that `animate`, `batch` and `live` share: the face, and the form of the curves.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use clap::Args;
use cstalk_engine::file::OutputSettings;
use cstalk_engine::{
    EmotionCurve, EmotionSource, EmotionStrength, EmotionWeights, GAZE_LIMIT, Motion, PartWeights, Preset,
    StreamSettings, Style,
};
use cstalk_model::Model;
use cstalk_rig::formats::Format;
use cstalk_rig::{CurveRate, RigId};

use crate::failure::{Failure, Result};
use crate::model_choice;

/// What `--help` says about emotions in full.
pub(crate) const EMOTION_HELP: &str = "\
Emotions:
  `cstalk inspect MODEL` lists those of a model; the ones that come along know neutral, happy, sad, angry and
  surprised, and newer ones fearful, disgusted, confident, excited, bored, playful and confused besides. Weights go
  from 0 to 1 and may be blended; what is missing to 1 is neutral, a sum above 1 is scaled down. Lips that the
  speech closes stay closed, whatever the emotion.

  Emotion curve (--emotion-curve), a CSV file; times in seconds from the first sample, in order:
    time_s,happy,angry,strength:brows
    0.0,0,0,1            neutral up to the first key's time and from it
    1.5,0.8,0,1          happy by 1.5 s, in a straight line
    4.0,0.8,0,1          held: two keys with the same values
    4.0,0,0.6,0.5        a jump: two keys at the same time; brows half as angry as the rest
  Before the first and after the last key the face holds theirs. Columns strength:PART are optional and multiply
  --emotion-strength. Files that Excel writes with semicolons and decimal commas are read too.

  Strength by part (--emotion-strength): 0 is a neutral part, 1 the model's own, up to 1.5. eyes are lids, lashes and
  gaze; cheeks are cheeks, squint and nose; mouth is lips, corners and tongue. Anything but 1 takes twice the time.

  Emotion from the voice (--emotion auto): the model learnt it from actors who spoke two English sentences. It hears
  loud anger better than quiet joy, is often wrong, and may not be used commercially.";

/// What `--emotion` asks for.
#[derive(Clone, Debug)]
pub(crate) enum EmotionChoice {
    Weights(EmotionWeights),
    /// From the voice, weights times this.
    Auto(f32),
}

impl FromStr for EmotionChoice {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let pieces: Vec<(&str, Option<&str>)> = text
            .split(',')
            .map(|piece| match piece.split_once('=') {
                Some((name, value)) => (name.trim(), Some(value.trim())),
                None => (piece.trim(), None),
            })
            .collect();
        match pieces.as_slice() {
            [("auto", None)] => Ok(Self::Auto(1.0)),
            [("auto", Some(weight))] => share(weight).map(Self::Auto),
            pieces if pieces.iter().any(|(name, _)| *name == "auto") => {
                Err(format!("`auto` stands alone, as auto or auto=0.7; got `{text}`"))
            }
            _ => {
                text.parse().map(Self::Weights).map_err(|error: cstalk_engine::EngineError| error.to_string())
            }
        }
    }
}

impl EmotionChoice {
    /// The engine's source; `emotion_model` is the one that was named.
    ///
    /// # Errors
    /// Usage: `auto` without a model.
    pub(crate) fn source(&self, emotion_model: Option<&Arc<Model>>) -> Result<EmotionSource> {
        match (self, emotion_model) {
            (Self::Weights(weights), _) => Ok(EmotionSource::Constant(weights.clone())),
            (Self::Auto(strength), Some(model)) => {
                Ok(EmotionSource::Auto { model: model.clone(), strength: *strength })
            }
            (Self::Auto(_), None) => {
                let installed = model_choice::emotion_models();
                let failure =
                    Failure::usage("--emotion auto needs --emotion-model: none is used unless named");
                Err(if installed.is_empty() {
                    failure.advise("the file of a model of kind emotion; none is installed here")
                } else {
                    failure.advise(format!(
                        "--emotion-model {}, if its licence suits you (`cstalk models` prints it)",
                        installed.join(" or ")
                    ))
                })
            }
        }
    }
}

/// Emotion, style and layers.
#[derive(Args, Clone)]
pub(crate) struct FaceOptions {
    /// Emotion weights, such as happy=0.7,angry=0.2 (the rest is neutral); or auto (auto=0.7 for less): heard in the
    /// voice by --emotion-model
    #[arg(long, value_name = "LIST|auto", conflicts_with = "emotion_curve", help_heading = "Face")]
    pub(crate) emotion: Option<EmotionChoice>,
    /// Emotion weights over time: a CSV file with the header time_s,happy,angry,...
    #[arg(long, value_name = "FILE.csv", help_heading = "Face")]
    pub(crate) emotion_curve: Option<PathBuf>,
    /// Strength of the emotion in parts of the face, 0 to 1.5, such as brows=0.5,mouth=0.8 or all=0.5,brows=1;
    /// parts: brows, eyes, cheeks, mouth, jaw, neck
    #[arg(long, value_name = "LIST", help_heading = "Face")]
    pub(crate) emotion_strength: Option<EmotionStrength>,
    /// How much of each part's motion is shown, 0 (at rest) to 1, such as eyes=0 or all=0,mouth=1,jaw=1, to lay
    /// speech over another animation
    #[arg(long, value_name = "LIST", help_heading = "Face")]
    pub(crate) part_weights: Option<PartWeights>,
    /// Model that hears the emotion for --emotion auto; none is used unless named, as those that come along are
    /// not for commercial use
    #[arg(long, value_name = "NAME|FILE", help_heading = "Face")]
    pub(crate) emotion_model: Option<String>,
    /// Style values from -3 to 3, such as articulation=0.5,jaw=-1, or a style file (JSON)
    #[arg(long, value_name = "LIST|FILE", allow_hyphen_values = true, help_heading = "Face")]
    pub(crate) style: Option<String>,
    /// Strength of head motion, 0 (still) to 1 [default: 0.5]
    #[arg(long, value_name = "0..1", value_parser = share, help_heading = "Face")]
    pub(crate) head_motion: Option<f32>,
    /// How far blinks shut the lids, 0 or off (no blinks) to 1 or on (they meet) [default: 1]
    #[arg(long, value_name = "0..1", value_parser = share_or_switch, help_heading = "Face")]
    pub(crate) blinks: Option<f32>,
    /// How far the gaze wanders, 0 or off (it stays straight) to 2; 1 or on is usual [default: 1]
    #[arg(long, value_name = "0..2", value_parser = gaze, help_heading = "Face")]
    pub(crate) gaze: Option<f32>,
    /// Seed of blinks, gaze and head motion; the same seed gives the same motion [default: 0]
    #[arg(long, value_name = "N", help_heading = "Face")]
    pub(crate) seed: Option<u64>,
    /// Time constant of the smoothing of brows, lids, cheeks and mouth corners in ms (lips are never smoothed)
    /// [default: 15]
    #[arg(long, value_name = "MS", help_heading = "Face")]
    pub(crate) smoothing: Option<f32>,
    /// Settings saved by `cstalk studio` (JSON); other options given beside it win over what it says
    #[arg(long, value_name = "FILE.json", help_heading = "Face")]
    pub(crate) preset: Option<PathBuf>,
}

impl FaceOptions {
    /// The model that `--emotion-model` names, or the preset if its emotion is heard.
    pub(crate) fn load_emotion_model(&self, preset: &Preset) -> Result<Option<Arc<Model>>> {
        let of_preset = preset.emotion_from_voice.as_ref().map(|heard| heard.model.clone());
        let is_heard = self.emotion_curve.is_none()
            && self.emotion.as_ref().is_none_or(|choice| matches!(choice, EmotionChoice::Auto(_)));
        let name = self.emotion_model.clone().or(of_preset.filter(|_| is_heard));
        name.as_deref().map(model_choice::load_emotion_model).transpose()
    }

    /// The preset that `--preset` names, or the default one.
    pub(crate) fn load_preset(&self) -> Result<Preset> {
        self.preset.as_deref().map_or_else(|| Ok(Preset::default()), |path| Ok(Preset::open(path)?))
    }

    /// The engine's settings: those of the preset, and what the options say otherwise; reads the files that they name.
    pub(crate) fn stream_settings(
        &self,
        preset: &Preset,
        emotion_model: Option<&Arc<Model>>,
    ) -> Result<StreamSettings> {
        let mut preset = preset.clone();
        let given = match (&self.emotion_curve, &self.emotion) {
            (Some(path), _) => Some(emotion_curve(path)?),
            (None, Some(choice)) => Some(choice.source(emotion_model)?),
            (None, None) => None,
        };
        if given.is_some() {
            preset.forget_emotion();
        }
        let preset = preset.stream_settings(emotion_model)?;
        Ok(StreamSettings {
            emotion: given.unwrap_or(preset.emotion),
            emotion_strength: self.emotion_strength.unwrap_or(preset.emotion_strength),
            part_weights: self.part_weights.unwrap_or(preset.part_weights),
            style: self.style.as_deref().map_or(Ok(preset.style), style)?,
            motion: Motion {
                head: self.head_motion.unwrap_or(preset.motion.head),
                blinks: self.blinks.unwrap_or(preset.motion.blinks),
                gaze: self.gaze.unwrap_or(preset.motion.gaze),
            },
            seed: self.seed.unwrap_or(preset.seed),
            smoothing_ms: self.smoothing.unwrap_or(preset.smoothing_ms),
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

pub(crate) fn rate(text: &str) -> std::result::Result<CurveRate, String> {
    let hz: f64 = text.parse().map_err(|_| format!("wanted rows a second such as 30, got `{text}`"))?;
    CurveRate::from_hz(hz).map_err(|error| error.to_string())
}

fn share(text: &str) -> std::result::Result<f32, String> {
    up_to(1.0, text).ok_or_else(|| format!("wanted 0 to 1, got `{text}`"))
}

fn share_or_switch(text: &str) -> std::result::Result<f32, String> {
    switch(text).or(up_to(1.0, text)).ok_or_else(|| format!("wanted 0 to 1, on or off, got `{text}`"))
}

fn gaze(text: &str) -> std::result::Result<f32, String> {
    let wanted = || format!("wanted 0 to {GAZE_LIMIT}, on or off, got `{text}`");
    switch(text).or(up_to(GAZE_LIMIT, text)).ok_or_else(wanted)
}

fn switch(text: &str) -> Option<f32> {
    match text {
        "on" => Some(1.0),
        "off" => Some(0.0),
        _ => None,
    }
}

fn up_to(most: f32, text: &str) -> Option<f32> {
    text.parse().ok().filter(|value| (0.0..=most).contains(value))
}
