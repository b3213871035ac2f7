//! The emotion that a model hears in the voice, calmed so that a face can follow it.

use std::sync::Arc;

use cstalk_model::{Model, ModelCard, ModelKind, Session, StepInput};

use crate::activity::Activity;
use crate::error::{EngineError, ErrorKind, Result};

/// What the model is less sure of than this stays neutral: a doubtful voice makes a calm face, not a mixture.
const DOUBT: f32 = 0.25;
/// Weights follow what is heard with this time constant.
const FOLLOW_S: f32 = 0.4;
/// No weight changes faster than this, in 1/s.
const FASTEST_PER_S: f32 = 1.0;
/// The emotion of a phrase is held over pauses shorter than this, and then eases to neutral.
const HOLD_S: f32 = 0.6;

/// Emotion weights heard in the voice, one hop at a time.
///
/// The weights of a hop depend on the sound up to it and on nothing later, so they can be used for the row that
/// the curve model gives at the same step. They add up to 1, and change by at most `FASTEST_PER_S`.
#[derive(Debug)]
pub(crate) struct HeardEmotion {
    session: Session,
    /// For each emotion that is heard, its place among those of the face; `None` where the face lacks it.
    places: Vec<Option<usize>>,
    strength: f32,
    hop_s: f32,
    logits: Vec<f32>,
    /// Logits of hops that were stepped ahead of [`HeardEmotion::hear`], in order; the first `taken` of them are used.
    ahead: Vec<f32>,
    taken: usize,
    wanted: Vec<f32>,
    weights: Vec<f32>,
    silent_s: f32,
}

impl HeardEmotion {
    /// What `model` hears, for a face of `face`'s emotions, all weights but the resting one times `strength`.
    pub(super) fn new(model: &Arc<Model>, strength: f32, face: &ModelCard) -> Result<Self> {
        let card = model.card();
        let unfit = |what: String| {
            let message = format!("emotion model `{} {}`: {what}", card.name, card.version);
            Err(EngineError::new(ErrorKind::BadModel, message))
        };
        if !(0.0..=1.0).contains(&strength) {
            let message = format!("emotion `auto`: wanted a weight from 0 to 1, got {strength}");
            return Err(EngineError::new(ErrorKind::BadInput, message));
        }
        if card.kind != ModelKind::Emotion {
            return unfit(format!(
                "wanted a model of kind \"emotion\", which hears emotions in a voice, got one of kind \"{}\"",
                card.kind
            ));
        }
        if card.features != face.features || card.hop_samples != face.hop_samples {
            return unfit(format!("it does not listen to the same features as the model `{}`", face.name));
        }
        if card.look_ahead_hops > face.look_ahead_hops {
            return unfit(format!(
                "wanted a look-ahead of at most {} hops, that of the model `{}`, got {}",
                face.look_ahead_hops, face.name, card.look_ahead_hops
            ));
        }
        // The first emotion of a card is the resting one.
        let mut places: Vec<Option<usize>> =
            card.emotions.iter().map(|name| face.emotions.iter().position(|known| known == name)).collect();
        if let Some(resting) = places.first_mut() {
            *resting = None;
        }
        if places.iter().flatten().count() == 0 {
            return unfit(format!(
                "it hears {}, none of which the model `{}` can show ({})",
                card.emotions.join(", "),
                face.name,
                face.emotions.join(", ")
            ));
        }
        let session = model
            .session()
            .map_err(|error| EngineError::because(ErrorKind::BadModel, error.to_string(), error))?;
        let mut neutral = vec![0.0; face.emotions.len()];
        if let Some(resting) = neutral.first_mut() {
            *resting = 1.0;
        }
        Ok(Self {
            session,
            places,
            strength,
            hop_s: card.hop_samples as f32 / card.sample_rate_hz as f32,
            logits: Vec::with_capacity(card.emotions.len()),
            ahead: Vec::new(),
            taken: 0,
            wanted: neutral.clone(),
            weights: neutral,
            silent_s: HOLD_S,
        })
    }

    /// Steps the model over the next hops together, where that changes no bit; [`HeardEmotion::hear`] is to be called
    /// for each of them next.
    pub(super) fn step_ahead(&mut self, features: &[f32], hops: usize) -> Result<()> {
        if hops > self.session.hops_at_once() {
            return Ok(());
        }
        self.ahead.clear();
        self.taken = 0;
        step(&mut self.session, features, hops, &mut self.ahead)
    }

    /// Hears the next hop and returns the weights of the face's emotions.
    pub(super) fn hear(&mut self, features: &[f32], activity: &Activity) -> Result<&[f32]> {
        self.logits.clear();
        match self.ahead.get(self.taken..self.taken + self.places.len()) {
            Some(logits) => {
                self.logits.extend_from_slice(logits);
                self.taken += self.places.len();
            }
            None => step(&mut self.session, features, 1, &mut self.logits)?,
        }
        self.silent_s = if activity.speaking { 0.0 } else { self.silent_s + self.hop_s };
        if activity.speaking {
            self.want_heard();
        } else if self.silent_s > HOLD_S {
            self.want_neutral();
        }
        self.follow();
        Ok(&self.weights)
    }

    fn want_neutral(&mut self) {
        self.wanted.fill(0.0);
        self.wanted[0] = 1.0;
    }

    fn want_heard(&mut self) {
        self.want_neutral();
        let highest = self.logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let total: f32 = self.logits.iter().map(|logit| (logit - highest).exp()).sum();
        for (logit, place) in self.logits.iter().zip(&self.places) {
            let share = (logit - highest).exp() / total;
            let weight = self.strength * ((share - DOUBT) / (1.0 - DOUBT)).max(0.0);
            if let Some(place) = *place {
                self.wanted[place] += weight;
                self.wanted[0] -= weight;
            }
        }
    }

    /// Goes towards what is wanted on a straight line, so that the weights keep adding up to 1.
    fn follow(&mut self) {
        let share = 1.0 - (-self.hop_s / FOLLOW_S).exp();
        let farthest =
            self.weights.iter().zip(&self.wanted).fold(0.0f32, |far, (w, to)| far.max((to - w).abs()));
        let fastest = FASTEST_PER_S * self.hop_s;
        let share = if share * farthest > fastest { fastest / farthest } else { share };
        for (weight, wanted) in self.weights.iter_mut().zip(&self.wanted) {
            *weight = (*weight + share * (wanted - *weight)).clamp(0.0, 1.0);
        }
    }
}

fn step(session: &mut Session, features: &[f32], hops: usize, logits: &mut Vec<f32>) -> Result<()> {
    let input = StepInput { features, emotion: &[], style: &[] };
    session
        .step(&input, hops, logits)
        .map_err(|error| EngineError::because(ErrorKind::BadModel, format!("emotion model: {error}"), error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cstalk_model::{Provider, sample};

    #[test]
    fn weights_are_calm_held_over_a_pause_and_neutral_in_silence() {
        let load = |bytes: Vec<u8>| Arc::new(Model::from_bytes(&bytes, Provider::Embedded).unwrap());
        let face = load(sample::untrained_bytes().unwrap());
        let ear = load(sample::untrained_emotion_bytes(&["neutral", "angry", "happy"]).unwrap());
        let mut heard = HeardEmotion::new(&ear, 1.0, face.card()).unwrap();
        let activity = |speaking| Activity { level_db: -30.0, loudness: 0.5, speaking, phrase_ended: false };
        let mut last = heard.weights.clone();
        let mut hear = |colour: f32, speaking: bool| -> f32 {
            let features: Vec<f32> = (0..160).map(|bin| (bin as f32 * colour).sin() * 4.0 - 4.0).collect();
            let weights = heard.hear(&features, &activity(speaking)).unwrap();
            assert!((weights.iter().sum::<f32>() - 1.0).abs() < 1e-5, "{weights:?}");
            let change = weights.iter().zip(&last).map(|(now, last)| (now - last).abs()).fold(0.0, f32::max);
            assert!(change <= FASTEST_PER_S * 0.02 + 1e-6, "{change}");
            last = weights.to_vec();
            1.0 - weights[0]
        };
        // The untrained model takes some colour of sound for an emotion; other colours in between shake it.
        let emotional = (1..40)
            .map(|n| n as f32 * 0.1)
            .find(|&colour| (0..100).map(|_| hear(colour, true)).last().is_some_and(|share| share > 0.5));
        let colour = emotional.expect("some sound has an emotion");
        let before = hear(colour, true);
        let pause = (0..28).map(|_| hear(0.77, false)).last().unwrap();
        assert!(pause >= before - 1e-3, "{pause} after {before}");
        let silence = (0..200).map(|_| hear(0.77, false)).last().unwrap();
        assert!(silence < 1e-3, "{silence}");
    }
}
