//! From features to the next row: the model's steps, and the stations after it.

use cstalk_audio::SampleTime;
use cstalk_model::StepInput;

use super::{DrainedRow, Stream, bad_model, needs_streaming};
use crate::activity::Activity;
use crate::error::Result;

/// Hops that are stepped together.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// The sample that each one's row stands at, and what was heard there.
    hops: Vec<(i64, Activity)>,
    /// Axes `[hop, emotion]`, `[hop, style]` and `[hop, column]`.
    emotions: Vec<f32>,
    styles: Vec<f32>,
    rows: Vec<f32>,
}

impl Batch {
    fn clear(&mut self) {
        self.hops.clear();
        self.emotions.clear();
        self.styles.clear();
        self.rows.clear();
    }
}

impl Stream {
    /// Hops that can be stepped now, as many at once as change no bit.
    pub(super) fn hops_ready(&self) -> usize {
        let heard = (self.features.len() - self.taken) / self.step_values;
        let most = if self.windows.is_some() { 1 } else { self.session.hops_at_once() };
        heard.min(most).min(self.clock.steps_left())
    }

    pub(super) fn drained(&self, row_sample: i64) -> DrainedRow<'_> {
        DrainedRow { time: SampleTime(row_sample), values: &self.row, emotion_weights: &self.emotion_row }
    }

    /// So many hops, one for a model with a window; [`Stream::take_row`] takes their rows.
    pub(super) fn step(&mut self, hops: usize) -> Result<()> {
        self.batch.clear();
        if self.windows.is_some() {
            return self.step_windows();
        }
        let features = &self.features[self.taken..self.taken + hops * self.step_values];
        self.emotion.step_ahead(features, hops)?;
        for _ in 0..hops {
            let row_sample = self.clock.coming_row_sample();
            self.clock.step();
            self.hear_hop(row_sample)?;
        }
        self.infer(hops)
    }

    /// Adds the next hop to the batch, with the emotion and style that the model is told.
    fn hear_hop(&mut self, row_sample: i64) -> Result<()> {
        let from = self.taken + self.batch.hops.len() * self.step_values;
        let features = &self.features[from..from + self.step_values];
        let activity = self.activity.update(features);
        // The emotion is the one of the row that comes out, not of the sound that goes in.
        let time_s = row_sample as f64 / f64::from(self.model.card().sample_rate_hz);
        self.emotion.step(time_s, features, &activity, &mut self.emotion_row)?;
        self.emotion_fade.apply(&mut self.emotion_row);
        self.style_row.copy_from_slice(&self.style_wanted);
        self.style_fade.apply(&mut self.style_row);
        self.batch.emotions.extend_from_slice(&self.emotion_row);
        self.batch.styles.extend_from_slice(&self.style_row);
        self.batch.hops.push((row_sample, self.activity_delay.delayed(activity)));
        Ok(())
    }

    /// Runs the model over the hops of the batch.
    fn infer(&mut self, hops: usize) -> Result<()> {
        let Batch { emotions, styles, rows, .. } = &mut self.batch;
        let features = &self.features[self.taken..self.taken + hops * self.step_values];
        let input = StepInput { features, emotion: emotions, style: styles };
        let stepped = self.session.step(&input, hops, rows);
        let neutral_stepped = match &mut self.neutral_face {
            Some(face) => face.step(features, styles, hops),
            None => Ok(()),
        };
        self.taken += hops * self.step_values;
        stepped.and(neutral_stepped).map_err(bad_model)
    }

    /// Post-processes the row of a hop stepped last into `self.row`; returns the sample that it stands at, unless it lies
    /// before the clip.
    pub(super) fn take_row(&mut self, hop: usize) -> Result<Option<i64>> {
        let (row_sample, activity) = self.batch.hops[hop];
        if row_sample < 0 {
            return Ok(None);
        }
        let part = |width: usize| hop * width..(hop + 1) * width;
        let (columns, emotions) = (part(self.row.len()), part(self.emotion_row.len()));
        self.row.copy_from_slice(&self.batch.rows[columns]);
        self.emotion_row.copy_from_slice(&self.batch.emotions[emotions]);
        if let Some(face) = &mut self.neutral_face {
            face.take_row(hop);
        }
        self.post_process(row_sample, &activity)?;
        Ok(Some(row_sample))
    }

    /// One hop of a model with a window: its row was computed with its block, or the block is computed now.
    fn step_windows(&mut self) -> Result<()> {
        let row_sample = self.clock.coming_row_sample();
        self.clock.step();
        let newest = self.activity.update(&self.features[self.taken..self.taken + self.step_values]);
        self.taken += self.step_values;
        self.batch.hops.push((row_sample, self.activity_delay.delayed(newest)));
        if let Some(windows) = self.windows.as_mut().filter(|_| row_sample >= 0) {
            let keys = self.emotion.keys().ok_or_else(|| needs_streaming(&self.model, "emotion `auto`"))?;
            let (row, emotion) =
                windows.next_row(&mut self.session, keys, &self.style_wanted).map_err(bad_model)?;
            self.batch.rows.extend_from_slice(row);
            self.batch.emotions.extend_from_slice(emotion);
        }
        Ok(())
    }

    fn post_process(&mut self, row_sample: i64, activity: &Activity) -> Result<()> {
        let time_s = row_sample as f64 / f64::from(self.model.card().sample_rate_hz);
        self.ranges.apply(&mut self.row);
        let mouth_strength = self.mix_with_neutral_face(time_s)?;
        if let Some(rest) = &mut self.mouth_rest {
            // The card names the resting emotion first; a model without emotions is always neutral.
            let neutral = self.emotion_row.first().copied().unwrap_or(1.0);
            let neutral = if mouth_strength < 1.0 { 1.0 - mouth_strength * (1.0 - neutral) } else { neutral };
            rest.apply(activity.level_db, neutral, &mut self.row);
        }
        self.smoothing.apply(&mut self.row);
        self.layers.apply(activity, &mut self.row);
        self.part_weighting.apply(&mut self.row)?;
        self.ranges.apply(&mut self.row);
        Ok(())
    }

    /// Weakens or strengthens the emotion in `self.row` by part of the face; returns its strength in the mouth.
    fn mix_with_neutral_face(&mut self, time_s: f64) -> Result<f32> {
        let Some(face) = &mut self.neutral_face else { return Ok(1.0) };
        let wanted = self.emotion.strength_at(time_s, &self.settings.emotion_strength);
        face.mix(wanted, self.strength_per_s, &self.ranges, &mut self.row)?;
        let mouth_strength = face.mouth_strength();
        let is_needed = !self.settings.emotion_strength.is_full() || self.emotion.has_strengths();
        if face.is_idle() && !is_needed {
            self.neutral_face = None;
        }
        Ok(mouth_strength)
    }
}
