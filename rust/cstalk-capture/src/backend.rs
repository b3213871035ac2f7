//! What the supervisor needs from a sound system, so that it can be tested with a made-up one.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::device::{Device, DeviceChoice, DeviceFormat};
use crate::error::Result;
use crate::intake::Lent;

/// A sound system. Used from one thread only.
pub(crate) trait Backend {
    /// A device, found and with a format chosen.
    type Found;
    /// An open device; closed by dropping it, which also drops the [`Lent`] intake.
    type Stream;

    /// The chosen device, to be opened at `rate_hz` where given.
    ///
    /// # Errors
    /// It is not there, or has no format that can be used.
    fn find(&mut self, choice: &DeviceChoice, rate_hz: Option<u32>) -> Result<(Self::Found, Chosen)>;

    /// Opens the device and starts it.
    ///
    /// # Errors
    /// It cannot be opened; the intake has gone home.
    fn open(&mut self, found: Self::Found, intake: Lent, faults: FaultSink) -> Result<Self::Stream>;

    /// Whether the open device still is the chosen one: the default has not changed, a named one has not gone
    /// (a sound server then goes on with another, without a word). True where that cannot be told.
    fn is_still_chosen(&mut self, choice: &DeviceChoice, device: &Device) -> bool;
}

/// A device and the format it will deliver.
#[derive(Clone, Debug)]
pub(crate) struct Chosen {
    pub device: Device,
    pub format: DeviceFormat,
}

/// Where an open device reports what goes wrong.
pub(crate) type FaultSink = std::sync::Arc<Faults>;

/// Faults that an open device reported.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    fatal: Mutex<Option<String>>,
    overrun_reports: AtomicU64,
}

impl Faults {
    /// The device stopped for good.
    pub(crate) fn stopped(&self, why: String) {
        if let Ok(mut fatal) = self.fatal.lock() {
            fatal.get_or_insert(why);
        }
    }

    /// The device says that it lost samples, not how many.
    pub(crate) fn overrun(&self) {
        self.overrun_reports.fetch_add(1, Relaxed);
    }

    pub(crate) fn take_fatal(&self) -> Option<String> {
        self.fatal.lock().ok().and_then(|mut fatal| fatal.take())
    }

    pub(crate) fn overrun_reports(&self) -> u64 {
        self.overrun_reports.load(Relaxed)
    }
}
