//! What a live run was and did, for people and machines.

use cstalk_engine::latency::HopTimeReport;
use cstalk_engine::live::LiveReport;
use serde::Serialize;

use super::livelink::LiveLinkReport;
use super::source::{Source, SourceReport};
use crate::say::{complain, say};

/// The JSON of `--report`.
#[derive(Serialize)]
pub(super) struct LiveRunReport {
    source: SourceReport,
    /// The engine's part: `sound_to_curve` is the delay to the moment at which a row can be read, and its parts follow.
    #[serde(flatten)]
    voice: LiveReport,
    output: OutputReport,
    /// Why the source broke off, if it did.
    source_error: Option<String>,
}

/// What went out.
#[derive(Serialize)]
pub(super) struct OutputReport {
    pub(super) rate_hz: f64,
    pub(super) row_count: u64,
    /// Rows that were gone when their reader came back.
    pub(super) skipped_count: u64,
    /// From sound to the row going out: the presentation delay and what came late.
    pub(super) sound_to_output: HopTimeReport,
    pub(super) livelink: Option<LiveLinkReport>,
}

impl LiveRunReport {
    pub(super) fn new(source: &Source, voice: LiveReport, output: OutputReport) -> Self {
        let source_error = source.failure();
        Self { source: source.report(voice.input.rate_hz), voice, output, source_error }
    }

    /// Why the run failed, if it did.
    pub(super) fn failure(&self) -> Option<String> {
        self.source_error.clone().or_else(|| self.voice.error.clone())
    }

    /// Prints what a person wants to know.
    pub(super) fn tell(&self) {
        let (voice, input) = (&self.voice, &self.voice.input);
        say!(
            "{:.1} s heard, {} rows out at {} a second ({} on {})",
            voice.heard_s,
            self.output.row_count,
            self.output.rate_hz,
            voice.model,
            voice.provider
        );
        let line = |name: &str, times: &HopTimeReport| {
            say!(
                "{name:16} p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms, longest {:.1} ms",
                times.p50_ms,
                times.p95_ms,
                times.p99_ms,
                times.max_ms
            );
        };
        line("sound to curve", &voice.sound_to_curve);
        line("sound to output", &self.output.sound_to_output);
        line("compute a hop", &voice.compute);
        let lost_s = input.overrun_s + input.missed_s + input.late_s + input.skipped_s;
        let drift_ppm = voice.clock.drift_ppm;
        say!("lost {lost_s:.3} s, silence put in {:.3} s, drift {drift_ppm:.0} ppm", input.filled_s);
        let delay_ms = voice.presentation.delay_ms;
        if voice.sound_to_curve.p95_ms > delay_ms && delay_ms > voice.look_ahead_ms {
            complain!(
                "note: one row in twenty takes longer than the delay of {delay_ms:.0} ms and is shown late; try --delay {:.0}",
                (voice.sound_to_curve.p99_ms / 5.0).ceil() * 5.0
            );
        }
    }
}
