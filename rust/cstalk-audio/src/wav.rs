//! Writing 16-bit wav files, for tests and tools.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::error::{AudioError, AudioErrorKind, Result};
use crate::level::finite_sample;

/// Writes mono `samples` (full scale ±1, held there; not finite becomes 0) as a 16-bit wav file.
///
/// The file is written beside `path` under a temporary name and then renamed, so `path` holds
/// either its old content or the whole new file.
///
/// # Errors
/// [`AudioErrorKind::Io`] when the file cannot be written; [`AudioErrorKind::Unsupported`] when
/// the samples do not fit into a wav file (4 GiB) or `rate_hz` is 0.
pub fn write_wav16(path: impl AsRef<Path>, samples: &[f32], rate_hz: u32) -> Result<()> {
    let path = path.as_ref();
    if rate_hz == 0 {
        return Err(AudioError::unsupported(path, "wanted a sample rate above 0 Hz, got 0 Hz"));
    }
    let payload_bytes = u32::try_from(samples.len() * 2).ok().filter(|&bytes| bytes <= u32::MAX - 36);
    let Some(payload_bytes) = payload_bytes else {
        let message = format!("wanted at most 4 GiB for a wav file, got {} samples", samples.len());
        return Err(AudioError::new(AudioErrorKind::Unsupported, message));
    };
    let temporary = temporary_beside(path);
    write_all(&temporary, samples, rate_hz, payload_bytes)
        .and_then(|()| fs::rename(&temporary, path))
        .map_err(|source| {
            // The first error is the one to report; a leftover temporary file is all this can leave.
            let _ = fs::remove_file(&temporary);
            AudioError::io(path, "cannot write", source)
        })
}

fn write_all(path: &Path, samples: &[f32], rate_hz: u32, payload_bytes: u32) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    file.write_all(b"RIFF")?;
    file.write_all(&(36 + payload_bytes).to_le_bytes())?;
    file.write_all(b"WAVEfmt ")?;
    file.write_all(&16u32.to_le_bytes())?;
    file.write_all(&1u16.to_le_bytes())?; // PCM
    file.write_all(&1u16.to_le_bytes())?; // one channel
    file.write_all(&rate_hz.to_le_bytes())?;
    file.write_all(&rate_hz.saturating_mul(2).to_le_bytes())?; // bytes a second
    file.write_all(&2u16.to_le_bytes())?; // bytes an instant
    file.write_all(&16u16.to_le_bytes())?; // bits a sample
    file.write_all(b"data")?;
    file.write_all(&payload_bytes.to_le_bytes())?;
    for &sample in samples {
        let scaled = (finite_sample(sample) * 32_768.0).round().clamp(-32_768.0, 32_767.0);
        file.write_all(&(scaled as i16).to_le_bytes())?;
    }
    file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
}

fn temporary_beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.tmp", std::process::id()));
    path.with_file_name(name)
}
