//! Whether a take can be learnt from, and what is wrong with it.

use super::import::{self, SourceTake};
use super::pairs::TakeFiles;
use super::report::{Finding, Level, Measured, MouthOpening, OffsetSource, RegionCoverage, TakeReport};
use super::sync::{self, SyncEstimate, TOLERATED_MS, opening_mm};
use super::{Result, TakeError};
use crate::corpus::Split;
use crate::corpus::facegood::{CapturedTake, is_mouth};
use crate::evaluation::loudness::loudness_db;
use crate::evaluation::statistics::percentile;
use crate::evaluation::subject::Subject;
use crate::performer::BOARD_COUNT;
use crate::train::labels::{HOP_S, HOP_SAMPLES};
use cstalk_model::Model;
use cstalk_rig::{Region, Rig, RigId};
use std::sync::Arc;

/// Shortest take that is used, seconds.
pub const SHORTEST_S: f64 = 10.0;
const SLOWEST_HZ: f64 = 24.0;
const DROPPED_SHARE: f64 = 0.01;
const LENGTHS_DIFFER_S: f64 = 0.5;
const DRIFT_MS: f64 = 40.0;
/// A mouth whose 2 % most shut rows are wider open than this never closes.
const SHUT_MM: f64 = 2.0;
const HARDLY_MOVES_MM: f64 = 2.0;
const SILENT_DB: f64 = -55.0;
/// Solvers leave ranges by a little; further out, a column may mean something else.
const FAR_OUTSIDE: f32 = 0.25;
const LISTED: usize = 6;

/// What hears how far the mouth should be open.
#[derive(Clone)]
pub enum Listener {
    /// A model, and its name.
    Model(Arc<Model>, String),
    /// The loudness of the sound.
    Loudness,
}

impl Listener {
    fn expected(&self, samples: &[f32]) -> Result<(Vec<f32>, String)> {
        let (subject, name) = match self {
            Self::Model(model, name) => {
                (Subject::BareModel(Arc::clone(model)), format!("what the model {name} hears"))
            }
            Self::Loudness => (Subject::LoudnessJaw, "the loudness of the sound".to_owned()),
        };
        let neutral = crate::evaluation::subject::NEUTRAL;
        Ok((subject.heard_rows(samples, neutral, usize::MAX)?, name))
    }
}

/// Reads and checks one take. The take itself is there when the report says that it is usable.
///
/// # Errors
/// [`TakeError::Evaluation`] when the listening model fails; what is wrong with the take stands in the report.
pub fn check(
    files: &TakeFiles,
    listener: &Listener,
    offset_ms: Option<f64>,
) -> Result<(TakeReport, Option<CapturedTake>)> {
    let mut report = TakeReport {
        take: files.name.clone(),
        curves: files.curves.clone(),
        sound: files.sound.clone(),
        usable: false,
        measured: None,
        findings: Vec::new(),
    };
    let (take, without_sound) = match import::read(files) {
        Ok(read) => read,
        Err(error) => {
            report.findings.push(Finding { level: Level::Error, text: error.to_string() });
            return Ok((report, None));
        }
    };
    let mut findings = Findings::default();
    let sync = synchrony(&take, listener, &mut findings)?;
    let (applied_ms, source) = match (offset_ms, &sync) {
        (Some(given_ms), _) => (given_ms, OffsetSource::Given),
        (None, Some(sync)) if sync.confident && sync.offset_ms.abs() >= TOLERATED_MS => {
            (sync.offset_ms, OffsetSource::Estimated)
        }
        _ => (0.0, OffsetSource::None),
    };
    let hops = take.common_hops(applied_ms);
    let rows = take.board_rows(hops.clone(), applied_ms)?;
    let measured = measure(&take, &rows, sync, applied_ms, source)?;
    match without_sound {
        Some(error) => findings.say(Level::Error, error.to_string()),
        None => judge_sound(&take, &measured, &mut findings),
    }
    judge(&take, &measured, &mut findings);
    report.measured = Some(measured);
    report.usable = !findings.0.iter().any(|finding| finding.level == Level::Error);
    report.findings = findings.sorted();
    let captured = CapturedTake {
        id: take.name.clone(),
        samples: take.samples[hops.start * HOP_SAMPLES..hops.end * HOP_SAMPLES].to_vec(),
        rows,
        mask: take.mask,
        split: Split::Train,
    };
    let usable = report.usable;
    Ok((report, usable.then_some(captured)))
}

/// Checks all takes; the usable ones, and the reports on all.
///
/// # Errors
/// As [`check`].
pub fn check_all(
    files: &[TakeFiles],
    listener: &Listener,
    offset_ms: Option<f64>,
) -> Result<(Vec<TakeReport>, Vec<CapturedTake>)> {
    let (mut reports, mut takes) = (Vec::new(), Vec::new());
    for files in files {
        let (report, take) = check(files, listener, offset_ms)?;
        reports.push(report);
        takes.extend(take);
    }
    Ok((reports, takes))
}

/// An error when some of the takes cannot be used.
///
/// # Errors
/// [`TakeError::Unusable`].
pub fn refuse_unusable(reports: &[TakeReport]) -> Result<()> {
    let names: Vec<&str> =
        reports.iter().filter(|report| !report.usable).map(|report| report.take.as_str()).collect();
    if names.is_empty() {
        return Ok(());
    }
    Err(TakeError::Unusable { unusable: names.len(), of: reports.len(), names: names.join(", ") })
}

#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn say(&mut self, level: Level, text: impl Into<String>) {
        self.0.push(Finding { level, text: text.into() });
    }

    fn sorted(mut self) -> Vec<Finding> {
        self.0.sort_by_key(|finding| finding.level as u8);
        self.0
    }
}

fn synchrony(
    take: &SourceTake,
    listener: &Listener,
    findings: &mut Findings,
) -> Result<Option<SyncEstimate>> {
    let hops = take.common_hops(0.0);
    if hops.is_empty() || !take.tells_the_mouth() {
        return Ok(None);
    }
    let (expected, against) = listener.expected(&take.samples)?;
    let rows = take.board_rows(hops, 0.0)?;
    let sync = sync::estimate(&rows, &expected, &against);
    let Some(found) = &sync else { return Ok(sync) };
    if !found.confident {
        let text = format!(
            "the offset against the sound is not clear; if the take looks {:.0} ms off, give --offset-ms, and if the sound \
             belongs to another take, pair the right one",
            found.offset_ms
        );
        findings.say(Level::Warning, text);
    }
    if let Some(drift_ms) = found.drift_ms.filter(|drift_ms| drift_ms.abs() >= DRIFT_MS) {
        let text = format!(
            "the curves run {drift_ms:.0} ms away from the sound between its first and its last third; they may be stamped at \
             a rate that they were not captured at (30 for 29.97)"
        );
        findings.say(Level::Warning, text);
    }
    Ok(sync)
}

fn measure(
    take: &SourceTake,
    rows: &[f32],
    sync: Option<SyncEstimate>,
    applied_offset_ms: f64,
    offset_source: OffsetSource,
) -> Result<Measured> {
    let (curves, timing) = (&take.imported.take, take.imported.timing);
    let mut opening = match rows {
        [] => opening_mm(&take.board_rows(take.curve_hops(), 0.0)?),
        rows => opening_mm(rows),
    };
    let mouth = (take.tells_the_mouth() && !opening.is_empty()).then(|| MouthOpening {
        shut_mm: percentile(&mut opening, 2.0).unwrap_or(0.0),
        wide_mm: percentile(&mut opening, 98.0).unwrap_or(0.0),
    });
    Ok(Measured {
        format: take.format.to_string(),
        rig: curves.rig().to_string(),
        row_count: timing.row_count,
        row_hz: curves.rate().hz(),
        dropped_row_count: timing.dropped_row_count,
        largest_step_ms: timing.largest_step_s * 1000.0,
        curves_s: curves.duration_s(),
        sound_s: take.sound_s(),
        common_s: (rows.len() / BOARD_COUNT) as f64 * HOP_S,
        out_of_range: take.out_of_range(),
        regions: coverage(take),
        supervised_count: take.mask.iter().filter(|on| **on).count(),
        mouth,
        sync,
        applied_offset_ms,
        offset_source,
    })
}

fn coverage(take: &SourceTake) -> Vec<RegionCoverage> {
    let source = Rig::get(take.imported.take.rig()).columns();
    let board = Rig::get(RigId::Board185).columns();
    let regions = Region::ALL.into_iter().map(|region| {
        let inside = || (0..source.len()).filter(move |&column| source[column].region == region);
        let names = |keep: &dyn Fn(usize) -> bool| -> Vec<String> {
            inside().filter(|&column| keep(column)).map(|column| source[column].name.clone()).collect()
        };
        let named = |column: usize| take.imported.named[column];
        RegionCoverage {
            region: region.to_string(),
            in_rig: inside().count(),
            in_file: inside().filter(|&column| named(column)).count(),
            moving: inside().filter(|&column| take.moves[column]).count(),
            supervised: board.iter().zip(take.mask).filter(|(c, on)| *on && c.region == region).count(),
            missing: names(&|column| !named(column)),
            dead: names(&|column| named(column) && !take.moves[column]),
        }
    });
    regions.filter(|region| region.in_rig > 0 || region.supervised > 0).collect()
}

fn judge(take: &SourceTake, measured: &Measured, findings: &mut Findings) {
    judge_rate(take, measured, findings);
    judge_controls(take, measured, findings);
    if let Some(mouth) = &measured.mouth {
        if mouth.wide_mm - mouth.shut_mm < HARDLY_MOVES_MM {
            findings.say(Level::Warning, "the mouth hardly moves; is this a take of speech?");
        } else if mouth.shut_mm > SHUT_MM {
            findings.say(
                Level::Warning,
                format!(
                    "the mouth never closes: 98 % of the rows are more than {:.1} mm open; look whether the solve lost lip \
                     closures (mouthClose, mouthLipsTogether). Closures themselves are not learnt from takes",
                    mouth.shut_mm
                ),
            );
        }
    }
    for warning in &take.imported.warnings {
        // Missing columns are told by region.
        if !warning.starts_with("columns missing") {
            findings.say(Level::Note, format!("reading the curves: {warning}"));
        }
    }
}

fn judge_sound(take: &SourceTake, measured: &Measured, findings: &mut Findings) {
    if loudness_db(&take.samples).into_iter().fold(f64::NEG_INFINITY, f64::max) < SILENT_DB {
        findings.say(Level::Error, "the sound is silent; pair the curves with the sound of their own take");
    }
    let (curves_s, sound_s, common_s) = (measured.curves_s, measured.sound_s, measured.common_s);
    if common_s == 0.0 {
        let text = format!(
            "curves ({curves_s:.1} s) and sound ({sound_s:.1} s) have no common time at an offset of {:.0} ms",
            measured.applied_offset_ms
        );
        findings.say(Level::Error, text);
    } else if common_s < SHORTEST_S {
        let text =
            format!("too short: wanted at least {SHORTEST_S} s of curves with sound, got {common_s:.1} s");
        findings.say(Level::Error, text);
    }
    if (curves_s - sound_s).abs() > LENGTHS_DIFFER_S {
        let text = format!(
            "the curves last {curves_s:.1} s and the sound {sound_s:.1} s; both are taken to begin together, and the longer \
             one is cut"
        );
        findings.say(Level::Warning, text);
    }
}

fn judge_rate(take: &SourceTake, measured: &Measured, findings: &mut Findings) {
    let rows = measured.row_count + measured.dropped_row_count;
    if measured.dropped_row_count as f64 > DROPPED_SHARE * rows as f64 {
        let text = format!("{} of {rows} rows were dropped and are interpolated", measured.dropped_row_count);
        findings.say(Level::Warning, text);
    }
    if measured.row_hz < SLOWEST_HZ {
        let text = format!(
            "{:.1} rows a second miss most lip closures; capture at {SLOWEST_HZ} or more",
            take.imported.take.rate().hz()
        );
        findings.say(Level::Warning, text);
    }
}

fn judge_controls(take: &SourceTake, measured: &Measured, findings: &mut Findings) {
    if !take.tells_the_mouth() {
        let text = "no supervised mouth controls: wanted a jaw and lips that move, in columns of board-185, metahuman-251 \
                    or arkit-52";
        findings.say(Level::Error, text);
    }
    let outside: usize = measured.out_of_range.iter().map(|outside| outside.value_count).sum();
    if let Some(worst) = measured.out_of_range.first() {
        let text = format!(
            "{outside} values of {} controls lie outside their range and were put into it; the worst is {} at {:.3}",
            measured.out_of_range.len(),
            worst.control,
            worst.worst
        );
        findings.say(if worst.beyond > FAR_OUTSIDE { Level::Warning } else { Level::Note }, text);
    }
    for region in Region::ALL {
        let Some(coverage) = measured.regions.iter().find(|r| r.region == region.name()) else { continue };
        let visible = is_mouth(region);
        if !coverage.missing.is_empty() && coverage.in_file + coverage.missing.len() > 0 {
            let level = if visible { Level::Warning } else { Level::Note };
            let all = if coverage.in_file == 0 { "all" } else { "some" };
            let text = format!("{region}: {all} columns are missing: {}", listed(&coverage.missing));
            findings.say(level, text);
        }
        if visible && !coverage.dead.is_empty() && coverage.moving == 0 {
            findings.say(Level::Warning, format!("{region}: nothing moves: {}", listed(&coverage.dead)));
        } else if visible && !coverage.dead.is_empty() {
            let text = format!("{region}: never moves and is not learnt: {}", listed(&coverage.dead));
            findings.say(Level::Note, text);
        }
    }
}

fn listed(names: &[String]) -> String {
    let shown = names[..names.len().min(LISTED)].join(", ");
    match names.len().saturating_sub(LISTED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
