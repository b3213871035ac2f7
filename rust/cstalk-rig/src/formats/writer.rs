//! Writes curves row by row, so that the memory does not grow with the length.

use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::error::{Error, Result};
use crate::formats::output::{Output, temporary_beside};
use crate::formats::{Format, animator_json, csv, curve_table, json, livelink_csv};
use crate::rate::CurveRate;
use crate::rig::{Rig, RigId, check_row};

/// Memory for turning rows into curves at the end of a file with a line a curve.
const TURNING_BYTES: usize = 64 << 20;

/// Writes one file row by row: [`TakeWriter::create`], [`TakeWriter::write_row`] for each row, [`TakeWriter::finish`].
///
/// The file appears under its name when `finish` succeeds; a writer that is dropped before leaves nothing behind.
/// Memory stays flat. Formats with a line a curve (`curve-table`, `animator-json`) keep the rows in a temporary file of
/// 4 bytes a value in the same folder, and take up to 64 MiB in `finish`.
pub struct TakeWriter {
    format: Format,
    rig: RigId,
    rate: CurveRate,
    row_count: usize,
    output: Output,
    live_link_columns: Vec<(usize, &'static str)>,
    spool: Option<BufWriter<NamedTempFile>>,
    turning_bytes: usize,
}

impl std::fmt::Debug for TakeWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TakeWriter({}, {}, {}/s, {} rows)", self.format, self.rig, self.rate, self.row_count)
    }
}

impl TakeWriter {
    /// Begins a file of this format for rows of `rig` at `rate`.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Unsupported`] when the format cannot hold the rig; otherwise those of the file system.
    pub fn create(path: &Path, format: Format, rig: RigId, rate: CurveRate) -> Result<TakeWriter> {
        if let Some(wanted) = format.rig().filter(|wanted| *wanted != rig) {
            return Err(Error::unsupported(format!(
                "writing {}: format {format} wants rig {wanted}, got {rig}; map the take first",
                path.display()
            )));
        }
        let mut output = Output::create(path)?;
        let live_link_columns = livelink_csv::file_columns();
        let mut spool = None;
        let begun = match format {
            Format::Csv => csv::write_header(&mut output.file, rig),
            Format::Json => json::write_header(&mut output.file, rig, rate),
            Format::LiveLinkCsv => livelink_csv::write_header(&mut output.file, &live_link_columns),
            Format::CurveTable | Format::AnimatorJson => {
                spool = Some(BufWriter::with_capacity(1 << 16, temporary_beside(path)?));
                Ok(())
            }
        };
        begun.map_err(|source| output.failed(source))?;
        Ok(TakeWriter {
            format,
            rig,
            rate,
            row_count: 0,
            output,
            live_link_columns,
            spool,
            turning_bytes: TURNING_BYTES,
        })
    }

    /// Number of rows written so far.
    #[must_use]
    pub fn row_count(&self) -> usize {
        self.row_count
    }

    /// Appends one row.
    ///
    /// # Errors
    /// [`crate::ErrorKind::BadInput`] on a wrong length or a value that is NaN or infinite; otherwise those of the file
    /// system.
    pub fn write_row(&mut self, row: &[f32]) -> Result<()> {
        check_row(self.rig, row)?;
        if let Some(column) = row.iter().position(|value| !value.is_finite()) {
            return Err(Error::bad_input(format!(
                "row {}: {}: wanted a finite number, got {}",
                self.row_count,
                Rig::get(self.rig).columns()[column].name,
                row[column]
            )));
        }
        let (out, row_index) = (&mut self.output.file, self.row_count);
        let written = match (&mut self.spool, self.format) {
            (Some(spool), _) => row.iter().try_for_each(|value| spool.write_all(&value.to_le_bytes())),
            (None, Format::Csv) => csv::write_row(out, self.rig, self.rate, row_index, row),
            (None, Format::LiveLinkCsv) => {
                livelink_csv::write_row(out, &self.live_link_columns, self.rate, row_index as u64, row)
            }
            (None, _) => json::write_row(out, self.rig, row_index, row),
        };
        written.map_err(|source| self.output.failed(source))?;
        self.row_count += 1;
        Ok(())
    }

    /// Completes the file and puts it in place.
    ///
    /// # Errors
    /// [`crate::ErrorKind::BadInput`] when no row was written; otherwise those of the file system.
    pub fn finish(mut self) -> Result<()> {
        if self.row_count == 0 {
            return Err(Error::bad_input(format!(
                "writing a {} file: wanted at least one row, got none",
                self.format
            )));
        }
        let ended = match self.spool.take() {
            Some(spool) => self.turn(spool),
            None if self.format == Format::Json => json::write_end(&mut self.output.file),
            None => Ok(()),
        };
        ended.map_err(|source| self.output.failed(source))?;
        self.output.finish()
    }

    /// Reads the spooled rows once for every group of curves that fits into memory, and writes those curves.
    fn turn(&mut self, spool: BufWriter<NamedTempFile>) -> std::io::Result<()> {
        let mut file = spool.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        let controls = Rig::get(self.rig).columns();
        let out = &mut self.output.file;
        match self.format {
            Format::CurveTable => curve_table::write_times(out, self.rate, self.row_count)?,
            _ => animator_json::write_header(out, self.rate, self.row_count)?,
        }
        let group_size = (self.turning_bytes / (4 * self.row_count)).clamp(1, controls.len());
        let mut row = vec![0_u8; 4 * controls.len()];
        for first in (0..controls.len()).step_by(group_size) {
            let group = first..(first + group_size).min(controls.len());
            let mut curves = vec![0.0_f32; group.len() * self.row_count];
            file.as_file_mut().seek(SeekFrom::Start(0))?;
            let mut rows = BufReader::with_capacity(1 << 16, file.as_file_mut());
            for row_index in 0..self.row_count {
                rows.read_exact(&mut row)?;
                for (place, value) in row[4 * group.start..4 * group.end].chunks_exact(4).enumerate() {
                    let bytes = [value[0], value[1], value[2], value[3]];
                    curves[place * self.row_count + row_index] = f32::from_le_bytes(bytes);
                }
            }
            for (column, curve) in group.zip(curves.chunks_exact(self.row_count)) {
                let values = curve.iter().copied();
                match self.format {
                    Format::CurveTable => curve_table::write_curve(out, &controls[column], values)?,
                    _ => animator_json::write_curve(out, &controls[column], column == 0, self.rate, values)?,
                }
            }
        }
        if self.format == Format::AnimatorJson {
            animator_json::write_end(out)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turning_in_small_groups_writes_the_same_bytes() {
        let folder = tempfile::tempdir().unwrap();
        for format in [Format::CurveTable, Format::AnimatorJson] {
            let written = |turning_bytes: usize| {
                let path = folder.path().join("turned");
                let mut writer =
                    TakeWriter::create(&path, format, RigId::MetaHuman251, CurveRate::MODEL).unwrap();
                writer.turning_bytes = turning_bytes;
                for row_index in 0..30 {
                    let row: Vec<f32> = (0..257).map(|column| (row_index * 257 + column) as f32).collect();
                    writer.write_row(&row).unwrap();
                }
                writer.finish().unwrap();
                std::fs::read(&path).unwrap()
            };
            let whole = written(TURNING_BYTES);
            // One curve at a time, seven at a time (257 is no multiple of 7), and two groups.
            for turning_bytes in [1, 7 * 4 * 30, 200 * 4 * 30] {
                assert!(written(turning_bytes) == whole, "{format}: {turning_bytes} bytes");
            }
        }
    }
}
