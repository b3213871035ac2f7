//! Stands in for the sound systems in a build without the feature `microphone`.

use std::convert::Infallible;

use crate::backend::{Backend, Chosen, FaultSink};
use crate::device::{Device, DeviceChoice};
use crate::error::{CaptureError, CaptureErrorKind, Result};
use crate::intake::Lent;

/// Has no devices, and says why.
pub(crate) struct System;

impl System {
    pub(crate) fn new() -> Self {
        Self
    }

    pub(crate) fn devices(&mut self) -> Result<Vec<Device>> {
        Err(not_built_in())
    }
}

fn not_built_in() -> CaptureError {
    CaptureError::new(
        CaptureErrorKind::BackendMissing,
        "this build has no microphones; build with the feature `microphone` (on Linux it needs libasound2-dev and \
         pkg-config)",
    )
}

impl Backend for System {
    type Found = Infallible;
    type Stream = Infallible;

    fn find(&mut self, _choice: &DeviceChoice, _rate_hz: Option<u32>) -> Result<(Infallible, Chosen)> {
        Err(not_built_in())
    }

    fn open(&mut self, found: Infallible, _intake: Lent, _faults: FaultSink) -> Result<Infallible> {
        match found {}
    }

    fn is_still_chosen(&mut self, _choice: &DeviceChoice, _device: &Device) -> bool {
        true
    }
}
