//! Curves for the page, as they come out of the engine.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Condvar, Mutex};
use std::time::Instant;

use cstalk_audio::SPEECH_RATE_HZ;
use cstalk_engine::{EmotionCurve, EmotionKey, EmotionSource, Preset, Stream, StreamSettings};
use cstalk_model::on_step_thread;
use serde_json::json;

use super::desk::{Desk, Take, lock};
use super::packet::{Packet, Side};
use crate::face_rows::{self, FaceRows};
use crate::failure::Result;

/// Rows of the first packet, so that something moves at once, and of those that follow.
const FIRST_ROWS: usize = 10;
const MORE_ROWS: usize = 100;
/// Rows that are made together; a newer request waits so long.
const BLOCK_ROWS: usize = 25;
/// From where on the visible part is worth a pass of its own before the exact one.
const FAR_S: f64 = 10.0;
/// Sound before the visible part that lets the model settle.
const RUN_UP_S: f64 = 2.0;

/// One wish for curves.
pub(crate) struct Request {
    pub(crate) id: u32,
    pub(crate) take: Arc<Take>,
    pub(crate) preset: Preset,
    pub(crate) visible: [f64; 2],
}

/// Works on the newest request of one side; older ones are given up at once.
pub(crate) struct Solver {
    side: Side,
    desk: Arc<Desk>,
    waiting: Mutex<Waiting>,
    bell: Condvar,
    newest: AtomicU32,
}

#[derive(Default)]
struct Waiting {
    request: Option<Request>,
    closed: bool,
}

impl Solver {
    /// A solver with a thread of its own, which ends when [`Solver::close`] was called or nobody listens.
    pub(crate) fn start(side: Side, desk: Arc<Desk>, packets: SyncSender<Packet>) -> Arc<Self> {
        let solver = Arc::new(Self {
            side,
            desk,
            waiting: Mutex::default(),
            bell: Condvar::new(),
            newest: AtomicU32::new(0),
        });
        let own = solver.clone();
        std::thread::spawn(move || on_step_thread(|| own.work(&packets)));
        solver
    }

    pub(crate) fn ask(&self, request: Request) {
        self.newest.store(request.id, Ordering::Release);
        lock(&self.waiting).request = Some(request);
        self.bell.notify_one();
    }

    pub(crate) fn close(&self) {
        // No request has the number 0: whatever runs is stale now.
        self.newest.store(0, Ordering::Release);
        lock(&self.waiting).closed = true;
        self.bell.notify_one();
    }

    fn work(&self, packets: &SyncSender<Packet>) {
        while let Some(request) = self.next_request() {
            let began = Instant::now();
            let id = request.id;
            let told = match self.solve(&request, packets) {
                Ok(Some(row_count)) => packets.send(Packet::new(json!({
                    "type": "solved", "id": id, "side": self.side, "rows": row_count,
                    "ms": began.elapsed().as_secs_f64() * 1e3,
                }))),
                Ok(None) => Ok(()),
                Err(failure) => packets.send(Packet::new(json!({
                    "type": "unsolved", "id": id, "side": self.side, "message": failure.message(),
                }))),
            };
            if told.is_err() {
                return;
            }
        }
    }

    fn next_request(&self) -> Option<Request> {
        let mut waiting = lock(&self.waiting);
        loop {
            if waiting.closed {
                return None;
            }
            if let Some(request) = waiting.request.take() {
                return Some(request);
            }
            waiting = self.bell.wait(waiting).unwrap_or_else(std::sync::PoisonError::into_inner);
        }
    }

    /// Sends all rows; returns how many, or nothing if a newer request came.
    fn solve(&self, request: &Request, packets: &SyncSender<Packet>) -> Result<Option<usize>> {
        let samples = request.take.samples()?;
        let settings = self.desk.settings(&request.preset)?;
        let model = self.desk.model(&request.preset)?;
        let [from_s, to_s] = request.visible;
        let is_far = from_s > FAR_S && to_s > from_s;
        if is_far && model.card().window.is_none() {
            let start = ((from_s - RUN_UP_S) * f64::from(SPEECH_RATE_HZ)) as usize;
            let hop = model.card().hop_samples as usize;
            let start = (start / hop * hop).min(samples.len());
            let end = ((to_s * f64::from(SPEECH_RATE_HZ)) as usize).clamp(start, samples.len());
            let mut stream = Stream::new(model.clone(), shifted(&settings, start)?)?;
            let skip = (RUN_UP_S * f64::from(SPEECH_RATE_HZ)) as usize / hop;
            let pass = Pass { request, first_row: start / hop, skip, provisional: true };
            if self.run(&mut stream, &samples[start..end], &pass, packets)?.is_none() {
                return Ok(None);
            }
        }
        let mut stream = Stream::new(model, settings)?;
        face_rows::check_rig(stream.rig().id())?;
        let pass = Pass { request, first_row: 0, skip: 0, provisional: false };
        self.run(&mut stream, samples, &pass, packets)
    }

    fn run(
        &self,
        stream: &mut Stream,
        samples: &[f32],
        pass: &Pass<'_>,
        packets: &SyncSender<Packet>,
    ) -> Result<Option<usize>> {
        let mut face_rows = FaceRows::new()?;
        let mut rows = Vec::new();
        // Emotion weights of the rows, axes `[row, emotion]`, behind the rows themselves.
        let mut emotions = Vec::new();
        let mut row_count = 0;
        let mut sent_rows = 0;
        let hop_samples = stream.latency().hop_samples as usize;
        let mut blocks = samples.chunks(BLOCK_ROWS * hop_samples);
        loop {
            let block = blocks.next();
            match block {
                Some(block) => stream.push(block)?,
                None => stream.finish(),
            }
            if self.newest.load(Ordering::Acquire) != pass.request.id {
                return Ok(None);
            }
            stream.drain(|row| {
                row_count += 1;
                if row_count > pass.skip {
                    emotions.extend_from_slice(row.emotion_weights);
                    return face_rows.append(row.values, &mut rows);
                }
                Ok(())
            })?;
            let wanted = if sent_rows == 0 { FIRST_ROWS } else { MORE_ROWS };
            let waiting = rows.len() / FaceRows::COLUMN_COUNT;
            if waiting >= wanted || block.is_none() {
                let head = json!({
                    "type": "rows", "id": pass.request.id, "side": self.side,
                    "first": pass.first_row + pass.skip + sent_rows, "provisional": pass.provisional,
                    "count": waiting,
                });
                rows.append(&mut emotions);
                if packets.send(Packet::with_rows(head, &rows)).is_err() {
                    return Ok(None);
                }
                sent_rows += waiting;
                rows.clear();
            }
            if block.is_none() {
                return Ok(Some(row_count));
            }
        }
    }
}

/// One run of the engine for a request.
struct Pass<'a> {
    request: &'a Request,
    /// Row of the take at which the pass begins.
    first_row: usize,
    /// Rows at its beginning that are not sent.
    skip: usize,
    provisional: bool,
}

/// Settings for a stream whose first sample is the take's sample `start`.
fn shifted(settings: &StreamSettings, start: usize) -> Result<StreamSettings> {
    let mut settings = settings.clone();
    if let EmotionSource::Curve(curve) = &settings.emotion {
        let start_s = start as f64 / f64::from(SPEECH_RATE_HZ);
        let earlier = |key: &EmotionKey| EmotionKey { time_s: key.time_s - start_s, ..key.clone() };
        let keys = curve.keys().iter().map(earlier).collect();
        settings.emotion =
            EmotionSource::Curve(Arc::new(EmotionCurve::new(curve.emotions().to_vec(), keys)?));
    }
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, sync_channel};

    use cstalk_engine::Next;
    use cstalk_model::Provider;

    use super::super::desk::TakeState;
    use super::*;
    use crate::model_choice::ModelChoice;

    /// What a test needs; the folder holds the model.
    struct Studio {
        solver: Arc<Solver>,
        received: Receiver<Packet>,
        take: Arc<Take>,
        preset: Preset,
        _folder: tempfile::TempDir,
    }

    /// A studio with the sample model, and a take of noise.
    fn studio(seconds: usize) -> Studio {
        let folder = tempfile::tempdir().unwrap();
        let model = folder.path().join("sample.onnx");
        std::fs::write(&model, cstalk_model::sample::untrained_bytes().unwrap()).unwrap();
        let model = model.display().to_string();
        let choice = ModelChoice { model: Some(model.clone()), provider: Provider::Embedded };
        let desk = Arc::new(Desk::new(choice).unwrap());
        let samples = (0..seconds * SPEECH_RATE_HZ as usize)
            .map(|n| ((n * 7_919) % 2_000) as f32 * 1e-4 - 0.1)
            .collect();
        let take = Arc::new(Take {
            id: 1,
            name: "noise.wav".to_owned(),
            path: folder.path().join("noise.wav"),
            state: TakeState::Ready { samples, warnings: Vec::new() },
        });
        let (packets, received) = sync_channel(1_000);
        let preset = Preset { model: Some(model), ..Preset::default() };
        Studio { solver: Solver::start(Side::A, desk, packets), received, take, preset, _folder: folder }
    }

    #[test]
    fn the_part_in_sight_comes_first_and_then_every_row_once() {
        let Studio { solver, received, take, preset, _folder } = studio(16);
        solver.ask(Request { id: 1, take: take.clone(), preset: preset.clone(), visible: [12.0, 14.0] });
        let mut board = Vec::new();
        let mut provisional_from = None;
        for packet in received.iter() {
            if packet.head["type"] == "solved" {
                assert_eq!(packet.head["rows"], 800);
                break;
            }
            let first = packet.head["first"].as_u64().unwrap() as usize;
            if packet.head["provisional"] == true {
                assert!(board.is_empty(), "provisional rows come before the exact ones");
                provisional_from.get_or_insert(first);
                continue;
            }
            assert_eq!(first, board.len(), "no row is left out");
            let count = packet.head["count"].as_u64().unwrap() as usize;
            let (rows, emotions) = packet.body.split_at(4 * count * FaceRows::COLUMN_COUNT);
            assert_eq!(emotions.len(), 4 * count * solver.desk.model(&preset).unwrap().card().emotions.len());
            for row in rows.chunks_exact(4 * FaceRows::COLUMN_COUNT) {
                board.push(row[..4 * 185].to_vec());
            }
        }
        solver.close();
        assert_eq!(provisional_from, Some(600), "12 s are row 600");
        let mut stream =
            Stream::new(solver.desk.model(&preset).unwrap(), preset.stream_settings(None).unwrap()).unwrap();
        stream.push(take.samples().unwrap()).unwrap();
        stream.finish();
        let mut rows = board.iter();
        while let Next::Row { values, .. } = stream.next().unwrap() {
            let wanted: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
            assert_eq!(rows.next(), Some(&wanted), "the rows of a whole run, to the bit");
        }
        assert!(rows.next().is_none());
    }

    #[test]
    fn a_newer_request_takes_the_place_of_older_ones() {
        let Studio { solver, received, take, preset, _folder } = studio(10);
        for id in 1..=20 {
            solver.ask(Request { id, take: take.clone(), preset: preset.clone(), visible: [0.0, 1.0] });
        }
        let solved: Vec<u64> = received
            .iter()
            .filter(|packet| packet.head["type"] == "solved")
            .map(|packet| packet.head["id"].as_u64().unwrap())
            .take_while(|id| *id != 20)
            .collect();
        solver.close();
        assert!(solved.len() < 5, "most were given up: {solved:?}");
    }

    #[test]
    fn what_cannot_be_solved_is_told() {
        let Studio { solver, received, take, preset, _folder } = studio(1);
        let preset = Preset { emotion: [("glad".to_owned(), 1.0)].into(), ..preset };
        solver.ask(Request { id: 3, take, preset, visible: [0.0, 1.0] });
        let packet = received.recv().unwrap();
        solver.close();
        assert_eq!((&packet.head["type"], &packet.head["id"]), (&json!("unsolved"), &json!(3)));
        assert!(packet.head["message"].as_str().unwrap().contains("glad"));
    }
}
