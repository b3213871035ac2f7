//! Devices as this crate shows them, and how one is chosen.

use std::fmt;
use std::str::FromStr;

use crate::error::{CaptureError, CaptureErrorKind, Result};

/// A format that a device delivers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceFormat {
    /// Samples a second.
    pub rate_hz: u32,
    /// Interleaved channels.
    pub channel_count: usize,
    /// Sample format by its usual short name, such as `i16` or `f32`.
    pub sample_format: String,
}

impl fmt::Display for DeviceFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.channel_count == 1 { "" } else { "s" };
        write!(f, "{} Hz, {} channel{plural}, {}", self.rate_hz, self.channel_count, self.sample_format)
    }
}

/// A device that sound can be captured from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Stays the same when the program or the machine starts again: `host:name-inside-the-host`.
    pub id: String,
    /// For people; two devices can have the same.
    pub name: String,
    /// The sound system that offers it, such as `pulseaudio`, `alsa`, `wasapi` or `coreaudio`.
    pub host: String,
    /// Whether the system would choose it.
    pub is_default: bool,
    /// Whether it captures what the machine plays rather than a microphone.
    pub is_monitor: bool,
    /// The format that the device prefers; `None` where it cannot be told without opening it.
    pub format: Option<DeviceFormat>,
}

/// Which device to capture from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DeviceChoice {
    /// The one that the system calls the default, followed when it changes.
    #[default]
    Default,
    /// One device: its id, its id without the host, its name, or a part of its name that no other has.
    Named(String),
}

impl FromStr for DeviceChoice {
    type Err = std::convert::Infallible;

    /// `default` or nothing is the default device, anything else names one.
    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        match text.trim() {
            "" | "default" => Ok(Self::Default),
            name => Ok(Self::Named(name.to_owned())),
        }
    }
}

/// Position in `devices` of the one that `wanted` names.
///
/// # Errors
/// [`CaptureErrorKind::NoDevice`] when none or more than one fits; the message says which there are.
pub(crate) fn find(devices: &[Device], wanted: &str) -> Result<usize> {
    let lower = wanted.to_lowercase();
    let rules: [&dyn Fn(&Device) -> bool; 4] = [
        &|device| device.id == wanted,
        &|device| device.id.split_once(':').is_some_and(|(_, inside)| inside == wanted),
        &|device| device.name.to_lowercase() == lower,
        &|device| device.name.to_lowercase().contains(&lower),
    ];
    for rule in rules {
        let fitting: Vec<usize> = (0..devices.len()).filter(|&index| rule(&devices[index])).collect();
        match fitting.as_slice() {
            [] => {}
            [one] => return Ok(*one),
            several => {
                let fitting: Vec<&Device> = several.iter().map(|&index| &devices[index]).collect();
                return Err(CaptureError::new(
                    CaptureErrorKind::NoDevice,
                    format!(
                        "'{wanted}' fits {} devices; give the id of one: {}",
                        several.len(),
                        names(fitting)
                    ),
                ));
            }
        }
    }
    let there = if devices.is_empty() {
        "there is no input device at all".to_owned()
    } else {
        format!("there are: {}", names(devices))
    };
    Err(CaptureError::new(CaptureErrorKind::NoDevice, format!("no input device '{wanted}'; {there}")))
}

/// Devices for a message: name and id of each.
fn names<'a>(devices: impl IntoIterator<Item = &'a Device>) -> String {
    let names: Vec<String> =
        devices.into_iter().map(|device| format!("{} ({})", device.name, device.id)).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(id: &str, name: &str) -> Device {
        Device {
            id: id.into(),
            name: name.into(),
            host: "pulseaudio".into(),
            is_default: false,
            is_monitor: false,
            format: None,
        }
    }

    #[test]
    fn devices_are_found_by_id_name_or_part_of_the_name() {
        let devices = [
            device("pulseaudio:usb-1", "Studio Mic"),
            device("pulseaudio:usb-2", "Studio Mic"),
            device("alsa:hw:CARD=0", "Laptop"),
            device("pulseaudio:Laptop", "Studio Mic Laptop dock"),
        ];
        let table: [(&str, std::result::Result<usize, &str>); 9] = [
            ("pulseaudio:usb-2", Ok(1)),
            ("usb-1", Ok(0)),
            ("hw:CARD=0", Ok(2)),
            ("Laptop", Ok(3)),
            ("laptop", Ok(2)),
            ("DOCK", Ok(3)),
            ("studio mic", Err("fits 2 devices; give the id of one: Studio Mic (pulseaudio:usb-1)")),
            ("mic", Err("fits 3 devices")),
            ("headset", Err("no input device 'headset'; there are: Studio Mic (pulseaudio:usb-1), ")),
        ];
        for (wanted, expected) in table {
            match (find(&devices, wanted), expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{wanted}"),
                (Err(error), Err(part)) => {
                    assert_eq!(error.kind(), CaptureErrorKind::NoDevice);
                    assert!(error.to_string().contains(part), "{error}");
                }
                (got, _) => panic!("{wanted}: {got:?}"),
            }
        }
        assert!(find(&[], "x").unwrap_err().to_string().contains("no input device at all"));
    }

    #[test]
    fn the_word_default_is_the_default_device() {
        for (text, choice) in [
            ("", DeviceChoice::Default),
            (" default ", DeviceChoice::Default),
            ("usb-1", DeviceChoice::Named("usb-1".into())),
        ] {
            assert_eq!(text.parse(), Ok(choice));
        }
    }
}
