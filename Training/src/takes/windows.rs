//! Windows for fine-tuning: from the takes, and from what the model must not forget.

use crate::corpus::facegood::CapturedTake;

use crate::performer::{BOARD_COUNT, EMOTION_COUNT, STYLE_COUNT};
use crate::train::augment::{Augmenter, varispeed};
use crate::train::feeder::WindowSource;
use crate::train::labels::{ARTICULATION_COUNT, HOP_SAMPLES, UNKNOWN};
use crate::train::window::{Window, WindowMotion};
use crate::train::windows::SpeechWindows;
use crate::train::{Result, TrainError, moods};
use cstalk_audio::LogMel;
use cstalk_model::{Model, StepInput};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::ops::Range;
use std::sync::Arc;

/// Part of every take that is held out, and the least of it in hops (5 s).
const HELD_OUT_PART: f64 = 0.2;
const LEAST_HELD_OUT_HOPS: usize = 250;

/// A take whose end is kept out of training.
pub struct SplitTake {
    /// The whole take.
    pub take: CapturedTake,
    /// Hops that are learnt from.
    pub learn: Range<usize>,
    /// Hops that are not.
    pub held_out: Range<usize>,
}

impl SplitTake {
    /// The last fifth of a take, at least 5 s, is held out.
    pub fn new(take: CapturedTake) -> Self {
        let hops = take.rows.len() / BOARD_COUNT;
        let held_out = ((hops as f64 * HELD_OUT_PART) as usize).max(LEAST_HELD_OUT_HOPS).min(hops);
        Self { take, learn: 0..hops - held_out, held_out: hops - held_out..hops }
    }
}

/// What a fine-tuned model must go on doing.
pub enum Kept {
    /// What the performer does on the speech of the corpora.
    Performed(SpeechWindows),
    /// What the model before did on the sound of the takes, in any mood and style.
    Before(Arc<Model>),
}

/// Windows of takes, and in training windows of what is kept.
pub struct TakeWindows {
    /// The takes.
    pub takes: Arc<Vec<SplitTake>>,
    /// What is kept in training; None in held-out windows.
    pub kept: Option<Kept>,
    /// Changes of the sound in training; None in held-out windows.
    pub augmenter: Option<Augmenter>,
    /// Part of the training windows that are captured.
    pub captured_part: f64,
    /// Weights of the emotions that the takes are in.
    pub emotion: [f32; EMOTION_COUNT],
    /// Hops of a window.
    pub hops: usize,
    /// Hops that the network looks ahead.
    pub look_ahead_hops: i64,
    /// Seed of everything random.
    pub seed: u64,
}

impl WindowSource for TakeWindows {
    fn window(&self, number: u64) -> Result<Window> {
        let Some(kept) = &self.kept else {
            let starts = self.held_out_starts();
            let (take, first) = starts[(number % starts.len() as u64) as usize];
            let samples = self.samples(take, first);
            return Ok(self.captured(take, first, &samples));
        };
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(number);
        let captured = rng.random_bool(self.captured_part);
        if let (false, Kept::Performed(speech)) = (captured, kept) {
            return speech.window(number);
        }
        let (take, first) = self.draw(&mut rng);
        let mut samples = self.samples(take, first);
        if let Some(augmenter) = &self.augmenter {
            augmenter.apply(&mut samples, &mut rng, &mut |_, count| vec![0.0; count]);
        }
        match kept {
            Kept::Before(model) if !captured => self.as_before(model, &samples, &mut rng),
            _ => Ok(self.captured(take, first, &samples)),
        }
    }

    fn hop_count(&self) -> usize {
        self.hops
    }

    fn look_ahead_hops(&self) -> i64 {
        self.look_ahead_hops
    }
}

impl TakeWindows {
    /// Held-out windows that overlap by half.
    pub fn held_out_count(&self) -> usize {
        self.held_out_starts().len()
    }

    fn held_out_starts(&self) -> Vec<(&SplitTake, usize)> {
        let starts = |take: &SplitTake| {
            let last = take.held_out.end.saturating_sub(self.hops).max(take.held_out.start);
            (take.held_out.start..=last).step_by((self.hops / 2).max(1)).collect::<Vec<_>>()
        };
        self.takes.iter().flat_map(|take| starts(take).into_iter().map(move |first| (take, first))).collect()
    }

    /// A take, drawn by the length of its learnt part, and the first hop of a window in that part.
    fn draw(&self, rng: &mut ChaCha8Rng) -> (&SplitTake, usize) {
        let spare = |take: &SplitTake| take.learn.len().saturating_sub(self.hops) + 1;
        let mut left = rng.random_range(0..self.takes.iter().map(spare).sum::<usize>().max(1));
        for take in self.takes.iter() {
            if left < spare(take) {
                return (take, left);
            }
            left -= spare(take);
        }
        (&self.takes[0], 0)
    }

    fn samples(&self, take: &SplitTake, first: usize) -> Vec<f32> {
        let range = (first * HOP_SAMPLES) as i64..((first + self.hops) * HOP_SAMPLES) as i64;
        varispeed(&take.take.samples, 1.0, range)
    }

    fn captured(&self, take: &SplitTake, first: usize, samples: &[f32]) -> Window {
        let mut rows = take.take.rows[first * BOARD_COUNT..].to_vec();
        rows.resize(self.hops * BOARD_COUNT, 0.0);
        self.window_of(
            features(samples),
            WindowMotion {
                emotion: self.emotion.repeat(self.hops),
                style: vec![0.0; STYLE_COUNT],
                rows,
                mask: take.take.mask.iter().map(|on| if *on { 1.0 } else { 0.0 }).collect(),
                captured: true,
                ..self.without_contacts()
            },
        )
    }

    /// The sound in a random mood and style, with the rows of the model before.
    fn as_before(&self, model: &Model, samples: &[f32], rng: &mut ChaCha8Rng) -> Result<Window> {
        let failed = |error: cstalk_model::Error| TrainError::Config(format!("the model before: {error}"));
        let features = features(samples);
        let emotion: Vec<f32> = moods::emotion_track(rng, self.hops).into_iter().flatten().collect();
        let style = moods::style(rng);
        let late = usize::try_from(self.look_ahead_hops).unwrap_or(0);
        // As in a batch: the emotion asked for at a step acts on the row that comes out then.
        let mut emotion_by_step = emotion[..EMOTION_COUNT].repeat(late);
        emotion_by_step.extend_from_slice(&emotion[..(self.hops - late) * EMOTION_COUNT]);
        let step =
            StepInput { features: &features, emotion: &emotion_by_step, style: &style.repeat(self.hops) };
        let mut rows = Vec::new();
        model.session().map_err(failed)?.step(&step, self.hops, &mut rows).map_err(failed)?;
        rows.drain(..late * BOARD_COUNT);
        rows.resize(self.hops * BOARD_COUNT, 0.0);
        let mask = vec![1.0; BOARD_COUNT];
        let motion = WindowMotion { emotion, style: style.to_vec(), rows, mask, ..self.without_contacts() };
        Ok(self.window_of(features, motion))
    }

    fn without_contacts(&self) -> WindowMotion {
        let none = vec![0.0; self.hops];
        WindowMotion { bilabial: none.clone(), labiodental: none, ..WindowMotion::default() }
    }

    fn window_of(&self, features: Vec<f32>, motion: WindowMotion) -> Window {
        Window {
            features,
            phones: vec![UNKNOWN; self.hops],
            articulation: vec![0.0; self.hops * ARTICULATION_COUNT],
            motion: Some(motion),
        }
    }
}

fn features(samples: &[f32]) -> Vec<f32> {
    let mut features = Vec::new();
    LogMel::new().push(samples, &mut features);
    features
}
