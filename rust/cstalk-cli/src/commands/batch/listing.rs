//! Which recordings a batch has: all below a folder, or those of a manifest.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cstalk_engine::StreamSettings;
use cstalk_model::Model;
use cstalk_rig::formats::Format;
use serde::Deserialize;

use super::Planned;
use crate::failure::{Failure, Result};
use crate::job::Job;
use crate::options::{self, EmotionChoice};

/// Extensions of files that are taken for recordings in a folder.
const EXTENSIONS: [&str; 12] =
    ["wav", "wave", "flac", "mp3", "ogg", "oga", "m4a", "m4b", "mp4", "aac", "aif", "aiff"];

/// Deepest nesting of folders that is searched: a guard against links that lead in circles.
const DEEPEST: usize = 64;

/// What holds for recordings whose line says nothing else.
pub(super) struct Defaults<'a> {
    pub(super) settings: &'a StreamSettings,
    pub(super) emotion_model: Option<&'a Arc<Model>>,
}

/// The jobs of a batch, in an order that depends on names only.
///
/// # Errors
/// The source cannot be read, is no folder and no manifest, or holds no recording.
pub(super) fn list(
    source: &Path,
    out: &Path,
    format: Format,
    defaults: &Defaults<'_>,
) -> Result<Vec<Planned>> {
    let mut jobs = if source.is_dir() {
        of_folder(source, out, format, defaults)?
    } else {
        of_manifest(source, out, format, defaults)?
    };
    if jobs.is_empty() {
        let message = format!("{}: wanted recordings, found none", source.display());
        return Err(Failure::input(message).advise(format!("files ending in {}", EXTENSIONS.join(", "))));
    }
    refuse_collisions(&mut jobs);
    Ok(jobs)
}

fn of_folder(source: &Path, out: &Path, format: Format, defaults: &Defaults<'_>) -> Result<Vec<Planned>> {
    let mut inputs = Vec::new();
    search(source, DEEPEST, &mut inputs)?;
    inputs.sort();
    let job = |input: PathBuf| {
        let inside = input.strip_prefix(source).unwrap_or(&input);
        let output = out.join(inside).with_extension(format.extension());
        Ok(Job { input, output, settings: defaults.settings.clone() })
    };
    Ok(inputs.into_iter().map(job).collect())
}

fn search(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<()> {
    let failed = |error: std::io::Error| Failure::input(format!("cannot list {}: {error}", folder.display()));
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            if depth > 0 {
                search(&path, depth - 1, found)?;
            }
        } else if is_recording(&path) {
            found.push(path);
        }
    }
    Ok(())
}

fn is_recording(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    file: PathBuf,
    output: Option<PathBuf>,
    emotion: Option<String>,
    emotion_curve: Option<PathBuf>,
    emotion_strength: Option<String>,
    style: Option<String>,
}

fn of_manifest(source: &Path, out: &Path, format: Format, defaults: &Defaults<'_>) -> Result<Vec<Planned>> {
    let name = source.display();
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(source).map_err(|error| {
        Failure::input(format!("cannot read {name}: {error}"))
            .advise("a folder of recordings, or a CSV list with the column `file`")
    })?;
    let base = source.parent().unwrap_or(Path::new(""));
    let mut jobs = Vec::new();
    for (index, line) in reader.deserialize::<Line>().enumerate() {
        let line = line.map_err(|error| {
            Failure::input(format!("{name}: {error}"))
                .advise(
                "a header with `file`, and if wanted `output`, `emotion`, `emotion_curve`, `emotion_strength`, `style`",
            )
        })?;
        let input = base.join(&line.file);
        let place = format!("{name}, recording {}", index + 1);
        jobs.push(match own_settings(&line, base, defaults) {
            Ok(settings) => Ok(Job { output: output_of(&line, out, format), input, settings }),
            Err(failure) => Err((input, failure.about(place))),
        });
    }
    Ok(jobs)
}

/// The output below `out`: as the line says, or after the recording's name. A recording outside the
/// manifest's folder keeps its name only, so nothing is written outside `out`.
fn output_of(line: &Line, out: &Path, format: Format) -> PathBuf {
    let relative = line.output.clone().unwrap_or_else(|| line.file.with_extension(format.extension()));
    let inside = relative.components().all(|part| matches!(part, std::path::Component::Normal(_)));
    if inside { out.join(relative) } else { out.join(relative.file_name().unwrap_or_default()) }
}

fn own_settings(line: &Line, base: &Path, defaults: &Defaults<'_>) -> Result<StreamSettings> {
    let mut own = defaults.settings.clone();
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    if let Some(weights) = given(&line.emotion) {
        let choice: EmotionChoice = weights.parse().map_err(Failure::input)?;
        own.emotion = choice.source(defaults.emotion_model)?;
    }
    if let Some(path) = line.emotion_curve.as_ref().filter(|path| !path.as_os_str().is_empty()) {
        own.emotion = options::emotion_curve(&base.join(path))?;
    }
    if let Some(strength) = given(&line.emotion_strength) {
        own.emotion_strength = strength.parse()?;
    }
    if let Some(style) = given(&line.style) {
        let is_list = style.contains('=');
        own.style = options::style(&if is_list { style } else { base.join(style).display().to_string() })?;
    }
    Ok(own)
}

/// Of several recordings with one output, all but the first become failures.
fn refuse_collisions(jobs: &mut [Planned]) {
    let mut owner: HashMap<PathBuf, PathBuf> = HashMap::new();
    for planned in jobs.iter_mut() {
        let Ok(job) = planned else { continue };
        let (input, output) = (job.input.clone(), job.output.clone());
        if let Some(other) = owner.get(&output) {
            let message = format!(
                "{}: its curves would overwrite those of {} ({})",
                input.display(),
                other.display(),
                output.display()
            );
            *planned = Err((input, Failure::input(message)));
        } else {
            owner.insert(output, input);
        }
    }
}
