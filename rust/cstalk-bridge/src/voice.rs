//! Live speakers: a pool of workers, the end that takes sound, and the face that any thread may look at.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cstalk_audio::GateSettings;
use cstalk_audio::ring::{RingReader, RingWriter, ring};
use cstalk_capture::{CaptureSettings, CaptureState, DeviceChoice, Microphone};
use cstalk_engine::Motion;
use cstalk_engine::live::{self, FaceState, LivePool, VoiceSettings};
use cstalk_rig::{RigId, RigMap};

use crate::bridge::{
    Clock, Code, NamedValue, Settings, Shown, Status, ValueKind, VoiceCounters, VoiceOptions,
};
use crate::guard::{Refusal, Result, caught, guard, guard_into};
use crate::model::Model;
use crate::rig::rig_of;
use crate::settings::{emotion_source, emotion_strength, part_weights, stream_settings, style};

/// Columns of the widest rig.
const MOST_COLUMNS: usize = RigId::MetaHuman251.column_count();
/// Workers when the host leaves it to the machine: a core of a current machine steps dozens of voices.
const MOST_WORKERS_BY_DEFAULT: usize = 4;

/// A running pool, or nothing.
pub struct Pool(Option<Arc<LivePool>>);

/// Starts the workers for voices of a model; the handle is empty unless `status` is ok.
pub fn start_pool(model: &Model, worker_count: u32, status: &mut Status) -> Box<Pool> {
    let pool = guard_into(status, || {
        let worker_count = match usize::try_from(worker_count).unwrap_or(usize::MAX) {
            // Half the cores, so that workers and the game do not meet on each.
            0 => {
                let cores = std::thread::available_parallelism().map_or(1, usize::from);
                (cores / 2).clamp(1, MOST_WORKERS_BY_DEFAULT)
            }
            count => count,
        };
        Ok(Arc::new(LivePool::new(Arc::clone(model.get()?), worker_count)?))
    });
    Box::new(Pool(pool))
}

impl Pool {
    /// The pool's clock in seconds; 0 for an empty handle. Real-time.
    pub fn now_s(&self) -> f64 {
        self.0.as_ref().map_or(0.0, |pool| pool.now_s())
    }

    fn get(&self) -> Result<&Arc<LivePool>> {
        self.0.as_ref().ok_or_else(|| Refusal::misuse("the pool is empty: start it first"))
    }
}

/// The end of a voice that takes sound, or nothing.
pub struct AudioInput(Option<RingWriter>);

/// An input that belongs to no voice yet.
pub fn no_audio_input() -> Box<AudioInput> {
    Box::new(AudioInput(None))
}

impl AudioInput {
    /// Leaves a block for the workers. Real-time.
    pub fn push(&mut self, interleaved: &[f32]) -> Code {
        self.use_writer(|writer| {
            // What does not fit is counted by the ring.
            writer.write(interleaved);
        })
    }

    /// Says that sample times went missing before they came here. Real-time.
    pub fn lose(&mut self, sample_count: u64) -> Code {
        self.use_writer(|writer| writer.lose(sample_count))
    }

    fn use_writer(&mut self, body: impl FnOnce(&mut RingWriter)) -> Code {
        let Some(writer) = self.0.as_mut() else { return Code::Misuse };
        if catch_unwind(AssertUnwindSafe(|| body(writer))).is_err() {
            self.0 = None;
            return Code::Fault;
        }
        Code::Ok
    }
}

/// A live speaker, or nothing. May be used by many threads at once.
pub struct Voice(Option<Speaker>);

struct Speaker {
    voice: live::Voice,
    /// Keeps the workers, and their clock.
    pool: Arc<LivePool>,
    output: RigId,
    /// `None` where the model's rig is wanted.
    map: Option<&'static RigMap>,
    /// Where the sound comes from, unless the host pushes it.
    microphone: Option<Mutex<Microphone>>,
}

/// Opens a voice for pushed sound, whose end becomes `input`; the handle is empty unless `status` is ok.
pub fn open_voice(
    pool: &Pool,
    emotion_model: &Model,
    settings: &Settings,
    options: &VoiceOptions,
    input: &mut AudioInput,
    status: &mut Status,
) -> Box<Voice> {
    let opened = guard_into(status, || {
        let channel_count = usize::try_from(options.channel_count).unwrap_or(usize::MAX);
        let (writer, reader) = ring(options.rate_hz, channel_count, capacity(options))?;
        Ok((Speaker::new(pool.get()?, emotion_model, settings, options, reader)?, writer))
    });
    Box::new(Voice(opened.map(|(speaker, writer)| {
        input.0 = Some(writer);
        speaker
    })))
}

/// Opens a voice that hears a microphone, the system's default if `device` is empty; the handle is empty unless
/// `status` is ok.
pub fn open_microphone_voice(
    pool: &Pool,
    emotion_model: &Model,
    settings: &Settings,
    options: &VoiceOptions,
    device: &str,
    status: &mut Status,
) -> Box<Voice> {
    let opened = guard_into(status, || {
        let pool = pool.get()?;
        let device = match device {
            "" => DeviceChoice::Default,
            name => DeviceChoice::Named(name.to_owned()),
        };
        let settings_of_capture =
            CaptureSettings { device, capacity: capacity(options), ..CaptureSettings::default() };
        let (microphone, reader) = Microphone::open(settings_of_capture)?;
        let mut speaker = Speaker::new(pool, emotion_model, settings, options, reader)?;
        speaker.microphone = Some(Mutex::new(microphone));
        Ok(speaker)
    });
    Box::new(Voice(opened))
}

/// Names of the microphones, the default first; a name that two of them share is replaced by their ids.
pub fn list_microphones(names: &mut Vec<String>) -> Status {
    guard(|| {
        let devices = cstalk_capture::devices()?;
        let is_shared = |name: &str| devices.iter().filter(|device| device.name == name).count() > 1;
        names.extend(
            devices.iter().map(
                |device| {
                    if is_shared(&device.name) { device.id.clone() } else { device.name.clone() }
                },
            ),
        );
        Ok(())
    })
}

/// A gate that opens at a level and closes 6 dB below, as the usual one does.
fn gate(open_dbfs: f32) -> GateSettings {
    GateSettings { open_dbfs, close_dbfs: (open_dbfs - 6.0).max(-90.0), ..GateSettings::default() }
}

fn capacity(options: &VoiceOptions) -> Duration {
    Duration::from_millis(u64::from(options.capacity_ms))
}

impl Voice {
    /// Writes the face at a time into `values` and what it is into `shown`. Real-time.
    pub fn look(&self, clock: Clock, time_s: f64, values: &mut [f32], shown: &mut Shown) -> Code {
        let Some(speaker) = self.0.as_ref() else { return Code::Misuse };
        catch_unwind(AssertUnwindSafe(|| speaker.look(clock, time_s, values, shown))).unwrap_or(Code::Fault)
    }

    /// Time of the newest row; negative before the first. Real-time.
    pub fn newest_s(&self) -> f64 {
        self.0.as_ref().and_then(|speaker| speaker.voice.newest_s()).unwrap_or(-1.0)
    }

    /// Changes emotion, strength or style from the next row on.
    pub fn set_values(&self, kind: ValueKind, values: &[NamedValue]) -> Status {
        guard(|| {
            let voice = &self.get()?.voice;
            match kind {
                ValueKind::Emotion => voice.set_emotion(emotion_source(values)?)?,
                ValueKind::EmotionStrength => voice.set_emotion_strength(emotion_strength(values)?),
                ValueKind::Style => voice.set_style(style(values)?)?,
                ValueKind::PartWeight => voice.set_part_weights(part_weights(values)?),
                _ => {
                    return Err(Refusal::misuse(
                        "values: wanted those of emotion, strength, style or weight",
                    ));
                }
            }
            Ok(())
        })
    }

    /// Changes how strongly head, lids and gaze move by themselves, from the next row on.
    pub fn set_motion(&self, head: f32, blinks: f32, gaze: f32) -> Status {
        guard(|| Ok(self.get()?.voice.set_motion(Motion { head, blinks, gaze })?))
    }

    /// Changes the presentation delay, by at most a quarter of the time that passes.
    pub fn set_delay_ms(&self, delay_ms: f64) -> Status {
        guard(|| Ok(self.get()?.voice.set_delay_ms(delay_ms)?))
    }

    /// What the voice has done so far; all 0 for an empty handle.
    pub fn counters(&self) -> VoiceCounters {
        let counters = caught(|| Ok(self.get()?.counters()));
        counters.unwrap_or_default()
    }

    /// Why the voice stopped, or why its microphone is silent; ok while all goes on.
    pub fn failure(&self) -> Status {
        guard(|| {
            let speaker = self.get()?;
            if let Some(message) = speaker.voice.report().error {
                return Err(Refusal::new(Code::BadModel, message));
            }
            let Some(microphone) = &speaker.microphone else { return Ok(()) };
            match microphone.lock().unwrap_or_else(PoisonError::into_inner).state() {
                CaptureState::Waiting { why, .. } => Err(Refusal::new(Code::Device, why)),
                _ => Ok(()),
            }
        })
    }

    fn get(&self) -> Result<&Speaker> {
        self.0.as_ref().ok_or_else(|| Refusal::misuse("the voice is not open"))
    }
}

impl Speaker {
    fn new(
        pool: &Arc<LivePool>,
        emotion_model: &Model,
        settings: &Settings,
        options: &VoiceOptions,
        reader: RingReader,
    ) -> Result<Self> {
        let output = rig_of(settings.rig)?;
        let voice_settings = VoiceSettings {
            stream: stream_settings(settings, emotion_model)?,
            gate: (options.gate_dbfs < 0.0).then(|| gate(options.gate_dbfs)),
            delay_ms: (options.delay_ms >= 0.0).then_some(options.delay_ms),
            stale_after_ms: options.stale_after_ms,
            fade_ms: options.fade_ms,
        };
        let voice = pool.add_voice(reader, voice_settings)?;
        let from = voice.rig().id();
        // Found here, so that no look has to build it.
        let map = RigMap::between(from, output)?;
        let map = (from != output).then_some(map);
        Ok(Self { voice, pool: Arc::clone(pool), output, map, microphone: None })
    }

    fn look(&self, clock: Clock, time_s: f64, values: &mut [f32], shown: &mut Shown) -> Code {
        if values.len() != self.output.column_count() {
            return Code::Misuse;
        }
        let mut own = [0.0; MOST_COLUMNS];
        let row = match self.map {
            Some(_) => &mut own[..self.voice.rig().column_count()],
            None => &mut *values,
        };
        let looked = match clock {
            Clock::Host => self.voice.sample_at(time_s, row),
            Clock::Now => self.voice.sample_at(self.pool.now_s(), row),
            _ => self.voice.curves_at(time_s, row),
        };
        // Only lengths can be refused, and both are right.
        let Ok(found) = looked else { return Code::Misuse };
        if let Some(map) = self.map
            && map.apply(&own[..self.voice.rig().column_count()], values).is_err()
        {
            return Code::Misuse;
        }
        let state = match found.state {
            FaceState::Waiting => 0,
            FaceState::OnTime => 1,
            FaceState::Newest => 2,
            FaceState::Resting => 3,
        };
        *shown = Shown { state, time_s: found.time_s };
        Code::Ok
    }

    fn counters(&self) -> VoiceCounters {
        let report = self.voice.report();
        let level = self.voice.gauge().level();
        VoiceCounters {
            heard_s: report.heard_s,
            row_count: report.row_count,
            sound_to_curve_p50_ms: report.sound_to_curve.p50_ms,
            sound_to_curve_p95_ms: report.sound_to_curve.p95_ms,
            sound_to_curve_p99_ms: report.sound_to_curve.p99_ms,
            compute_p50_ms: report.compute.p50_ms,
            compute_p95_ms: report.compute.p95_ms,
            compute_p99_ms: report.compute.p99_ms,
            overrun_s: report.input.overrun_s,
            missed_s: report.input.missed_s,
            skipped_s: report.input.skipped_s,
            stale_count: report.input.stale_count,
            drift_ppm: report.clock.drift_ppm,
            delay_ms: report.presentation.delay_ms,
            look_count: report.presentation.look_count,
            early_count: report.presentation.early_count,
            peak: level.peak,
            rms: level.rms,
            has_ended: self.voice.has_ended(),
        }
    }
}
