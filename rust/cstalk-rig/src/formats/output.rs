//! A file that appears whole under its name or not at all, and numbers as text.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::{Error, Result};
use crate::names::file_scale;
use crate::rig::Control;

/// A file under a temporary name beside its final one. Dropped before [`Output::finish`], it is removed.
pub(super) struct Output {
    path: PathBuf,
    pub(super) file: BufWriter<NamedTempFile>,
}

impl Output {
    pub(super) fn create(path: &Path) -> Result<Output> {
        let temporary = temporary_beside(path)?;
        Ok(Output { path: path.to_owned(), file: BufWriter::with_capacity(1 << 16, temporary) })
    }

    /// Flushes and renames.
    pub(super) fn finish(self) -> Result<()> {
        let failed = |source| Error::io("write", &self.path, source);
        let temporary = self.file.into_inner().map_err(|error| failed(error.into_error()))?;
        temporary.persist(&self.path).map_err(|error| failed(error.error))?;
        Ok(())
    }

    pub(super) fn failed(&self, source: std::io::Error) -> Error {
        Error::io("write", &self.path, source)
    }
}

/// A temporary file in the folder of `path`, with the permissions that a new file has.
pub(super) fn temporary_beside(path: &Path) -> Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".cstalk-").suffix(".tmp");
    #[cfg(unix)]
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o666);
    #[cfg(unix)]
    builder.permissions(permissions);
    builder.tempfile_in(folder).map_err(|source| Error::io("create a file for", path, source))
}

pub(super) fn write_names(out: &mut impl Write, columns: &[Control]) -> std::io::Result<()> {
    for control in columns {
        write!(out, ",{}", control.name)?;
    }
    Ok(())
}

/// The values with a comma before each, or between them; the shortest text that reads back as the same number.
pub(super) fn write_values(
    out: &mut impl Write,
    columns: &[Control],
    row: &[f32],
    leading_comma: bool,
) -> std::io::Result<()> {
    for (index, (control, value)) in columns.iter().zip(row).enumerate() {
        if index > 0 || leading_comma {
            out.write_all(b",")?;
        }
        write!(out, "{}", file_value(control, *value))?;
    }
    Ok(())
}

/// The number that stands in a file for a value of this control; never a negative zero.
pub(super) fn file_value(control: &Control, value: f32) -> f32 {
    value * file_scale(control) + 0.0
}
