//! What changes while a stream runs: emotion, strength, style, motion, weights.

use super::{Stream, bad_model, needs_streaming};
use crate::emotion::{EmotionSource, EmotionStrength, EmotionTrack};
use crate::error::Result;
use crate::fade::Fade;
use crate::layers::Motion;
use crate::neutral_face::{FASTEST_PER_S, NeutralFace};
use crate::part_weights::PartWeights;
use crate::style::Style;

impl Stream {
    /// Changes the emotion from the next row on (with a windowed model from the next block on), at once. A curve keeps
    /// its time: its 0 is the stream's first sample. [`Stream::reset`] keeps the change.
    ///
    /// # Errors
    /// `BadInput` for an emotion that the model does not know, `BadModel` for an emotion model that does not fit; the
    /// old emotion stays.
    pub fn set_emotion(&mut self, emotion: EmotionSource) -> Result<()> {
        self.fade_to_emotion(emotion, 0.0)
    }

    /// As [`Stream::set_emotion`], but on a straight line over `fade_s` seconds: the next row begins to change, and no
    /// row jumps. A windowed model does not fade.
    ///
    /// # Errors
    /// As [`Stream::set_emotion`].
    pub fn fade_to_emotion(&mut self, emotion: EmotionSource, fade_s: f32) -> Result<()> {
        let track = EmotionTrack::new(&emotion, self.model.card())?;
        self.check_emotion(&track, &self.settings.emotion_strength)?;
        self.emotion_fade = self.fade_from(&self.emotion_row, fade_s);
        self.emotion = track;
        self.settings.emotion = emotion;
        self.prepare_neutral_face()
    }

    /// Changes the style from the next row on, on a straight line over `fade_s` seconds (a windowed model takes it as a
    /// whole at the next block). [`Stream::reset`] keeps the change.
    ///
    /// # Errors
    /// `BadInput` for a style that the model does not know; the old style stays.
    pub fn fade_to_style(&mut self, style: Style, fade_s: f32) -> Result<()> {
        let wanted = style.resolve(&self.model.card().style)?;
        self.style_fade = self.fade_from(&self.style_row, fade_s);
        self.style_wanted = wanted;
        self.settings.style = style;
        Ok(())
    }

    /// Changes the strength of the emotion from the next row on, over at most 0.15 s. [`Stream::reset`] keeps the
    /// change.
    ///
    /// **Real-time:** the first strength other than 1 prepares a second session; later calls only store numbers.
    ///
    /// # Errors
    /// `BadModel` if the provider has no room for a second session.
    pub fn set_emotion_strength(&mut self, strength: EmotionStrength) -> Result<()> {
        self.fade_to_emotion_strength(strength, 0.0)
    }

    /// As [`Stream::set_emotion_strength`], but a change of 1 takes `fade_s` seconds, also for the changes of an emotion
    /// curve that come later.
    ///
    /// # Errors
    /// As [`Stream::set_emotion_strength`].
    pub fn fade_to_emotion_strength(&mut self, strength: EmotionStrength, fade_s: f32) -> Result<()> {
        self.check_emotion(&self.emotion, &strength)?;
        self.strength_per_s = if fade_s > 0.0 { FASTEST_PER_S.min(fade_s.recip()) } else { FASTEST_PER_S };
        self.settings.emotion_strength = strength;
        self.prepare_neutral_face()
    }

    /// Changes how strongly head, lids and gaze move by themselves from the next row on, on a straight line over
    /// `fade_s` seconds: no row jumps. [`Stream::reset`] keeps the change.
    ///
    /// # Errors
    /// `BadInput` for a strength out of range; the old ones stay.
    pub fn fade_to_motion(&mut self, motion: Motion, fade_s: f32) -> Result<()> {
        motion.check()?;
        self.layers.fade_to(&motion, self.fade_rows(fade_s));
        self.settings.motion = motion;
        Ok(())
    }

    /// Changes how much of each part's motion is shown from the next row on, on a straight line over `fade_s` seconds.
    /// [`Stream::reset`] keeps the change.
    pub fn fade_to_part_weights(&mut self, weights: PartWeights, fade_s: f32) {
        self.part_weighting.fade_to(weights, self.fade_rows(fade_s));
        self.settings.part_weights = weights;
    }

    /// Refuses what a model that hears a window at a time cannot do.
    pub(super) fn check_emotion(&self, track: &EmotionTrack, strength: &EmotionStrength) -> Result<()> {
        if self.windows.is_none() {
            return Ok(());
        }
        if track.keys().is_none() {
            return Err(needs_streaming(&self.model, "emotion `auto`"));
        }
        if !strength.is_full() || track.has_strengths() {
            return Err(needs_streaming(&self.model, "emotion strength by part of the face"));
        }
        Ok(())
    }

    /// Has a neutral face where some strength is not 1.
    pub(super) fn prepare_neutral_face(&mut self) -> Result<()> {
        let is_needed = !self.settings.emotion_strength.is_full() || self.emotion.has_strengths();
        if is_needed && self.neutral_face.is_none() {
            let has_rows = self.clock.coming_row_sample() > 0;
            let strength = has_rows.then(|| EmotionStrength::default().by_part());
            let session = self.session.fork().map_err(bad_model)?;
            let emotion_count = self.emotion_row.len();
            self.neutral_face =
                Some(NeutralFace::new(self.rig, session, emotion_count, strength, self.hop_s())?);
        }
        Ok(())
    }

    /// A fade from the values of the last step; none before the first one, which has nothing to come from.
    fn fade_from(&self, values: &[f32], fade_s: f32) -> Fade {
        Fade::from_values(values, self.fade_rows(fade_s))
    }

    /// Rows of a fade; none before the stream has begun.
    fn fade_rows(&self, fade_s: f32) -> u32 {
        if self.clock.step_count() > 0 { (fade_s / self.hop_s()).round() as u32 } else { 0 }
    }
}
