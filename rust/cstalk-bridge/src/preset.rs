//! Presets as text: what the studio saves, the command reads, and a host keeps beside its characters.

use cstalk_engine::{EmotionCurve, EmotionFromVoice, EmotionSource, PRESET_SCHEMA, PresetKey};

use crate::bridge::{NamedValue, Preset, Rate, Settings, Status};
use crate::guard::{Result, guard, guard_into};

/// Reads a preset; it is empty unless `status` is ok. `name` stands for the file in messages.
pub fn read_preset(name: &str, text: &str, status: &mut Status) -> Preset {
    guard_into(status, || read(name, text)).unwrap_or_default()
}

/// Writes a preset as JSON.
pub fn write_preset(preset: &Preset, text: &mut String) -> Status {
    guard(|| {
        *text = written(preset)?.to_json()?;
        Ok(())
    })
}

fn read(name: &str, text: &str) -> Result<Preset> {
    let mut read = cstalk_engine::Preset::from_json(name, text)?;
    let (emotion_model, heard_emotion_strength) = match read.emotion_from_voice.take() {
        Some(EmotionFromVoice { model, strength }) => (model, strength),
        None => (String::new(), 1.0),
    };
    // Keys that name nothing are a neutral face; as text they would have no column, and could not be read back.
    let names_any = read
        .emotion_keys
        .iter()
        .any(|key| !key.weights.is_empty() || key.strength.values().any(|strength| *strength != 1.0));
    let emotion_curve_csv = match read.stream_settings(None)?.emotion {
        EmotionSource::Curve(curve) if names_any => curve.to_csv(),
        _ => String::new(),
    };
    Ok(Preset {
        name: read.name,
        model: read.model.unwrap_or_default(),
        emotion_model,
        face: Settings {
            rig: 0,
            rate: Rate { numerator: 0, denominator: 1 },
            emotion: named(read.emotion),
            emotion_curve_csv,
            hears_emotion: false,
            heard_emotion_strength,
            emotion_strength: named(read.emotion_strength),
            part_weights: named(read.part_weights),
            style: named(read.style),
            head_motion: read.head_motion,
            blinks: read.blinks,
            gaze: read.gaze,
            seed: read.seed,
            smoothing_ms: read.smoothing_ms,
        },
    })
}

fn written(preset: &Preset) -> Result<cstalk_engine::Preset> {
    let Preset { name, model, emotion_model, face } = preset;
    let mut written = cstalk_engine::Preset {
        schema: PRESET_SCHEMA.to_owned(),
        name: name.clone(),
        model: Some(model.clone()).filter(|model| !model.is_empty()),
        emotion_strength: by_name(&face.emotion_strength),
        part_weights: by_name(&face.part_weights),
        style: by_name(&face.style),
        head_motion: face.head_motion,
        blinks: face.blinks,
        gaze: face.gaze,
        seed: face.seed,
        smoothing_ms: face.smoothing_ms,
        ..cstalk_engine::Preset::default()
    };
    if !emotion_model.is_empty() {
        let heard = EmotionFromVoice { model: emotion_model.clone(), strength: face.heard_emotion_strength };
        written.emotion_from_voice = Some(heard);
    } else if face.emotion_curve_csv.is_empty() {
        written.emotion = by_name(&face.emotion);
    } else {
        let curve = EmotionCurve::from_csv("emotion curve", face.emotion_curve_csv.as_bytes())?;
        written.emotion_keys = PresetKey::of(&curve);
    }
    Ok(written)
}

fn named(values: impl IntoIterator<Item = (String, f32)>) -> Vec<NamedValue> {
    values.into_iter().map(|(name, value)| NamedValue { name, value }).collect()
}

fn by_name<Collected: FromIterator<(String, f32)>>(values: &[NamedValue]) -> Collected {
    values.iter().map(|value| (value.name.clone(), value.value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emotion_curve_is_empty_or_can_be_read_back() {
        for (keys, wanted) in [
            (r#"{"time_s":0},{"time_s":1,"weights":{}}"#, ""),
            (r#"{"time_s":0,"strength":{"jaw":1}}"#, ""),
            (r#"{"time_s":0},{"time_s":1,"weights":{"happy":0.5}}"#, "time_s,happy\n0,0\n1,0.5\n"),
            (r#"{"time_s":0,"weights":{"sad":0}}"#, "time_s,sad\n0,0\n"),
        ] {
            let text = format!(r#"{{"schema":"{PRESET_SCHEMA}","emotion_keys":[{keys}]}}"#);
            let Ok(read) = read("keys.json", &text) else { panic!("{keys}: not read") };
            assert_eq!(read.face.emotion_curve_csv, wanted, "{keys}");
            assert!(wanted.is_empty() || EmotionCurve::from_csv("", wanted.as_bytes()).is_ok(), "{keys}");
        }
    }
}
