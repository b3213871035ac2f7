//! The configuration of a training run.

use super::augment::AugmentConfig;
use super::budget::{Budget, RateSchedule};
use super::error::{Result, TrainError};
use super::losses::{EarLossConfig, MotionLossConfig};
use super::optimizer::OptimizerConfig;
use super::speech::SpeechConfig;
use super::voice_clips::VoiceEmotionConfig;
use super::windows::WindowConfig;
use crate::nets::{CorrelationShape, LiveShape};
use cstalk_onnx::CardWindow;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// Folders of sounds and captures besides the corpora, below the folder of the shared data; an empty path leaves that
/// part out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Folders {
    /// Background noises.
    pub noise: PathBuf,
    /// Stems of noise files that are for evaluation only.
    pub noise_kept_out: Vec<String>,
    /// Room impulse responses.
    pub rooms: PathBuf,
    /// FACEGOOD captures, for the generator.
    pub facegood: PathBuf,
}

/// A frozen wav2vec 2.0 in the ear's place: the windows that it hears, in training as in the exported model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Wav2Vec2Config {
    /// Hops before a block of rows.
    pub past_hops: u32,
    /// Rows that one window gives.
    pub block_hops: u32,
    /// Hops after the block.
    pub future_hops: u32,
    /// SHA-256 of the weights' file: written by the run; where it is given, the weights must have it.
    pub weights_sha256: String,
}

impl Default for Wav2Vec2Config {
    fn default() -> Self {
        Self { past_hops: 75, block_hops: 100, future_hops: 25, weights_sha256: String::new() }
    }
}

impl Wav2Vec2Config {
    /// The window as a model card tells it.
    pub fn window(&self) -> CardWindow {
        let Self { past_hops, block_hops, future_hops, .. } = *self;
        CardWindow { past_hops, block_hops, future_hops }
    }
}

/// Everything a stage is determined by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TrainConfig {
    /// Seed of the first weights and of every window.
    pub seed: u64,
    /// When to end.
    pub budget: Budget,
    /// Windows in a batch.
    pub batch_windows: usize,
    /// bfloat16 matrix products.
    pub autocast: bool,
    /// Minutes between two checkpoints, each after a look at the held-out windows.
    pub checkpoint_minutes: f64,
    /// Held-out windows.
    pub held_out_windows: usize,
    /// Windows that the statistics for standardisation are taken from.
    pub statistics_windows: usize,
    /// Sizes of the networks.
    pub shape: LiveShape,
    /// A frozen encoder instead of the ear of `shape`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wav2vec2: Option<Wav2Vec2Config>,
    /// Sizes of the correlation module.
    pub correlation: CorrelationShape,
    /// Learning rate over time.
    pub schedule: RateSchedule,
    /// The optimiser.
    pub optimizer: OptimizerConfig,
    /// Speech.
    pub speech: SpeechConfig,
    /// Other sounds and captures.
    pub folders: Folders,
    /// Windows.
    pub window: WindowConfig,
    /// Augmentation.
    pub augment: AugmentConfig,
    /// The ear's losses.
    pub ear_loss: EarLossConfig,
    /// The generator's losses.
    pub motion_loss: MotionLossConfig,
    /// The voice's emotion, for the stage that learns it; left out of the hash where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voice_emotion: Option<VoiceEmotionConfig>,
}

impl Folders {
    /// The same folders below `root`.
    pub fn below(&self, root: &Path) -> Self {
        let place = |folder: &PathBuf| {
            if folder.as_os_str().is_empty() { PathBuf::new() } else { root.join(folder) }
        };
        Self {
            noise: place(&self.noise),
            noise_kept_out: self.noise_kept_out.clone(),
            rooms: place(&self.rooms),
            facegood: place(&self.facegood),
        }
    }
}

impl Default for TrainConfig {
    fn default() -> Self {
        Self {
            seed: 1,
            budget: Budget::default(),
            batch_windows: 24,
            autocast: false,
            checkpoint_minutes: 3.0,
            held_out_windows: 64,
            statistics_windows: 256,
            shape: LiveShape::default(),
            wav2vec2: None,
            correlation: CorrelationShape::default(),
            schedule: RateSchedule::default(),
            optimizer: OptimizerConfig::default(),
            speech: SpeechConfig::default(),
            folders: Folders::default(),
            window: WindowConfig::default(),
            augment: AugmentConfig::default(),
            ear_loss: EarLossConfig::default(),
            motion_loss: MotionLossConfig::default(),
            voice_emotion: None,
        }
    }
}

impl TrainConfig {
    /// Reads a TOML file; what it leaves out has its default.
    ///
    /// # Errors
    /// [`TrainError`] when the file cannot be read, or names the key that makes no sense.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(TrainError::io(path))?;
        let config: Self = toml::from_str(&text)
            .map_err(|error| TrainError::Config(format!("{}: {error}", path.display())))?;
        config.check()?;
        Ok(config)
    }

    /// # Errors
    /// [`TrainError::Config`] naming a value that makes no sense.
    pub fn check(&self) -> Result<()> {
        let wrong = |what: &str| Err(TrainError::Config(what.to_owned()));
        let augment = &self.augment;
        let probabilities = [
            augment.speed_probability,
            augment.vocal_tract_probability,
            augment.room_probability,
            augment.telephone_probability,
            augment.noise_probability,
            augment.babble_part,
            augment.tilt_probability,
            self.window.resting_probability,
            self.window.captured_probability,
        ];
        if probabilities.iter().any(|p| !(0.0..=1.0).contains(p)) {
            return wrong("a probability is outside 0..1");
        }
        if self.batch_windows == 0 || self.held_out_windows == 0 || self.statistics_windows == 0 {
            return wrong("batch_windows, held_out_windows and statistics_windows must be at least 1");
        }
        if !(8..=3000).contains(&self.window.hops) {
            return wrong("window.hops must be within 8..3000");
        }
        if let Some(wav2vec2) = &self.wav2vec2 {
            let window = wav2vec2.window();
            if window.block_hops == 0 || window.look_ahead_hops() > 1_000 {
                return wrong("wav2vec2.block_hops must be at least 1, and at most 1001 with future_hops");
            }
            if self.window.hops != window.hop_count() as usize {
                return wrong("window.hops must be wav2vec2.past_hops + block_hops + future_hops");
            }
        } else if self.window.hops as i64 <= self.shape.ear.look_ahead_hops() {
            return wrong("window.hops must be more than the hops that shape.ear looks ahead");
        }
        if augment.speed.0 < 0.5 || augment.speed.1 > 2.0 {
            return wrong("augment.speed must be within 0.5..2");
        }
        if augment.vocal_tract.0 < 0.5 || augment.vocal_tract.1 > 2.0 {
            return wrong("augment.vocal_tract must be within 0.5..2");
        }
        match &self.voice_emotion {
            Some(voice_emotion) => voice_emotion.check(),
            None => Ok(()),
        }
    }

    /// Hops that the network looks ahead in a training window.
    pub fn look_ahead_hops(&self) -> i64 {
        if self.wav2vec2.is_some() { 0 } else { self.shape.ear.look_ahead_hops() }
    }

    /// Hash of everything but the budget and how often checkpoints are written, as hexadecimal digits.
    pub fn hash(&self) -> String {
        let lasting = Self { budget: Budget::default(), checkpoint_minutes: 0.0, ..self.clone() };
        let text = serde_json::to_string(&lasting).unwrap_or_default();
        Sha256::digest(text).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_configurations_are_good() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs");
        let entries = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        let paths: Vec<_> = entries.filter(|path| path.extension().is_some_and(|e| e == "toml")).collect();
        assert!(paths.len() >= 6, "{paths:?}");
        for path in paths {
            let config = TrainConfig::read(&path).unwrap();
            // Emotional speech is the one exception: no free corpus has it.
            if config.voice_emotion.is_none() {
                assert!(config.autocast && !config.speech.allow_non_commercial, "{}", path.display());
            }
        }
        let config = TrainConfig::read(&folder.join("emotion.toml")).unwrap();
        assert!(config.voice_emotion.unwrap().shape == crate::nets::VoiceEmotionShape::default());
    }

    #[test]
    fn nonsense_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.toml");
        for (text, named) in [
            ("sed = 1", "sed"),
            ("batch_windows = 0", "batch_windows"),
            ("[window]\nhops = 2", "window.hops"),
            ("[augment]\nnoise_probability = 1.5", "probability"),
            ("[augment]\nspeed = [0.1, 1.0]", "augment.speed"),
            ("[wav2vec2]\npast_hops = 76", "window.hops"),
            ("[wav2vec2]\nblock_hops = 0", "wav2vec2.block_hops"),
            ("[augment]\nvocal_tract = [0.9, 3.0]", "augment.vocal_tract"),
            ("[voice_emotion]\ntest_speakers = [\"a\"]\nchoose_speakers = [\"a\"]", "`a`"),
            ("[voice_emotion.shape]\npooled_octaves = 20", "pooled_octaves"),
        ] {
            std::fs::write(&path, text).unwrap();
            let error = TrainConfig::read(&path).unwrap_err().to_string();
            assert!(error.contains(named), "{text}: {error}");
        }
        let missing = TrainConfig::read(&folder.path().join("none.toml"));
        assert!(matches!(missing, Err(TrainError::Io { .. })));
    }

    #[test]
    fn the_hash_leaves_the_budget_out() {
        let config = TrainConfig::default();
        let longer = TrainConfig { budget: Budget { steps: Some(9), minutes: None }, ..config.clone() };
        let other = TrainConfig { seed: 7, ..config.clone() };
        assert_eq!(config.hash(), longer.hash());
        assert_ne!(config.hash(), other.hash());
    }
}
