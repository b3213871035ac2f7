//! What a live voice has cost and lost, for people and machines.

use serde::Serialize;

use crate::latency::HopTimeReport;

/// A live voice so far.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LiveReport {
    /// Name and version of the model.
    pub model: String,
    /// What runs the model.
    pub provider: String,
    /// Voice time heard, in seconds.
    pub heard_s: f64,
    /// Rows made.
    pub row_count: u64,
    /// Delay from sound to curve: for each row, how long after the sound at the row's own time had arrived the row could
    /// be read. It holds all parts: the rest of the device's block, the resampler, the look-ahead, waiting and compute.
    pub sound_to_curve: HopTimeReport,
    /// Length of the pieces in which sound came out of the ring; the first sample of a piece waited as long.
    pub capture_block: HopTimeReport,
    /// Delay of the resampler at most, in ms; 0 at 16 kHz.
    pub resample_ms: f64,
    /// Delay of the gate, in ms; 0 without one.
    pub gate_ms: f64,
    /// Sound that the model wants after a row's own time, in ms.
    pub look_ahead_ms: f64,
    /// Compute time of a hop: features, network, layers, post-processing.
    pub compute: HopTimeReport,
    /// The input.
    pub input: InputReport,
    /// The device's clock against the host's.
    pub clock: ClockReport,
    /// What readers were shown.
    pub presentation: PresentationReport,
    /// Samples that were not finite or far beyond full scale, and were replaced.
    pub replaced_sample_count: u64,
    /// Memory of the voice's history and buffers, in bytes.
    pub held_bytes: u64,
    /// Why the voice stopped, if it did.
    pub error: Option<String>,
}

/// What arrived, and what became of the rest.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct InputReport {
    /// Rate of the input, in Hz.
    pub rate_hz: u32,
    /// Its channels.
    pub channel_count: usize,
    /// Sound that arrived, in seconds, lost parts included.
    pub arrived_s: f64,
    /// Sound that did not fit into the ring, in seconds; silence stands in its place.
    pub overrun_s: f64,
    /// Sound that the writer said was missing, in seconds; silence stands in its place.
    pub missed_s: f64,
    /// How often nothing arrived for so long that silence took the place.
    pub stale_count: u64,
    /// That silence, in seconds.
    pub filled_s: f64,
    /// Sound that came after silence had taken its place, in seconds; it was left out.
    pub late_s: f64,
    /// Sound that was skipped because the workers were more than a second behind, in seconds.
    pub skipped_s: f64,
}

/// How the device's clock runs.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct ClockReport {
    /// Device faster than host, in parts in a million.
    pub drift_ppm: f64,
    /// How far presentation was ahead of the least delayed sound of the last half second, in ms.
    pub offset_ms: f64,
    /// How often the clock was set anew because it was off by more than a second.
    pub reset_count: u64,
}

/// What readers were shown.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct PresentationReport {
    /// The presentation delay, in ms.
    pub delay_ms: f64,
    /// Looks at the face.
    pub look_count: u64,
    /// Looks that came before their row and were shown the newest one.
    pub early_count: u64,
}
