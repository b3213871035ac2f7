//! What a run over a file found and cost, for people and machines.

use std::time::Duration;

use cstalk_audio::SpeechReader;
use serde::Serialize;

use super::OutputSettings;
use crate::latency::{HopTimeReport, Latency};
use crate::stream::Stream;

/// The recording as it was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceReport {
    /// Its own sample rate, in Hz.
    pub rate_hz: u32,
    /// Its channels.
    pub channel_count: usize,
    /// Container, in words.
    pub container: String,
    /// Codec, in words.
    pub codec: String,
    /// Length that its header declares, in seconds.
    pub declared_s: Option<f64>,
    /// Greatest absolute sample; 1 is full scale.
    pub peak: f32,
    /// What was wrong with it and how that was treated, one sentence each.
    pub warnings: Vec<String>,
}

/// What [`super::animate`] did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FileReport {
    /// The recording.
    pub source: SourceReport,
    /// Speech that was heard, in seconds.
    pub duration_s: f64,
    /// Rows that went to the sink.
    pub row_count: u64,
    /// Rows a second.
    pub rate_hz: f64,
    /// Name of the rows' rig.
    pub rig: String,
    /// Name and version of the model.
    pub model: String,
    /// What ran the model.
    pub provider: String,
    /// The delay that the algorithm makes, which is already taken out of the rows' times.
    pub latency: Latency,
    /// Compute times of a hop: features, network and post-processing, without decoding and writing. Those of a second are
    /// computed together, and each has an equal share of it.
    pub hop_times: HopTimeReport,
    /// Wall time of the whole run, in seconds.
    pub wall_s: f64,
    /// Wall time over the length of the speech.
    pub real_time_factor: f64,
}

impl FileReport {
    pub(super) fn new(
        reader: &SpeechReader,
        stream: &Stream,
        output: &OutputSettings,
        row_count: u64,
        hop_times: HopTimeReport,
        wall: Duration,
    ) -> Self {
        let source = reader.info();
        let card = stream.model().card();
        let latency = stream.latency();
        let duration_s = stream.heard_samples() as f64 / f64::from(latency.sample_rate_hz);
        Self {
            source: SourceReport {
                rate_hz: source.rate.0,
                channel_count: source.channel_count,
                container: source.container.clone(),
                codec: source.codec.clone(),
                declared_s: source.declared_duration_s(),
                peak: reader.levels().peak,
                warnings: source.warnings.iter().map(ToString::to_string).collect(),
            },
            duration_s,
            row_count,
            rate_hz: output.rate.hz(),
            rig: output.rig.to_string(),
            model: format!("{} {}", card.name, card.version),
            provider: stream.model().provider().to_string(),
            latency,
            hop_times,
            wall_s: wall.as_secs_f64(),
            real_time_factor: wall.as_secs_f64() / duration_s,
        }
    }
}
