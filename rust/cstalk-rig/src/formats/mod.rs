//! Files of curves: what is read and what is written.
//!
//! | [`Format`] | file | rigs | read | written |
//! |---|---|---|---|---|
//! | `csv` | `time_s` and a column a control, see [`csv`] | all | yes | yes |
//! | `json` | header and rows, see [`json`] | all | yes | yes |
//! | `livelink-csv` | recording of the Live Link Face app, see [`livelink_csv`] | arkit-52 | yes | yes |
//! | `curve-table` | Unreal's curve table import, see [`curve_table`] | all | yes | yes |
//! | `animator-json` | keys of an exported MetaHuman Animator performance, see [`animator_json`] | metahuman-251 | yes | yes |
//!
//! Readers find columns by name, say what they left out or filled in ([`Imported::warnings`]), refuse numbers that are
//! not finite, and stop at [`crate::MAX_TAKE_VALUES`]. Times that do not lie on an even grid are put on one by linear
//! interpolation. Files are written under a temporary name in the same folder and renamed when complete.
//!
//! In every format but `livelink-csv` head angles are degrees, for arkit-52 too.

pub mod animator_json;
pub mod csv;
pub mod curve_table;
pub mod json;
pub mod livelink_csv;
mod output;
mod table;
mod timecode;
mod timing;
mod writer;

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::str::FromStr;

use crate::error::{Error, Result};
use crate::rate::CurveRate;
use crate::rig::RigId;
use crate::take::Take;

pub use timing::RowTiming;
pub use writer::TakeWriter;

/// A file format of curves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// `time_s` and a column a control.
    Csv,
    /// Header and rows as JSON.
    Json,
    /// The Live Link Face app's CSV.
    LiveLinkCsv,
    /// Unreal's curve table as CSV: a line a curve, a column a time.
    CurveTable,
    /// Exported keys of a MetaHuman Animator performance.
    AnimatorJson,
}

impl Format {
    /// All formats.
    pub const ALL: [Format; 5] =
        [Format::Csv, Format::Json, Format::LiveLinkCsv, Format::CurveTable, Format::AnimatorJson];

    /// The name in command lines, for example `livelink-csv`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Json => "json",
            Format::LiveLinkCsv => "livelink-csv",
            Format::CurveTable => "curve-table",
            Format::AnimatorJson => "animator-json",
        }
    }

    /// The file name's extension, without the dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Format::Csv | Format::LiveLinkCsv | Format::CurveTable => "csv",
            Format::Json | Format::AnimatorJson => "json",
        }
    }

    /// The one rig that this format can hold, where it is tied to one.
    #[must_use]
    pub fn rig(self) -> Option<RigId> {
        match self {
            Format::LiveLinkCsv => Some(RigId::Arkit52),
            Format::AnimatorJson => Some(RigId::MetaHuman251),
            Format::Csv | Format::Json | Format::CurveTable => None,
        }
    }

    /// The format of a file, from its first bytes.
    ///
    /// # Errors
    /// [`crate::ErrorKind::BadInput`] when the file cannot be read or begins like none of the formats.
    pub fn of_file(path: &Path) -> Result<Format> {
        const LOOKED_AT: u64 = 4096;
        let mut start = Vec::new();
        let file = File::open(path).map_err(|source| Error::io("open", path, source))?;
        file.take(LOOKED_AT).read_to_end(&mut start).map_err(|source| Error::io("read", path, source))?;
        let start = String::from_utf8_lossy(&start);
        let start = start.trim_start_matches('\u{feff}').trim_start();
        if start.starts_with('{') {
            let first_of =
                |keys: &[&str]| keys.iter().filter_map(|key| start.find(key)).min().unwrap_or(usize::MAX);
            let (ours, animator) = (first_of(&["\"schema\""]), first_of(&["\"metadata\"", "\"curves\""]));
            return Ok(if animator < ours { Format::AnimatorJson } else { Format::Json });
        }
        let mut fields =
            start.lines().next().unwrap_or("").split(',').map(|field| field.trim().trim_matches('"'));
        let first = fields.next().unwrap_or("");
        let second = fields.next().unwrap_or("");
        if first.eq_ignore_ascii_case("Timecode") || first.eq_ignore_ascii_case("EyeBlinkLeft") {
            Ok(Format::LiveLinkCsv)
        } else if first.to_ascii_lowercase().starts_with("time") {
            Ok(Format::Csv)
        } else if second.parse::<f64>().is_ok() {
            Ok(Format::CurveTable)
        } else {
            Err(Error::bad_input(format!(
                "wanted a file of curves (a first field of time_s, Timecode or Name, or a JSON object), got {}",
                crate::names::quoted(start)
            ))
            .at(path, Some(1)))
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        Format::ALL.into_iter().find(|format| format.name() == text).ok_or_else(|| {
            let names: Vec<_> = Format::ALL.iter().map(|format| format.name()).collect();
            Error::unsupported(format!("format: wanted one of {}, got \"{text}\"", names.join(", ")))
        })
    }
}

/// What the caller knows about a file that the file may not say itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReadOptions {
    /// The format; found from the first bytes when `None`.
    pub format: Option<Format>,
    /// The rig; found from the names when `None`.
    pub rig: Option<RigId>,
    /// The rate; found from the times when `None`. A take of one row, and a Live Link recording of less than a second
    /// or at a rate like 29.97, do not tell.
    pub rate: Option<CurveRate>,
}

/// A take that was read, and what had to be done to read it.
#[derive(Debug)]
pub struct Imported {
    /// The curves.
    pub take: Take,
    /// What was left out, filled in or replaced, a sentence each.
    pub warnings: Vec<String>,
    /// Timecode of the take's first row, as the file writes it, where the format has one.
    pub start_timecode: Option<String>,
    /// Which columns of the take's rig the file has, `[column]`; the others are 0 in the take.
    pub named: Vec<bool>,
    /// How regular the rows of the file were.
    pub timing: RowTiming,
}

/// Reads a take from a file of any format.
///
/// # Errors
/// [`crate::ErrorKind::BadInput`] with file, line, wanted and got.
pub fn read_take(path: &Path, options: &ReadOptions) -> Result<Imported> {
    let format = match options.format {
        Some(format) => format,
        None => Format::of_file(path)?,
    };
    match format {
        Format::Csv => csv::read(path, options),
        Format::Json => json::read(path, options),
        Format::LiveLinkCsv => livelink_csv::read(path, options),
        Format::CurveTable => curve_table::read(path, options),
        Format::AnimatorJson => animator_json::read(path, options),
    }
}

/// Writes a take; the file appears whole or not at all.
///
/// # Errors
/// [`crate::ErrorKind::Unsupported`] when the format cannot hold the take's rig ([`Format::rig`]); otherwise those of
/// the file system.
pub fn write_take(path: &Path, format: Format, take: &Take) -> Result<()> {
    let mut writer = TakeWriter::create(path, format, take.rig(), take.rate())?;
    for row in take.rows() {
        writer.write_row(row)?;
    }
    writer.finish()
}
