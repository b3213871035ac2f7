//! Which file of curves belongs to which sound: those of the same stem in the same folder.

use super::{Result, TakeError};
use cstalk_rig::formats::{ReadOptions, read_take};
use std::path::{Path, PathBuf};

const CURVES: [&str; 2] = ["csv", "json"];
const SOUNDS: [&str; 6] = ["wav", "flac", "mp3", "m4a", "mp4", "ogg"];

/// The files of one take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakeFiles {
    /// Stem of the files.
    pub name: String,
    /// The curves.
    pub curves: PathBuf,
    /// The sound; None where no file of the stem has a sound's extension.
    pub sound: Option<PathBuf>,
}

/// The takes of `paths`, each a folder of takes, a file of curves, or a sound, in order of their names.
///
/// In a folder, JSON that is not curves and has no sound beside it is passed over.
///
/// # Errors
/// [`TakeError::Path`] for a path that does not exist or holds no take, or a stem with two sounds.
pub fn find(paths: &[PathBuf]) -> Result<Vec<TakeFiles>> {
    let mut takes: Vec<TakeFiles> = Vec::new();
    for path in paths {
        if path.is_dir() {
            takes.extend(of_folder(path)?);
        } else if has_extension(path, &CURVES) && path.is_file() {
            takes.push(of_curves(path)?);
        } else if has_extension(path, &SOUNDS) && path.is_file() {
            takes.push(of_sound(path)?);
        } else {
            let wanted = "wanted a folder of takes, a file of curves (.csv, .json) or a sound beside one";
            return Err(TakeError::path(path, wanted));
        }
    }
    takes.sort_by(|a, b| (&a.name, &a.curves).cmp(&(&b.name, &b.curves)));
    takes.dedup();
    Ok(takes)
}

fn of_folder(folder: &Path) -> Result<Vec<TakeFiles>> {
    let mut takes = Vec::new();
    for path in files(folder)?.iter().filter(|path| has_extension(path, &CURVES)) {
        let take = of_curves(path)?;
        let is_table = has_extension(path, &CURVES[..1]);
        if is_table || take.sound.is_some() || read_take(path, &ReadOptions::default()).is_ok() {
            takes.push(take);
        }
    }
    if takes.is_empty() {
        return Err(TakeError::path(folder, "wanted .csv or .json files of curves in it, got none"));
    }
    Ok(takes)
}

fn of_curves(path: &Path) -> Result<TakeFiles> {
    Ok(TakeFiles { name: stem(path), curves: path.to_owned(), sound: beside(path, &SOUNDS, "sounds")? })
}

fn of_sound(path: &Path) -> Result<TakeFiles> {
    match beside(path, &CURVES, "files of curves")? {
        Some(curves) => Ok(TakeFiles { name: stem(path), curves, sound: Some(path.to_owned()) }),
        None => Err(TakeError::path(path, "wanted a .csv or .json of curves of the same name beside it")),
    }
}

/// The one file beside `path` with its stem and one of these extensions.
fn beside(path: &Path, extensions: &[&str], what: &str) -> Result<Option<PathBuf>> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut found = files(folder.unwrap_or(Path::new(".")))?;
    found.retain(|other| has_extension(other, extensions) && stem(other) == stem(path));
    match found.len() {
        0 | 1 => Ok(found.pop()),
        count => {
            let reason =
                format!("wanted one of the {what} named {}, got {count}; move the others", stem(path));
            Err(TakeError::path(path, reason))
        }
    }
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let failed = |error: std::io::Error| TakeError::path(folder, error.to_string());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if path.is_file() && !hidden {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    extension.is_some_and(|extension| extensions.contains(&extension.as_str()))
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
