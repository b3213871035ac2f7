//! Live mode from a file: its sound comes at the pace of a microphone, rows leave when a microphone's would.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel};
use std::time::{Duration, Instant};

use cstalk_engine::{Next, Preset, Stream};
use serde_json::json;

use super::desk::{Desk, SAMPLE_RATE_HZ, Take};
use super::packet::Packet;
use crate::face_rows::{self, FaceRows};
use crate::failure::Result;

/// What a live run is told while it goes.
pub(crate) enum Steering {
    Preset(Box<Preset>),
    Stop,
}

/// Starts a run on a thread of its own; it ends when the sound does, on [`Steering::Stop`], or when nobody listens.
pub(crate) fn start(
    desk: Arc<Desk>,
    take: Arc<Take>,
    preset: Preset,
    packets: SyncSender<Packet>,
) -> Sender<Steering> {
    let (sender, steering) = channel();
    std::thread::spawn(move || {
        let ended = match run(&desk, &take, &preset, &packets, &steering) {
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
    take: &Take,
    preset: &Preset,
    packets: &SyncSender<Packet>,
    steering: &Receiver<Steering>,
) -> Result<()> {
    let mut stream = Stream::new(desk.model(preset)?, preset.stream_settings()?)?;
    face_rows::check_rig(stream.rig().id())?;
    let hop_samples = stream.latency().hop_samples as usize;
    let mut face_rows = FaceRows::new()?;
    let mut rows = Vec::new();
    let mut row_count = 0;
    let began = Instant::now();
    let samples = take.samples()?;
    for (hop, block) in samples.chunks(hop_samples).enumerate() {
        let heard_s = ((hop * hop_samples + block.len()) as f64) / SAMPLE_RATE_HZ as f64;
        let due = began + Duration::from_secs_f64(heard_s);
        if !wait(&mut stream, steering, due)? {
            return Ok(());
        }
        let computing = Instant::now();
        stream.push(block)?;
        take_rows(&mut stream, &mut face_rows, &mut rows)?;
        let head = json!({
            "type": "live", "first": row_count, "heard": heard_s, "level": level_db(block),
            "ms": computing.elapsed().as_secs_f64() * 1e3,
            "late": computing.saturating_duration_since(due).as_secs_f64() * 1e3,
        });
        row_count += rows.len() / FaceRows::COLUMN_COUNT;
        if packets.send(Packet::with_rows(head, &rows)).is_err() {
            return Ok(());
        }
        rows.clear();
    }
    stream.finish();
    take_rows(&mut stream, &mut face_rows, &mut rows)?;
    let head = json!({"type": "live", "first": row_count, "heard": samples.len() as f64 / SAMPLE_RATE_HZ as f64});
    // As above: a page that is gone wants no rows.
    let _ = packets.send(Packet::with_rows(head, &rows));
    Ok(())
}

/// Waits until `due` and follows what is asked meanwhile; `false` for the end.
fn wait(stream: &mut Stream, steering: &Receiver<Steering>, due: Instant) -> Result<bool> {
    loop {
        match steering.recv_timeout(due.saturating_duration_since(Instant::now())) {
            Ok(Steering::Preset(preset)) => {
                let settings = preset.stream_settings()?;
                stream.set_emotion(settings.emotion)?;
                stream.set_emotion_strength(settings.emotion_strength)?;
            }
            Ok(Steering::Stop) | Err(RecvTimeoutError::Disconnected) => return Ok(false),
            Err(RecvTimeoutError::Timeout) => return Ok(true),
        }
    }
}

fn take_rows(stream: &mut Stream, face_rows: &mut FaceRows, rows: &mut Vec<f32>) -> Result<()> {
    while let Next::Row { values, .. } = stream.next()? {
        face_rows.append(values, rows)?;
    }
    Ok(())
}

/// RMS in dB re full scale, not below -90.
fn level_db(block: &[f32]) -> f32 {
    let power = block.iter().map(|sample| sample * sample).sum::<f32>() / block.len().max(1) as f32;
    (10.0 * power.max(1e-9).log10()).max(-90.0)
}
