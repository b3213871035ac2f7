//! The loop of `cstalk live`: rows when they are due, to whoever wants them.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use cstalk_engine::latency::HopTimes;
use cstalk_engine::live::{LivePool, MAX_DELAY_MS, Voice};
use cstalk_rig::{CurveRate, RigId, RigMap};

use super::livelink::LiveLinkSender;
use super::ndjson::RowPrinter;
use super::report::{LiveRunReport, OutputReport};
use super::source::Source;
use super::view::View;
use crate::failure::Result;

/// How often the loop looks whether a row is due.
const LOOK: Duration = Duration::from_millis(1);

/// Takes the rows of a voice at an even rate and hands them out.
///
/// Row `j` stands at `j / rate` seconds of sound and goes out when that is shown, which is the presentation delay after
/// it was heard. Printed rows are complete: after a stall they follow in one go. Of the faces that a stall has held
/// up only the last is sent to Unreal, which wants the present.
pub(super) struct Performance<'run> {
    pool: &'run LivePool,
    voice: &'run Voice,
    rate: CurveRate,
    printer: Option<RowPrinter>,
    sender: Option<LiveLinkSender>,
    view: View,
    /// The coming row.
    next_row: u64,
    face: Vec<f32>,
    mapped: Vec<f32>,
    arkit: Vec<f32>,
    sound_to_output: HopTimes,
    skipped_count: u64,
    is_unread: bool,
}

impl<'run> Performance<'run> {
    pub(super) fn new(
        pool: &'run LivePool,
        voice: &'run Voice,
        rate: CurveRate,
        printer: Option<RowPrinter>,
        sender: Option<LiveLinkSender>,
        view: View,
    ) -> Result<Self> {
        Ok(Self {
            face: vec![0.0; voice.rig().columns().len()],
            mapped: vec![0.0; printer.as_ref().map_or(0, |printer| printer.rig().column_count())],
            arkit: vec![0.0; RigId::Arkit52.column_count()],
            next_row: 0,
            sound_to_output: HopTimes::default(),
            skipped_count: 0,
            is_unread: false,
            pool,
            voice,
            rate,
            printer,
            sender,
            view,
        })
    }

    /// Runs until the recording is over, `seconds` of sound are out, Ctrl-C, or nobody reads the rows.
    pub(super) fn run(&mut self, source: &Source, seconds: Option<f64>, is_over: &AtomicBool) -> Result<()> {
        while !is_over.load(Relaxed) && !self.is_unread {
            let has_ended = self.voice.has_ended();
            let end_s = if has_ended { self.voice.report().heard_s } else { f64::INFINITY };
            let end_s = end_s.min(seconds.unwrap_or(f64::INFINITY));
            self.take_due_rows(has_ended, end_s)?;
            if self.next_s() >= end_s || (has_ended && self.voice.newest_s().is_none()) {
                break;
            }
            self.view.show(self.pool, self.voice, source, &self.sound_to_output);
            std::thread::sleep(LOOK);
        }
        self.view.clear();
        Ok(())
    }

    /// What was done and how late.
    pub(super) fn report(&self, source: &Source) -> LiveRunReport {
        let output = OutputReport {
            rate_hz: self.rate.hz(),
            row_count: self.next_row - self.skipped_count,
            skipped_count: self.skipped_count,
            sound_to_output: self.sound_to_output.report(),
            livelink: self.sender.as_ref().map(LiveLinkSender::report),
        };
        LiveRunReport::new(source, self.voice.report(), output)
    }

    /// Time of the coming row on the voice's clock.
    fn next_s(&self) -> f64 {
        self.next_row as f64 * f64::from(self.rate.denominator()) / f64::from(self.rate.numerator())
    }

    fn take_due_rows(&mut self, has_ended: bool, end_s: f64) -> Result<()> {
        let mut sent_s = None;
        loop {
            let now_s = self.pool.now_s();
            let (Some(shown_s), Some(newest_s)) = (self.voice.presented_s(now_s), self.voice.newest_s())
            else {
                return Ok(());
            };
            let time_s = self.next_s();
            // The last row of a sound that has ended is held to its end.
            if time_s > shown_s || time_s >= end_s || (time_s > newest_s && !has_ended) {
                break;
            }
            self.next_row += 1;
            if newest_s - time_s > MAX_DELAY_MS / 1e3 {
                // The reader of the rows was away for longer than the history.
                self.skipped_count += 1;
                continue;
            }
            self.voice.curves_at(time_s.min(newest_s), &mut self.face)?;
            if let Some(printer) = &mut self.printer {
                map(self.voice, printer.rig(), &self.face, &mut self.mapped)?;
                self.is_unread = !printer.print(time_s, &self.mapped);
            }
            sent_s = Some(time_s);
            if let Some(clock) = self.voice.clock() {
                let took_s = self.pool.now_s() - clock.host_at(time_s);
                self.sound_to_output.record(Duration::try_from_secs_f64(took_s.max(0.0)).unwrap_or_default());
            }
            if self.is_unread {
                break;
            }
        }
        if let (Some(sender), Some(time_s)) = (&mut self.sender, sent_s) {
            map(self.voice, RigId::Arkit52, &self.face, &mut self.arkit)?;
            sender.send(time_s, &self.arkit)?;
        }
        Ok(())
    }
}

fn map(voice: &Voice, to: RigId, face: &[f32], mapped: &mut [f32]) -> Result<()> {
    Ok(RigMap::between(voice.rig().id(), to)?.apply(face, mapped)?)
}
