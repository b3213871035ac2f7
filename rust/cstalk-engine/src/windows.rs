//! Rows of a model that hears a whole window at a time, a block of rows a window.

use cstalk_model::{CardWindow, ModelCard, Result, Session, StepInput};

use crate::emotion::KeyTrack;

/// Cuts the samples of a stream into the windows of a model and keeps the block of rows that came out last.
///
/// Windows lie at places fixed by the start of the clip: block `b` has the rows `b * block_hops` and on. So the rows
/// do not depend on how the samples came in. The caller asks for one row after the other, each when the samples of
/// its look-ahead have been heard, which is when the whole window of its block is there.
#[derive(Debug)]
pub(crate) struct WindowRows {
    window: CardWindow,
    hop_samples: usize,
    hop_s: f64,
    emotion_count: usize,
    control_count: usize,
    /// From the first sample of the coming window on.
    samples: Vec<f32>,
    /// Emotion of each hop of the latest window, `[hop, emotion]`.
    emotion: Vec<f32>,
    /// Rows of the latest window, `[hop, control]`.
    curves: Vec<f32>,
    next_row: u64,
}

impl WindowRows {
    /// At the start of a clip; `None` for a model that streams hop by hop.
    pub(crate) fn of(card: &ModelCard) -> Option<Self> {
        let window = card.window?;
        let mut rows = Self {
            hop_samples: card.hop_samples as usize,
            hop_s: f64::from(card.hop_samples) / f64::from(card.sample_rate_hz),
            emotion_count: card.emotions.len(),
            control_count: card.controls.len(),
            samples: Vec::new(),
            emotion: Vec::new(),
            curves: Vec::new(),
            next_row: 0,
            window,
        };
        rows.reset();
        Some(rows)
    }

    /// Forgets everything heard.
    pub(crate) fn reset(&mut self) {
        self.samples.clear();
        self.samples.resize(self.window.past_hops as usize * self.hop_samples, 0.0);
        self.emotion.clear();
        self.emotion.resize(self.window.hop_count() as usize * self.emotion_count, 0.0);
        self.curves.clear();
        self.next_row = 0;
    }

    /// Takes the next samples of the clip.
    pub(crate) fn hear(&mut self, samples: &[f32]) {
        self.samples.extend_from_slice(samples);
    }

    /// The next row `[control]` with its emotion `[emotion]`; runs the model at the first row of a block.
    pub(crate) fn next_row(
        &mut self,
        session: &mut Session,
        emotion: &KeyTrack,
        style: &[f32],
    ) -> Result<(&[f32], &[f32])> {
        let in_block = (self.next_row % u64::from(self.window.block_hops)) as usize;
        if in_block == 0 {
            self.run(session, emotion, style)?;
        }
        self.next_row += 1;
        let hop = self.window.past_hops as usize + in_block;
        let range = |width: usize| hop * width..(hop + 1) * width;
        Ok((&self.curves[range(self.control_count)], &self.emotion[range(self.emotion_count)]))
    }

    fn run(&mut self, session: &mut Session, emotion: &KeyTrack, style: &[f32]) -> Result<()> {
        let hops = self.window.hop_count() as usize;
        self.set_emotion(emotion);
        let style = style.repeat(hops);
        let features = &self.samples[..hops * self.hop_samples];
        self.curves.clear();
        session.step(
            &StepInput { features, emotion: &self.emotion, style: &style },
            hops,
            &mut self.curves,
        )?;
        self.samples.drain(..self.window.block_hops as usize * self.hop_samples);
        Ok(())
    }

    /// Rows that are out keep the emotion they had; the others get what is asked for now.
    fn set_emotion(&mut self, emotion: &KeyTrack) {
        let past_hops = self.window.past_hops as usize;
        let first = if self.next_row == 0 {
            0
        } else {
            self.emotion.rotate_left(self.window.block_hops as usize * self.emotion_count);
            past_hops
        };
        let start = self.next_row as f64 - past_hops as f64;
        for (hop, weights) in self.emotion.chunks_exact_mut(self.emotion_count).enumerate().skip(first) {
            emotion.weights_at((start + hop as f64) * self.hop_s, weights);
        }
    }
}
