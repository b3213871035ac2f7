//! What was found out about a take, for people and as JSON.

use super::import::OutOfRange;
use super::sync::SyncEstimate;
use serde::Serialize;
use std::fmt::Write as _;
use std::path::PathBuf;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The take cannot be used.
    Error,
    /// The take can be used and may teach something wrong.
    Warning,
    /// Worth knowing.
    Note,
}

impl Level {
    fn word(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "note",
        }
    }
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub level: Level,
    /// What was found, and what to do about it.
    pub text: String,
}

/// Controls of one face region, from the source to what is learnt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RegionCoverage {
    /// Name of the region.
    pub region: String,
    /// Controls of the source's rig.
    pub in_rig: usize,
    /// Of these, in the file.
    pub in_file: usize,
    /// Of these, moving over the take.
    pub moving: usize,
    /// Controls of board-185 that they supervise.
    pub supervised: usize,
    /// Controls of the source's rig that the file does not have.
    pub missing: Vec<String>,
    /// Controls that the file has and that never move.
    pub dead: Vec<String>,
}

/// The opening of the mouth over a take, inner-lip gap in mm.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct MouthOpening {
    /// 2 % of the rows are less open.
    pub shut_mm: f64,
    /// 98 % of the rows are less open.
    pub wide_mm: f64,
}

/// Where the offset that was taken out comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OffsetSource {
    /// The command line.
    Given,
    /// The estimate, which was clear and not small.
    Estimated,
    /// Nothing was taken out.
    None,
}

/// Everything that was measured on a take whose files could be read.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// Format of the curves.
    pub format: String,
    /// Rig of the curves.
    pub rig: String,
    /// Rows in the file.
    pub row_count: usize,
    /// Rows a second.
    pub row_hz: f64,
    /// Rows that are missing between others.
    pub dropped_row_count: usize,
    /// Longest time between two rows, ms.
    pub largest_step_ms: f64,
    /// Length of the curves, s.
    pub curves_s: f64,
    /// Length of the sound, s.
    pub sound_s: f64,
    /// Length of both together after the offset was taken out, s.
    pub common_s: f64,
    /// Weights outside their range; they are put into it.
    pub out_of_range: Vec<OutOfRange>,
    /// Regions that the source's rig or the supervision touches.
    pub regions: Vec<RegionCoverage>,
    /// Controls of board-185 that are supervised.
    pub supervised_count: usize,
    /// Opening of the mouth, where it is supervised.
    pub mouth: Option<MouthOpening>,
    /// The offset against the sound.
    pub sync: Option<SyncEstimate>,
    /// The offset that was taken out, ms: curves are read so much later.
    pub applied_offset_ms: f64,
    /// Where it comes from.
    pub offset_source: OffsetSource,
}

/// The report on one take.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TakeReport {
    /// Stem of its files.
    pub take: String,
    /// Its curves.
    pub curves: PathBuf,
    /// Its sound.
    pub sound: Option<PathBuf>,
    /// Whether it can be learnt from.
    pub usable: bool,
    /// Figures, where the files could be read.
    pub measured: Option<Measured>,
    /// What was found, the worst first.
    pub findings: Vec<Finding>,
}

impl TakeReport {
    /// The report for people.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        writeln!(text, "{}: {}", self.take, if self.usable { "usable" } else { "NOT usable" })?;
        if let Some(measured) = &self.measured {
            measured.write(text)?;
        }
        for finding in &self.findings {
            writeln!(text, "  {}: {}", finding.level.word(), finding.text)?;
        }
        Ok(())
    }
}

impl Measured {
    fn write(&self, text: &mut String) -> std::fmt::Result {
        let dropped =
            100.0 * self.dropped_row_count as f64 / (self.row_count + self.dropped_row_count).max(1) as f64;
        writeln!(
            text,
            "  curves    {} of {}, {} rows, {:.2} a second, {} dropped ({dropped:.1} %), longest step {:.0} ms, {:.1} s",
            self.format,
            self.rig,
            self.row_count,
            self.row_hz,
            self.dropped_row_count,
            self.largest_step_ms,
            self.curves_s
        )?;
        writeln!(text, "  sound     {:.1} s; together {:.1} s", self.sound_s, self.common_s)?;
        let regions: Vec<String> = self
            .regions
            .iter()
            .filter(|region| region.supervised > 0)
            .map(|region| format!("{} {}", region.region, region.supervised))
            .collect();
        writeln!(
            text,
            "  controls  {} of board-185 are supervised{}{}",
            self.supervised_count,
            if regions.is_empty() { "" } else { ": " },
            regions.join(", ")
        )?;
        if let Some(mouth) = &self.mouth {
            writeln!(text, "  mouth     from {:.1} to {:.1} mm open", mouth.shut_mm, mouth.wide_mm)?;
        }
        match &self.sync {
            None => writeln!(text, "  sync      not measured"),
            Some(sync) => writeln!(
                text,
                "  sync      curves {} {} (r {:.2}, next peak {:.2}, {}); {}",
                late(sync.offset_ms),
                sync.against,
                sync.peak_r,
                sync.second_r,
                if sync.confident { "clear" } else { "not clear" },
                self.taken_out()
            ),
        }
    }

    fn taken_out(&self) -> String {
        match self.offset_source {
            OffsetSource::Given => format!("{:.0} ms taken out as given", self.applied_offset_ms),
            OffsetSource::Estimated => "taken out".to_owned(),
            OffsetSource::None => "left as it is".to_owned(),
        }
    }
}

/// An offset in words.
fn late(offset_ms: f64) -> String {
    let side = if offset_ms < 0.0 { "early" } else { "late" };
    format!("{:.0} ms {side} against", offset_ms.abs())
}
