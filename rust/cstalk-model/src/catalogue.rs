//! The models that came with the product: where they lie and how they are found by name.

use std::path::{Path, PathBuf};

use cstalk_onnx::{ModelCard, ModelFile};

use crate::error::{Error, ErrorKind, Result};

/// Environment variable with the folders to look in instead of the usual ones (separated as in `PATH`).
pub const MODELS_ENV: &str = "CSTALK_MODELS";
/// Name of the model used when none is asked for.
pub const DEFAULT_MODEL: &str = "live";
const EXTENSION: &str = "onnx";

/// A model file found in a folder.
#[derive(Debug)]
pub struct Entry {
    /// Name to ask for it by: the file name without `.onnx`.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// Its card, or why it is not a usable model.
    pub card: Result<ModelCard>,
}

/// The folders models are looked for in, first match first: those of `CSTALK_MODELS` if it is set, otherwise
/// those that exist of `Content/Models` beside the executable, one level up, and in the source repository.
///
/// # Errors
/// `BadInput` if `CSTALK_MODELS` names a folder that does not exist.
pub fn folders() -> Result<Vec<PathBuf>> {
    if let Some(list) = std::env::var_os(MODELS_ENV).filter(|list| !list.is_empty()) {
        let folders: Vec<PathBuf> = std::env::split_paths(&list).collect();
        return match folders.iter().find(|folder| !folder.is_dir()) {
            Some(missing) => Err(Error::new(
                ErrorKind::BadInput,
                format!("{MODELS_ENV}: wanted folders of models, got {}", missing.display()),
            )),
            None => Ok(folders),
        };
    }
    let beside = std::env::current_exe().ok().and_then(|exe| exe.parent().map(Path::to_path_buf));
    let installed =
        beside.iter().flat_map(|folder| [folder.join("Content/Models"), folder.join("../Content/Models")]);
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Content/Models");
    let mut folders: Vec<PathBuf> = Vec::new();
    for folder in installed.chain([repository]) {
        if let Ok(folder) = folder.canonicalize()
            && folder.is_dir()
            && !folders.contains(&folder)
        {
            folders.push(folder);
        }
    }
    Ok(folders)
}

/// The models in [`folders`], by name; of two with one name the first folder's.
///
/// # Errors
/// As [`folders`], and `BadInput` if a folder cannot be read. A broken file is an entry, not an error.
pub fn list() -> Result<Vec<Entry>> {
    list_in(&folders()?)
}

/// As [`list`], in the given folders.
///
/// # Errors
/// `BadInput` if a folder cannot be read.
pub fn list_in(folders: &[PathBuf]) -> Result<Vec<Entry>> {
    Ok(paths_in(folders)?
        .into_iter()
        .map(|(name, path)| {
            let card = ModelFile::read(&path).map(|(file, _)| file.into_card()).map_err(Error::from);
            Entry { name, path, card }
        })
        .collect())
}

/// The file of a model given by name (`live`) or by path (anything with a separator or ending in `.onnx`).
///
/// # Errors
/// `BadInput`: no such file, or no such name; the message lists the names there are. Also as [`folders`].
pub fn find(name_or_path: &str) -> Result<PathBuf> {
    match as_path(name_or_path) {
        Some(path) => path,
        None => find_in(&folders()?, name_or_path),
    }
}

/// As [`find`], in the given folders.
///
/// # Errors
/// As [`find`].
pub fn find_in(folders: &[PathBuf], name_or_path: &str) -> Result<PathBuf> {
    if let Some(path) = as_path(name_or_path) {
        return path;
    }
    let models = paths_in(folders)?;
    if let Some((_, path)) = models.iter().find(|(name, _)| name == name_or_path) {
        return Ok(path.clone());
    }
    let names: Vec<&str> = models.iter().map(|(name, _)| name.as_str()).collect();
    let places: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
    let or_none = |list: String| if list.is_empty() { "none".to_owned() } else { list };
    Err(Error::new(
        ErrorKind::BadInput,
        format!(
            "no model named \"{name_or_path}\"; there are: {} (folders: {}; {MODELS_ENV} sets others)",
            or_none(names.join(", ")),
            or_none(places.join(", ")),
        ),
    ))
}

fn as_path(text: &str) -> Option<Result<PathBuf>> {
    let path = Path::new(text);
    let is_path = path.components().count() > 1
        || text.contains(std::path::MAIN_SEPARATOR)
        || path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(EXTENSION));
    is_path.then(|| {
        if path.is_file() {
            Ok(path.to_path_buf())
        } else {
            Err(Error::new(ErrorKind::BadInput, format!("no model file at {text}")))
        }
    })
}

/// Names and files, sorted by name, each name once.
fn paths_in(folders: &[PathBuf]) -> Result<Vec<(String, PathBuf)>> {
    let mut models: Vec<(String, PathBuf)> = Vec::new();
    for folder in folders {
        let failed = |error: std::io::Error| {
            Error::new(ErrorKind::BadInput, format!("cannot list {}: {error}", folder.display()))
        };
        for entry in std::fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let is_model = path.is_file() && path.extension().is_some_and(|extension| extension == EXTENSION);
            if let Some(name) = path.file_stem().and_then(|stem| stem.to_str())
                && is_model
                && !models.iter().any(|(known, _)| known == name)
            {
                models.push((name.to_owned(), path.clone()));
            }
        }
    }
    models.sort();
    Ok(models)
}
