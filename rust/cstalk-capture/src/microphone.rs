//! An open microphone: a handle that tells its state, while a supervisor keeps the device delivering.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use cstalk_audio::ring::RingReader;

use crate::backend::{Backend, FaultSink};
use crate::device::{Device, DeviceChoice, DeviceFormat};
use crate::error::{CaptureError, CaptureErrorKind, Result};
use crate::intake::{ChannelChoice, Tally};
use crate::supervisor;

/// How long a device may take to open.
const OPEN_LIMIT: Duration = Duration::from_secs(10);
/// How long closing waits for a device that does not let go.
const CLOSE_LIMIT: Duration = Duration::from_secs(2);

/// A device that was delivering and has not for this long has stopped.
pub(crate) const STALL: Duration = Duration::from_millis(700);

/// What to capture, and how.
#[derive(Clone, Debug)]
pub struct CaptureSettings {
    /// The device.
    pub device: DeviceChoice,
    /// The channel of the device that is the voice.
    pub channel: ChannelChoice,
    /// How much sound the ring holds for a reader that is late; 10 ms to 60 s.
    pub capacity: Duration,
}

impl Default for CaptureSettings {
    /// The default device, mixed to one channel, with a second of room.
    fn default() -> Self {
        Self {
            device: DeviceChoice::Default,
            channel: ChannelChoice::Automatic,
            capacity: Duration::from_secs(1),
        }
    }
}

/// Whether sound is coming.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaptureState {
    /// The device is open and has not delivered yet.
    Opening {
        /// Which.
        device: Device,
    },
    /// The device delivers.
    Running {
        /// Which.
        device: Device,
    },
    /// No device delivers; silence fills the time, and the device is tried again twice a second.
    Waiting {
        /// What happened, for people.
        why: String,
        /// Since when.
        since: Instant,
    },
}

/// What happened since the microphone was opened. Samples that did not fit into the ring are counted by the
/// [`RingReader`], as is all silence put in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CaptureCounts {
    /// Times that the device was opened again.
    pub reopened: u64,
    /// Times that the device itself said it lost samples.
    pub overrun_reports: u64,
    /// Sample times that an open device owed and that were filled with silence. The silence while no device was
    /// open is in the counts of the [`RingReader`] only.
    pub presumed_lost: u64,
    /// Sample times that came after their place had become silence, and were dropped.
    pub late: u64,
    /// Sample times of the last block that the device delivered: its share of the latency.
    pub block_samples: u64,
}

/// An open microphone. Dropping it closes the device and abandons the ring.
#[derive(Debug)]
pub struct Microphone {
    shared: Arc<Shared>,
    format: DeviceFormat,
    device: Device,
    supervisor: Option<JoinHandle<()>>,
    closed: mpsc::Receiver<()>,
}

/// What the supervisor tells the handle.
#[derive(Debug)]
pub(crate) struct Shared {
    pub stop: AtomicBool,
    pub state: Mutex<CaptureState>,
    pub tally: Arc<Tally>,
    pub faults: FaultSink,
    pub reopened: AtomicU64,
    pub epoch: Instant,
}

impl Shared {
    /// When the device last delivered; `None` before it ever did.
    pub(crate) fn last_arrival(&self) -> Option<Instant> {
        let since = self.tally.last_arrival_ns.load(Relaxed).checked_sub(1)?;
        self.epoch.checked_add(Duration::from_nanos(since))
    }
}

/// What is said of a device that has delivered and does not any more.
pub(crate) fn stalled(device: &Device) -> String {
    format!("{} has stopped delivering; was it unplugged?", device.name)
}

impl Microphone {
    /// Opens the device; returns the handle and the reading end of a ring with one channel at the rate of
    /// the device.
    ///
    /// Whatever happens to the device afterwards, the ring goes on in true time: a supervisor thread notices
    /// errors, a device that falls silent for 0.7 s, and another default device (when the default was
    /// chosen), fills the time with silence and opens the device again within half a second of its return.
    ///
    /// # Errors
    /// See [`CaptureErrorKind`].
    pub fn open(settings: CaptureSettings) -> Result<(Self, RingReader)> {
        Self::open_with(settings, crate::system::System::new)
    }

    /// [`open`](Self::open) on any backend, made on the thread that uses it.
    pub(crate) fn open_with<B: Backend>(
        settings: CaptureSettings,
        backend: impl FnOnce() -> B + Send + 'static,
    ) -> Result<(Self, RingReader)> {
        let (opened_sender, opened) = mpsc::sync_channel(1);
        let (closed_sender, closed) = mpsc::sync_channel(1);
        let supervisor = thread::Builder::new()
            .name("cstalk-capture".to_owned())
            .spawn(move || {
                supervisor::run(backend(), settings, &opened_sender);
                let _ = closed_sender.try_send(());
            })
            .map_err(|error| {
                CaptureError::new(CaptureErrorKind::Failed, format!("cannot start a thread: {error}"))
            })?;
        match opened.recv_timeout(OPEN_LIMIT) {
            Ok(Ok(supervisor::Opened { shared, chosen, reader })) => {
                let (device, format) = (chosen.device, chosen.format);
                Ok((Self { shared, format, device, supervisor: Some(supervisor), closed }, reader))
            }
            Ok(Err(error)) => Err(error),
            Err(_) => Err(CaptureError::new(
                CaptureErrorKind::Failed,
                format!("the device did not open within {OPEN_LIMIT:?}; try again or choose another"),
            )),
        }
    }

    /// Whether sound is coming, and from which device.
    pub fn state(&self) -> CaptureState {
        let state = match self.shared.state.lock() {
            Ok(state) => state.clone(),
            Err(poisoned) => poisoned.into_inner().clone(),
        };
        // A sound server that hangs holds up the supervisor too, so this is looked at here as well.
        match (state, self.shared.last_arrival()) {
            (CaptureState::Running { device }, Some(since)) if since.elapsed() > STALL => {
                CaptureState::Waiting { why: stalled(&device), since }
            }
            (state, _) => state,
        }
    }

    /// What happened so far.
    pub fn counts(&self) -> CaptureCounts {
        CaptureCounts {
            reopened: self.shared.reopened.load(Relaxed),
            overrun_reports: self.shared.faults.overrun_reports(),
            presumed_lost: self.shared.tally.presumed_lost.load(Relaxed),
            late: self.shared.tally.late.load(Relaxed),
            block_samples: self.shared.tally.block_samples.load(Relaxed),
        }
    }

    /// The device that was opened first.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// The format in which the device that was opened first delivers. The ring has its rate and one channel.
    pub fn format(&self) -> &DeviceFormat {
        &self.format
    }
}

impl Drop for Microphone {
    fn drop(&mut self) {
        self.shared.stop.store(true, Relaxed);
        if let Some(supervisor) = self.supervisor.take() {
            supervisor.thread().unpark();
            // A driver that does not let go must not hold up the program.
            if self.closed.recv_timeout(CLOSE_LIMIT).is_ok() {
                let _ = supervisor.join();
            }
        }
    }
}
