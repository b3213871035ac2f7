//! The handle of a voice: looking at its face and changing how it performs, from any thread.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cstalk_audio::ring::LevelGauge;
use cstalk_model::Model;
use cstalk_rig::Rig;

use super::host_clock::ClockLine;
use super::report::LiveReport;
use super::rows::RowReader;
use super::settings::check_delay;
use crate::emotion::{EmotionSource, EmotionStrength, EmotionTrack};
use crate::error::{EngineError, ErrorKind, Result};
use crate::layers::Motion;
use crate::part_weights::PartWeights;
use crate::style::Style;

/// How fast the presentation delay changes, in seconds a second: speech that is 25 % slower or faster for a moment.
const DELAY_SLEW: f64 = 0.25;
/// A face without new rows is held this long, and then comes to rest in so much time: only seen when a voice has ended or
/// its workers are stopped, as silence takes the place of missing sound.
const HOLD_S: f64 = 0.5;
const REST_S: f64 = 1.0;
/// A time this near to a row's, in hops, is the row's.
const SAME_ROW_HOPS: f64 = 1e-6;
/// How often a reader looks again when the writer overtook it.
const ATTEMPTS: usize = 4;

/// What a look at the face found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaceState {
    /// No row is there yet: all values are 0.
    Waiting,
    /// The face of exactly that time, interpolated between two rows.
    OnTime,
    /// The row of that time is not there yet: the newest one.
    Newest,
    /// No row has come for more than half a second: the newest one on its way to rest, or at rest.
    Resting,
}

/// What a look at the face showed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shown {
    /// The voice's time of the face, in seconds: 0 is the voice's first sample.
    pub time_s: f64,
    /// What was found.
    pub state: FaceState,
}

/// Changes that the worker has not seen yet.
#[derive(Default)]
pub(super) struct Changes {
    pub(super) emotion: Option<EmotionSource>,
    pub(super) strength: Option<EmotionStrength>,
    pub(super) style: Option<Style>,
    pub(super) motion: Option<Motion>,
    pub(super) part_weights: Option<PartWeights>,
    pub(super) delay_ms: Option<f64>,
}

/// What the handle and the worker share.
pub(super) struct Shared {
    pub(super) model: Arc<Model>,
    pub(super) rig: &'static Rig,
    pub(super) hop_s: f64,
    pub(super) changes: Mutex<Changes>,
    pub(super) report: Mutex<LiveReport>,
    pub(super) look_count: AtomicU64,
    pub(super) early_count: AtomicU64,
    pub(super) is_closed: AtomicBool,
    pub(super) has_ended: AtomicBool,
    pub(super) gauge: LevelGauge,
}

impl Shared {
    pub(super) fn changes(&self) -> MutexGuard<'_, Changes> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Presentation: the clock's line and the delay, which moves towards the one that is wanted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Presentation {
    pub(super) line: ClockLine,
    pub(super) delay_s: f64,
    pub(super) wanted_delay_s: f64,
}

impl Presentation {
    /// 32-bit words of a published presentation.
    pub(super) const WORDS: usize = 10;

    pub(super) fn delay_at(&self, host_s: f64) -> f64 {
        let most_s = DELAY_SLEW * (host_s - self.line.host_s).max(0.0);
        self.delay_s + (self.wanted_delay_s - self.delay_s).clamp(-most_s, most_s)
    }

    fn voice_at(&self, host_s: f64) -> f64 {
        self.line.voice_at(host_s) - self.delay_at(host_s)
    }

    pub(super) fn words(&self) -> impl Iterator<Item = u32> {
        let line = self.line;
        [line.host_s, line.voice_s, line.slope, self.delay_s, self.wanted_delay_s]
            .into_iter()
            .flat_map(|value| [value.to_bits() as u32, (value.to_bits() >> 32) as u32])
    }

    fn from_words(words: [u32; Self::WORDS]) -> Self {
        let value = |at: usize| f64::from_bits(u64::from(words[2 * at]) | u64::from(words[2 * at + 1]) << 32);
        Self {
            line: ClockLine { host_s: value(0), voice_s: value(1), slope: value(2) },
            delay_s: value(3),
            wanted_delay_s: value(4),
        }
    }
}

/// The handle of a live voice. Dropping it ends the voice.
///
/// **Real-time:** [`Voice::sample_at`], [`Voice::curves_at`], [`Voice::presented_s`] and [`Voice::newest_s`] never wait, do
/// not allocate and may be called from any number of threads. The setters and [`Voice::report`] take a lock that
/// the worker holds for less than a microsecond and never waits for: call them from a game thread, not an audio callback.
pub struct Voice {
    shared: Arc<Shared>,
    rows: RowReader,
    emotions: RowReader,
    presentations: RowReader,
}

impl Voice {
    pub(super) fn new(
        shared: Arc<Shared>,
        rows: RowReader,
        emotions: RowReader,
        presentations: RowReader,
    ) -> Self {
        Self { shared, rows, emotions, presentations }
    }

    /// Writes the face to show at `host_s` into `values`, one value a column of [`Voice::rig`]: the face of what was
    /// heard the presentation delay before.
    ///
    /// `host_s` is a time on the clock that the voice is stepped with ([`super::LivePool::now_s`]), in seconds; the time
    /// at which the face will be seen is best.
    ///
    /// # Errors
    /// `Misuse` if `values` does not have one value a column.
    pub fn sample_at(&self, host_s: f64, values: &mut [f32]) -> Result<Shown> {
        let voice_s = self.presented_s(host_s);
        let shown = self.curves_at(voice_s.unwrap_or(f64::NEG_INFINITY), values)?;
        self.shared.look_count.fetch_add(1, Relaxed);
        if shown.state != FaceState::OnTime {
            self.shared.early_count.fetch_add(1, Relaxed);
        }
        Ok(shown)
    }

    /// Writes the face at a time of the voice, in seconds, into `values`.
    ///
    /// The history holds about the last 2.5 seconds; for an earlier time its oldest row is shown.
    ///
    /// # Errors
    /// `Misuse` if `values` does not have one value a column.
    pub fn curves_at(&self, time_s: f64, values: &mut [f32]) -> Result<Shown> {
        let wanted = self.shared.rig.columns().len();
        if values.len() != wanted {
            let message = format!("face of a voice: wanted room for {wanted} values, got {}", values.len());
            return Err(EngineError::new(ErrorKind::Misuse, message));
        }
        for _ in 0..ATTEMPTS {
            if let Some(shown) = self.look(time_s, values) {
                return Ok(shown);
            }
        }
        // The thread slept for seconds in the middle of each look. What is there mixes two good rows.
        Ok(Shown { time_s, state: FaceState::Newest })
    }

    /// The voice's time that is shown at `host_s`, in seconds; `None` before the voice was stepped.
    pub fn presented_s(&self, host_s: f64) -> Option<f64> {
        self.presentation().map(|presentation| presentation.voice_at(host_s))
    }

    /// How the voice's time runs against the host's; `None` before the voice was stepped.
    pub fn clock(&self) -> Option<ClockLine> {
        self.presentation().map(|presentation| presentation.line)
    }

    /// Time of the newest row, in seconds; `None` before the first.
    pub fn newest_s(&self) -> Option<f64> {
        self.rows.newest().map(|index| index as f64 * self.shared.hop_s)
    }

    /// Emotion weights of the newest row, in the order of the model card's emotions; all 0 before the first.
    pub fn emotion_weights(&self) -> Vec<f32> {
        let mut weights = vec![0.0; self.shared.model.card().emotions.len()];
        for _ in 0..ATTEMPTS {
            let Some(newest) = self.emotions.newest() else { break };
            if self.emotions.read(newest, |place, word| weights[place] = f32::from_bits(word)) {
                break;
            }
        }
        weights
    }

    /// Shows another emotion from the next row on; it takes the old one's place over the fade of the settings.
    ///
    /// A curve keeps its time: its 0 is the voice's first sample.
    ///
    /// # Errors
    /// `BadInput` for an emotion that the model does not know, `BadModel` for an emotion model that does not fit; the
    /// old emotion stays.
    pub fn set_emotion(&self, emotion: EmotionSource) -> Result<()> {
        EmotionTrack::new(&emotion, self.shared.model.card())?;
        self.shared.changes().emotion = Some(emotion);
        Ok(())
    }

    /// Shows the emotion more or less strongly in parts of the face from the next row on; a change of 1 takes the fade of the settings.
    pub fn set_emotion_strength(&self, strength: EmotionStrength) {
        self.shared.changes().strength = Some(strength);
    }

    /// Moves in another style from the next row on; it takes the old one's place over the fade of the settings.
    ///
    /// # Errors
    /// `BadInput` for a style that the model does not know; the old style stays.
    pub fn set_style(&self, style: Style) -> Result<()> {
        style.resolve(&self.shared.model.card().style)?;
        self.shared.changes().style = Some(style);
        Ok(())
    }

    /// Moves head, lids and gaze more or less by themselves from the next row on, over the fade of the settings.
    ///
    /// # Errors
    /// `BadInput` for a strength out of range; the old ones stay.
    pub fn set_motion(&self, motion: Motion) -> Result<()> {
        motion.check()?;
        self.shared.changes().motion = Some(motion);
        Ok(())
    }

    /// Shows more or less of each part's motion from the next row on, over the fade of the settings.
    pub fn set_part_weights(&self, weights: PartWeights) {
        self.shared.changes().part_weights = Some(weights);
    }

    /// Changes the presentation delay, in ms, by at most a quarter of the time that passes: nothing jumps.
    ///
    /// # Errors
    /// `BadInput` outside 0 to [`super::MAX_DELAY_MS`].
    pub fn set_delay_ms(&self, delay_ms: f64) -> Result<()> {
        check_delay(delay_ms)?;
        self.shared.changes().delay_ms = Some(delay_ms);
        Ok(())
    }

    /// What the voice has cost and lost; at most 0.1 s old.
    pub fn report(&self) -> LiveReport {
        let mut report = self.shared.report.lock().unwrap_or_else(PoisonError::into_inner).clone();
        report.presentation.look_count = self.shared.look_count.load(Relaxed);
        report.presentation.early_count = self.shared.early_count.load(Relaxed);
        report
    }

    /// The level of the input.
    pub fn gauge(&self) -> LevelGauge {
        self.shared.gauge.clone()
    }

    /// Whether all rows of a finished input are out, or the voice failed ([`LiveReport::error`]).
    pub fn has_ended(&self) -> bool {
        self.shared.has_ended.load(Acquire)
    }

    /// The rig whose columns the face has.
    pub fn rig(&self) -> &'static Rig {
        self.shared.rig
    }

    /// The model that runs.
    pub fn model(&self) -> &Arc<Model> {
        &self.shared.model
    }

    fn presentation(&self) -> Option<Presentation> {
        for _ in 0..ATTEMPTS {
            let mut words = [0; Presentation::WORDS];
            if self.presentations.read(self.presentations.newest()?, |place, word| words[place] = word) {
                return Some(Presentation::from_words(words));
            }
        }
        None
    }

    /// One look; `None` if the writer overtook it.
    fn look(&self, time_s: f64, values: &mut [f32]) -> Option<Shown> {
        let Some(newest) = self.rows.newest() else {
            values.fill(0.0);
            return Some(Shown { time_s: 0.0, state: FaceState::Waiting });
        };
        let newest_s = newest as f64 * self.shared.hop_s;
        if time_s >= newest_s || time_s.is_nan() {
            let is_read = self.rows.read(newest, |place, word| values[place] = f32::from_bits(word));
            let late_s = time_s - newest_s - HOLD_S;
            if late_s > 0.0 {
                let left = 1.0 - (late_s / REST_S).min(1.0);
                let left = (left * left * (3.0 - 2.0 * left)) as f32;
                values.iter_mut().for_each(|value| *value *= left);
            }
            let state = match () {
                () if late_s > 0.0 => FaceState::Resting,
                () if time_s == newest_s => FaceState::OnTime,
                () => FaceState::Newest,
            };
            return is_read.then_some(Shown { time_s: newest_s, state });
        }
        let oldest = self.rows.oldest(newest);
        let place = (time_s / self.shared.hop_s).max(oldest as f64);
        // The time of a row, computed in seconds, is that row.
        let place = if (place - place.round()).abs() < SAME_ROW_HOPS { place.round() } else { place };
        let (before, share) = (place.floor() as u64, place.fract() as f32);
        let mut is_read = self.rows.read(before, |place, word| values[place] = f32::from_bits(word));
        if share > 0.0 {
            is_read &= self.rows.read(before + 1, |place, word| {
                values[place] += (f32::from_bits(word) - values[place]) * share;
            });
        }
        is_read.then_some(Shown { time_s: place * self.shared.hop_s, state: FaceState::OnTime })
    }
}

impl Drop for Voice {
    fn drop(&mut self) {
        self.shared.is_closed.store(true, Release);
    }
}

impl std::fmt::Debug for Voice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Voice")
            .field("newest_s", &self.newest_s())
            .field("has_ended", &self.has_ended())
            .finish_non_exhaustive()
    }
}
