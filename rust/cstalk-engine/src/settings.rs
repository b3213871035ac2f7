//! What a caller can choose about a stream.

use crate::emotion::{EmotionSource, EmotionStrength};
use crate::error::{EngineError, Result};
use crate::layers::Motion;
use crate::part_weights::PartWeights;
use crate::style::Style;

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
    /// How much of each part of the face's motion is shown.
    pub part_weights: PartWeights,
    /// How the speaker moves.
    pub style: Style,
    /// How strongly head, lids and gaze move by themselves.
    pub motion: Motion,
    /// Seed of blinks, gaze and head motion.
    pub seed: u64,
    /// Time constant in ms of the smoothing of brows, lids, cheeks and mouth corners; 0 for none. Lips,
    /// jaw and tongue are never smoothed.
    pub smoothing_ms: f32,
    /// Whether the mouth of a neutral face comes to rest while there is no sound.
    pub mouth_rest: bool,
}

impl Default for StreamSettings {
    /// A neutral, average speaker with all layers at their usual strength and seed 0.
    fn default() -> Self {
        Self {
            emotion: EmotionSource::default(),
            emotion_strength: EmotionStrength::default(),
            part_weights: PartWeights::default(),
            style: Style::average(),
            motion: Motion::default(),
            seed: 0,
            smoothing_ms: DEFAULT_SMOOTHING_MS,
            mouth_rest: true,
        }
    }
}

impl StreamSettings {
    /// The settings with blinks, gaze, head motion, smoothing and mouth rest off: the model's own curves.
    pub fn bare() -> Self {
        Self { motion: Motion::STILL, smoothing_ms: 0.0, mouth_rest: false, ..Self::default() }
    }

    pub(crate) fn check(&self) -> Result<()> {
        self.motion.check()?;
        if !(0.0..=1_000.0).contains(&self.smoothing_ms) {
            let message = format!("smoothing: wanted 0 to 1000 ms, got {}", self.smoothing_ms);
            return Err(EngineError::bad_input(message));
        }
        Ok(())
    }
}
