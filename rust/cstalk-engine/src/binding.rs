//! From the order of a model card's controls to the order of the rig's columns.

use std::str::FromStr;

use cstalk_audio::{FEATURE_BIN_COUNT, FEATURE_HOP_SAMPLES, SPEECH_RATE_HZ};
use cstalk_onnx::ModelCard;
use cstalk_rig::{Rig, RigId};

use crate::error::{EngineError, ErrorKind, Result};

/// Where each control of a model goes, and how many feature values a step takes.
#[derive(Debug, Clone)]
pub(crate) struct Binding {
    rig: &'static Rig,
    /// For each control of the card, its column of the rig.
    columns: Vec<usize>,
    step_values: usize,
}

impl Binding {
    /// The binding of a model to the rig that its card names.
    ///
    /// # Errors
    /// `BadModel` naming the key of the card that does not fit, what was wanted and what was found.
    pub(crate) fn new(card: &ModelCard) -> Result<Self> {
        let rig = Rig::get(RigId::from_str(&card.rig).map_err(|_| wrong("rig", "a known rig", &card.rig))?);
        if card.rig_schema_version != rig.schema_version() {
            return Err(wrong("rig_schema_version", &rig.schema_version(), &card.rig_schema_version));
        }
        if card.sample_rate_hz != SPEECH_RATE_HZ {
            return Err(wrong("sample_rate_hz", &SPEECH_RATE_HZ, &card.sample_rate_hz));
        }
        let features = &card.features;
        if features.bins as usize != FEATURE_BIN_COUNT {
            return Err(wrong("features.bins", &FEATURE_BIN_COUNT, &features.bins));
        }
        if features.hop_samples as usize != FEATURE_HOP_SAMPLES {
            return Err(wrong("features.hop_samples", &FEATURE_HOP_SAMPLES, &features.hop_samples));
        }
        let step_samples = u64::from(features.frames_per_hop) * FEATURE_HOP_SAMPLES as u64;
        if card.hop_samples == 0 || u64::from(card.hop_samples) != step_samples {
            return Err(wrong("hop_samples", &step_samples, &card.hop_samples));
        }
        let mut columns = Vec::with_capacity(card.controls.len());
        for control in &card.controls {
            let column = rig
                .index_of(control)
                .ok_or_else(|| wrong("controls", &format!("controls of {}", rig.id()), control))?;
            if columns.contains(&column) {
                return Err(wrong("controls", &"each control once", &format!("`{control}` twice")));
            }
            columns.push(column);
        }
        Ok(Self { rig, columns, step_values: features.frames_per_hop as usize * FEATURE_BIN_COUNT })
    }

    pub(crate) fn rig(&self) -> &'static Rig {
        self.rig
    }

    /// Feature values that one step of the model takes.
    pub(crate) fn step_values(&self) -> usize {
        self.step_values
    }

    /// Writes a row of the model into a row of the rig; columns that the model lacks become 0.
    pub(crate) fn to_rig(&self, model_row: &[f32], row: &mut [f32]) -> Result<()> {
        if model_row.len() != self.columns.len() {
            return Err(wrong("controls", &self.columns.len(), &format!("{} values a row", model_row.len())));
        }
        row.fill(0.0);
        for (&value, &column) in model_row.iter().zip(&self.columns) {
            row[column] = value;
        }
        Ok(())
    }
}

fn wrong(key: &str, wanted: &(impl std::fmt::Display + ?Sized), got: &(impl std::fmt::Display + ?Sized)) -> EngineError {
    EngineError::new(ErrorKind::BadModel, format!("model card, key `{key}`: wanted {wanted}, got {got}"))
}
