//! Writing a model file so that no reader ever sees half of it.

use std::io::Write as _;
use std::path::Path;

use crate::error::{Error, ErrorKind, Result};
use crate::file::ModelFile;

/// Writes the bytes of a model to `path`: checked, then under a temporary name beside it, then renamed.
///
/// An existing file is replaced in one step; after an error it is as it was.
///
/// # Errors
/// `BadModel` if the bytes are not a readable model with a card, `BadInput` if the place cannot be written.
pub fn write_model(path: impl AsRef<Path>, bytes: &[u8]) -> Result<()> {
    let path = path.as_ref();
    ModelFile::parse(bytes).map_err(|error| error.at(path.display()))?;
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let failed = |error: std::io::Error| {
        Error::new(ErrorKind::BadInput, format!("cannot write {}", path.display())).because(error)
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".cstalk-").suffix(".tmp");
    // The default of a temporary file is "owner only"; a model is as readable as any other new file.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}
