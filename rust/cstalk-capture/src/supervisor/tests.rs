//! Devices that come and go, without a sound system.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use cstalk_audio::ring::RingReader;

use crate::backend::{Backend, Chosen, FaultSink};
use crate::device::{Device, DeviceChoice, DeviceFormat};
use crate::error::{CaptureError, CaptureErrorKind, Result};
use crate::intake::Lent;
use crate::microphone::{CaptureSettings, CaptureState, Microphone};

const RATE_HZ: u32 = 48_000;
const BLOCK: usize = 480;
/// Every sample that a device delivers; silence is 0.
const VOICE: f32 = 0.25;

/// A machine whose devices a test plugs in and out.
#[derive(Default)]
struct Machine {
    is_plugged: AtomicBool,
    /// The device stays open and says nothing.
    is_stuck: AtomicBool,
    /// The device reports its end rather than falling silent.
    reports_errors: AtomicBool,
    /// Blocks for each one that is due.
    speed: AtomicU32,
    default_name: Mutex<String>,
    faults: Mutex<Option<FaultSink>>,
}

impl Machine {
    fn new() -> Arc<Self> {
        let machine = Self::default();
        machine.is_plugged.store(true, SeqCst);
        machine.speed.store(1, SeqCst);
        *machine.default_name.lock().unwrap() = "first".to_owned();
        Arc::new(machine)
    }

    fn unplug(&self) {
        self.is_plugged.store(false, SeqCst);
        if self.reports_errors.load(SeqCst)
            && let Some(faults) = self.faults.lock().unwrap().as_ref()
        {
            faults.stopped("the device is gone".into());
        }
    }

    fn open(self: &Arc<Self>, device: DeviceChoice) -> Result<(Microphone, RingReader)> {
        let settings = CaptureSettings { device, ..CaptureSettings::default() };
        let backend = MadeUp(Arc::clone(self));
        Microphone::open_with(settings, || backend)
    }
}

struct MadeUp(Arc<Machine>);

/// A thread that delivers until it is dropped.
struct Delivery {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Delivery {
    fn drop(&mut self) {
        self.stop.store(true, SeqCst);
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Backend for MadeUp {
    type Found = ();
    type Stream = Delivery;

    fn find(&mut self, choice: &DeviceChoice, rate_hz: Option<u32>) -> Result<((), Chosen)> {
        let rate_hz = rate_hz.unwrap_or(RATE_HZ);
        if !self.0.is_plugged.load(SeqCst) {
            return Err(CaptureError::new(CaptureErrorKind::NoDevice, "nothing is plugged in"));
        }
        let name = match choice {
            DeviceChoice::Default => self.0.default_name.lock().unwrap().clone(),
            DeviceChoice::Named(name) => name.trim_start_matches("made-up:").to_owned(),
        };
        let device = Device {
            id: format!("made-up:{name}"),
            name,
            host: "made-up".into(),
            is_default: true,
            is_monitor: false,
            format: None,
        };
        let format = DeviceFormat { rate_hz, channel_count: 1, sample_format: "f32".into() };
        Ok(((), Chosen { device, format }))
    }

    fn open(&mut self, (): (), mut intake: Lent, faults: FaultSink) -> Result<Delivery> {
        *self.0.faults.lock().unwrap() = Some(faults);
        let (machine, stop) = (Arc::clone(&self.0), Arc::new(AtomicBool::new(false)));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            let (began, mut delivered) = (Instant::now(), 0_u32);
            while !stopped.load(SeqCst) {
                let due = began.elapsed().as_millis() as u32 / 10 * machine.speed.load(SeqCst);
                let delivers = machine.is_plugged.load(SeqCst) && !machine.is_stuck.load(SeqCst);
                while delivered < due && !stopped.load(SeqCst) {
                    if delivers && let Some(intake) = intake.intake() {
                        intake.take(&[VOICE; BLOCK], 1, |value| value);
                    }
                    delivered += 1;
                }
                thread::sleep(Duration::from_millis(1));
            }
        });
        Ok(Delivery { stop, thread: Some(thread) })
    }

    fn is_still_chosen(&mut self, choice: &DeviceChoice, device: &Device) -> bool {
        *choice != DeviceChoice::Default || device.name == *self.0.default_name.lock().unwrap()
    }
}

/// Reads until `done`, for 10 s at most.
fn read_until(
    reader: &mut RingReader,
    samples: &mut Vec<f32>,
    what: &str,
    mut done: impl FnMut(&[f32]) -> bool,
) {
    let began = Instant::now();
    while !done(samples) {
        assert!(began.elapsed() < Duration::from_secs(10), "{what}: did not happen within 10 s");
        thread::sleep(Duration::from_millis(5));
        reader.read(samples);
    }
}

fn is_running(microphone: &Microphone, name: &str) -> bool {
    matches!(microphone.state(), CaptureState::Running { device } if device.name == name)
}

fn why_waiting(microphone: &Microphone) -> Option<String> {
    match microphone.state() {
        CaptureState::Waiting { why, .. } => Some(why),
        _ => None,
    }
}

#[test]
fn an_unplugged_device_leaves_silence_in_true_time_and_comes_back() {
    for reports_errors in [true, false] {
        let machine = Machine::new();
        machine.reports_errors.store(reports_errors, SeqCst);
        let (microphone, mut reader) = machine.open(DeviceChoice::Named("usb".into())).unwrap();
        let began = Instant::now();
        let mut samples = Vec::new();
        read_until(&mut reader, &mut samples, "sound", |samples| samples.len() > 10_000);
        read_until(&mut reader, &mut samples, "running", |_| is_running(&microphone, "usb"));

        machine.unplug();
        read_until(&mut reader, &mut samples, "waiting", |_| why_waiting(&microphone).is_some());
        read_until(&mut reader, &mut samples, "a reason", |_| {
            why_waiting(&microphone).is_some_and(|why| why == "nothing is plugged in")
        });
        let before = samples.len();
        read_until(&mut reader, &mut samples, "half a second of silence", |samples| {
            samples.len() > before + RATE_HZ as usize / 2
        });

        machine.is_plugged.store(true, SeqCst);
        let back = Instant::now();
        read_until(&mut reader, &mut samples, "running again", |_| is_running(&microphone, "usb"));
        assert!(back.elapsed() < Duration::from_secs(2), "took {:?}", back.elapsed());
        read_until(&mut reader, &mut samples, "sound again", |samples| samples.ends_with(&[VOICE]));

        assert_eq!(microphone.counts().reopened, 1);
        let counts = reader.counts();
        assert_eq!(counts.overrun, 0);
        // Sample times are the clock's, but for what is in flight.
        let expected = began.elapsed().as_secs_f64() * f64::from(RATE_HZ);
        let off_ms = (counts.elapsed() as f64 - expected) / f64::from(RATE_HZ) * 1e3;
        assert!(off_ms.abs() < 150.0, "{off_ms} ms off after {expected} samples");
        // Every sample time is sound or silence, and the silence is what was counted as missing.
        let rest = reader.waiting() as usize;
        let silent = samples.iter().filter(|sample| **sample == 0.0).count();
        assert!(samples.iter().all(|sample| *sample == 0.0 || *sample == VOICE));
        assert!((counts.lost() as usize).abs_diff(silent) <= rest, "{counts:?}, {silent} silent");
        drop(microphone);
        while reader.read(&mut samples) > 0 {}
        assert!(reader.is_abandoned());
    }
}

#[test]
fn a_device_that_falls_silent_is_opened_again() {
    let machine = Machine::new();
    let (microphone, mut reader) = machine.open(DeviceChoice::Named("usb".into())).unwrap();
    let mut samples = Vec::new();
    read_until(&mut reader, &mut samples, "running", |_| is_running(&microphone, "usb"));
    machine.is_stuck.store(true, SeqCst);
    read_until(&mut reader, &mut samples, "noticed", |_| microphone.counts().reopened > 0);
    machine.is_stuck.store(false, SeqCst);
    read_until(&mut reader, &mut samples, "running again", |_| is_running(&microphone, "usb"));
}

#[test]
fn the_default_is_followed_and_a_named_device_is_not_left() {
    let machine = Machine::new();
    let (following, mut reader) = machine.open(DeviceChoice::Default).unwrap();
    let (staying, mut other_reader) = machine.open(DeviceChoice::Named("usb".into())).unwrap();
    let (mut samples, mut other) = (Vec::new(), Vec::new());
    read_until(&mut reader, &mut samples, "running", |_| is_running(&following, "first"));
    *machine.default_name.lock().unwrap() = "second".to_owned();
    read_until(&mut reader, &mut samples, "the new default", |_| is_running(&following, "second"));
    read_until(&mut other_reader, &mut other, "the named one", |_| is_running(&staying, "usb"));
    assert_eq!((following.counts().reopened, staying.counts().reopened), (1, 0));
}

#[test]
fn a_device_without_a_clock_is_given_up_with_a_reason() {
    let machine = Machine::new();
    machine.speed.store(50, SeqCst);
    let (microphone, mut reader) = machine.open(DeviceChoice::Default).unwrap();
    let mut samples = Vec::new();
    read_until(&mut reader, &mut samples, "noticed", |_| {
        why_waiting(&microphone).is_some_and(|why| why.contains("faster than time passes"))
    });
}

#[test]
fn what_cannot_be_opened_is_an_error() {
    let machine = Machine::new();
    machine.unplug();
    let error = machine.open(DeviceChoice::Default).map(drop).unwrap_err();
    assert_eq!(error.kind(), CaptureErrorKind::NoDevice);
}
