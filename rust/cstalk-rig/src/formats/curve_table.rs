//! Unreal's curve table as CSV: the first line holds the times in seconds, then a line a curve.
//!
//! ```text
//! Name,0.000000,0.020000,0.040000
//! CTRL_expressions_jawOpen,0,0.25,0.5
//! ```
//!
//! Unreal imports this as a `CurveTable` asset (it asks for the interpolation: choose linear). The text of the first field is
//! not looked at. Unreal reads JSON tables as well; the CSV form carries the same and is half the size.
//!
//! Curves are lines here, so a writer that gets rows has to turn the table. It keeps the rows in a temporary file beside
//! the target (4 bytes a value) and needs at most 64 MiB of memory at the end, whatever the length.
//!
//! A cell may be empty, as in a table that was edited by hand: it is interpolated from the cells beside it.

use std::io::Write;
use std::path::Path;

use crate::error::Result;
use crate::formats::output::file_value;
use crate::formats::table::{MAX_CURVE_BYTES, Table};
use crate::formats::timing::{RowTiming, take_of_rows};
use crate::formats::{Format, Imported, ReadOptions};
use crate::names::{HeaderPlan, MAX_FILE_COLUMNS, quoted};
use crate::rate::CurveRate;
use crate::rig::Control;
use crate::take::{MAX_TAKE_VALUES, Take};

/// Reads a file of this format.
///
/// # Errors
/// [`crate::ErrorKind::BadInput`] with file, line, wanted and got.
pub fn read(path: &Path, options: &ReadOptions) -> Result<Imported> {
    let mut table = Table::open(path, MAX_CURVE_BYTES)?;
    if !table.next()? {
        return Err(table.file_error("wanted a line of times, got an empty file"));
    }
    let times_s = read_times(&table)?;
    // The rig is known when the names are, so the names are read first and the file a second time.
    let names = read_names(&mut table)?;
    let borrowed: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut plan = HeaderPlan::new(&borrowed, options.rig).map_err(|error| error.at(path, None))?;
    let columns = plan.rig.column_count();
    if times_s.len() > MAX_TAKE_VALUES / columns {
        return Err(table.file_error(format!(
            "wanted at most {} times, got {}",
            MAX_TAKE_VALUES / columns,
            times_s.len()
        )));
    }
    let mut values = vec![0.0; times_s.len() * columns];
    let mut table = Table::open(path, MAX_CURVE_BYTES)?;
    table.next()?;
    for (index, target) in plan.targets.iter().enumerate() {
        if !table.next()? {
            return Err(
                table.file_error("wanted the file to stay as it is while it is read, got a shorter one")
            );
        }
        let Some(target) = target else { continue };
        if table.field_count() > times_s.len() + 1 {
            return Err(table.error(format!(
                "curve {}: wanted {} values, got {}",
                quoted(&names[index]),
                times_s.len(),
                table.field_count() - 1
            )));
        }
        let curve = read_curve(&table, &times_s, &names[index])?;
        for (row, value) in curve.into_iter().enumerate() {
            values[row * columns + target.column] = target.scale * value;
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
    crate::formats::write_take(path, Format::CurveTable, take)
}

fn read_times(table: &Table) -> Result<Vec<f64>> {
    let mut times_s: Vec<f64> = Vec::new();
    for index in 1..table.field_count() {
        let time_s = table.time_s(index)?;
        if let Some(previous) = times_s.last().filter(|previous| time_s <= **previous) {
            return Err(table.error(format!("times: wanted more than {previous}, got {time_s}")));
        }
        times_s.push(time_s);
    }
    if times_s.is_empty() {
        return Err(table.error("wanted a line of times, got one field"));
    }
    Ok(times_s)
}

fn read_names(table: &mut Table) -> Result<Vec<String>> {
    let mut names = Vec::new();
    while table.next()? {
        if names.len() == MAX_FILE_COLUMNS {
            return Err(table.error(format!("wanted at most {MAX_FILE_COLUMNS} curves, got more")));
        }
        names.push(table.text(0)?.to_owned());
    }
    Ok(names)
}

/// One value a time; empty cells are filled from their neighbours.
fn read_curve(table: &Table, times_s: &[f64], name: &str) -> Result<Vec<f32>> {
    let mut curve = vec![0.0; times_s.len()];
    let mut filled_to: Option<usize> = None;
    for index in 0..times_s.len() {
        if index + 1 >= table.field_count() || table.text(index + 1)?.is_empty() {
            continue;
        }
        let value = table.value(index + 1, name)?;
        curve[index] = value;
        match filled_to {
            None => curve[..index].fill(value),
            Some(previous) => {
                let from = curve[previous];
                let span_s = times_s[index] - times_s[previous];
                for between in previous + 1..index {
                    let share = ((times_s[between] - times_s[previous]) / span_s) as f32;
                    curve[between] = from + (value - from) * share;
                }
            }
        }
        filled_to = Some(index);
    }
    if let Some(last) = filled_to {
        let value = curve[last];
        curve[last..].fill(value);
    }
    Ok(curve)
}

pub(super) fn write_times(out: &mut impl Write, rate: CurveRate, row_count: usize) -> std::io::Result<()> {
    out.write_all(b"Name")?;
    for row in 0..row_count {
        write!(out, ",{:.6}", rate.time_s(row))?;
    }
    out.write_all(b"\n")
}

pub(super) fn write_curve(
    out: &mut impl Write,
    control: &Control,
    values: impl Iterator<Item = f32>,
) -> std::io::Result<()> {
    out.write_all(control.name.as_bytes())?;
    for value in values {
        write!(out, ",{}", file_value(control, value))?;
    }
    out.write_all(b"\n")
}
