//! An emotion source in the order of one model's emotions, row by row.

use cstalk_model::ModelCard;

use super::heard::HeardEmotion;
use super::strength::STRENGTH_LIMIT;
use super::{EmotionSource, EmotionStrength};
use crate::activity::Activity;
use crate::error::Result;
use crate::face_parts::PART_COUNT;

/// An [`EmotionSource`] in the order of one model's emotions, ready to be read without allocation.
#[derive(Debug)]
pub(crate) enum EmotionTrack {
    Keys(KeyTrack),
    Heard(Box<HeardEmotion>),
}

impl EmotionTrack {
    pub(crate) fn new(source: &EmotionSource, card: &ModelCard) -> Result<Self> {
        Ok(match source {
            EmotionSource::Auto { model, strength } => {
                Self::Heard(Box::new(HeardEmotion::new(model, *strength, card)?))
            }
            EmotionSource::Constant(constant) => {
                let weights = constant.resolve(&card.emotions)?;
                Self::Keys(KeyTrack::new(vec![0.0], weights, None, card.emotions.len()))
            }
            EmotionSource::Curve(curve) => {
                let (times_s, weights) = curve.resolve(&card.emotions)?;
                Self::Keys(KeyTrack::new(times_s, weights, curve.strengths(), card.emotions.len()))
            }
        })
    }

    /// Writes the weights of the row at `time_s`, which comes out after the hop of `features` was heard, into
    /// `row`. To be called once a hop.
    pub(crate) fn step(
        &mut self,
        time_s: f64,
        features: &[f32],
        activity: &Activity,
        row: &mut [f32],
    ) -> Result<()> {
        match self {
            Self::Keys(keys) => keys.weights_at(time_s, row),
            Self::Heard(heard) => row.copy_from_slice(heard.hear(features, activity)?),
        }
        Ok(())
    }

    /// Does together for the next hops what [`EmotionTrack::step`] would do for each; that is to be called for each of
    /// them next.
    pub(crate) fn step_ahead(&mut self, features: &[f32], hops: usize) -> Result<()> {
        match self {
            Self::Keys(_) => Ok(()),
            Self::Heard(heard) => heard.step_ahead(features, hops),
        }
    }

    /// The keys, unless the emotion is heard.
    pub(crate) fn keys(&self) -> Option<&KeyTrack> {
        match self {
            Self::Keys(keys) => Some(keys),
            Self::Heard(_) => None,
        }
    }

    /// Whether the source itself changes the strength of parts of the face.
    pub(crate) fn has_strengths(&self) -> bool {
        matches!(self, Self::Keys(KeyTrack { strengths: Some(_), .. }))
    }

    /// `strength` times that of the source at `time_s`, by part of the face.
    pub(crate) fn strength_at(&self, time_s: f64, strength: &EmotionStrength) -> [f32; PART_COUNT] {
        let mut by_part = strength.by_part();
        if let Self::Keys(keys) = self {
            keys.scale_strengths(time_s, &mut by_part);
        }
        by_part
    }
}

/// Keys, linear between and held outside.
#[derive(Debug)]
pub(crate) struct KeyTrack {
    times_s: Vec<f64>,
    /// Axes `[key, emotion]`.
    weights: Vec<f32>,
    /// Axes `[key]`, by part of the face.
    strengths: Option<Vec<[f32; PART_COUNT]>>,
    emotion_count: usize,
}

impl KeyTrack {
    pub(super) fn new(
        times_s: Vec<f64>,
        weights: Vec<f32>,
        strengths: Option<Vec<[f32; PART_COUNT]>>,
        emotion_count: usize,
    ) -> Self {
        Self { times_s, weights, strengths, emotion_count }
    }

    /// The keys before and after `time_s`, and how far it is from the one to the other, 0..1.
    fn place(&self, time_s: f64) -> (usize, usize, f32) {
        let after = self.times_s.partition_point(|&key_time_s| key_time_s <= time_s);
        if after == 0 || after == self.times_s.len() {
            let nearest = after.saturating_sub(1);
            return (nearest, nearest, 0.0);
        }
        let (start_s, end_s) = (self.times_s[after - 1], self.times_s[after]);
        (after - 1, after, ((time_s - start_s) / (end_s - start_s)) as f32)
    }

    /// Writes the weights at `time_s` into `row`.
    pub(crate) fn weights_at(&self, time_s: f64, row: &mut [f32]) {
        let (before, after, share) = self.place(time_s);
        let key = |index: usize| &self.weights[index * self.emotion_count..(index + 1) * self.emotion_count];
        for ((value, from), to) in row.iter_mut().zip(key(before)).zip(key(after)) {
            *value = from + (to - from) * share;
        }
    }

    fn scale_strengths(&self, time_s: f64, by_part: &mut [f32; PART_COUNT]) {
        let Some(strengths) = &self.strengths else { return };
        let (before, after, share) = self.place(time_s);
        for (part, value) in by_part.iter_mut().enumerate() {
            let (from, to) = (strengths[before][part], strengths[after][part]);
            *value = (*value * (from + (to - from) * share)).min(STRENGTH_LIMIT);
        }
    }
}
