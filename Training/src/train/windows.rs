//! Windows of speech: an utterance is drawn, cropped, performed, and made to sound like another recording.

use super::augment::{Augmenter, varispeed};
use super::error::Result;
use super::feeder::WindowSource;
use super::labels::{self, HOP_S, HOP_SAMPLES, UNKNOWN};
use super::moods;
use super::speech::{Part, Speech};
use super::window::{Window, WindowMotion};
use crate::corpus::facegood::CapturedTake;
use crate::performer::{self, Prosody, Script};
use crate::phones::{Phone, PhoneSpan};
use cstalk_audio::LogMel;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::sync::Arc;

/// What windows are made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WindowConfig {
    /// Hops of a window; 200 are 4 s.
    pub hops: usize,
    /// Probability of a window in which nobody speaks.
    pub resting_probability: f64,
    /// Probability of a captured window, in the generator's runs with captures.
    pub captured_probability: f64,
    /// Seconds of silence that a crop may reach beyond an utterance.
    pub overhang_s: f32,
}

impl Default for WindowConfig {
    fn default() -> Self {
        Self { hops: 200, resting_probability: 0.05, captured_probability: 0.04, overhang_s: 0.3 }
    }
}

/// What of a window's sound the encoder takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Log-mel features.
    LogMel,
    /// The samples themselves.
    Samples,
}

/// Hops that are performed on each side of a window, so that its ends move as in the middle of speech.
const MARGIN_HOPS: usize = 30;

/// The source of all real training windows.
pub struct SpeechWindows {
    /// The corpora.
    pub speech: Arc<Speech>,
    /// The augmentation; none in held-out windows.
    pub augmenter: Option<Arc<Augmenter>>,
    /// Captured takes of the training split; none for the ear.
    pub captures: Arc<Vec<CapturedTake>>,
    /// What windows are made of.
    pub config: WindowConfig,
    /// What the network takes.
    pub heard: Heard,
    /// Hops that the network looks ahead.
    pub look_ahead_hops: i64,
    /// Whether windows have motion.
    pub performed: bool,
    /// Which utterances.
    pub part: Part,
    /// Seed of everything random.
    pub seed: u64,
}

impl WindowSource for SpeechWindows {
    fn window(&self, number: u64) -> Result<Window> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(number);
        if let Some(augmenter) = &self.augmenter
            && rng.random_bool(self.config.resting_probability)
        {
            return Ok(self.resting(augmenter, &mut rng));
        }
        let captured = self.performed && !self.captures.is_empty() && self.part == Part::Learn;
        if captured && rng.random_bool(self.config.captured_probability) {
            let take = &self.captures[rng.random_range(0..self.captures.len())];
            return self.captured(take, &mut rng);
        }
        self.spoken(&mut rng)
    }

    fn hop_count(&self) -> usize {
        self.config.hops
    }

    fn look_ahead_hops(&self) -> i64 {
        self.look_ahead_hops
    }
}

impl SpeechWindows {
    fn sample_count(&self) -> usize {
        self.config.hops * HOP_SAMPLES
    }

    fn resting(&self, augmenter: &Augmenter, rng: &mut ChaCha8Rng) -> Window {
        let samples = augmenter.background.without_speech(rng, self.sample_count());
        let motion = self.performed.then(|| self.perform(&[], &Prosody::default(), 0, rng));
        self.window_of(&samples, &vec![Phone::SILENCE; self.config.hops], motion, rng)
    }

    fn spoken(&self, rng: &mut ChaCha8Rng) -> Result<Window> {
        let draw = self.speech.draw(self.part, rng);
        let source = self.speech.samples(draw)?;
        let speed = self.augmenter.as_ref().map_or(1.0, |augmenter| augmenter.speed(rng));
        let spoken_samples = (source.len() as f32 / speed) as usize;
        let start = self.crop(spoken_samples, rng);
        let margin = if self.performed { MARGIN_HOPS } else { 0 };
        let range = wide(&start, margin * HOP_SAMPLES);
        let shift_s = -(range.start as f64) / f64::from(cstalk_audio::SPEECH_RATE_HZ);
        let wide_samples = varispeed(&source, speed, range);
        let phones = labels::rescaled(&self.speech.utterance(draw).phones, f64::from(speed), shift_s);
        let rows = self.config.hops + 2 * margin;
        let phones = labels::clipped(&phones, rows as f64 * HOP_S);
        let motion = self.performed.then(|| self.perform(&phones, &Prosody::of(&wide_samples), margin, rng));
        let phone_rows = labels::phone_rows(&phones, rows);
        let mut samples = wide_samples[margin * HOP_SAMPLES..][..self.sample_count()].to_vec();
        self.augment(&mut samples, rng);
        let phones = &phone_rows[margin..margin + self.config.hops];
        Ok(self.window_of(&samples, phones, motion, rng))
    }

    fn captured(&self, take: &CapturedTake, rng: &mut ChaCha8Rng) -> Result<Window> {
        let hops = self.config.hops;
        let last = (take.samples.len() / HOP_SAMPLES).saturating_sub(hops);
        let first = rng.random_range(0..=last);
        let range = (first * HOP_SAMPLES) as i64..((first + hops) * HOP_SAMPLES) as i64;
        let mut samples = varispeed(&take.samples, 1.0, range);
        self.augment(&mut samples, rng);
        let width = performer::BOARD_COUNT;
        let mut rows = take.rows[(first * width).min(take.rows.len())..].to_vec();
        rows.resize(hops * width, 0.0);
        let motion = WindowMotion {
            emotion: moods::neutral_track(hops),
            style: vec![0.0; performer::STYLE_COUNT],
            rows,
            mask: take.mask.iter().map(|on| if *on { 1.0 } else { 0.0 }).collect(),
            bilabial: vec![0.0; hops],
            labiodental: vec![0.0; hops],
            captured: true,
        };
        let mut window = self.window_of(&samples, &vec![Phone::SILENCE; hops], Some(motion), rng);
        window.phones.fill(UNKNOWN);
        Ok(window)
    }

    /// Range of a window in an utterance of `spoken_samples`, either end of which it may overhang.
    fn crop(&self, spoken_samples: usize, rng: &mut ChaCha8Rng) -> Range<i64> {
        let window = self.sample_count() as i64;
        let overhang = (self.config.overhang_s * 16_000.0) as i64;
        let spare = spoken_samples as i64 - window;
        let start = rng.random_range(spare.min(0) - overhang..=spare.max(0) + overhang);
        start..start + window
    }

    fn augment(&self, samples: &mut [f32], rng: &mut ChaCha8Rng) {
        let Some(augmenter) = &self.augmenter else { return };
        let mut babble = |rng: &mut ChaCha8Rng, count: usize| {
            let mut sum = vec![0.0f32; count];
            for _ in 0..rng.random_range(2..5) {
                let voice = self.speech.samples(self.speech.draw(self.part, rng)).unwrap_or_default();
                if voice.is_empty() {
                    continue;
                }
                let start = rng.random_range(0..voice.len());
                for (sum, sample) in sum.iter_mut().zip(voice.iter().cycle().skip(start)) {
                    *sum += sample;
                }
            }
            sum
        };
        augmenter.apply(samples, rng, &mut babble);
    }

    /// A performance of the window inside margins of `margin` hops, by a random speaker in a random mood.
    fn perform(
        &self,
        phones: &[PhoneSpan],
        prosody: &Prosody,
        margin: usize,
        rng: &mut ChaCha8Rng,
    ) -> WindowMotion {
        let hops = self.config.hops + 2 * margin;
        let emotion = moods::emotion_track(rng, hops);
        let style = moods::style(rng);
        let performance = performer::perform(&Script { phones, prosody, hops, emotion: &emotion, style });
        let inside = margin..margin + self.config.hops;
        let width = performer::BOARD_COUNT;
        WindowMotion {
            emotion: emotion[inside.clone()].iter().flatten().copied().collect(),
            style: style.to_vec(),
            rows: performance.rows[inside.start * width..inside.end * width].to_vec(),
            mask: vec![1.0; width],
            bilabial: performance.bilabial[inside.clone()].to_vec(),
            labiodental: performance.labiodental[inside].to_vec(),
            captured: false,
        }
    }

    fn window_of(
        &self,
        samples: &[f32],
        phones: &[Phone],
        motion: Option<WindowMotion>,
        rng: &mut ChaCha8Rng,
    ) -> Window {
        Window {
            features: self.features_of(samples, rng),
            phones: phones.iter().map(|phone| phone.index() as i64).collect(),
            articulation: phones.iter().flat_map(|phone| labels::articulation(*phone)).collect(),
            motion,
        }
    }

    /// Vocal tracts are changed in log-mel features; plain samples keep theirs.
    fn features_of(&self, samples: &[f32], rng: &mut ChaCha8Rng) -> Vec<f32> {
        if self.heard == Heard::Samples {
            return samples.to_vec();
        }
        let mut features = Vec::new();
        LogMel::new().push(samples, &mut features);
        if let Some(augmenter) = &self.augmenter {
            augmenter.change_voice(&mut features, rng);
        }
        features
    }
}

fn wide(range: &Range<i64>, margin_samples: usize) -> Range<i64> {
    range.start - margin_samples as i64..range.end + margin_samples as i64
}
