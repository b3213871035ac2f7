//! The terminal view: level, delay, emotion and mouth, ten times a second.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use cstalk_engine::latency::HopTimes;
use cstalk_engine::live::{LivePool, Voice};
use cstalk_engine::post::LipGap;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::source::Source;

const REDRAW: Duration = Duration::from_millis(100);
const BAR_CELLS: usize = 24;
/// Level at the left end of its bar.
const QUIET_DB: f32 = -60.0;
/// Gap of wide open lips in mm, and below which they are shut.
const WIDE_MM: f32 = 25.0;
const SHUT_MM: f32 = 1.5;

/// Lines on standard error; nothing is drawn where that is no terminal.
pub(super) struct View {
    lines: Option<ProgressBar>,
    drawn: Instant,
    gap: Option<LipGap>,
    face: Vec<f32>,
}

impl View {
    pub(super) fn new(is_wanted: bool) -> Self {
        let lines = (is_wanted && std::io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{msg}") {
                bar.set_style(style);
            }
            bar
        });
        Self { lines, drawn: Instant::now(), gap: None, face: Vec::new() }
    }

    /// Draws the state of now, if it is time.
    pub(super) fn show(&mut self, pool: &LivePool, voice: &Voice, source: &Source, output: &HopTimes) {
        let Some(lines) = &self.lines else { return };
        if self.drawn.elapsed() < REDRAW {
            return;
        }
        self.drawn = Instant::now();
        self.face.resize(voice.rig().columns().len(), 0.0);
        if self.gap.is_none() {
            self.gap = LipGap::new(voice.rig()).ok();
        }
        let gap_mm = voice
            .sample_at(pool.now_s(), &mut self.face)
            .ok()
            .and_then(|_| self.gap.as_mut()?.gap_mm(&self.face).ok())
            .unwrap_or(0.0);
        let (peak_db, rms_db) = voice.gauge().level().dbfs();
        let report = voice.report();
        let lost_s =
            report.input.overrun_s + report.input.missed_s + report.input.late_s + report.input.skipped_s;
        let shut = if gap_mm < SHUT_MM { "shut" } else { "" };
        lines.set_message(format!(
            "level   {} {peak_db:>4.0} dB  {}\n\
             mouth   {} {:>4.1} mm  {shut}\n\
             face    {}\n\
             delay   curve p50 {:.0} ms, p95 {:.0} ms; output p95 {:.0} ms; compute p99 {:.2} ms\n\
             time    {:.1} s heard, {lost_s:.2} s lost, drift {:.0} ppm   (Ctrl-C ends)",
            bar(1.0 - rms_db / QUIET_DB),
            source.state(),
            bar(gap_mm / WIDE_MM),
            gap_mm.max(0.0),
            emotion(voice),
            report.sound_to_curve.p50_ms,
            report.sound_to_curve.p95_ms,
            output.report().p95_ms,
            report.compute.p99_ms,
            report.heard_s,
            report.clock.drift_ppm,
        ));
    }

    pub(super) fn clear(&self) {
        if let Some(lines) = &self.lines {
            lines.finish_and_clear();
        }
    }
}

fn bar(share: f32) -> String {
    let filled = (share.clamp(0.0, 1.0) * BAR_CELLS as f32).round() as usize;
    format!("[{}{}]", "#".repeat(filled), ".".repeat(BAR_CELLS - filled))
}

/// The emotions that show, the strongest first.
fn emotion(voice: &Voice) -> String {
    let weights = voice.emotion_weights();
    let mut named: Vec<(&str, f32)> = voice
        .model()
        .card()
        .emotions
        .iter()
        .map(String::as_str)
        .zip(weights)
        .filter(|(_, weight)| *weight >= 0.05)
        .collect();
    named.sort_by(|one, other| other.1.total_cmp(&one.1));
    let texts: Vec<String> = named.iter().map(|(name, weight)| format!("{name} {weight:.2}")).collect();
    if texts.is_empty() { "waiting for sound".to_owned() } else { texts.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_have_one_width_whatever_they_show() {
        for share in [-1.0, 0.0, 0.5, 1.0, 9.0, f32::NAN] {
            assert_eq!(bar(share).len(), BAR_CELLS + 2, "{share}");
        }
        assert!(bar(0.5).contains("#.") && !bar(0.0).contains('#') && !bar(1.0).contains('.'));
    }
}
