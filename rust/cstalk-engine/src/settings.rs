//! What a caller can choose about a stream.

use crate::emotion::{EmotionSource, EmotionStrength};
use crate::error::{EngineError, ErrorKind, Result};
use crate::layers::LayerSettings;
use crate::style::Style;

/// Strength of head motion unless asked otherwise.
pub const DEFAULT_HEAD_MOTION: f32 = 0.5;
/// Time constant of the smoothing unless asked otherwise, in ms.
pub const DEFAULT_SMOOTHING_MS: f32 = 15.0;

/// Emotion, style and layers of one stream.
#[derive(Debug, Clone)]
pub struct StreamSettings {
    /// Which emotion the face shows.
    pub emotion: EmotionSource,
    /// How strongly it shows in each part of the face. Where it is not 1 everywhere, a second session of the model
    /// runs, and a row costs twice as much.
    pub emotion_strength: EmotionStrength,
    /// How the speaker moves.
    pub style: Style,
    /// Strength of head motion, 0 (still) to 1.
    pub head_motion: f32,
    /// Whether the eyes blink.
    pub blinks: bool,
    /// Whether the gaze wanders.
    pub gaze: bool,
    /// Seed of blinks, gaze and head motion.
    pub seed: u64,
    /// Time constant in ms of the smoothing of brows, lids, cheeks and mouth corners; 0 for none. Lips,
    /// jaw and tongue are never smoothed.
    pub smoothing_ms: f32,
    /// Whether the mouth of a neutral face comes to rest while there is no sound.
    pub mouth_rest: bool,
}

impl Default for StreamSettings {
    /// A neutral, average speaker with all layers on and seed 0.
    fn default() -> Self {
        Self {
            emotion: EmotionSource::default(),
            emotion_strength: EmotionStrength::default(),
            style: Style::average(),
            head_motion: DEFAULT_HEAD_MOTION,
            blinks: true,
            gaze: true,
            seed: 0,
            smoothing_ms: DEFAULT_SMOOTHING_MS,
            mouth_rest: true,
        }
    }
}

impl StreamSettings {
    /// The settings with blinks, gaze, head motion, smoothing and mouth rest off: the model's own curves.
    pub fn bare() -> Self {
        Self {
            head_motion: 0.0,
            blinks: false,
            gaze: false,
            smoothing_ms: 0.0,
            mouth_rest: false,
            ..Self::default()
        }
    }

    pub(crate) fn layers(&self) -> LayerSettings {
        LayerSettings { blinks: self.blinks, gaze: self.gaze, head_motion: self.head_motion, seed: self.seed }
    }

    pub(crate) fn check(&self) -> Result<()> {
        let wrong = |message: String| Err(EngineError::new(ErrorKind::BadInput, message));
        if !(0.0..=1.0).contains(&self.head_motion) {
            return wrong(format!("head motion: wanted 0 (still) to 1, got {}", self.head_motion));
        }
        if !(0.0..=1_000.0).contains(&self.smoothing_ms) {
            return wrong(format!("smoothing: wanted 0 to 1000 ms, got {}", self.smoothing_ms));
        }
        Ok(())
    }
}
