//! Finding and opening the ONNX Runtime library, once a process.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ort::environment::Environment;

use crate::error::{Error, ErrorKind, Result};

/// Environment variable with the ONNX Runtime library (file, or the folder it lies in).
pub const LIBRARY_ENV: &str = "CSTALK_ORT_LIB";
/// Version of ONNX Runtime that `cargo xtask ort` fetches and the tests run with; 1.23 and later are accepted.
pub const ONNX_RUNTIME_VERSION: &str = "1.31.1";

const MEND: &str =
    "run `cargo xtask ort`, set CSTALK_ORT_LIB, or use the provider \"embedded\", which needs no library";

/// The library of this process: where it came from and the environment, kept for good.
struct Opened {
    path: PathBuf,
    environment: Environment,
}

static OPENED: Mutex<Option<Opened>> = Mutex::new(None);

/// Opens the library, or gives the one opened before; returns the environment and the file.
///
/// # Errors
/// `InstallRuntime` if there is no library, or the one found cannot be used.
pub(crate) fn open(explicit: Option<&Path>) -> Result<(Environment, PathBuf)> {
    let mut opened = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(opened) = opened.as_ref() {
        return match explicit {
            Some(asked) if library_in(asked)? != opened.path => Err(Error::new(
                ErrorKind::InstallRuntime,
                format!(
                    "this process already uses {}; it cannot also load {}",
                    opened.path.display(),
                    asked.display()
                ),
            )),
            _ => Ok((opened.environment.clone(), opened.path.clone())),
        };
    }
    let path = find(explicit)?;
    let failed = |cause: String| {
        let path = path.display();
        Error::new(
            ErrorKind::InstallRuntime,
            format!("cannot use {path} as ONNX Runtime (1.23 or later): {cause}; {MEND}"),
        )
    };
    let environment = ort::init_from(&path)
        .map_err(|error| failed(format!("{error} ({error:?})")))?
        .with_name("cstalk")
        .with_telemetry(false)
        .build()
        .map_err(|error| failed(format!("{error} ({error:?})")))?;
    *opened = Some(Opened { path: path.clone(), environment: environment.clone() });
    Ok((environment, path))
}

/// Looks for the library; see [`Provider`](crate::Provider) for the order.
pub(crate) fn find(explicit: Option<&Path>) -> Result<PathBuf> {
    if let Some(path) = explicit {
        return library_in(path);
    }
    if let Some(path) = std::env::var_os(LIBRARY_ENV).filter(|path| !path.is_empty()) {
        return library_in(Path::new(&path))
            .map_err(|error| Error::new(error.kind(), format!("{LIBRARY_ENV}: {error}")));
    }
    let folders = standard_folders();
    folders.iter().find_map(|folder| library_in(folder).ok()).ok_or_else(|| {
        let places: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
        Error::new(
            ErrorKind::InstallRuntime,
            format!("no ONNX Runtime library ({}) in {}; {MEND}", file_names().join(", "), places.join(", ")),
        )
    })
}

/// Where the library lies when nobody says otherwise.
fn standard_folders() -> Vec<PathBuf> {
    let beside = std::env::current_exe().ok().and_then(|exe| exe.parent().map(Path::to_path_buf));
    let repository =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/ort").join(ONNX_RUNTIME_VERSION);
    beside.into_iter().chain([repository]).collect()
}

fn file_names() -> [String; 2] {
    if cfg!(windows) {
        ["onnxruntime.dll".to_owned(), format!("onnxruntime-{ONNX_RUNTIME_VERSION}.dll")]
    } else if cfg!(target_os = "macos") {
        [format!("libonnxruntime.{ONNX_RUNTIME_VERSION}.dylib"), "libonnxruntime.dylib".to_owned()]
    } else {
        [format!("libonnxruntime.so.{ONNX_RUNTIME_VERSION}"), "libonnxruntime.so".to_owned()]
    }
}

/// The library a path means: the file itself, or the one of a known name in the folder.
fn library_in(path: &Path) -> Result<PathBuf> {
    let found = if path.is_dir() {
        file_names().into_iter().map(|name| path.join(name)).find(|file| file.is_file())
    } else {
        path.is_file().then(|| path.to_path_buf())
    };
    let missing = || {
        let what = if path.is_dir() {
            format!("no {} in this folder", file_names().join(" or "))
        } else {
            "no such file or folder".to_owned()
        };
        Error::new(
            ErrorKind::InstallRuntime,
            format!("ONNX Runtime library {}: {what}; {MEND}", path.display()),
        )
    };
    // One spelling a file, so that two ways of writing one path are one library.
    found.and_then(|file| file.canonicalize().ok()).ok_or_else(missing)
}
