//! Presets: an accepted one has its values in their ranges, and reads back as it was written.

#![no_main]

use cstalk_engine::{EmotionCurve, EmotionSource, GAZE_LIMIT, Preset};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(preset) = Preset::from_json("fuzz.json", text) else { return };
    let written = preset.to_json().expect("what was read can be written");
    assert_eq!(Preset::from_json("again.json", &written).expect("what was written can be read"), preset);
    match preset.stream_settings(None) {
        Ok(settings) => {
            let motion = settings.motion;
            assert!((0.0..=1.0).contains(&motion.head) && (0.0..=1.0).contains(&motion.blinks));
            assert!((0.0..=GAZE_LIMIT).contains(&motion.gaze));
            if let EmotionSource::Curve(curve) = settings.emotion
                && !curve.emotions().is_empty()
            {
                let again = EmotionCurve::from_csv("again.csv", curve.to_csv().as_bytes());
                let again = again.expect("what is written can be read");
                assert_eq!((again.emotions(), again.keys()), (curve.emotions(), curve.keys()));
            }
        }
        Err(error) => assert!(preset.emotion_from_voice.is_some(), "{error}"),
    }
});
