//! The settings of a face in a file: what the studio saves, and what the command and the plugin read.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use cstalk_model::Model;
use serde::{Deserialize, Deserializer, Serialize};

use crate::emotion::{EmotionCurve, EmotionKey, EmotionSource, EmotionStrength, EmotionWeights};
use crate::error::{EngineError, ErrorKind, Result};
use crate::face_parts::FACE_PARTS;
use crate::layers::{DEFAULT_HEAD_MOTION, Motion};
use crate::part_weights::PartWeights;
use crate::settings::{DEFAULT_SMOOTHING_MS, StreamSettings};
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
/// assert_eq!(preset.stream_settings(None)?.motion.head, 0.8);
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
    /// The emotion is heard in the voice; instead of `emotion` and `emotion_keys`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emotion_from_voice: Option<EmotionFromVoice>,
    /// Strength of the emotion by part of the face ([`EmotionStrength`]); 1 where a part is not named.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub emotion_strength: BTreeMap<String, f32>,
    /// How much of each part of the face's motion is shown, 0 to 1 ([`PartWeights`]); 1 where a part is not named.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub part_weights: BTreeMap<String, f32>,
    /// Style values, -3 to 3.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub style: BTreeMap<String, f32>,
    /// Strength of head motion, 0 to 1.
    #[serde(default = "default_head_motion")]
    pub head_motion: f32,
    /// How far blinks shut the lids, 0 to 1; `true` and `false` are read as 1 and 0.
    #[serde(default = "usual", deserialize_with = "strength_or_switch")]
    pub blinks: f32,
    /// How far the gaze wanders, 0 to 2, 1 as usual; `true` and `false` are read as 1 and 0.
    #[serde(default = "usual", deserialize_with = "strength_or_switch")]
    pub gaze: f32,
    /// Seed of blinks, gaze and head motion.
    #[serde(default)]
    pub seed: u64,
    /// Time constant of the smoothing in ms.
    #[serde(default = "default_smoothing_ms")]
    pub smoothing_ms: f32,
}

/// The emotion is what a model hears in the voice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmotionFromVoice {
    /// Name or file of a model of kind `emotion`.
    pub model: String,
    /// Largest weight, 0 to 1.
    #[serde(default = "usual")]
    pub strength: f32,
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
    /// Strength of the emotion by part of the face, which multiplies that of the preset; 1 where a part is not named.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub strength: BTreeMap<String, f32>,
}

impl PresetKey {
    /// The keys of a curve.
    pub fn of(curve: &EmotionCurve) -> Vec<Self> {
        let key = |key: &EmotionKey| Self {
            time_s: key.time_s,
            weights: curve.emotions().iter().cloned().zip(key.weights.iter().copied()).collect(),
            strength: FACE_PARTS
                .iter()
                .zip(key.strengths)
                .filter(|(_, strength)| *strength != 1.0)
                .map(|(part, strength)| ((*part).to_owned(), strength))
                .collect(),
        };
        curve.keys().iter().map(key).collect()
    }
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
            emotion_from_voice: None,
            emotion_strength: BTreeMap::new(),
            part_weights: BTreeMap::new(),
            style: BTreeMap::new(),
            head_motion: DEFAULT_HEAD_MOTION,
            blinks: 1.0,
            gaze: 1.0,
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
    /// `BadInput`: no JSON, another schema, an unknown key, a value out of range, two of `emotion`, `emotion_keys` and
    /// `emotion_from_voice`.
    pub fn from_json(name: &str, text: &str) -> Result<Self> {
        let bad = |what: String| EngineError::bad_input(format!("preset {name}: {what}"));
        // A byte order mark is no JSON, but editors write one.
        let text = text.trim_start_matches('\u{feff}');
        let preset: Self = serde_json::from_str(text).map_err(|error| bad(error.to_string()))?;
        if preset.schema != PRESET_SCHEMA {
            return Err(bad(format!("wanted schema `{PRESET_SCHEMA}`, got `{}`", preset.schema)));
        }
        let emotion = match &preset.emotion_from_voice {
            Some(_) => Ok(EmotionSource::default()),
            None => preset.emotion_source(None),
        };
        let checked = emotion.and_then(|emotion| preset.settings_showing(emotion));
        checked.map_err(|error| bad(error.to_string()))?;
        Ok(preset)
    }

    /// JSON text that [`Preset::from_json`] reads back to the same preset.
    ///
    /// # Errors
    /// `BadInput` for what could not be read back: a value out of range or not finite, keys out of order, more than one
    /// kind of emotion.
    pub fn to_json(&self) -> Result<String> {
        let bad = |error: serde_json::Error| EngineError::bad_input(format!("preset {}: {error}", self.name));
        let text = serde_json::to_string_pretty(self).map_err(bad)? + "\n";
        Self::from_json(&self.name, &text)?;
        Ok(text)
    }

    /// The engine's settings; `emotion_model` is the one that [`Preset::emotion_from_voice`] names, loaded. Whether the
    /// model knows the emotions and style values is found by [`crate::Stream::new`].
    ///
    /// # Errors
    /// `BadInput` for a value out of range, keys out of order, or two of `emotion`, `emotion_keys` and
    /// `emotion_from_voice`; `Misuse` where the emotion is heard and no model is given.
    pub fn stream_settings(&self, emotion_model: Option<&Arc<Model>>) -> Result<StreamSettings> {
        self.settings_showing(self.emotion_source(emotion_model)?)
    }

    fn settings_showing(&self, emotion: EmotionSource) -> Result<StreamSettings> {
        let sources =
            [!self.emotion.is_empty(), !self.emotion_keys.is_empty(), self.emotion_from_voice.is_some()];
        if sources.into_iter().filter(|is_there| *is_there).count() > 1 {
            let message = "wanted one of `emotion`, `emotion_keys` and `emotion_from_voice`, got more";
            return Err(EngineError::bad_input(message));
        }
        if let Some(EmotionFromVoice { strength, .. }) = &self.emotion_from_voice
            && !(0.0..=1.0).contains(strength)
        {
            let message = format!("strength of the emotion from the voice: wanted 0 to 1, got {strength}");
            return Err(EngineError::bad_input(message));
        }
        let settings = StreamSettings {
            emotion,
            emotion_strength: EmotionStrength::new(&pairs(&self.emotion_strength))?,
            part_weights: PartWeights::new(&pairs(&self.part_weights))?,
            style: Style::new(pairs(&self.style))?,
            motion: Motion { head: self.head_motion, blinks: self.blinks, gaze: self.gaze },
            seed: self.seed,
            smoothing_ms: self.smoothing_ms,
            mouth_rest: true,
        };
        settings.check()?;
        Ok(settings)
    }

    /// Leaves the emotion out, for one that is chosen elsewhere; the strength by part stays.
    pub fn forget_emotion(&mut self) {
        self.emotion.clear();
        self.emotion_keys.clear();
        self.emotion_from_voice = None;
    }

    fn emotion_source(&self, emotion_model: Option<&Arc<Model>>) -> Result<EmotionSource> {
        if let Some(EmotionFromVoice { model, strength }) = &self.emotion_from_voice {
            let loaded = emotion_model.ok_or_else(|| {
                let message = format!("the preset hears its emotion with `{model}`, which was not loaded");
                EngineError::new(ErrorKind::Misuse, message)
            })?;
            return Ok(EmotionSource::Auto { model: Arc::clone(loaded), strength: *strength });
        }
        if self.emotion_keys.is_empty() {
            return Ok(EmotionSource::Constant(EmotionWeights::written(pairs(&self.emotion))?));
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
            let strengths = EmotionStrength::new(&pairs(&key.strength))?.by_part();
            Ok(EmotionKey { time_s: key.time_s, weights: weights.collect(), strengths })
        });
        let keys = keys.collect::<Result<Vec<EmotionKey>>>()?;
        Ok(EmotionSource::Curve(Arc::new(EmotionCurve::new(emotions, keys)?)))
    }
}

fn pairs(values: &BTreeMap<String, f32>) -> Vec<(String, f32)> {
    values.iter().map(|(name, value)| (name.clone(), *value)).collect()
}

fn usual() -> f32 {
    1.0
}

/// A strength, or a switch as older presets have it.
fn strength_or_switch<'text, Text: Deserializer<'text>>(text: Text) -> std::result::Result<f32, Text::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "wanted a strength such as 0.5, or true or false")]
    enum Either {
        Strength(f32),
        Switch(bool),
    }
    Ok(match Either::deserialize(text)? {
        Either::Strength(strength) => strength,
        Either::Switch(is_on) => f32::from(u8::from(is_on)),
    })
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
            (r#"{"schema":"cstalk-preset/1","part_weights":{"jaw":1.5}}"#, "weight of `jaw`: wanted 0 to 1"),
            (r#"{"schema":"cstalk-preset/1","style":{"jaw":9}}"#, "from -3 to 3"),
            (r#"{"schema":"cstalk-preset/1","head_motion":2}"#, "head motion"),
            (r#"{"schema":"cstalk-preset/1","blinks":1.5}"#, "blinks: wanted 0 (none) to 1"),
            (r#"{"schema":"cstalk-preset/1","gaze":-0.5}"#, "gaze: wanted 0 (straight) to 2"),
            (r#"{"schema":"cstalk-preset/1","blinks":"yes"}"#, "true or false"),
            (r#"{"schema":"cstalk-preset/1","smoothing_ms":-1}"#, "smoothing"),
            (r#"{"schema":"cstalk-preset/1","emotion_keys":[{"time_s":1},{"time_s":0}]}"#, "runs backwards"),
            (
                r#"{"schema":"cstalk-preset/1","emotion_keys":[{"time_s":0,"weights":{"happy":9}}]}"#,
                "0.7 for 70 %",
            ),
            (r#"{"schema":"cstalk-preset/1","emotion":{"sad":1},"emotion_keys":[{"time_s":0}]}"#, "got more"),
            (
                r#"{"schema":"cstalk-preset/1","emotion":{"sad":1},"emotion_from_voice":{"model":"m"}}"#,
                "got more",
            ),
            (r#"{"schema":"cstalk-preset/1","emotion_from_voice":{}}"#, "model"),
            (
                r#"{"schema":"cstalk-preset/1","emotion_from_voice":{"model":"m","strength":2}}"#,
                "emotion from the voice",
            ),
            (
                r#"{"schema":"cstalk-preset/1","emotion_keys":[{"time_s":0,"strength":{"brows":2}}]}"#,
                "wanted 0 to 1.5",
            ),
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
                PresetKey {
                    time_s: 0.1,
                    weights: [("happy".to_owned(), 0.3)].into(),
                    strength: [("brows".to_owned(), 0.5)].into(),
                },
                PresetKey { time_s: 0.7, weights: [("sad".to_owned(), 1.0)].into(), strength: [].into() },
                // Read without care for the last digit, this is another number.
                PresetKey { time_s: 8.88888888888889e77, weights: [].into(), strength: [].into() },
            ],
            style: [("jaw".to_owned(), -0.7)].into(),
            seed: u64::MAX,
            ..Preset::default()
        };
        assert_eq!(Preset::from_json("", &preset.to_json().unwrap()).unwrap(), preset);
        for bad in [f32::NAN, 7.0, -1.0] {
            let error = Preset { head_motion: bad, ..preset.clone() }.to_json().unwrap_err();
            assert!(!error.to_string().is_empty(), "{bad}");
        }
    }

    #[test]
    fn keys_are_those_of_an_emotion_curve_file() {
        let text = r#"{"schema":"cstalk-preset/1","emotion_keys":[
            {"time_s":0,"weights":{"sad":0.25}},
            {"time_s":1.5,"weights":{"happy":0.8},"strength":{"brows":0.5}}]}"#;
        let settings = Preset::from_json("", text).unwrap().stream_settings(None).unwrap();
        let EmotionSource::Curve(curve) = settings.emotion else { panic!("wanted a curve") };
        let csv = b"time_s,happy,sad,strength:brows\n0,0,0.25,1\n1.5,0.8,0,0.5\n";
        let file = EmotionCurve::from_csv("", csv).unwrap();
        assert_eq!(*curve, file);
        let keys = PresetKey::of(&file);
        let preset = Preset { emotion_keys: keys, ..Preset::default() };
        let EmotionSource::Curve(again) = preset.stream_settings(None).unwrap().emotion else {
            panic!("a curve")
        };
        assert_eq!(*again, file);
    }

    #[test]
    fn switches_of_older_presets_are_strengths() {
        let text = r#"{"schema":"cstalk-preset/1","blinks":false,"gaze":true}"#;
        let preset = Preset::from_json("", text).unwrap();
        assert_eq!((preset.blinks, preset.gaze), (0.0, 1.0));
        let text = r#"{"schema":"cstalk-preset/1","blinks":0.25,"gaze":1.5}"#;
        let motion = Preset::from_json("", text).unwrap().stream_settings(None).unwrap().motion;
        assert_eq!((motion.blinks, motion.gaze), (0.25, 1.5));
    }

    #[test]
    fn a_preset_that_hears_wants_its_model() {
        let text = r#"{"schema":"cstalk-preset/1","emotion_from_voice":{"model":"hears"}}"#;
        let preset = Preset::from_json("", text).unwrap();
        let error = preset.stream_settings(None).unwrap_err();
        assert!(error.to_string().contains("`hears`") && error.kind() == ErrorKind::Misuse, "{error}");
    }
}
