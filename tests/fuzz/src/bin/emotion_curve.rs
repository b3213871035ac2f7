//! Emotion curves: keys of an accepted curve are finite, not negative and in order, strengths in their range, and it reads back as it was written.

#![no_main]

use cstalk_engine::{EmotionCurve, STRENGTH_LIMIT};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(curve) = EmotionCurve::from_csv("fuzz.csv", bytes) else { return };
    assert!(curve.keys().is_sorted_by(|before, after| before.time_s <= after.time_s));
    for key in curve.keys() {
        assert_eq!(key.weights.len(), curve.emotions().len());
        assert!(key.weights.iter().all(|weight| weight.is_finite() && *weight >= 0.0));
        assert!(key.strengths.iter().all(|strength| (0.0..=STRENGTH_LIMIT).contains(strength)));
    }
    let again =
        EmotionCurve::from_csv("again.csv", curve.to_csv().as_bytes()).expect("what is written can be read");
    assert_eq!((again.emotions(), again.keys()), (curve.emotions(), curve.keys()));
});
