//! Acted speech with an emotion a clip, as windows for the network that hears emotions.

use super::augment::{Augmenter, varispeed};
use super::error::{Result, TrainError};
use super::feeder::WindowSource;
use super::labels::{ARTICULATION_COUNT, HOP_SAMPLES, UNKNOWN};
use super::speech::CorpusUse;
use super::window::Window;
use crate::corpus::{Store, Utterance};
use crate::nets::VoiceEmotionShape;
use cstalk_audio::LogMel;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// Emotions that are heard, by the names that faces have for them; the resting one first.
pub const VOICE_EMOTIONS: [&str; 7] =
    ["neutral", "happy", "sad", "angry", "fearful", "disgusted", "surprised"];

/// What the stage that hears emotions is determined by, besides the common parts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VoiceEmotionConfig {
    /// Sizes of the network.
    pub shape: VoiceEmotionShape,
    /// Name of the corpus.
    pub corpus: String,
    /// Speakers that the best weights are chosen on.
    pub choose_speakers: BTreeSet<String>,
    /// Speakers that the figures are measured on, once per best weights; nothing is chosen on them.
    pub test_speakers: BTreeSet<String>,
    /// Part of the label that is spread over all emotions.
    pub label_smoothing: f64,
}

impl Default for VoiceEmotionConfig {
    fn default() -> Self {
        Self {
            shape: VoiceEmotionShape::default(),
            corpus: "ravdess".to_owned(),
            choose_speakers: BTreeSet::new(),
            test_speakers: BTreeSet::new(),
            label_smoothing: 0.1,
        }
    }
}

impl VoiceEmotionConfig {
    /// # Errors
    /// [`TrainError::Config`] naming what makes no sense.
    pub fn check(&self) -> Result<()> {
        if let Some(twice) = self.choose_speakers.intersection(&self.test_speakers).next() {
            let what = format!("voice_emotion: `{twice}` is both a choose_speaker and a test_speaker");
            return Err(TrainError::Config(what));
        }
        if self.shape.pooled_octaves > 10 {
            return Err(TrainError::Config(
                "voice_emotion.shape.pooled_octaves must be at most 10".to_owned(),
            ));
        }
        Ok(())
    }
}

/// What a speaker is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoicePart {
    /// Gradients.
    Learn,
    /// The choice of the best weights.
    Choose,
    /// The figures.
    Test,
}

/// Hops of speech before anything can be known about its emotion.
const BEGINNING_HOPS: usize = 15;
/// Hops after the last sound whose emotion still counts as known.
const ENDING_HOPS: usize = 5;
/// Power of a 20 ms piece against the loudest one, below which nothing is said.
const SPEECH_SHARE: f32 = 1e-3;

/// A corpus of acted speech, its speakers dealt to the three parts.
pub struct VoiceClips {
    store: Store,
    parts: [Vec<usize>; 3],
}

impl VoiceClips {
    /// Opens the corpus in the folder of its name below `root`.
    ///
    /// # Errors
    /// [`TrainError`] when it is not there, a named speaker is not in it, or a part has no clip.
    pub fn open(root: &Path, config: &VoiceEmotionConfig) -> Result<Self> {
        let bad = |reason: String| TrainError::Corpus(format!("{}: {reason}", config.corpus));
        let store = Store::open(root.join(&config.corpus)).map_err(|error| {
            bad(format!("{error}; `cstalk-train corpus --corpora {}` builds it", config.corpus))
        })?;
        let mut parts = [Vec::new(), Vec::new(), Vec::new()];
        let mut met = BTreeSet::new();
        for (index, utterance) in store.utterances().iter().enumerate() {
            if class_of(utterance).is_none() {
                continue;
            }
            let speaker = &utterance.speaker;
            met.insert(speaker.clone());
            let part = if config.test_speakers.contains(speaker) {
                VoicePart::Test
            } else if config.choose_speakers.contains(speaker) {
                VoicePart::Choose
            } else {
                VoicePart::Learn
            };
            parts[part as usize].push(index);
        }
        let named = config.choose_speakers.union(&config.test_speakers);
        if let Some(missing) = named.into_iter().find(|speaker| !met.contains(*speaker)) {
            return Err(bad(format!("has no speaker `{missing}` with an emotion")));
        }
        for (part, name) in [(0, "learn from"), (1, "choose the best weights by"), (2, "test on")] {
            if parts[part].is_empty() {
                return Err(bad(format!("has no clip with a known emotion to {name}")));
            }
        }
        Ok(Self { store, parts })
    }

    /// Indices of the clips of `part`.
    pub fn part(&self, part: VoicePart) -> &[usize] {
        &self.parts[part as usize]
    }

    /// Description of a clip.
    pub fn utterance(&self, index: usize) -> &Utterance {
        &self.store.utterances()[index]
    }

    /// Samples of a clip, 16 kHz mono.
    ///
    /// # Errors
    /// [`TrainError::Corpus`] when they cannot be read.
    pub fn samples(&self, index: usize) -> Result<Vec<f32>> {
        self.store.samples(index).map_err(|error| TrainError::Corpus(error.to_string()))
    }

    /// Emotion of a clip, an index of [`VOICE_EMOTIONS`].
    pub fn class(&self, index: usize) -> usize {
        class_of(self.utterance(index)).unwrap_or_default()
    }

    /// One over the share of each emotion among the clips that are learnt from, with mean 1 over these clips.
    pub fn class_weights(&self) -> Vec<f32> {
        let learn = self.part(VoicePart::Learn);
        let mut counts = [0u32; VOICE_EMOTIONS.len()];
        learn.iter().for_each(|&index| counts[self.class(index)] += 1);
        let met = counts.iter().filter(|count| **count > 0).count();
        counts.iter().map(|&count| learn.len() as f32 / (met as f32 * count.max(1) as f32)).collect()
    }

    /// What is learnt from, for the model card.
    pub fn corpus_use(&self) -> CorpusUse {
        let card = self.store.card();
        let learn_s: f64 =
            self.part(VoicePart::Learn).iter().map(|&index| self.utterance(index).duration_s()).sum();
        CorpusUse {
            name: card.name.clone(),
            hours: learn_s / 3600.0,
            licence: card.licence.clone(),
            non_commercial: card.non_commercial,
            share: 1.0,
        }
    }
}

/// Emotion of an utterance by the corpus' own word for it.
fn class_of(utterance: &Utterance) -> Option<usize> {
    let name = match utterance.emotion.as_deref()? {
        "calm" => "neutral",
        "disgust" => "disgusted",
        other => other,
    };
    VOICE_EMOTIONS.iter().position(|known| *known == name)
}

/// Hops of `samples` whose emotion is known: from a little after the first sound to a little after the last one.
pub fn known_hops(samples: &[f32]) -> Range<usize> {
    let powers: Vec<f32> =
        samples.chunks(HOP_SAMPLES).map(|hop| hop.iter().map(|sample| sample * sample).sum()).collect();
    let floor = powers.iter().copied().fold(0.0, f32::max) * SPEECH_SHARE;
    let is_speech = |power: &f32| *power > floor;
    match (powers.iter().position(is_speech), powers.iter().rposition(is_speech)) {
        (Some(first), Some(last)) => {
            let end = (last + 1 + ENDING_HOPS).min(powers.len());
            (first + BEGINNING_HOPS).min(end)..end
        }
        _ => 0..0,
    }
}

/// Windows of one clip each, silence around it.
pub struct VoiceEmotionWindows {
    /// The corpus.
    pub clips: Arc<VoiceClips>,
    /// The augmentation; none in windows that weights are chosen by.
    pub augmenter: Option<Arc<Augmenter>>,
    /// Which clips.
    pub part: VoicePart,
    /// Hops of a window.
    pub hops: usize,
    /// Hops that the network looks ahead.
    pub look_ahead_hops: i64,
    /// Seconds of silence that a crop may reach beyond a clip.
    pub overhang_s: f32,
    /// Seed of everything random.
    pub seed: u64,
}

impl WindowSource for VoiceEmotionWindows {
    fn window(&self, number: u64) -> Result<Window> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(number);
        let choices = self.clips.part(self.part);
        let index = choices[rng.random_range(0..choices.len())];
        let source = self.clips.samples(index)?;
        let speed = self.augmenter.as_ref().map_or(1.0, |augmenter| augmenter.speed(&mut rng));
        let window = (self.hops * HOP_SAMPLES) as i64;
        let overhang = (self.overhang_s * 16_000.0) as i64;
        let spare = (source.len() as f32 / speed) as i64 - window;
        let start = rng.random_range(spare.min(0) - overhang..=spare.max(0) + overhang);
        let mut samples = varispeed(&source, speed, start..start + window);
        let known = known_hops(&samples);
        let mut features = Vec::new();
        if let Some(augmenter) = &self.augmenter {
            let mut babble = |rng: &mut ChaCha8Rng, count: usize| {
                let other = choices[rng.random_range(0..choices.len())];
                let voice = self.clips.samples(other).unwrap_or_default();
                voice.iter().copied().cycle().take(if voice.is_empty() { 0 } else { count }).collect()
            };
            augmenter.apply(&mut samples, &mut rng, &mut babble);
            LogMel::new().push(&samples, &mut features);
            augmenter.change_voice(&mut features, &mut rng);
        } else {
            LogMel::new().push(&samples, &mut features);
        }
        let mut classes = vec![UNKNOWN; self.hops];
        classes[known].fill(self.clips.class(index) as i64);
        Ok(Window {
            features,
            phones: classes,
            articulation: vec![0.0; self.hops * ARTICULATION_COUNT],
            motion: None,
        })
    }

    fn hop_count(&self) -> usize {
        self.hops
    }

    fn look_ahead_hops(&self) -> i64 {
        self.look_ahead_hops
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_emotion_is_known_inside_the_speech_only() {
        let mut samples = vec![0.0; 50 * HOP_SAMPLES];
        samples[10 * HOP_SAMPLES..40 * HOP_SAMPLES].fill(0.3);
        assert_eq!(known_hops(&samples), 25..45);
        assert_eq!(known_hops(&vec![0.0; 3_200]), 0..0);
        assert_eq!(known_hops(&[]), 0..0);
        // A sound too short to know anything about.
        assert!(known_hops(&samples[..12 * HOP_SAMPLES]).is_empty());
    }
}
