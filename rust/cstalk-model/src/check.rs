//! Whether a card fits what this build knows: its rigs and the features it computes.
//!
//! That card and graph agree is checked when the file is read, by cstalk-onnx.

use std::fmt::Display;

use cstalk_audio::{
    FEATURE_BIN_COUNT, FEATURE_FFT_SAMPLES, FEATURE_FLOOR, FEATURE_HIGH_HZ, FEATURE_HOP_SAMPLES,
    FEATURE_LOW_HZ, FEATURE_WINDOW_SAMPLES, SPEECH_RATE_HZ,
};
use cstalk_onnx::{CardFeatures, ModelCard, ModelKind};
use cstalk_rig::{Rig, RigId};

use crate::error::{Error, ErrorKind, Result};

/// Checks the card against the rig it names and against the features of `cstalk-audio`.
pub(crate) fn check_card(card: &ModelCard) -> Result<()> {
    if card.kind == ModelKind::Curves {
        check_rig(card)?;
    }
    check_features(card)
}

fn check_rig(card: &ModelCard) -> Result<()> {
    let id: RigId = card.rig.parse().map_err(|error| mismatch("rig", error, format!("{:?}", card.rig)))?;
    let rig = Rig::get(id);
    same("rig_schema_version", &rig.schema_version(), &card.rig_schema_version)?;
    let columns = rig.columns();
    if columns.len() != card.controls.len() {
        return Err(mismatch(
            "controls",
            format!("the {} columns of {id}", columns.len()),
            card.controls.len(),
        ));
    }
    for (index, (column, name)) in columns.iter().zip(&card.controls).enumerate() {
        same(&format!("controls[{index}]"), &column.name.to_string(), name)?;
    }
    Ok(())
}

fn check_features(card: &ModelCard) -> Result<()> {
    let features = &card.features;
    same("sample_rate_hz", &(SPEECH_RATE_HZ as usize), &(card.sample_rate_hz as usize))?;
    if features.kind == CardFeatures::SAMPLES {
        // Whether somebody speaks is heard in whole feature frames, whatever the model takes.
        return if (card.hop_samples as usize).is_multiple_of(FEATURE_HOP_SAMPLES) {
            Ok(())
        } else {
            let wanted = format!("a multiple of {FEATURE_HOP_SAMPLES}");
            Err(mismatch("hop_samples", wanted, card.hop_samples))
        };
    }
    same("features.kind", &CardFeatures::LOG_MEL, &features.kind.as_str())?;
    same("features.bins", &FEATURE_BIN_COUNT, &(features.bins as usize))?;
    same("features.hop_samples", &FEATURE_HOP_SAMPLES, &(features.hop_samples as usize))?;
    same("features.window_samples", &FEATURE_WINDOW_SAMPLES, &(features.window_samples as usize))?;
    same("features.fft_samples", &FEATURE_FFT_SAMPLES, &(features.fft_samples as usize))?;
    same("features.low_hz", &(FEATURE_LOW_HZ as f32), &features.low_hz)?;
    same("features.high_hz", &(FEATURE_HIGH_HZ as f32), &features.high_hz)?;
    same("features.floor", &(FEATURE_FLOOR as f32), &features.floor)
}

fn same<T: PartialEq + Display>(key: &str, wanted: &T, got: &T) -> Result<()> {
    if wanted == got { Ok(()) } else { Err(mismatch(key, wanted, got)) }
}

fn mismatch(key: &str, wanted: impl Display, got: impl Display) -> Error {
    let message = format!("model card key \"{key}\": this build wants {wanted}, the model says {got}");
    Error::new(ErrorKind::BadModel, message)
}
