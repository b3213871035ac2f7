//! `cstalk devices`: microphones that `cstalk live` can listen to.

use clap::Args;
use cstalk_capture::{CaptureError, CaptureErrorKind, Device};
use serde_json::json;

use crate::failure::{Exit, Failure, Result};
use crate::say;
use crate::written;

#[derive(Args)]
#[command(
    after_help = "The device marked * is the default. A device is named by its id, its name, or a part of \
                        its name that no other has.\n\nExamples:\n  cstalk devices\n  cstalk devices --json"
)]
pub(crate) struct DevicesArgs {
    /// Prints the list as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &DevicesArgs) -> Result<Exit> {
    let devices = cstalk_capture::devices()?;
    if args.json {
        let list: Vec<_> = devices.iter().map(as_json).collect();
        say::text(&written::to_json(&json!({ "devices": list }))?);
    } else if !devices.is_empty() {
        say::text(&table(&devices));
    }
    if devices.is_empty() {
        return Err(Failure::new(Exit::Installation, "wanted at least one input device, found none")
            .advise("plug in a microphone, or allow this program to use one in the system's settings"));
    }
    Ok(Exit::Done)
}

fn as_json(device: &Device) -> serde_json::Value {
    json!({
        "id": device.id,
        "name": device.name,
        "host": device.host,
        "default": device.is_default,
        "monitor": device.is_monitor,
        "format": device.format.as_ref().map(|format| json!({
            "rate_hz": format.rate_hz,
            "channels": format.channel_count,
            "sample_format": format.sample_format,
        })),
    })
}

/// A line each: mark, name, format, id. The id comes last, for it is long.
fn table(devices: &[Device]) -> String {
    let format = |device: &Device| match &device.format {
        Some(format) => format.to_string(),
        None => "format unknown".to_owned(),
    };
    let width = |text: &dyn Fn(&Device) -> usize| devices.iter().map(text).max().unwrap_or(0);
    let name_width = width(&|device| device.name.chars().count());
    let format_width = width(&|device| format(device).chars().count());
    let mut text = String::new();
    for device in devices {
        let mark = if device.is_default { '*' } else { ' ' };
        let about = if device.is_monitor { "  (what the machine plays)" } else { "" };
        let format = format(device);
        text +=
            &format!("{mark} {:name_width$}  {format:format_width$}  {}{about}\n", device.name, device.id);
    }
    text
}

impl From<CaptureError> for Failure {
    fn from(error: CaptureError) -> Self {
        let exit = match error.kind() {
            CaptureErrorKind::BackendMissing | CaptureErrorKind::Permission => Exit::Installation,
            _ => Exit::InputFailed,
        };
        let failure = Self::new(exit, error.to_string());
        match error.kind() {
            CaptureErrorKind::NoDevice => failure.advise("`cstalk devices` lists what is there"),
            // Their messages say what to do.
            _ => failure,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cstalk_capture::DeviceFormat;

    #[test]
    fn the_table_marks_the_default_and_lines_up() {
        let device = |name: &str, is_default, is_monitor, format| Device {
            id: format!("host:{name}"),
            name: name.into(),
            host: "host".into(),
            is_default,
            is_monitor,
            format,
        };
        let format = DeviceFormat { rate_hz: 48_000, channel_count: 1, sample_format: "i16".into() };
        let devices = [device("Müller", true, false, Some(format)), device("Monitor", false, true, None)];
        let expected = "* Müller   48000 Hz, 1 channel, i16  host:Müller\n  \
                          Monitor  format unknown            host:Monitor  (what the machine plays)\n";
        assert_eq!(table(&devices), expected);
    }
}
