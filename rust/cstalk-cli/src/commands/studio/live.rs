//! Live mode: a microphone of this machine, or a take at the pace of one; rows go to the page as soon as they are there.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel};
use std::time::Duration;

use cstalk_engine::Preset;
use cstalk_engine::live::{LivePool, Voice, VoiceSettings};
use serde_json::json;

use super::desk::{Desk, Take};
use super::packet::Packet;
use crate::commands::live::source::Source;
use crate::face_rows::{self, FaceRows};
use crate::failure::{Failure, Result};

/// How often the page is told about level and delay, and rows are looked for.
const LOOK: Duration = Duration::from_millis(10);
/// Looks between two messages without rows.
const QUIET_LOOKS: u32 = 10;
/// Weights below this are not worth a word.
const LEAST_WEIGHT: f32 = 0.02;
const ROWS_PER_SECOND: f64 = 50.0;
/// The history of a voice is a little longer than this.
const HISTORY_S: f64 = 2.0;

/// Where the sound comes from.
pub(crate) enum Sound {
    Take(Arc<Take>),
    /// By name, id or part of a name.
    Microphone(String),
}

/// What a live run is told while it goes.
pub(crate) enum Steering {
    Preset(Box<Preset>),
    Stop,
}

/// Starts a run on a thread of its own; it ends when the sound does, on [`Steering::Stop`], or when nobody listens.
pub(crate) fn start(
    desk: Arc<Desk>,
    sound: Sound,
    preset: Preset,
    packets: SyncSender<Packet>,
) -> Sender<Steering> {
    let (sender, steering) = channel();
    std::thread::spawn(move || {
        let ended = match run(&desk, &sound, &preset, &packets, &steering) {
            Ok(()) => json!({"type": "live-ended"}),
            Err(failure) => json!({"type": "live-ended", "message": failure.message()}),
        };
        // Nobody listens any more: then nobody needs to know.
        let _ = packets.send(Packet::new(ended));
    });
    sender
}

fn run(
    desk: &Desk,
    sound: &Sound,
    preset: &Preset,
    packets: &SyncSender<Packet>,
    steering: &Receiver<Steering>,
) -> Result<()> {
    let pool = LivePool::new(desk.model(preset)?, 1)?;
    let (source, reader) = match sound {
        Sound::Take(take) => Source::recording(&take.path)?,
        Sound::Microphone(name) => Source::microphone(name)?,
    };
    let settings = VoiceSettings { stream: desk.settings(preset)?, ..VoiceSettings::default() };
    let voice = pool.add_voice(reader, settings)?;
    face_rows::check_rig(voice.rig().id())?;
    let mut rows = Rows::new(&voice)?;
    let mut looks = 0;
    loop {
        match steering.recv_timeout(LOOK) {
            Ok(Steering::Preset(preset)) => steer(desk, &voice, &preset)?,
            Ok(Steering::Stop) | Err(RecvTimeoutError::Disconnected) => return Ok(()),
            Err(RecvTimeoutError::Timeout) => (),
        }
        let has_ended = voice.has_ended();
        let first = rows.take(&voice)?;
        looks += 1;
        if !rows.values.is_empty() || looks >= QUIET_LOOKS {
            looks = 0;
            let report = voice.report();
            let head = json!({
                "type": "live", "first": first, "level": level_db(voice.gauge().level().rms),
                "source": name_of(sound, &source), "emotion": emotion(&voice), "behind": report.sound_to_curve.p50_ms, "ms": report.compute.p50_ms,
            });
            if packets.send(Packet::with_rows(head, &rows.values)).is_err() {
                return Ok(());
            }
        }
        if has_ended {
            return source.failure().map_or(Ok(()), |what| Err(Failure::input(what)));
        }
    }
}

/// What the page calls the source: a microphone says itself whether it waits.
fn name_of(sound: &Sound, source: &Source) -> String {
    match sound {
        Sound::Take(take) => take.name.clone(),
        Sound::Microphone(_) => source.state(),
    }
}

/// The emotions of the newest row that show, by name.
fn emotion(voice: &Voice) -> serde_json::Map<String, serde_json::Value> {
    let weights = voice.emotion_weights();
    let named = voice.model().card().emotions.iter().skip(1).zip(weights.into_iter().skip(1));
    named
        .filter(|(_, weight)| *weight > LEAST_WEIGHT)
        .map(|(name, weight)| (name.clone(), weight.into()))
        .collect()
}

/// Takes the rows of a voice in order, each once.
struct Rows {
    face_rows: FaceRows,
    face: Vec<f32>,
    next: u64,
    values: Vec<f32>,
}

impl Rows {
    fn new(voice: &Voice) -> Result<Self> {
        let face = vec![0.0; voice.rig().column_count()];
        Ok(Self { face_rows: FaceRows::new()?, face, next: 0, values: Vec::new() })
    }

    /// The rows that have come since; returns the number of the first of them.
    fn take(&mut self, voice: &Voice) -> Result<u64> {
        self.values.clear();
        let newest_s = voice.newest_s().unwrap_or(-1.0);
        // Rows that left the history while nobody looked are left out.
        self.next = self.next.max(((newest_s - HISTORY_S) * ROWS_PER_SECOND).max(0.0) as u64);
        let first = self.next;
        while self.next as f64 / ROWS_PER_SECOND <= newest_s + 1e-9 {
            voice.curves_at(self.next as f64 / ROWS_PER_SECOND, &mut self.face)?;
            self.face_rows.append(&self.face, &mut self.values)?;
            self.next += 1;
        }
        Ok(first)
    }
}

/// The voice follows without a jump; seed and smoothing keep what it began with.
fn steer(desk: &Desk, voice: &Voice, preset: &Preset) -> Result<()> {
    let settings = desk.settings(preset)?;
    voice.set_emotion(settings.emotion)?;
    voice.set_emotion_strength(settings.emotion_strength);
    voice.set_style(settings.style)?;
    voice.set_motion(settings.motion)?;
    voice.set_part_weights(settings.part_weights);
    Ok(())
}

/// Level in dB re full scale, not below -90.
fn level_db(rms: f32) -> f32 {
    (20.0 * rms.max(1e-9).log10()).max(-90.0)
}
