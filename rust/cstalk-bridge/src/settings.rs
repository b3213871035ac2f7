//! What a host asked for, in the engine's words.

use std::sync::Arc;

use cstalk_engine::file::OutputSettings;
use cstalk_engine::{
    EmotionCurve, EmotionSource, EmotionStrength, EmotionWeights, Motion, PartWeights, Stream,
    StreamSettings, Style,
};
use cstalk_rig::CurveRate;

use crate::bridge::{NamedValue, Settings};
use crate::guard::{Refusal, Result};
use crate::model::Model;
use crate::rig::rig_of;

/// The engine's settings; `emotion_model` plays a part only if the emotion is to be heard.
pub(crate) fn stream_settings(settings: &Settings, emotion_model: &Model) -> Result<StreamSettings> {
    let emotion = if settings.hears_emotion {
        let strength = settings.heard_emotion_strength;
        if !(0.0..=1.0).contains(&strength) {
            let message = format!("strength of a heard emotion: wanted 0 to 1, got {strength}");
            return Err(Refusal::bad_input(message));
        }
        EmotionSource::Auto { model: emotion_model.get()?.clone(), strength }
    } else if settings.emotion_curve_csv.is_empty() {
        emotion_source(&settings.emotion)?
    } else {
        let curve = EmotionCurve::from_csv("emotion curve", settings.emotion_curve_csv.as_bytes())?;
        EmotionSource::Curve(Arc::new(curve))
    };
    Ok(StreamSettings {
        emotion,
        emotion_strength: emotion_strength(&settings.emotion_strength)?,
        part_weights: part_weights(&settings.part_weights)?,
        style: style(&settings.style)?,
        motion: Motion { head: settings.head_motion, blinks: settings.blinks, gaze: settings.gaze },
        seed: settings.seed,
        smoothing_ms: settings.smoothing_ms,
        ..StreamSettings::default()
    })
}

/// Rig and rate of the rows; a rate of 0 is the stream's own.
pub(crate) fn output_settings(settings: &Settings, stream: &Stream) -> Result<OutputSettings> {
    let rate = match (settings.rate.numerator, settings.rate.denominator) {
        (0, _) => stream.rate()?,
        (numerator, denominator) => CurveRate::new(numerator, denominator)?,
    };
    Ok(OutputSettings { rig: rig_of(settings.rig)?, rate })
}

pub(crate) fn emotion_source(weights: &[NamedValue]) -> Result<EmotionSource> {
    Ok(EmotionSource::Constant(EmotionWeights::new(pairs(weights))?))
}

pub(crate) fn emotion_strength(by_part: &[NamedValue]) -> Result<EmotionStrength> {
    Ok(EmotionStrength::new(&pairs(by_part))?)
}

pub(crate) fn part_weights(by_part: &[NamedValue]) -> Result<PartWeights> {
    Ok(PartWeights::new(&pairs(by_part))?)
}

pub(crate) fn style(values: &[NamedValue]) -> Result<Style> {
    Ok(Style::new(pairs(values))?)
}

fn pairs(values: &[NamedValue]) -> Vec<(String, f32)> {
    values.iter().map(|value| (value.name.clone(), value.value)).collect()
}
