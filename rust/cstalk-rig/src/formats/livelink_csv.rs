//! The CSV that the Live Link Face app records.
//!
//! ```text
//! Timecode,BlendShapeCount,EyeBlinkLeft,...,TongueOut,HeadYaw,HeadPitch,HeadRoll,LeftEyeYaw,...
//! 13:13:04:31.652,61,0.1236470118,...
//! ```
//!
//! Read by header name: the file's order differs from the UDP packet's, and app versions spell `BlendShapeCount` and
//! `BlendshapeCount`. Values stay in Live Link units, angles too.
//!
//! **Time.** The timecode of the first row with a face is time 0. The frames of a second are taken to be the smallest of 24, 25, 30, 48,
//! 50, 60, 100, 120, 240 above the largest frame number; a recording within one second counts 60, or what the caller
//! says. Rates such as 29.97 count like 30 and are only known from [`ReadOptions::rate`].
//!
//! **Tolerated, with a warning**: timecodes that are missing (interpolated), repeated (the last one counts) or step back
//! (left out); rows without a face (count 0 or empty values); rows of the values only (61), or without the 9 angles (52);
//! a last line that breaks off; files without the first two columns. A new day at midnight is understood.

use std::io::Write;
use std::path::Path;

use crate::error::Result;
use crate::facts::{FACTS, text};
use crate::formats::table::{MAX_ROW_BYTES, Table};
use crate::formats::timecode::{DAY_S, Timecode};
use crate::formats::timing::{RowTiming, rate_of, take_of_rows};
use crate::formats::{Format, Imported, ReadOptions};
use crate::names::{HeaderPlan, quoted};
use crate::rate::CurveRate;
use crate::rig::{Rig, RigId};
use crate::take::{MAX_TAKE_VALUES, Take};

const BASES: [u32; 9] = [24, 25, 30, 48, 50, 60, 100, 120, 240];
/// What the app records at, for files that do not tell.
const USUAL_BASE: u32 = 60;
const SHAPES_ONLY: usize = 52;

/// Reads a file of this format.
///
/// # Errors
/// [`crate::ErrorKind::BadInput`] with file, line, wanted and got.
pub fn read(path: &Path, options: &ReadOptions) -> Result<Imported> {
    if let Some(rig) = options.rig.filter(|rig| *rig != RigId::Arkit52) {
        return Err(crate::Error::unsupported(format!("livelink-csv: wanted rig arkit-52, got {rig}")));
    }
    let mut table = Table::open(path, MAX_ROW_BYTES)?;
    if !table.next()? {
        return Err(table.file_error("wanted a header line, got an empty file"));
    }
    let header = Header::of(&table)?;
    let mut recording = Recording::default();
    while table.next()? {
        recording.read_row(&mut table, &header)?;
    }
    let mut warnings = header.plan.warnings.clone();
    warnings.extend(recording.warnings());
    let start_timecode = recording.start_timecode.take();
    let (times_s, values) =
        recording.timed(options.rate, &mut warnings).map_err(|error| error.at(path, None))?;
    let step_rate = match options.rate {
        Some(rate) => Some(rate),
        None => rate_of(&times_s).transpose().map_err(|error| error.at(path, None))?,
    };
    let (take, resampled) =
        take_of_rows(RigId::Arkit52, &times_s, values, step_rate).map_err(|error| error.at(path, None))?;
    if resampled {
        warnings.push(format!("timecodes are not even; rows were interpolated at {} a second", take.rate()));
    }
    let (named, timing) = (header.plan.named(), RowTiming::of(&times_s, take.rate()));
    Ok(Imported { take, warnings, start_timecode, named, timing })
}

/// Writes a take of arkit-52 in this format; see [`crate::formats::write_take`].
///
/// # Errors
/// Those of [`crate::formats::write_take`].
pub fn write(path: &Path, take: &Take) -> Result<()> {
    crate::formats::write_take(path, Format::LiveLinkCsv, take)
}

struct Header {
    plan: HeaderPlan,
    names: Vec<String>,
    /// Fields before the values: timecode and count, or none.
    leading: usize,
}

impl Header {
    fn of(table: &Table) -> Result<Header> {
        let fields = table.texts()?;
        let has_timecode = fields.first().is_some_and(|name| name.eq_ignore_ascii_case("Timecode"));
        let has_count = fields.get(1).is_some_and(|name| name.eq_ignore_ascii_case("BlendShapeCount"));
        if has_timecode != has_count {
            return Err(table.error(format!(
                "header: wanted Timecode and BlendShapeCount first, got {} and {}",
                quoted(fields.first().map_or("", String::as_str)),
                quoted(fields.get(1).map_or("", String::as_str))
            )));
        }
        let leading = if has_timecode { 2 } else { 0 };
        let names = fields[leading..].to_vec();
        let borrowed: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut plan = HeaderPlan::new(&borrowed, Some(RigId::Arkit52))
            .map_err(|error| table.error(error.to_string()))?;
        // The plan reads head angles as degrees, which they are in every other file.
        for target in plan.targets.iter_mut().flatten() {
            target.scale = 1.0;
        }
        Ok(Header { plan, names, leading })
    }
}

#[derive(Default)]
struct Recording {
    /// One a row; `None` for rows of values only.
    timecodes: Vec<Option<Timecode>>,
    lines: Vec<u64>,
    values: Vec<f32>,
    start_timecode: Option<String>,
    faceless_rows: usize,
    untimed_rows: usize,
    short_rows: usize,
    broken_line: Option<u64>,
}

impl Recording {
    fn read_row(&mut self, table: &mut Table, header: &Header) -> Result<()> {
        if let Some(line) = self.broken_line {
            return Err(table.error(format!("wanted whole rows, got one that breaks off in line {line}")));
        }
        let (fields, values) = (table.field_count(), header.names.len());
        // A row of values only begins with a number; a row that broke off after as many fields begins with a time.
        let values_only = fields == values && !table.text(0)?.contains([':', ';']);
        let leading = if values_only { 0 } else { header.leading };
        let value_count = fields.saturating_sub(leading);
        let no_face = leading > 0 && fields >= leading && table.text(1)? == "0";
        if !no_face && value_count != values && value_count != SHAPES_ONLY {
            // Allowed in the last line only; the next row finds it.
            self.broken_line = Some(table.line());
            return Ok(());
        }
        let timecode = if leading == 0 {
            None
        } else {
            let text = table.text(0)?;
            let parsed = Timecode::parse(text).ok_or_else(|| {
                table.error(format!("timecode: wanted HH:MM:SS:FF.sub, got {}", quoted(text)))
            })?;
            let empty = |index: usize| table.text(index).is_ok_and(str::is_empty);
            if no_face || (leading..fields).all(empty) {
                self.faceless_rows += 1;
                return Ok(());
            }
            if self.start_timecode.is_none() {
                self.start_timecode = Some(text.to_owned());
            }
            Some(parsed)
        };
        if self.values.len() + RigId::Arkit52.column_count() > MAX_TAKE_VALUES {
            return Err(table.error(format!("wanted at most {MAX_TAKE_VALUES} values, got more")));
        }
        let row_start = self.values.len();
        self.values.resize(row_start + RigId::Arkit52.column_count(), 0.0);
        for (index, target) in header.plan.targets.iter().enumerate().take(value_count) {
            if let Some(target) = target {
                self.values[row_start + target.column] =
                    table.value(leading + index, &header.names[index])?;
            }
        }
        self.short_rows += usize::from(value_count != values);
        self.untimed_rows += usize::from(timecode.is_none());
        self.timecodes.push(timecode);
        self.lines.push(table.line());
        Ok(())
    }

    fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        let mut say = |count: usize, what: &str| {
            if count > 0 {
                warnings.push(format!("{count} {what}"));
            }
        };
        say(self.faceless_rows, "rows without a face left out");
        say(self.untimed_rows, "rows without a timecode");
        say(self.short_rows, "rows without angles, 0 there");
        if let Some(line) = self.broken_line {
            warnings.push(format!("last line ({line}) breaks off and was left out"));
        }
        warnings
    }

    /// Times in seconds and the rows that have one, with repeated and backward timecodes taken out.
    fn timed(self, rate: Option<CurveRate>, warnings: &mut Vec<String>) -> Result<(Vec<f64>, Vec<f32>)> {
        let known: Vec<Timecode> = self.timecodes.iter().flatten().copied().collect();
        if known.is_empty() {
            if self.timecodes.is_empty() {
                return Err(crate::Error::bad_input("wanted at least one row with a face, got none"));
            }
            let rate = match rate {
                Some(rate) => rate,
                None => {
                    warnings.push(format!("no timecodes; rows are taken to be {USUAL_BASE} a second"));
                    CurveRate::new(USUAL_BASE, 1)?
                }
            };
            return Ok(((0..self.timecodes.len()).map(|row| rate.time_s(row)).collect(), self.values));
        }
        let base = timecode_base(&known, rate);
        if rate.is_none() && known.iter().all(|timecode| timecode.seconds == known[0].seconds) {
            warnings.push(format!("less than a second; timecodes are taken to count {base} frames a second"));
        }
        let frame_s = match rate {
            // 29.97 counts 30 frames in 1.001 seconds.
            Some(rate) => f64::from(rate.timecode_base()) / rate.hz() / f64::from(base),
            None => 1.0 / f64::from(base),
        };
        let known_times: Vec<f64> =
            known.iter().map(|timecode| timecode.total_frames(base) * frame_s).collect();
        let mut steps: Vec<f64> =
            known_times.windows(2).map(|pair| pair[1] - pair[0]).filter(|s| *s > 0.0).collect();
        let middle = steps.len().saturating_sub(1) / 2;
        let usual_step_s =
            if steps.is_empty() { frame_s } else { *steps.select_nth_unstable_by(middle, f64::total_cmp).1 };
        let (times_s, kept) = self.placed(&known_times, usual_step_s, warnings);
        let columns = RigId::Arkit52.column_count();
        let mut values = Vec::with_capacity(kept.len() * columns);
        for row in &kept {
            values.extend_from_slice(&self.values[row * columns..][..columns]);
        }
        let dropped: f64 =
            times_s.windows(2).map(|pair| ((pair[1] - pair[0]) / usual_step_s).round() - 1.0).sum();
        if dropped > 0.0 {
            warnings.push(format!("{dropped} rows dropped by the recorder, interpolated"));
        }
        if let Some(hole) = times_s.windows(2).position(|pair| pair[1] - pair[0] > super::timing::MAX_GAP_S) {
            return Err(crate::Error::bad_input(format!(
                "timecode: wanted rows at most {} s apart, got {} s before line {}",
                super::timing::MAX_GAP_S,
                times_s[hole + 1] - times_s[hole],
                self.lines[kept[hole + 1]]
            )));
        }
        Ok((times_s, values))
    }

    /// Times from 0 on, strictly increasing, and the rows that they belong to.
    fn placed(
        &self,
        known_times: &[f64],
        usual_step_s: f64,
        warnings: &mut Vec<String>,
    ) -> (Vec<f64>, Vec<usize>) {
        let (mut times_s, mut kept): (Vec<f64>, Vec<usize>) = (vec![], vec![]);
        let (mut repeated, mut backward, mut day_s) = (0, 0, 0.0);
        let mut known = known_times.iter();
        let first_s = known_times[0];
        for (row, timecode) in self.timecodes.iter().enumerate() {
            let previous = times_s.last().copied();
            let mut time_s = match timecode.and_then(|_| known.next()) {
                Some(time_s) => time_s - first_s + day_s,
                None => previous.map_or(0.0, |previous| previous + usual_step_s),
            };
            if let Some(previous) = previous {
                if timecode.is_some() && time_s < previous - DAY_S / 2.0 {
                    day_s += DAY_S;
                    time_s += DAY_S;
                }
                if (time_s - previous).abs() < usual_step_s * 1e-3 {
                    repeated += 1;
                    kept.pop();
                    kept.push(row);
                    continue;
                }
                if time_s < previous {
                    backward += 1;
                    continue;
                }
            }
            times_s.push(time_s);
            kept.push(row);
        }
        if repeated > 0 {
            warnings.push(format!("{repeated} repeated timecodes, the last row of each kept"));
        }
        if backward > 0 {
            warnings.push(format!("{backward} rows left out whose timecode steps back"));
        }
        (times_s, kept)
    }
}

/// Frames that a second of these timecodes has.
fn timecode_base(timecodes: &[Timecode], rate: Option<CurveRate>) -> u32 {
    let within_a_second = timecodes.iter().all(|timecode| timecode.seconds == timecodes[0].seconds);
    let largest = timecodes.iter().map(|timecode| timecode.subsecond_frames).fold(0.0, f64::max);
    let smallest_above = |least: u32| {
        let fits = |base: &&u32| **base >= least && f64::from(**base) > largest;
        BASES.iter().find(fits).copied().unwrap_or(largest as u32 + 1)
    };
    match rate {
        Some(rate) if f64::from(rate.timecode_base()) > largest && within_a_second => rate.timecode_base(),
        Some(rate) => smallest_above(rate.timecode_base().min(240)),
        None if within_a_second => smallest_above(USUAL_BASE),
        None => smallest_above(0),
    }
}

/// Columns of the rig in the order of the file, and the file's names.
pub(super) fn file_columns() -> Vec<(usize, &'static str)> {
    let rig = Rig::get(RigId::Arkit52);
    let rows = FACTS.live_link_columns.iter().map(|row| text(row, "name"));
    rows.filter_map(|name| Some((rig.index_of(name)?, name))).collect()
}

pub(super) fn write_header(out: &mut impl Write, columns: &[(usize, &str)]) -> std::io::Result<()> {
    out.write_all(b"Timecode,BlendShapeCount")?;
    for (_, name) in columns {
        write!(out, ",{name}")?;
    }
    out.write_all(b"\n")
}

pub(super) fn write_row(
    out: &mut impl Write,
    columns: &[(usize, &str)],
    rate: CurveRate,
    row_index: u64,
    row: &[f32],
) -> std::io::Result<()> {
    write!(out, "{},{}", Timecode::text(row_index, rate.timecode_base()), columns.len())?;
    for (column, _) in columns {
        write!(out, ",{:.10}", row[*column] + 0.0)?;
    }
    out.write_all(b"\n")
}
