//! Keeps a device delivering: notices when it stops, opens it again, and fills the time between with silence.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use cstalk_audio::ring::{RingReader, ring};

use crate::backend::{Backend, Chosen, FaultSink};
use crate::clock::ArrivalClock;
use crate::device::DeviceChoice;
use crate::error::{CaptureError, CaptureErrorKind, Result};
use crate::intake::{Intake, Lent};
use crate::microphone::{CaptureSettings, CaptureState, STALL, Shared, stalled};

/// How often the device is looked at, and silence filled in: one hop of the model.
const TICK: Duration = Duration::from_millis(20);
/// A device that was opened and has not delivered for this long will not.
const FIRST_BLOCK: Duration = Duration::from_secs(3);
/// Time between two attempts to open.
const RETRY: Duration = Duration::from_millis(400);
/// Time between two looks at which devices there are.
const LOOK: Duration = Duration::from_millis(250);

/// What the one who opens gets.
pub(crate) struct Opened {
    pub shared: Arc<Shared>,
    pub chosen: Chosen,
    pub reader: RingReader,
}

/// Opens the device, says how that went, and then keeps it delivering until told to stop.
pub(crate) fn run<B: Backend>(backend: B, settings: CaptureSettings, opened: &SyncSender<Result<Opened>>) {
    match Supervisor::open(backend, settings) {
        Ok((mut supervisor, first)) => {
            if opened.try_send(Ok(first)).is_ok() {
                supervisor.keep();
            }
        }
        Err(error) => {
            let _ = opened.try_send(Err(error));
        }
    }
}

struct Supervisor<B: Backend> {
    backend: B,
    choice: DeviceChoice,
    rate_hz: u32,
    shared: Arc<Shared>,
    home: Receiver<Intake>,
    home_sender: SyncSender<Intake>,
    link: Link<B::Stream>,
}

/// The device, or what stands in for it.
enum Link<S> {
    /// Open since `since`, for as long as the stream lives.
    Up { _stream: S, chosen: Chosen, since: Instant, looked_at: Instant },
    /// Closed, and the callback has not given the intake back yet.
    LettingGo,
    /// Closed; tried again at `next_try`.
    Down { intake: Box<Intake>, next_try: Instant },
}

impl<B: Backend> Supervisor<B> {
    fn open(mut backend: B, settings: CaptureSettings) -> Result<(Self, Opened)> {
        let (found, chosen) = backend.find(&settings.device, None)?;
        let rate_hz = chosen.format.rate_hz;
        let (writer, reader) = ring(rate_hz, 1, settings.capacity)
            .map_err(|error| CaptureError::new(CaptureErrorKind::Unsupported, error.to_string()))?;
        let epoch = Instant::now();
        let shared = Arc::new(Shared {
            stop: false.into(),
            state: Mutex::new(CaptureState::Opening { device: chosen.device.clone() }),
            tally: Arc::default(),
            faults: FaultSink::default(),
            reopened: 0.into(),
            epoch,
        });
        let tally = Arc::clone(&shared.tally);
        let intake =
            Intake { writer, clock: ArrivalClock::new(rate_hz), channel: settings.channel, epoch, tally };
        let (home_sender, home) = sync_channel(1);
        let lent = Lent::new(intake, home_sender.clone());
        let since = Instant::now();
        let stream = backend.open(found, lent, Arc::clone(&shared.faults))?;
        let link = Link::Up { _stream: stream, chosen: chosen.clone(), since, looked_at: since };
        // From now on the very same one.
        let choice = match settings.device {
            DeviceChoice::Default => DeviceChoice::Default,
            DeviceChoice::Named(_) => DeviceChoice::Named(chosen.device.id.clone()),
        };
        let opened = Opened { shared: Arc::clone(&shared), chosen, reader };
        Ok((Self { backend, choice, rate_hz, shared, home, home_sender, link }, opened))
    }

    fn keep(&mut self) {
        while !self.shared.stop.load(Relaxed) {
            match &mut self.link {
                Link::Up { .. } => self.watch(),
                Link::LettingGo => {
                    if let Ok(mut intake) = self.home.recv_timeout(TICK) {
                        intake.clock.restart();
                        self.link = Link::Down { intake: Box::new(intake), next_try: Instant::now() };
                    }
                    continue;
                }
                Link::Down { intake, next_try } => {
                    intake.fill();
                    if Instant::now() >= *next_try {
                        self.try_again();
                        continue;
                    }
                }
            }
            thread::park_timeout(TICK);
        }
    }

    /// Looks at an open device and closes it when it does not deliver.
    fn watch(&mut self) {
        let Link::Up { chosen, since, looked_at, .. } = &mut self.link else { return };
        let device = &chosen.device;
        let arrival = self.shared.last_arrival().filter(|arrival| arrival > since);
        let limit = if arrival.is_some() { STALL } else { FIRST_BLOCK };
        let mut fault = None;
        if let Some(why) = self.shared.faults.take_fatal() {
            fault = Some(format!("{}: {why}", device.name));
        } else if self.shared.tally.runs_away.swap(false, Relaxed) {
            fault = Some(format!(
                "{} delivers faster than time passes, so no device is behind it; choose another",
                device.name
            ));
        } else if arrival.unwrap_or(*since).elapsed() > limit {
            fault = Some(stalled(device));
        } else if looked_at.elapsed() > LOOK {
            *looked_at = Instant::now();
            if !self.backend.is_still_chosen(&self.choice, device) {
                let what = match self.choice {
                    DeviceChoice::Default => "is no longer the default device",
                    DeviceChoice::Named(_) => "is gone; plug it in again",
                };
                fault = Some(format!("{} {what}", device.name));
            }
        }
        match fault {
            Some(why) => self.close(why),
            None if arrival.is_some() => {
                let device = device.clone();
                self.tell(|state| {
                    if !matches!(state, CaptureState::Running { .. }) {
                        *state = CaptureState::Running { device };
                    }
                });
            }
            None => {}
        }
    }

    fn close(&mut self, why: String) {
        self.tell(|state| *state = CaptureState::Waiting { why, since: Instant::now() });
        // Dropping the stream sends the intake home, at once or when the driver lets go.
        self.link = Link::LettingGo;
    }

    /// Opens the device again, if it is back.
    fn try_again(&mut self) {
        let found = self.backend.find(&self.choice, Some(self.rate_hz));
        // Also after success: the next attempt is due after this one failed to deliver.
        let later = Instant::now() + RETRY;
        let (found, chosen) = match found {
            Ok(found) => found,
            Err(error) => {
                self.still_waiting(&error);
                if let Link::Down { next_try, .. } = &mut self.link {
                    *next_try = later;
                }
                return;
            }
        };
        let Link::Down { intake, .. } = std::mem::replace(&mut self.link, Link::LettingGo) else { return };
        let since = Instant::now();
        let lent = Lent::new(*intake, self.home_sender.clone());
        match self.backend.open(found, lent, Arc::clone(&self.shared.faults)) {
            Ok(stream) => {
                // What the old device said last is over.
                self.shared.faults.take_fatal();
                self.shared.reopened.fetch_add(1, Relaxed);
                self.link = Link::Up { _stream: stream, chosen, since, looked_at: since };
            }
            Err(error) => {
                self.still_waiting(&error);
                if let Ok(mut intake) = self.home.recv_timeout(RETRY) {
                    intake.clock.restart();
                    self.link = Link::Down { intake: Box::new(intake), next_try: later };
                }
            }
        }
    }

    /// The newest reason is the one worth reading.
    fn still_waiting(&self, error: &CaptureError) {
        self.tell(|state| {
            if let CaptureState::Waiting { why, .. } = state {
                *why = error.to_string();
            }
        });
    }

    fn tell(&self, change: impl FnOnce(&mut CaptureState)) {
        match self.shared.state.lock() {
            Ok(mut state) => change(&mut state),
            Err(poisoned) => change(&mut poisoned.into_inner()),
        }
    }
}

#[cfg(test)]
mod tests;
