//! Reads comma-separated lines of bounded length, with the line number at hand for errors.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use csv::ByteRecord;

use crate::error::{Error, Result};
use crate::names::quoted;

/// Longest line of a file with a line a row.
pub(super) const MAX_ROW_BYTES: usize = 1 << 20;
/// Longest line of a file with a line a curve: more than two hours at 240 rows a second.
pub(super) const MAX_CURVE_BYTES: usize = 1 << 26;

/// The lines of a file, split at commas. Quotes around a field are taken off; a quoted comma is not a thing in these
/// files, and not allowing it keeps a stray quote from swallowing the rest of the file.
pub(super) struct Table {
    path: PathBuf,
    reader: csv::Reader<LineLimit<File>>,
    record: ByteRecord,
    line: u64,
}

impl Table {
    pub(super) fn open(path: &Path, max_line_bytes: usize) -> Result<Table> {
        let file = File::open(path).map_err(|source| Error::io("open", path, source))?;
        let input = LineLimit { input: file, line_bytes: 0, max_line_bytes };
        let reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).quoting(false).from_reader(input);
        Ok(Table { path: path.to_owned(), reader, record: ByteRecord::new(), line: 0 })
    }

    /// Moves to the next line that is not empty; false at the end.
    pub(super) fn next(&mut self) -> Result<bool> {
        let more =
            self.reader.read_byte_record(&mut self.record).map_err(|error| match error.into_kind() {
                csv::ErrorKind::Io(source) => Error::io("read", &self.path, source),
                other => Error::bad_input(format!("{other:?}")).at(&self.path, Some(self.line + 1)),
            })?;
        if more {
            self.line = self.record.position().map_or(self.line + 1, csv::Position::line);
        }
        Ok(more)
    }

    /// Number of the current line, from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    pub(super) fn field_count(&self) -> usize {
        self.record.len()
    }

    /// The current line's text fields, without quotes, blanks and byte order mark.
    pub(super) fn texts(&self) -> Result<Vec<String>> {
        (0..self.field_count()).map(|index| self.text(index).map(str::to_owned)).collect()
    }

    pub(super) fn text(&self, index: usize) -> Result<&str> {
        let bytes = self.record.get(index).unwrap_or_default();
        let text = std::str::from_utf8(bytes).map_err(|_| {
            self.error(format!(
                "field {}: wanted UTF-8 text, got {}",
                index + 1,
                quoted(&String::from_utf8_lossy(bytes))
            ))
        })?;
        Ok(text.trim_start_matches('\u{feff}').trim().trim_matches('"').trim())
    }

    /// A finite number; `name` is the column's, for the message.
    pub(super) fn value(&self, index: usize, name: &str) -> Result<f32> {
        let text = self.text(index)?;
        match text.parse::<f32>() {
            Ok(value) if value.is_finite() => Ok(value),
            _ => Err(self.error(format!("{}: wanted a finite number, got {}", quoted(name), quoted(text)))),
        }
    }

    /// A time in seconds: finite and not negative.
    pub(super) fn time_s(&self, index: usize) -> Result<f64> {
        let text = self.text(index)?;
        match text.parse::<f64>() {
            Ok(time_s) if time_s.is_finite() && time_s >= 0.0 => Ok(time_s),
            _ => Err(self.error(format!("time: wanted seconds from 0 on, got {}", quoted(text)))),
        }
    }

    /// An error at the current line.
    pub(super) fn error(&self, message: impl Into<String>) -> Error {
        Error::bad_input(message).at(&self.path, Some(self.line))
    }

    /// An error about the whole file.
    pub(super) fn file_error(&self, message: impl Into<String>) -> Error {
        Error::bad_input(message).at(&self.path, None)
    }
}

/// Fails when a line grows longer than allowed, before it is all in memory.
struct LineLimit<R> {
    input: R,
    line_bytes: usize,
    max_line_bytes: usize,
}

impl<R: Read> Read for LineLimit<R> {
    fn read(&mut self, block: &mut [u8]) -> std::io::Result<usize> {
        let count = self.input.read(block)?;
        for line in block[..count].split_inclusive(|byte| *byte == b'\n' || *byte == b'\r') {
            self.line_bytes += line.len();
            if self.line_bytes > self.max_line_bytes {
                return Err(std::io::Error::new(
                    std::io::ErrorKind::InvalidData,
                    format!("wanted lines of at most {} bytes, got a longer one", self.max_line_bytes),
                ));
            }
            if line.ends_with(b"\n") || line.ends_with(b"\r") {
                self.line_bytes = 0;
            }
        }
        Ok(count)
    }
}
