//! A level gate: silence below a threshold, for rooms that are never quiet.

use crate::error::{AudioError, AudioErrorKind, Result};
use crate::level::finite_sample;

/// How far before the sound that opens it the gate is open, in ms. The burst of a plosive follows up to this
/// long after its first movement of the air, and lips close before they burst.
const LOOK_BACK_MS: u32 = 20;
/// Time over which the gate opens and closes, in ms, so that it does not click.
const RAMP_MS: u32 = 5;
/// Time in which the level that the gate listens to falls to 1/e, in ms: longer than a period of any voice.
const FALL_MS: f32 = 20.0;

/// Levels and times of a [`Gate`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GateSettings {
    /// Level that opens the gate, in dB below full scale (peak); -90 to 0.
    pub open_dbfs: f32,
    /// Level that keeps it open, not above `open_dbfs`; -90 to 0.
    pub close_dbfs: f32,
    /// Time below `close_dbfs` after which it closes, in ms; 0 to 5,000. Bridges stops and short pauses.
    pub hold_ms: u32,
}

impl Default for GateSettings {
    /// Opens at -45 dB, closes below -51 dB for a quarter of a second: below speech close to a microphone,
    /// above a fan or distant voices.
    fn default() -> Self {
        Self { open_dbfs: -45.0, close_dbfs: -51.0, hold_ms: 250 }
    }
}

/// Silences what is too quiet to be the speaker.
///
/// A model that has learnt from speech rests the face in silence by itself; the gate is for fans, music and
/// people in the background, and off unless asked for. It has two thresholds, so that a level between them
/// does not make it flutter; it stays open for a while, so that stops and short pauses do not close it; and
/// it looks 20 ms ahead of the sound it lets through, so that it never cuts the start of a word. That
/// makes the sound [later](Self::delay_samples) by as much.
///
/// The same samples give the same bits for any division into blocks.
///
/// **Real-time.** [`process`](Self::process) neither locks, allocates nor blocks.
#[derive(Clone, Debug)]
pub struct Gate {
    open_from: f32,
    closed_below: f32,
    hold_samples: u32,
    fall: f32,
    gain_step: f32,
    /// Samples of the last 20 ms, the oldest at `position`.
    held_back: Vec<f32>,
    position: usize,
    level: f32,
    /// Samples for which the gate stays open without hearing anything.
    open_for: u32,
    gain: f32,
}

impl Gate {
    /// A closed gate for mono samples at `rate_hz`.
    ///
    /// # Errors
    /// [`AudioErrorKind::Unsupported`] when the rate is outside 8,000 to 192,000 Hz, a level outside -90 to 0 dB, the
    /// closing level above the opening one, or the hold longer than 5 s.
    pub fn new(rate_hz: u32, settings: GateSettings) -> Result<Self> {
        let unsupported = |message| AudioError::new(AudioErrorKind::Unsupported, message);
        crate::resample::check_layout(rate_hz, 1).map_err(unsupported)?;
        let GateSettings { open_dbfs, close_dbfs, hold_ms } = settings;
        let levels = -90.0..=0.0;
        if !levels.contains(&open_dbfs) || !levels.contains(&close_dbfs) || close_dbfs > open_dbfs {
            return Err(unsupported(format!(
                "wanted gate levels of -90 to 0 dB, closing not above opening; got {open_dbfs} dB to open and \
                 {close_dbfs} dB to close"
            )));
        }
        if hold_ms > 5_000 {
            return Err(unsupported(format!("wanted a hold of 0 to 5000 ms, got {hold_ms} ms")));
        }
        let samples = |ms: u32| ms * (rate_hz / 100) / 10;
        Ok(Self {
            open_from: linear(open_dbfs),
            closed_below: linear(close_dbfs),
            hold_samples: samples(hold_ms) + samples(LOOK_BACK_MS),
            fall: (-1_000.0 / FALL_MS / rate_hz as f32).exp(),
            gain_step: 1.0 / samples(RAMP_MS).max(1) as f32,
            held_back: vec![0.0; samples(LOOK_BACK_MS) as usize],
            position: 0,
            level: 0.0,
            open_for: 0,
            gain: 0.0,
        })
    }

    /// Replaces the samples by those of [`delay_samples`](Self::delay_samples) before, silenced where the gate is
    /// closed. Samples that are not finite count as 0.
    pub fn process(&mut self, samples: &mut [f32]) {
        for sample in samples {
            let heard = finite_sample(*sample);
            self.level = heard.abs().max(self.level * self.fall);
            let is_open = self.open_for > 0;
            if self.level >= if is_open { self.closed_below } else { self.open_from } {
                self.open_for = self.hold_samples.max(1);
            } else {
                self.open_for = self.open_for.saturating_sub(1);
            }
            let step = if self.open_for > 0 { self.gain_step } else { -self.gain_step };
            self.gain = (self.gain + step).clamp(0.0, 1.0);
            *sample = std::mem::replace(&mut self.held_back[self.position], heard) * self.gain;
            self.position = (self.position + 1) % self.held_back.len();
        }
    }

    /// Samples by which the output is later than the input: 20 ms.
    pub fn delay_samples(&self) -> usize {
        self.held_back.len()
    }

    /// Whether sound is let through.
    pub fn is_open(&self) -> bool {
        self.open_for > 0
    }
}

fn linear(dbfs: f32) -> f32 {
    10.0_f32.powf(dbfs / 20.0)
}
