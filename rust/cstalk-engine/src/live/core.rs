//! One live voice without threads and clocks: whoever owns it steps it and says what time it is.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cstalk_audio::SPEECH_RATE_HZ;
use cstalk_audio::ring::RingReader;
use cstalk_model::Model;

use super::host_clock::ClockLine;
use super::intake::Intake;
use super::report::{ClockReport, InputReport, LiveReport, PresentationReport};
use super::rows::{RowWriter, row_ring};
use super::settings::{MAX_DELAY_MS, VoiceSettings};
use super::voice::{Changes, Presentation, Shared, Voice};
use crate::error::Result;
use crate::latency::HopTimes;
use crate::stream::Stream;

/// Hops of one turn: other voices wait no longer than these take.
const HOPS_A_TURN: usize = 8;
/// Sound that may wait to be heard; what is beyond is skipped, oldest first.
const BACKLOG_S: f64 = 1.0;
/// History beyond the longest presentation delay.
const HISTORY_SLACK_S: f64 = 0.5;
/// Presentations that a slow reader may be behind.
const PRESENTATION_COUNT: usize = 16;
/// How often the report is renewed.
const REPORT_S: f64 = 0.1;

/// What a turn has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// More sound waits: step again soon, after others had their turn.
    More,
    /// Everything heard so far is done.
    Idle,
    /// The voice is over: its input has ended and all rows are out, its handle is gone, or it failed.
    Ended,
}

/// The machine behind a [`Voice`]: ring, resampler, stream, history.
///
/// It owns no thread and reads no clock. [`super::LivePool`] steps many of them; a test or a host with a loop of its own
/// steps one and passes the time, in seconds on any clock that does not run backwards.
///
/// **Policy when it falls behind.** A turn takes at most eight hops, so no voice starves another; they are stepped
/// together, which costs little more than one. Rows that are late are still made, in order, without waiting for anybody.
/// If more than a second of sound waits, the oldest is skipped and counted; times stay true and the rows between are
/// straight lines.
pub struct VoiceCore {
    intake: Intake,
    stream: Stream,
    rows: RowWriter,
    emotions: RowWriter,
    presentations: RowWriter,
    presentation: Presentation,
    /// The clock's line that the presentation follows.
    published_line: ClockLine,
    presentation_count: u64,
    shared: Arc<Shared>,
    hop_samples: usize,
    fade_s: f32,
    /// Samples left out before the stream, a whole number of hops: what its time is behind the voice's.
    skipped_samples: u64,
    last_row: Vec<f32>,
    last_index: Option<u64>,
    sound_to_curve: HopTimes,
    capture_block: HopTimes,
    compute: HopTimes,
    row_count: u64,
    reported_s: f64,
    error: Option<String>,
    has_ended: bool,
}

impl VoiceCore {
    /// A voice that hears `reader`, and its handle. `now_s` is the time now.
    ///
    /// # Errors
    /// As [`Stream::new`]; `BadInput` for settings out of range.
    pub fn new(
        model: Arc<Model>,
        reader: RingReader,
        settings: &VoiceSettings,
        now_s: f64,
    ) -> Result<(Self, Voice)> {
        settings.check()?;
        let stream = Stream::new(Arc::clone(&model), settings.stream.clone())?;
        let latency = stream.latency();
        let hop_s = latency.hop_ms() / 1e3;
        let rig = stream.rig();
        let width = rig.columns().len();
        let capacity = ((MAX_DELAY_MS / 1e3 + HISTORY_SLACK_S) / hop_s).ceil() as usize;
        let (rows, row_reader) = row_ring(capacity, width);
        let (presentations, presentation_reader) = row_ring(PRESENTATION_COUNT, Presentation::WORDS);
        let (emotions, emotion_reader) = row_ring(PRESENTATION_COUNT, model.card().emotions.len());
        let gauge = reader.gauge();
        let intake = Intake::new(reader, settings.gate, settings.stale_after_ms / 1e3, now_s)?;
        let usual_ms = latency.look_ahead_ms() + intake.gate_ms() + latency.hop_ms();
        let delay_s = settings.delay_ms.unwrap_or(usual_ms) / 1e3;
        let presentation = Presentation { line: intake.clock().line(), delay_s, wanted_delay_s: delay_s };
        let card = model.card();
        let report = LiveReport {
            model: format!("{} {}", card.name, card.version),
            provider: model.provider().to_string(),
            heard_s: 0.0,
            row_count: 0,
            sound_to_curve: HopTimes::default().report(),
            capture_block: HopTimes::default().report(),
            resample_ms: intake.resample_ms(),
            gate_ms: intake.gate_ms(),
            look_ahead_ms: latency.look_ahead_ms(),
            compute: HopTimes::default().report(),
            input: InputReport::default(),
            clock: ClockReport::default(),
            presentation: PresentationReport::default(),
            replaced_sample_count: 0,
            held_bytes: 0,
            error: None,
        };
        let shared = Arc::new(Shared {
            rig,
            hop_s,
            changes: Mutex::new(Changes::default()),
            report: Mutex::new(report),
            look_count: AtomicU64::new(0),
            early_count: AtomicU64::new(0),
            is_closed: false.into(),
            has_ended: false.into(),
            gauge,
            model,
        });
        let mut core = Self {
            hop_samples: latency.hop_samples as usize,
            fade_s: (settings.fade_ms / 1e3) as f32,
            skipped_samples: 0,
            last_row: vec![0.0; width],
            last_index: None,
            sound_to_curve: HopTimes::default(),
            capture_block: HopTimes::default(),
            compute: HopTimes::default(),
            row_count: 0,
            reported_s: now_s,
            error: None,
            has_ended: false,
            presentation_count: 0,
            published_line: presentation.line,
            shared: Arc::clone(&shared),
            intake,
            stream,
            rows,
            emotions,
            presentations,
            presentation,
        };
        core.publish_presentation(now_s);
        core.renew_report(true);
        Ok((core, Voice::new(shared, row_reader, emotion_reader, presentation_reader)))
    }

    /// One turn: takes what has arrived and makes the rows that it allows, at most eight. `now_s` tells the time.
    ///
    /// To be called every 2 ms or so; again at once, after other voices, while it returns [`Turn::More`].
    pub fn step(&mut self, now_s: impl Fn() -> f64) -> Turn {
        if self.has_ended || self.shared.is_closed.load(Acquire) {
            self.end();
            return Turn::Ended;
        }
        let began_s = now_s();
        self.take_changes(began_s);
        if self.intake.take(began_s) > 0 {
            self.capture_block.record(duration(self.intake.last_block_s()));
        }
        self.intake.advance_clock(began_s);
        if self.intake.clock().line() != self.published_line {
            self.publish_presentation(began_s);
        }
        self.skip_backlog();
        let result = self.make_rows(&now_s);
        let turn = match result {
            Ok(turn) => turn,
            Err(error) => {
                self.error = Some(error.to_string());
                Turn::Ended
            }
        };
        if turn == Turn::Ended {
            self.end();
        } else if began_s - self.reported_s >= REPORT_S {
            self.reported_s = began_s;
            self.renew_report(false);
        }
        turn
    }

    /// Says in the report why the voice stops, and ends it.
    pub(super) fn fail(&mut self, why: &str) {
        self.error = Some(why.to_owned());
        self.end();
    }

    /// Hears the hops that wait, together: one as long as the voice keeps up, more when it is behind.
    fn make_rows(&mut self, now_s: &impl Fn() -> f64) -> Result<Turn> {
        let hops = (self.intake.waiting() / self.hop_samples).min(HOPS_A_TURN);
        if hops == 0 {
            return if self.intake.has_ended() { self.finish(now_s) } else { Ok(Turn::Idle) };
        }
        let began_s = now_s();
        if let Some(samples) = self.intake.next(hops * self.hop_samples) {
            self.stream.push(samples)?;
        }
        self.take_rows(now_s)?;
        let share = duration((now_s() - began_s) / hops as f64);
        (0..hops).for_each(|_| self.compute.record(share));
        Ok(if self.intake.waiting() < self.hop_samples && !self.intake.has_ended() {
            Turn::Idle
        } else {
            Turn::More
        })
    }

    /// The rest of a sound that has ended, less than a hop, and the rows that wait for look-ahead.
    fn finish(&mut self, now_s: &impl Fn() -> f64) -> Result<Turn> {
        let rest = self.intake.waiting();
        if let Some(samples) = self.intake.next(rest) {
            self.stream.push(samples)?;
        }
        self.stream.finish();
        self.take_rows(now_s)?;
        Ok(Turn::Ended)
    }

    fn take_rows(&mut self, now_s: &impl Fn() -> f64) -> Result<()> {
        let Self { stream, rows, emotions, intake, last_row, last_index, row_count, sound_to_curve, .. } =
            self;
        let (hop_samples, skipped_samples) = (self.hop_samples as u64, self.skipped_samples);
        let line = self.presentation.line;
        stream.drain(|row| {
            // Rows stand at whole hops from 0 on, and whole hops were skipped.
            let sample = row.time.0.unsigned_abs() + skipped_samples;
            let index = sample / hop_samples;
            if let Some(last) = last_index.filter(|last| index > last + 1) {
                let first = (last + 1).max(index.saturating_sub(rows.capacity()));
                for between in first..index {
                    let share = (between - last) as f32 / (index - last) as f32;
                    let mix = last_row.iter().zip(row.values).map(|(a, b)| (a + (b - a) * share).to_bits());
                    rows.publish(between, mix);
                }
            }
            rows.publish(index, row.values.iter().map(|value| value.to_bits()));
            last_row.copy_from_slice(row.values);
            *last_index = Some(index);
            *row_count += 1;
            emotions.publish(*row_count, row.emotion_weights.iter().map(|weight| weight.to_bits()));
            let row_s = sample as f64 / f64::from(SPEECH_RATE_HZ);
            if !intake.is_stale() && !intake.has_ended() {
                sound_to_curve.record(duration(line.voice_at(now_s()) - row_s));
            }
            Ok(())
        })
    }

    fn skip_backlog(&mut self) {
        let most = (BACKLOG_S * f64::from(SPEECH_RATE_HZ)) as usize;
        let beyond = self.intake.waiting().saturating_sub(most);
        let skipped = beyond.next_multiple_of(self.hop_samples);
        self.intake.skip(skipped);
        self.skipped_samples += skipped as u64;
    }

    fn take_changes(&mut self, now_s: f64) {
        let changes = std::mem::take(&mut *self.shared.changes());
        // The handle has tried them on the model's card; what still fails leaves the voice as it was.
        let results = [
            changes.emotion.map(|emotion| self.stream.fade_to_emotion(emotion, self.fade_s)),
            changes.strength.map(|strength| self.stream.fade_to_emotion_strength(strength, self.fade_s)),
            changes.style.map(|style| self.stream.fade_to_style(style, self.fade_s)),
            changes.motion.map(|motion| self.stream.fade_to_motion(motion, self.fade_s)),
        ];
        if let Some(weights) = changes.part_weights {
            self.stream.fade_to_part_weights(weights, self.fade_s);
        }
        if let Some(error) = results.into_iter().flatten().find_map(Result::err) {
            self.error = Some(error.to_string());
        }
        if let Some(delay_ms) = changes.delay_ms {
            self.publish_presentation(now_s);
            self.presentation.wanted_delay_s = delay_ms / 1e3;
            self.publish_presentation(now_s);
        }
    }

    /// Publishes the clock's line as it is, from `now_s` on; nothing jumps.
    fn publish_presentation(&mut self, now_s: f64) {
        let mut line = self.intake.clock().line();
        self.published_line = line;
        line.voice_s = line.voice_at(now_s);
        line.host_s = now_s;
        self.presentation.delay_s = self.presentation.delay_at(now_s);
        self.presentation.line = line;
        self.presentations.publish(self.presentation_count, self.presentation.words());
        self.presentation_count += 1;
    }

    fn end(&mut self) {
        if !self.has_ended {
            self.has_ended = true;
            self.renew_report(true);
            self.shared.has_ended.store(true, Release);
        }
    }

    /// Renews the report; unless it `must`, not while somebody reads the last one.
    fn renew_report(&self, must: bool) {
        let report = self.report();
        if must {
            *self.shared.report.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = report;
        } else if let Ok(mut place) = self.shared.report.try_lock() {
            *place = report;
        }
    }

    fn report(&self) -> LiveReport {
        let (intake, card) = (&self.intake, self.stream.model().card());
        let (reader, counts, ring) = (intake.reader(), intake.counts(), intake.reader().counts());
        let seconds = |sample_times: u64| sample_times as f64 / f64::from(reader.rate_hz());
        let speech_s = |samples: u64| samples as f64 / f64::from(SPEECH_RATE_HZ);
        let history_values = self.rows.capacity() * self.last_row.len() as u64;
        LiveReport {
            model: format!("{} {}", card.name, card.version),
            provider: self.stream.model().provider().to_string(),
            heard_s: speech_s(self.stream.heard_samples() + self.skipped_samples),
            row_count: self.row_count,
            sound_to_curve: self.sound_to_curve.report(),
            capture_block: self.capture_block.report(),
            resample_ms: intake.resample_ms(),
            gate_ms: intake.gate_ms(),
            look_ahead_ms: self.stream.latency().look_ahead_ms(),
            compute: self.compute.report(),
            input: InputReport {
                rate_hz: reader.rate_hz(),
                channel_count: reader.channel_count(),
                arrived_s: seconds(counts.arrived),
                overrun_s: seconds(ring.overrun),
                missed_s: seconds(ring.missed),
                stale_count: counts.stale,
                filled_s: seconds(counts.filled),
                late_s: seconds(counts.late),
                skipped_s: speech_s(self.skipped_samples),
            },
            clock: ClockReport {
                drift_ppm: intake.clock().drift_ppm(),
                offset_ms: intake.clock().offset_s() * 1e3,
                reset_count: intake.clock().reset_count(),
            },
            presentation: PresentationReport {
                delay_ms: self.presentation.wanted_delay_s * 1e3,
                look_count: self.shared.look_count.load(Relaxed),
                early_count: self.shared.early_count.load(Relaxed),
            },
            replaced_sample_count: self.stream.replaced_samples(),
            held_bytes: 4 * (history_values + intake.buffered_values() as u64),
            error: self.error.clone(),
        }
    }
}

impl std::fmt::Debug for VoiceCore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VoiceCore")
            .field("row_count", &self.row_count)
            .field("has_ended", &self.has_ended)
            .finish_non_exhaustive()
    }
}

fn duration(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or_default()
}
