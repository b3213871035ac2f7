//! Where the sound comes from: a microphone, or a recording that pretends to be one.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use cstalk_audio::ring::{RingReader, RingWriter, ring};
use cstalk_audio::{SPEECH_RATE_HZ, SpeechReader};
use cstalk_capture::{CaptureSettings, CaptureState, Microphone};
use serde::Serialize;

use crate::failure::{Failure, Result};

/// Block of a recording: that of a brisk device.
const BLOCK_SAMPLES: usize = 160;
const BLOCK: Duration = Duration::from_millis(10);
const RING: Duration = Duration::from_secs(1);

/// What the voice hears.
pub(crate) enum Source {
    Microphone(Microphone),
    Recording(Recording),
}

/// A recording that is written into a ring at real-time pace by a thread.
pub(crate) struct Recording {
    path: PathBuf,
    is_over: Arc<AtomicBool>,
    failure: Arc<Mutex<Option<Failure>>>,
    feeder: Option<JoinHandle<()>>,
}

/// The source in the report.
#[derive(Serialize)]
pub(super) struct SourceReport {
    kind: &'static str,
    name: String,
    /// Times that a device came back or another became the default; 0 for a recording.
    reopened_count: u64,
    /// Sound that the device dropped without a word, in seconds; silence stands in its place.
    presumed_lost_s: f64,
    /// The device's own block, in ms.
    device_block_ms: Option<f64>,
}

impl Source {
    /// Opens a microphone by name.
    pub(crate) fn microphone(name: &str) -> Result<(Self, RingReader)> {
        let device = match name.parse() {
            Ok(device) => device,
            Err(impossible) => match impossible {},
        };
        let (microphone, reader) =
            Microphone::open(CaptureSettings { device, ..CaptureSettings::default() })?;
        Ok((Self::Microphone(microphone), reader))
    }

    /// Opens a recording and begins to play it. Its first block is in the ring when this returns.
    pub(crate) fn recording(path: &Path) -> Result<(Self, RingReader)> {
        let about = |error: cstalk_audio::AudioError| Failure::from(error).about(path.display());
        let mut speech = SpeechReader::open(path).map_err(about)?;
        let mut block = Vec::new();
        let goes_on = speech.read(&mut block).map_err(about)?;
        if !goes_on && block.is_empty() {
            let message = "wanted speech, got a file without a single sample";
            return Err(Failure::input(message).about(path.display()));
        }
        let (mut writer, reader) = ring(SPEECH_RATE_HZ, 1, RING)?;
        let first: Vec<f32> = block.drain(..BLOCK_SAMPLES.min(block.len())).collect();
        writer.write(&first);
        let is_over = Arc::new(AtomicBool::new(false));
        let failure = Arc::new(Mutex::new(None));
        let mut pace =
            Pace { writer, written_blocks: 1, began: Instant::now(), is_over: Arc::clone(&is_over) };
        let (place, name) = (Arc::clone(&failure), path.display().to_string());
        let feeder = std::thread::Builder::new()
            .name("cstalk-recording".to_owned())
            .spawn(move || {
                if let Err(error) = pace.play(&mut speech, block) {
                    let failed = Failure::from(error).about(name);
                    *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(failed);
                }
            })
            .map_err(|error| Failure::input(format!("the system gives no thread: {error}")))?;
        let path = path.to_owned();
        Ok((Self::Recording(Recording { path, is_over, failure, feeder: Some(feeder) }), reader))
    }

    /// What happens there, for a display.
    pub(crate) fn state(&self) -> String {
        match self {
            Self::Recording(recording) => recording.path.display().to_string(),
            Self::Microphone(microphone) => match microphone.state() {
                CaptureState::Opening { device } => format!("{}: opening", device.name),
                CaptureState::Running { device } => device.name,
                CaptureState::Waiting { why, since } => {
                    format!("waiting for {} s: {why}", since.elapsed().as_secs())
                }
            },
        }
    }

    /// Why the recording broke off, if it did.
    pub(crate) fn failure(&self) -> Option<String> {
        match self {
            Self::Microphone(_) => None,
            Self::Recording(recording) => {
                let failure = recording.failure.lock().unwrap_or_else(PoisonError::into_inner);
                failure.as_ref().map(|failure| failure.message().to_owned())
            }
        }
    }

    pub(super) fn report(&self, rate_hz: u32) -> SourceReport {
        match self {
            Self::Recording(recording) => SourceReport {
                kind: "recording",
                name: recording.path.display().to_string(),
                reopened_count: 0,
                presumed_lost_s: 0.0,
                device_block_ms: Some(BLOCK.as_secs_f64() * 1e3),
            },
            Self::Microphone(microphone) => {
                let counts = microphone.counts();
                let seconds = |samples: u64| samples as f64 / f64::from(rate_hz.max(1));
                SourceReport {
                    kind: "microphone",
                    name: microphone.device().name.clone(),
                    reopened_count: counts.reopened,
                    presumed_lost_s: seconds(counts.presumed_lost),
                    device_block_ms: Some(seconds(counts.block_samples) * 1e3),
                }
            }
        }
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        self.is_over.store(true, Relaxed);
        if let Some(feeder) = self.feeder.take() {
            let _ = feeder.join();
        }
    }
}

/// Writes blocks when a microphone would.
struct Pace {
    writer: RingWriter,
    written_blocks: u32,
    began: Instant,
    is_over: Arc<AtomicBool>,
}

impl Pace {
    fn play(&mut self, speech: &mut SpeechReader, mut waiting: Vec<f32>) -> cstalk_audio::Result<()> {
        loop {
            let whole = waiting.len() - waiting.len() % BLOCK_SAMPLES;
            for block in waiting[..whole].chunks(BLOCK_SAMPLES) {
                if !self.write(block) {
                    return Ok(());
                }
            }
            waiting.drain(..whole);
            if !speech.read(&mut waiting)? {
                for block in waiting.chunks(BLOCK_SAMPLES) {
                    self.write(block);
                }
                return Ok(());
            }
        }
    }

    /// Writes one block when its time has come; false if nobody wants it any more.
    fn write(&mut self, block: &[f32]) -> bool {
        let due = self.began + BLOCK * self.written_blocks;
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        if self.is_over.load(Relaxed) || self.writer.is_abandoned() {
            return false;
        }
        self.writer.write(block);
        self.written_blocks += 1;
        true
    }
}
