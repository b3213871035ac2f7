//! The model card of a run.

use super::Result;
use crate::nets::{Generator, ParameterError};
use crate::performer::{EMOTION_NAMES, STYLE_NAMES};
use crate::train::calibration::ContactCalibration;
use crate::train::config::Wav2Vec2Config;
use crate::train::labels::HOP_SAMPLES;
use crate::train::record::RunRecord;
use crate::train::run::BestStanding;
use cstalk_audio::{
    FEATURE_BIN_COUNT, FEATURE_FFT_SAMPLES, FEATURE_FLOOR, FEATURE_HIGH_HZ, FEATURE_HOP_SAMPLES,
    FEATURE_LOW_HZ, FEATURE_WINDOW_SAMPLES, SPEECH_RATE_HZ,
};
use cstalk_onnx::{CARD_SCHEMA, CardFeatures, Corpus, CorpusKind, ModelCard, Precision, Training};
use cstalk_rig::{Rig, RigId};
use std::collections::BTreeMap;
use tch::Tensor;

/// What a card says in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardText {
    /// Name of the model.
    pub name: String,
    /// Version of the model.
    pub version: String,
    /// One or two sentences.
    pub description: String,
    /// Licence of the weights.
    pub licence: String,
}

/// The card of the best weights of a run.
///
/// # Errors
/// [`super::ExportError`] when the weights lack the control scale.
pub fn card_of(
    record: &RunRecord,
    best: &BestStanding,
    calibrations: &[ContactCalibration; 2],
    weights: &BTreeMap<String, Tensor>,
    precision: Precision,
    text: &CardText,
) -> Result<ModelCard> {
    let rig = Rig::get(RigId::Board185);
    let window = record.config.wav2vec2.as_ref().map(Wav2Vec2Config::window);
    Ok(ModelCard {
        schema: CARD_SCHEMA.to_owned(),
        name: text.name.clone(),
        version: text.version.clone(),
        description: description(record, text),
        rig: rig.id().to_string(),
        rig_schema_version: rig.schema_version(),
        controls: rig.columns().iter().map(|control| control.name.clone()).collect(),
        predicted: predicted(weights)?,
        sample_rate_hz: SPEECH_RATE_HZ,
        hop_samples: HOP_SAMPLES as u32,
        look_ahead_hops: window
            .map_or(record.config.look_ahead_hops() as u32, |window| window.look_ahead_hops()),
        features: if window.is_some() { CardFeatures::samples(HOP_SAMPLES as u32) } else { log_mel() },
        window,
        emotions: EMOTION_NAMES.map(str::to_owned).to_vec(),
        style: STYLE_NAMES.map(str::to_owned).to_vec(),
        identities: Vec::new(),
        states: Vec::new(),
        precision,
        parameters: 0,
        training: Training {
            corpora: corpora(record),
            seed: record.config.seed,
            steps: best.standing.best.map_or(best.standing.step, |(_, step)| step),
            config_hash: record.config_hash.clone(),
        },
        licence: text.licence.clone(),
        non_commercial: record.corpora.iter().any(|corpus| corpus.non_commercial)
            || record.captures.iter().any(|take| take.non_commercial),
        weights_sha256: String::new(),
        metrics: metrics(best, calibrations),
    })
}

/// What the card says of the model; a frozen encoder is named by the hash of its weights.
fn description(record: &RunRecord, text: &CardText) -> String {
    match &record.config.wav2vec2 {
        None => text.description.clone(),
        Some(wav2vec2) => format!(
            "{} Hears through a frozen wav2vec 2.0 (weights file of SHA-256 {}).",
            text.description, wav2vec2.weights_sha256
        ),
    }
}

/// The features of an ear.
fn log_mel() -> CardFeatures {
    CardFeatures {
        kind: CardFeatures::LOG_MEL.to_owned(),
        bins: FEATURE_BIN_COUNT as u32,
        hop_samples: FEATURE_HOP_SAMPLES as u32,
        window_samples: FEATURE_WINDOW_SAMPLES as u32,
        fft_samples: FEATURE_FFT_SAMPLES as u32,
        low_hz: FEATURE_LOW_HZ as f32,
        high_hz: FEATURE_HIGH_HZ as f32,
        floor: FEATURE_FLOOR as f32,
        frames_per_hop: (HOP_SAMPLES / FEATURE_HOP_SAMPLES) as u32,
    }
}

/// Controls that come out of the network at all.
fn predicted(weights: &BTreeMap<String, Tensor>) -> Result<Vec<bool>> {
    let name = Generator::CONTROL_SCALE;
    let scale = weights.get(name).ok_or_else(|| ParameterError::Missing(name.to_owned()))?;
    let scale = Vec::<f32>::try_from(scale.contiguous()).map_err(ParameterError::from)?;
    Ok(scale.into_iter().map(|scale| scale > 0.0).collect())
}

fn corpora(record: &RunRecord) -> Vec<Corpus> {
    let performed = record.corpora.iter().map(|corpus| Corpus {
        name: corpus.name.clone(),
        kind: CorpusKind::Performed,
        hours: corpus.hours,
        licence: corpus.licence.clone(),
    });
    let mut captured: Vec<Corpus> = Vec::new();
    for take in &record.captures {
        match captured
            .iter_mut()
            .find(|corpus| (&corpus.name, &corpus.licence) == (&take.corpus, &take.licence))
        {
            Some(corpus) => corpus.hours += take.hours,
            None => captured.push(Corpus {
                name: take.corpus.clone(),
                kind: CorpusKind::Captured,
                hours: take.hours,
                licence: take.licence.clone(),
            }),
        }
    }
    performed.chain(captured).collect()
}

fn metrics(best: &BestStanding, calibrations: &[ContactCalibration; 2]) -> BTreeMap<String, f64> {
    let held_out = best.held_out.iter().map(|(name, value)| (format!("held_out.{name}"), *value));
    let names = ["bilabial", "labiodental"];
    let contacts = names
        .iter()
        .zip(calibrations)
        .map(|(name, calibration)| (format!("held_out.{name}_f1"), f64::from(calibration.contact_f1)));
    held_out.chain(contacts).collect()
}
