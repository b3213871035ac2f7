//! The settings of a face in a file: what the studio saves, and what the command and the plugin read.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::emotion::{EmotionCurve, EmotionKey, EmotionSource, EmotionStrength, EmotionWeights};
use crate::error::{EngineError, Result};
use crate::settings::{DEFAULT_HEAD_MOTION, DEFAULT_SMOOTHING_MS, StreamSettings};
use crate::style::Style;

/// Schema name that a preset must carry.
pub const PRESET_SCHEMA: &str = "cstalk-preset/1";

/// Everything that decides a face apart from the sound, by name.
///
/// A file is JSON; only `schema` must be there, what is left out has its default:
///
/// ```
/// use cstalk_engine::Preset;
/// let preset = Preset::from_json("warm.json", r#"{
///     "schema": "cstalk-preset/1",
///     "model": "live",
///     "emotion": {"happy": 0.6},
///     "emotion_strength": {"brows": 0.5},
///     "style": {"articulation": 1.0},
///     "head_motion": 0.8
/// }"#)?;
/// assert_eq!(preset.stream_settings()?.head_motion, 0.8);
/// # Ok::<(), cstalk_engine::EngineError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// [`PRESET_SCHEMA`].
    pub schema: String,
    /// What a person calls it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Name or file of the model that it was made with; none for the default model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Constant weights of emotions, 0 to 1.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub emotion: BTreeMap<String, f32>,
    /// Weights of emotions over time, in order; instead of `emotion`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emotion_keys: Vec<PresetKey>,
    /// Strength of the emotion by part of the face ([`EmotionStrength`]); 1 where a part is not named.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub emotion_strength: BTreeMap<String, f32>,
    /// Style values, -3 to 3.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub style: BTreeMap<String, f32>,
    /// Strength of head motion, 0 to 1.
    #[serde(default = "default_head_motion")]
    pub head_motion: f32,
    /// Whether the eyes blink.
    #[serde(default = "on")]
    pub blinks: bool,
    /// Whether the gaze wanders.
    #[serde(default = "on")]
    pub gaze: bool,
    /// Seed of blinks, gaze and head motion.
    #[serde(default)]
    pub seed: u64,
    /// Time constant of the smoothing in ms.
    #[serde(default = "default_smoothing_ms")]
    pub smoothing_ms: f32,
}

/// The weights of all emotions at one time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PresetKey {
    /// Seconds from the recording's first sample.
    pub time_s: f64,
    /// Weights, 0 to 1; an emotion that is not named has 0.
    #[serde(default)]
    pub weights: BTreeMap<String, f32>,
}

impl Default for Preset {
    /// The settings of [`StreamSettings::default`].
    fn default() -> Self {
        Self {
            schema: PRESET_SCHEMA.to_owned(),
            name: String::new(),
            model: None,
            emotion: BTreeMap::new(),
            emotion_keys: Vec::new(),
            emotion_strength: BTreeMap::new(),
            style: BTreeMap::new(),
            head_motion: DEFAULT_HEAD_MOTION,
            blinks: true,
            gaze: true,
            seed: 0,
            smoothing_ms: DEFAULT_SMOOTHING_MS,
        }
    }
}

impl Preset {
    /// The preset in a file.
    ///
    /// # Errors
    /// `BadInput` naming the file: not readable, and as [`Preset::from_json`].
    pub fn open(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| EngineError::bad_input(format!("preset {name}: cannot be read: {error}")))?;
        Self::from_json(&name, &text)
    }

    /// The preset in JSON text; `name` stands in error messages for the file.
    ///
    /// # Errors
    /// `BadInput`: no JSON, another schema, an unknown key, a value out of range, `emotion` beside `emotion_keys`.
    pub fn from_json(name: &str, text: &str) -> Result<Self> {
        let bad = |what: String| EngineError::bad_input(format!("preset {name}: {what}"));
        // A byte order mark is no JSON, but editors write one.
        let text = text.trim_start_matches('\u{feff}');
        let preset: Self = serde_json::from_str(text).map_err(|error| bad(error.to_string()))?;
        if preset.schema != PRESET_SCHEMA {
            return Err(bad(format!("wanted schema `{PRESET_SCHEMA}`, got `{}`", preset.schema)));
        }
        preset.stream_settings().map_err(|error| bad(error.to_string()))?;
        Ok(preset)
    }

    /// The engine's settings. Whether the model knows the emotions and style values is found by
    /// [`crate::Stream::new`].
    ///
    /// # Errors
    /// `BadInput` for a value out of range, keys out of order, or `emotion` beside `emotion_keys`.
    pub fn stream_settings(&self) -> Result<StreamSettings> {
        let settings = StreamSettings {
            emotion: self.emotion_source()?,
            emotion_strength: EmotionStrength::new(&pairs(&self.emotion_strength))?,
            style: Style::new(pairs(&self.style))?,
            head_motion: self.head_motion,
            blinks: self.blinks,
            gaze: self.gaze,
            seed: self.seed,
            smoothing_ms: self.smoothing_ms,
            mouth_rest: true,
        };
        settings.check()?;
        Ok(settings)
    }

    fn emotion_source(&self) -> Result<EmotionSource> {
        if self.emotion_keys.is_empty() {
            return Ok(EmotionSource::Constant(EmotionWeights::written(pairs(&self.emotion))?));
        }
        if !self.emotion.is_empty() {
            let message = "wanted `emotion` or `emotion_keys`, got both: keys replace constant weights";
            return Err(EngineError::bad_input(message));
        }
        let mut emotions: Vec<String> = Vec::new();
        for name in self.emotion_keys.iter().flat_map(|key| key.weights.keys()) {
            if !emotions.contains(name) {
                emotions.push(name.clone());
            }
        }
        emotions.sort();
        let keys = self.emotion_keys.iter().map(|key| {
            let weights = emotions.iter().map(|name| key.weights.get(name).copied().unwrap_or_default());
            EmotionKey { time_s: key.time_s, weights: weights.collect(), strengths: EmotionKey::FULL }
        });
        let keys: Vec<EmotionKey> = keys.collect();
        Ok(EmotionSource::Curve(Arc::new(EmotionCurve::new(emotions, keys)?)))
    }
}

fn pairs(values: &BTreeMap<String, f32>) -> Vec<(String, f32)> {
    values.iter().map(|(name, value)| (name.clone(), *value)).collect()
}

fn on() -> bool {
    true
}

fn default_head_motion() -> f32 {
    DEFAULT_HEAD_MOTION
}

fn default_smoothing_ms() -> f32 {
    DEFAULT_SMOOTHING_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faulty_presets_are_refused_with_their_name_and_what_was_wanted() {
        let cases = [
            ("not json", "line 1"),
            ("{}", "schema"),
            (r#"{"schema":"cstalk-preset/2"}"#, "wanted schema"),
            (r#"{"schema":"cstalk-preset/1","emotoin":{}}"#, "emotoin"),
            (r#"{"schema":"cstalk-preset/1","emotion":{"happy":70}}"#, "0.7 for 70 %"),
            (r#"{"schema":"cstalk-preset/1","emotion":{"happy":-1}}"#, "wanted a weight from 0 to 1"),
            (r#"{"schema":"cstalk-preset/1","emotion_strength":{"nose":1}}"#, "unknown part of the face"),
            (r#"{"schema":"cstalk-preset/1","style":{"jaw":9}}"#, "from -3 to 3"),
            (r#"{"schema":"cstalk-preset/1","head_motion":2}"#, "head motion"),
            (r#"{"schema":"cstalk-preset/1","smoothing_ms":-1}"#, "smoothing"),
            (r#"{"schema":"cstalk-preset/1","emotion_keys":[{"time_s":1},{"time_s":0}]}"#, "runs backwards"),
            (
                r#"{"schema":"cstalk-preset/1","emotion_keys":[{"time_s":0,"weights":{"happy":9}}]}"#,
                "0.7 for 70 %",
            ),
            (r#"{"schema":"cstalk-preset/1","emotion":{"sad":1},"emotion_keys":[{"time_s":0}]}"#, "got both"),
        ];
        for (text, wanted) in cases {
            let error = Preset::from_json("warm.json", text).unwrap_err().to_string();
            assert!(error.contains("warm.json") && error.contains(wanted), "{text}: {error}");
        }
    }

    #[test]
    fn a_written_preset_reads_back_and_the_smallest_one_is_the_default() {
        assert_eq!(
            Preset::from_json("", "\u{feff}{\"schema\":\"cstalk-preset/1\"}").unwrap(),
            Preset::default()
        );
        let preset = Preset {
            name: "warm".to_owned(),
            model: Some("live".to_owned()),
            emotion_keys: vec![
                PresetKey { time_s: 0.1, weights: [("happy".to_owned(), 0.3)].into() },
                PresetKey { time_s: 0.7, weights: [("sad".to_owned(), 1.0)].into() },
            ],
            style: [("jaw".to_owned(), -0.7)].into(),
            seed: u64::MAX,
            ..Preset::default()
        };
        let text = serde_json::to_string(&preset).unwrap();
        assert_eq!(Preset::from_json("", &text).unwrap(), preset);
    }

    #[test]
    fn keys_are_those_of_an_emotion_curve_file() {
        let text = r#"{"schema":"cstalk-preset/1","emotion_keys":[
            {"time_s":0,"weights":{"sad":0.25}},{"time_s":1.5,"weights":{"happy":0.8}}]}"#;
        let settings = Preset::from_json("", text).unwrap().stream_settings().unwrap();
        let EmotionSource::Curve(curve) = settings.emotion else { panic!("wanted a curve") };
        let file = EmotionCurve::from_csv("", b"time_s,happy,sad\n0,0,0.25\n1.5,0.8,0\n").unwrap();
        assert_eq!(*curve, file);
    }
}
