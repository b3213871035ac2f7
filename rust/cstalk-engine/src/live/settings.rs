//! What a caller can choose about a live voice.

use cstalk_audio::GateSettings;

use crate::error::{EngineError, Result};
use crate::settings::StreamSettings;

/// Longest presentation delay, in ms.
pub const MAX_DELAY_MS: f64 = 2_000.0;

/// Settings of a live voice.
#[derive(Debug, Clone)]
pub struct VoiceSettings {
    /// Emotion, style and layers.
    pub stream: StreamSettings,
    /// Silences what is too quiet to be the speaker, and comes 20 ms later; `None` lets everything through.
    pub gate: Option<GateSettings>,
    /// How long after its sound a face is shown, in ms, 0 to [`MAX_DELAY_MS`]. Whoever plays the voice plays it as much
    /// later. 0 always shows the newest row. `None`: the model's look-ahead, the gate's and one hop, 80 ms for `live`
    /// without a gate.
    pub delay_ms: Option<f64>,
    /// How long sound may fail to arrive before silence takes its place, in ms, 20 to 5000. What comes later than this
    /// is left out, so that time stays true.
    pub stale_after_ms: f64,
    /// Time over which a new emotion, style or motion takes the place of the old one, in ms, 0 to 5000; it begins with
    /// the next row.
    pub fade_ms: f64,
}

impl Default for VoiceSettings {
    /// A neutral, average speaker, shown as soon as rows are there in time; stale after 250 ms; fades of 250 ms.
    fn default() -> Self {
        Self {
            stream: StreamSettings::default(),
            gate: None,
            delay_ms: None,
            stale_after_ms: 250.0,
            fade_ms: 250.0,
        }
    }
}

impl VoiceSettings {
    pub(super) fn check(&self) -> Result<()> {
        check_range("stale after", self.stale_after_ms, 20.0, 5_000.0)?;
        check_range("fade", self.fade_ms, 0.0, 5_000.0)?;
        self.delay_ms.map_or(Ok(()), check_delay)
    }
}

pub(super) fn check_delay(delay_ms: f64) -> Result<()> {
    check_range("presentation delay", delay_ms, 0.0, MAX_DELAY_MS)
}

fn check_range(what: &str, value_ms: f64, least_ms: f64, most_ms: f64) -> Result<()> {
    if (least_ms..=most_ms).contains(&value_ms) {
        return Ok(());
    }
    Err(EngineError::bad_input(format!("{what}: wanted {least_ms} to {most_ms} ms, got {value_ms} ms")))
}
