//! The plain CSV of curves: `time_s` with 6 decimals, then a column a control.
//!
//! ```text
//! time_s,CTRL_expressions_browDownL,...,HeadPitch,HeadYaw,HeadRoll,...
//! 0.000000,0.125,...
//! ```
//!
//! The header names controls of one rig in any order. The rate is found from the times.

use std::io::Write;
use std::path::Path;

use crate::error::Result;
use crate::formats::output::{write_names, write_values};
use crate::formats::table::{MAX_ROW_BYTES, Table};
use crate::formats::timing::{RowTiming, take_of_rows};
use crate::formats::{Imported, ReadOptions};
use crate::names::{HeaderPlan, quoted};
use crate::rate::CurveRate;
use crate::rig::{Rig, RigId};
use crate::take::{MAX_TAKE_VALUES, Take};

/// Reads a file of this format.
///
/// # Errors
/// [`crate::ErrorKind::BadInput`] with file, line, wanted and got.
pub fn read(path: &Path, options: &ReadOptions) -> Result<Imported> {
    let mut table = Table::open(path, MAX_ROW_BYTES)?;
    if !table.next()? {
        return Err(table.file_error("wanted a header line, got an empty file"));
    }
    let header = table.texts()?;
    let (time_name, names) =
        header.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    if !time_name.to_ascii_lowercase().starts_with("time") {
        return Err(table.error(format!("first column: wanted time_s, got {}", quoted(time_name))));
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut plan =
        HeaderPlan::new(&names, options.rig).map_err(|error| error.at(path, Some(table.line())))?;
    let columns = plan.rig.column_count();
    let (mut times_s, mut values) = (Vec::new(), Vec::new());
    while table.next()? {
        if table.field_count() != header.len() {
            return Err(table.error(format!(
                "row: wanted {} fields, got {}",
                header.len(),
                table.field_count()
            )));
        }
        let time_s = table.time_s(0)?;
        if let Some(previous) = times_s.last().filter(|previous| time_s <= **previous) {
            return Err(table.error(format!("time_s: wanted more than {previous}, got {time_s}")));
        }
        if values.len() + columns > MAX_TAKE_VALUES {
            return Err(table.error(format!("wanted at most {MAX_TAKE_VALUES} values, got more")));
        }
        times_s.push(time_s);
        let row_start = values.len();
        values.resize(row_start + columns, 0.0);
        for (field, target) in plan.targets.iter().enumerate() {
            if let Some(target) = target {
                values[row_start + target.column] = target.scale * table.value(field + 1, names[field])?;
            }
        }
    }
    let (take, resampled) =
        take_of_rows(plan.rig, &times_s, values, options.rate).map_err(|error| error.at(path, None))?;
    if resampled {
        plan.warnings.push(format!("times are not even; rows were interpolated at {} a second", take.rate()));
    }
    let (named, timing) = (plan.named(), RowTiming::of(&times_s, take.rate()));
    Ok(Imported { take, warnings: plan.warnings, start_timecode: None, named, timing })
}

/// Writes a take in this format; see [`crate::formats::write_take`].
///
/// # Errors
/// Those of [`crate::formats::write_take`].
pub fn write(path: &Path, take: &Take) -> Result<()> {
    crate::formats::write_take(path, crate::formats::Format::Csv, take)
}

pub(super) fn write_header(out: &mut impl Write, rig: RigId) -> std::io::Result<()> {
    out.write_all(b"time_s")?;
    write_names(out, Rig::get(rig).columns())?;
    out.write_all(b"\n")
}

pub(super) fn write_row(
    out: &mut impl Write,
    rig: RigId,
    rate: CurveRate,
    row_index: usize,
    row: &[f32],
) -> std::io::Result<()> {
    write!(out, "{:.6}", rate.time_s(row_index))?;
    write_values(out, Rig::get(rig).columns(), row, true)?;
    out.write_all(b"\n")
}
