//! The sound systems of the operating system, through cpal.

use std::time::Duration;

use assert_no_alloc::assert_no_alloc;
use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{BufferSize, Data, FromSample, SampleFormat, SizedSample, StreamConfig, SupportedBufferSize};
use cstalk_audio::{MAX_RATE_HZ, MIN_RATE_HZ};

use crate::backend::{Backend, Chosen, FaultSink};
use crate::device::{self, Device, DeviceChoice, DeviceFormat};
use crate::error::{CaptureError, CaptureErrorKind, Result};
use crate::intake::Lent;

/// The rate that is asked for where the device leaves a choice: what nearly all of them run at.
const PREFERRED_RATE_HZ: u32 = 48_000;
/// Blocks of this length are asked for, as a part of a second: 10 ms.
const BLOCKS_PER_SECOND: u32 = 100;
/// How long a sound server may take to make a stream.
const BUILD_LIMIT: Duration = Duration::from_secs(3);
/// Formats in the order in which they are taken where the device does not prefer one.
const FORMATS: [SampleFormat; 12] = [
    SampleFormat::F32,
    SampleFormat::I32,
    SampleFormat::I24,
    SampleFormat::I16,
    SampleFormat::F64,
    SampleFormat::I64,
    SampleFormat::U32,
    SampleFormat::U24,
    SampleFormat::U16,
    SampleFormat::I8,
    SampleFormat::U8,
    SampleFormat::U64,
];

/// The hosts of this machine, asked anew whenever a device is looked for: a server may have come or gone.
pub(crate) struct System {
    /// The host of the device looked for last, kept for asking whether it is still there.
    host: Option<cpal::Host>,
}

/// A device of cpal with how it will be opened.
pub(crate) struct Found {
    device: cpal::Device,
    config: StreamConfig,
    sample_format: SampleFormat,
}

impl System {
    pub(crate) fn new() -> Self {
        quieten_alsa();
        Self { host: None }
    }

    /// Input devices of the preferred host, monitors last.
    pub(crate) fn devices(&mut self) -> Result<Vec<Device>> {
        Ok(list(self.preferred()?)?.into_iter().map(|(device, _)| device).collect())
    }

    /// The preferred host, connected anew.
    fn preferred(&mut self) -> Result<&cpal::Host> {
        Ok(self.host.insert(preferred_host()?))
    }

    fn default_device(&mut self) -> Result<(Device, cpal::Device)> {
        let device = self.preferred()?.default_input_device();
        let device = device.and_then(|device| Some((describe(&device, true)?, device)));
        device.ok_or_else(|| {
            CaptureError::new(
                CaptureErrorKind::NoDevice,
                "there is no default input device; plug in a microphone, or choose one in the system's sound \
                 settings",
            )
        })
    }

    /// The device with this id, of any host.
    fn device_by_id(&mut self, text: &str) -> Option<(Device, cpal::Device)> {
        let id: cpal::DeviceId = text.parse().ok()?;
        let host = self.host.insert(cpal::host_from_id(id.host()).ok()?);
        let is_default = default_id(host).as_deref() == Some(text);
        let device = host.device_by_id(&id)?;
        Some((describe(&device, is_default)?, device))
    }

    fn named_device(&mut self, wanted: &str) -> Result<(Device, cpal::Device)> {
        let mut listed = list(self.preferred()?)?;
        let devices: Vec<Device> = listed.iter().map(|(device, _)| device.clone()).collect();
        let index = device::find(&devices, wanted)?;
        Ok(listed.swap_remove(index))
    }
}

impl Backend for System {
    type Found = Found;
    type Stream = cpal::Stream;

    fn find(&mut self, choice: &DeviceChoice, rate_hz: Option<u32>) -> Result<(Found, Chosen)> {
        let (info, device) = match choice {
            DeviceChoice::Default => self.default_device()?,
            DeviceChoice::Named(wanted) => match self.device_by_id(wanted) {
                Some(found) => found,
                None => self.named_device(wanted)?,
            },
        };
        let doing = format!("asking {} for its formats", info.name);
        let ranges: Vec<_> =
            device.supported_input_configs().map_err(|error| ours(&error).while_doing(&doing))?.collect();
        let preferred = device.default_input_config().ok();
        let (config, sample_format) = choose(&ranges, preferred.as_ref(), rate_hz).ok_or_else(|| {
            let wanted = match rate_hz {
                Some(rate_hz) => format!("the rate of the stream, {rate_hz} Hz; set the device to that rate"),
                None => format!("a rate of {MIN_RATE_HZ} to {MAX_RATE_HZ} Hz; choose another device"),
            };
            CaptureError::new(CaptureErrorKind::Unsupported, format!("{} does not offer {wanted}", info.name))
        })?;
        let format = DeviceFormat {
            rate_hz: config.sample_rate,
            channel_count: usize::from(config.channels),
            sample_format: sample_format.to_string(),
        };
        Ok((Found { device, config, sample_format }, Chosen { device: info, format }))
    }

    fn open(&mut self, found: Found, intake: Lent, faults: FaultSink) -> Result<cpal::Stream> {
        let Found { device, config, sample_format } = found;
        let stream = build(&device, config, sample_format, intake, faults)
            .map_err(|error| ours(&error).while_doing(&format!("opening {device}")))?;
        stream.play().map_err(|error| ours(&error).while_doing(&format!("starting {device}")))?;
        Ok(stream)
    }

    fn is_still_chosen(&mut self, choice: &DeviceChoice, device: &Device) -> bool {
        let Some(host) = &self.host else { return true };
        match choice {
            DeviceChoice::Default => default_id(host).is_none_or(|id| id == device.id),
            // Others end the stream when the device goes, and looking for it is slow.
            DeviceChoice::Named(_) if host.id().name() != "PulseAudio" => true,
            DeviceChoice::Named(_) => host.devices().is_ok_and(|mut devices| {
                devices.any(|one| one.id().is_ok_and(|id| id.to_string() == device.id))
            }),
        }
    }
}

/// Id of the default device of a host.
fn default_id(host: &cpal::Host) -> Option<String> {
    Some(host.default_input_device()?.id().ok()?.to_string())
}

/// Opens the device with a callback for its sample format.
fn build(
    device: &cpal::Device,
    config: StreamConfig,
    sample_format: SampleFormat,
    intake: Lent,
    faults: FaultSink,
) -> std::result::Result<cpal::Stream, cpal::Error> {
    let channel_count = usize::from(config.channels);
    let callback: fn(&mut Lent, &Data, usize) = match sample_format {
        SampleFormat::I8 => take::<i8>,
        SampleFormat::I16 => take::<i16>,
        SampleFormat::I24 => take::<cpal::I24>,
        SampleFormat::I32 => take::<i32>,
        SampleFormat::I64 => take::<i64>,
        SampleFormat::U8 => take::<u8>,
        SampleFormat::U16 => take::<u16>,
        SampleFormat::U24 => take::<cpal::U24>,
        SampleFormat::U32 => take::<u32>,
        SampleFormat::U64 => take::<u64>,
        SampleFormat::F32 => take::<f32>,
        SampleFormat::F64 => take::<f64>,
        _ => return Err(cpal::Error::new(cpal::ErrorKind::UnsupportedConfig)),
    };
    let mut intake = intake;
    let on_block = move |block: &Data, _: &cpal::InputCallbackInfo| {
        assert_no_alloc(|| callback(&mut intake, block, channel_count));
    };
    device.build_input_stream_raw(config, sample_format, on_block, on_error(faults), Some(BUILD_LIMIT))
}

/// The device callback for one sample format.
fn take<T>(intake: &mut Lent, block: &Data, channel_count: usize)
where
    T: SizedSample,
    f32: FromSample<T>,
{
    if let (Some(intake), Some(values)) = (intake.intake(), block.as_slice::<T>()) {
        intake.take(values, channel_count, |value| value.to_sample::<f32>());
    }
}

/// Sorts what the device reports into what ends it and what does not.
fn on_error(faults: FaultSink) -> impl FnMut(cpal::Error) + Send + 'static {
    move |error| match error.kind() {
        cpal::ErrorKind::Xrun => faults.overrun(),
        cpal::ErrorKind::RealtimeDenied | cpal::ErrorKind::DeviceChanged => {}
        _ => faults.stopped(error.to_string()),
    }
}

/// The first host that answers.
fn preferred_host() -> Result<cpal::Host> {
    let mut why = Vec::new();
    // cpal lists them in the order of preference that the module documentation states.
    for id in cpal::available_hosts() {
        match cpal::host_from_id(id) {
            Ok(host) => return Ok(host),
            Err(error) => why.push(format!("{}: {error}", id.name())),
        }
    }
    Err(CaptureError::new(
        CaptureErrorKind::BackendMissing,
        format!("no sound system answers ({})", why.join("; ")),
    ))
}

/// Input devices of a host, monitors last.
fn list(host: &cpal::Host) -> Result<Vec<(Device, cpal::Device)>> {
    let default_id = default_id(host);
    let all = host.input_devices().map_err(|error| ours(&error).while_doing("listing the input devices"))?;
    let mut listed: Vec<(Device, cpal::Device)> = all
        .filter_map(|device| {
            let id = device.id().ok()?;
            if is_plumbing(id.id()) {
                return None;
            }
            Some((describe(&device, default_id.as_ref() == Some(&id.to_string()))?, device))
        })
        .collect();
    listed.sort_by_key(|(device, _)| (device.is_monitor, !device.is_default));
    Ok(listed)
}

/// What is known of a device; `None` when it is a mere name with nothing behind it, as ALSA has many.
fn describe(device: &cpal::Device, is_default: bool) -> Option<Device> {
    let id = device.id().ok()?;
    let format = match device.default_input_config() {
        Ok(config) => Some(DeviceFormat {
            rate_hz: config.sample_rate(),
            channel_count: usize::from(config.channels()),
            sample_format: config.sample_format().to_string(),
        }),
        // It is there, but will not say more now.
        Err(error)
            if matches!(error.kind(), cpal::ErrorKind::DeviceBusy | cpal::ErrorKind::PermissionDenied) =>
        {
            None
        }
        Err(_) => return None,
    };
    Some(Device {
        name: device.description().map_or_else(|_| id.id().to_owned(), |text| text.name().to_owned()),
        host: id.host().to_string(),
        is_default,
        is_monitor: id.id().ends_with(".monitor"),
        format,
        id: id.to_string(),
    })
}

/// Whether an ALSA name is a plugin rather than a microphone or a way to one. No other host has such names.
fn is_plumbing(id: &str) -> bool {
    const PLUGINS: [&str; 14] = [
        "null",
        "lavrate",
        "samplerate",
        "speexrate",
        "jack",
        "oss",
        "speex",
        "upmix",
        "vdownmix",
        "usbstream",
        "dsnoop",
        "front",
        "sysdefault",
        "iec958",
    ];
    PLUGINS
        .iter()
        .any(|plugin| id.strip_prefix(plugin).is_some_and(|rest| rest.is_empty() || rest.starts_with(':')))
}

/// How a device with these formats is opened: at `rate_hz` where given, else at 48 kHz where it can, with its own
/// channel count and sample format where they can be used.
fn choose(
    ranges: &[cpal::SupportedStreamConfigRange],
    preferred: Option<&cpal::SupportedStreamConfig>,
    rate_hz: Option<u32>,
) -> Option<(StreamConfig, SampleFormat)> {
    let own_rate_hz = preferred.map_or(PREFERRED_RATE_HZ, cpal::SupportedStreamConfig::sample_rate);
    let usable = ranges.iter().filter_map(|range| {
        let order = FORMATS.iter().position(|format| *format == range.sample_format())?;
        let (low, high) =
            (range.min_sample_rate().max(MIN_RATE_HZ), range.max_sample_rate().min(MAX_RATE_HZ));
        let rate_hz = match rate_hz {
            Some(rate_hz) => (low..=high).contains(&rate_hz).then_some(rate_hz)?,
            None if low > high => return None,
            None if (low..=high).contains(&PREFERRED_RATE_HZ) => PREFERRED_RATE_HZ,
            None => own_rate_hz.clamp(low, high),
        };
        let own_channels = preferred.is_some_and(|own| own.channels() == range.channels());
        let own_format = preferred.is_some_and(|own| own.sample_format() == range.sample_format());
        let far = (rate_hz != PREFERRED_RATE_HZ, rate_hz.abs_diff(own_rate_hz));
        Some(((!own_channels, far, !own_format, order, range.channels()), range, rate_hz))
    });
    let (_, range, rate_hz) = usable.min_by_key(|(rank, _, _)| *rank)?;
    let wanted = rate_hz / BLOCKS_PER_SECOND;
    let buffer_size = match range.buffer_size() {
        SupportedBufferSize::Range { min, max } if min <= max => BufferSize::Fixed(wanted.clamp(*min, *max)),
        _ => BufferSize::Default,
    };
    Some((
        StreamConfig { channels: range.channels(), sample_rate: rate_hz, buffer_size },
        range.sample_format(),
    ))
}

/// cpal's error in our kinds.
fn ours(error: &cpal::Error) -> CaptureError {
    use cpal::ErrorKind as Theirs;
    let (kind, advice) = match error.kind() {
        Theirs::DeviceBusy => (CaptureErrorKind::Busy, "close what uses it, or choose another device"),
        Theirs::DeviceNotAvailable => (CaptureErrorKind::NoDevice, "plug it in, or choose another device"),
        Theirs::PermissionDenied => {
            (CaptureErrorKind::Permission, "allow this program the microphone in the system's settings")
        }
        Theirs::HostUnavailable => (CaptureErrorKind::BackendMissing, "start the sound server"),
        Theirs::UnsupportedConfig | Theirs::UnsupportedOperation | Theirs::InvalidInput => {
            (CaptureErrorKind::Unsupported, "choose another device")
        }
        _ => (CaptureErrorKind::Failed, "try again, or choose another device"),
    };
    CaptureError::new(kind, format!("{error}; {advice}"))
}

/// libasound prints to the standard error stream whatever it tries in vain. Its messages are caught instead;
/// what matters comes back as an error. Holds for the calling thread.
#[cfg(target_os = "linux")]
fn quieten_alsa() {
    let _ = alsa::Output::local_error_handler();
}

#[cfg(not(target_os = "linux"))]
fn quieten_alsa() {}

#[cfg(test)]
mod tests {
    use super::*;
    use cpal::{SupportedStreamConfig, SupportedStreamConfigRange};

    fn range(channels: u16, low_hz: u32, high_hz: u32, format: SampleFormat) -> SupportedStreamConfigRange {
        let buffer = SupportedBufferSize::Range { min: 64, max: 4_096 };
        SupportedStreamConfigRange::new(channels, low_hz, high_hz, buffer, format)
    }

    #[test]
    fn devices_of_all_sorts_are_opened_as_they_like_best() {
        use SampleFormat::{DsdU8, F32, I16, U8};
        let own = |channels, rate_hz, format| {
            Some(SupportedStreamConfig::new(channels, rate_hz, SupportedBufferSize::Unknown, format))
        };
        type Case = (
            &'static str,
            Vec<SupportedStreamConfigRange>,
            Option<SupportedStreamConfig>,
            Option<u32>,
            Option<(u16, u32, SampleFormat)>,
        );
        let server: Vec<_> =
            [1, 2].iter().flat_map(|&n| [U8, I16, F32].map(|format| range(n, 1, 384_000, format))).collect();
        let studio = vec![range(2, 44_100, 44_100, F32), range(2, 192_000, 192_000, F32)];
        let table: [Case; 9] = [
            ("a server", server.clone(), own(1, 44_100, I16), None, Some((1, 48_000, I16))),
            (
                "a server, opened again",
                server.clone(),
                own(2, 96_000, F32),
                Some(44_100),
                Some((2, 44_100, F32)),
            ),
            ("no preference", server, None, None, Some((1, 48_000, F32))),
            (
                "192 kHz",
                vec![range(2, 192_000, 192_000, F32)],
                own(2, 192_000, F32),
                None,
                Some((2, 192_000, F32)),
            ),
            ("one of two rates", studio.clone(), own(2, 44_100, F32), None, Some((2, 44_100, F32))),
            (
                "a headset",
                vec![range(1, 8_000, 16_000, I16)],
                own(1, 16_000, I16),
                None,
                Some((1, 16_000, I16)),
            ),
            ("another rate than before", studio, own(2, 44_100, F32), Some(48_000), None),
            ("a format that is no waveform", vec![range(1, 48_000, 48_000, DsdU8)], None, None, None),
            ("too fast", vec![range(1, 384_000, 768_000, F32)], None, None, None),
        ];
        for (what, ranges, preferred, rate_hz, expected) in table {
            let chosen = choose(&ranges, preferred.as_ref(), rate_hz);
            let chosen = chosen.map(|(config, format)| {
                let BufferSize::Fixed(block) = config.buffer_size else { panic!("{what}: no block size") };
                assert_eq!(block, (config.sample_rate / 100).max(64), "{what}");
                (config.channels, config.sample_rate, format)
            });
            assert_eq!(chosen, expected, "{what}");
        }
    }

    #[test]
    fn plugins_of_alsa_are_no_microphones() {
        for (id, plumbing) in [
            ("null", true),
            ("front:CARD=PCH,DEV=0", true),
            ("dsnoop:CARD=PCH", true),
            ("default", false),
            ("hw:CARD=PCH,DEV=0", false),
            ("frontier_usb_mic", false),
        ] {
            assert_eq!(is_plumbing(id), plumbing, "{id}");
        }
    }
}
