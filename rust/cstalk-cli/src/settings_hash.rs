//! A fingerprint of everything that decides a file of curves, to know whether it is still good.

use std::path::Path;
use std::time::UNIX_EPOCH;

use cstalk_engine::{EmotionSource, StreamSettings};
use cstalk_model::Model;
use sha2::{Digest, Sha256};

use crate::failure::{Failure, Result};
use crate::job::{Job, Workshop};

/// Hash of model, settings, output form and the recording's size and time of change, 32 hexadecimal digits.
///
/// # Errors
/// The recording cannot be examined.
pub(crate) fn of_job(workshop: &Workshop, job: &Job) -> Result<String> {
    let mut hash = Sha256::new();
    let mut add = |name: &str, value: String| {
        // Lengths keep "ab" + "c" apart from "a" + "bc".
        hash.update(format!("{name}={}:{value};", value.len()));
    };
    add("cstalk", env!("CARGO_PKG_VERSION").to_owned());
    add("model", model(&workshop.model));
    add("format", workshop.format.to_string());
    add("curves", format!("{} {}", workshop.curves.rig, workshop.curves.rate));
    add("face", face(&job.settings));
    add("input", input(&job.input)?);
    Ok(hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect())
}

fn model(model: &Model) -> String {
    let card = model.card();
    format!("{} {} {} {}", card.name, card.version, card.weights_sha256, model.provider().running)
}

fn face(settings: &StreamSettings) -> String {
    let StreamSettings {
        emotion,
        emotion_strength,
        part_weights,
        style,
        motion,
        seed,
        smoothing_ms,
        mouth_rest,
    } = settings;
    let emotion = match emotion {
        EmotionSource::Constant(weights) => format!("{weights:?}"),
        EmotionSource::Curve(curve) => format!("{curve:?}"),
        EmotionSource::Auto { model: heard, strength } => format!("auto {strength} {}", model(heard)),
    };
    format!(
        "{emotion} {emotion_strength:?} {part_weights:?} {style:?} {motion:?} {seed} {smoothing_ms} {mouth_rest}"
    )
}

fn input(path: &Path) -> Result<String> {
    let failed =
        |error: std::io::Error| Failure::input(format!("cannot examine {}: {error}", path.display()));
    let metadata = std::fs::metadata(path).map_err(failed)?;
    let changed = metadata.modified().map_err(failed)?;
    // A time before 1970 is as good a mark as any other, but has no duration since.
    let changed = changed.duration_since(UNIX_EPOCH).map(|since| since.as_nanos()).unwrap_or_default();
    Ok(format!("{} {changed}", metadata.len()))
}
