//! Files that the command itself writes: whole or not at all.

use std::io::Write;
use std::path::Path;

use serde::Serialize;

use crate::failure::{Failure, Result};

/// Writes `bytes` under a temporary name beside `path` and renames.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed = |error: std::io::Error| {
        Failure::input(format!("cannot write {}: {error}", path.display()))
            .advise("another place, or more room")
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".cstalk-").suffix(".tmp");
    // Others may read a report as they may read any new file; a temporary file is private by default.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut temporary = builder.tempfile_in(folder).map_err(failed)?;
    temporary.write_all(bytes).map_err(failed)?;
    temporary.as_file().sync_all().map_err(failed)?;
    temporary.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Writes a report as JSON.
pub(crate) fn write_json(path: &Path, report: &impl Serialize) -> Result<()> {
    write(path, to_json(report)?.as_bytes())
}

/// Readable JSON with a line end.
pub(crate) fn to_json(report: &impl Serialize) -> Result<String> {
    let mut text = serde_json::to_string_pretty(report)
        .map_err(|error| Failure::input(format!("the report cannot be written as JSON: {error}")))?;
    text.push('\n');
    Ok(text)
}
