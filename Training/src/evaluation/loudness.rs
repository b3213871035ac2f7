//! Loudness of the sound at each row, and the oldest lip sync there is: the jaw follows it.

use cstalk_rig::{Rig, RigId};

use super::BOARD_CONTROL_COUNT;
use super::statistics::percentile;

/// Samples between rows.
const HOP_SAMPLES: usize = 320;
/// Samples on either side of a row that count for its loudness: 25 ms in all.
const REACH_SAMPLES: usize = 200;
/// Jaw opening at the 95th percentile of loudness.
const WIDEST_JAW: f64 = 0.45;
/// Below full scale, digital silence.
const FLOOR_DB: f64 = -90.0;

/// Loudness in dB (full scale 0) of the 25 ms around each row, `[row]`.
#[must_use]
pub fn loudness_db(samples: &[f32]) -> Vec<f64> {
    let row_db = |row: usize| {
        let centre = row * HOP_SAMPLES;
        let window =
            &samples[centre.saturating_sub(REACH_SAMPLES)..(centre + REACH_SAMPLES).min(samples.len())];
        let power =
            super::statistics::mean(window.iter().map(|sample| f64::from(*sample).powi(2))).unwrap_or(0.0);
        (10.0 * power.max(1e-12).log10()).max(FLOOR_DB)
    };
    (0..samples.len().div_ceil(HOP_SAMPLES)).map(row_db).collect()
}

/// Board-185 rows whose jaw runs with loudness from the clip's 10th (shut) to its 95th percentile (0.45); all else rests.
#[must_use]
pub fn jaw_from_loudness(samples: &[f32]) -> Vec<f32> {
    let loudness = loudness_db(samples);
    let mut rows = vec![0.0; loudness.len() * BOARD_CONTROL_COUNT];
    let mut sorted = loudness.clone();
    let (Some(soft), Some(loud)) = (percentile(&mut sorted, 10.0), percentile(&mut sorted, 95.0)) else {
        return rows;
    };
    let span = (loud - soft).max(20.0);
    let Some(jaw) = Rig::get(RigId::Board185).index_of("CTRL_C_jaw.ty") else { return rows };
    for (row, db) in rows.chunks_exact_mut(BOARD_CONTROL_COUNT).zip(loudness) {
        row[jaw] = (WIDEST_JAW * ((db - soft) / span).clamp(0.0, 1.0)) as f32;
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loudness_of_a_sine_and_of_nothing() {
        let sine: Vec<f32> = (0..16_000).map(|k| (k as f32 * 0.3).sin()).collect();
        let loudness = loudness_db(&sine);
        assert_eq!(loudness.len(), 50);
        assert!((loudness[25] + 3.01).abs() < 0.1, "{}", loudness[25]);
        assert_eq!(loudness_db(&[0.0; 321]), [FLOOR_DB, FLOOR_DB]);
    }

    #[test]
    fn the_jaw_opens_with_the_sound() {
        let mut samples = vec![0.0; 16_000];
        for (k, sample) in samples.iter_mut().enumerate().skip(8_000) {
            *sample = (k as f32 * 0.3).sin() * 0.5;
        }
        let rows = jaw_from_loudness(&samples);
        let jaw = Rig::get(RigId::Board185).index_of("CTRL_C_jaw.ty").unwrap();
        assert_eq!(rows[5 * BOARD_CONTROL_COUNT + jaw], 0.0);
        assert!((rows[40 * BOARD_CONTROL_COUNT + jaw] - 0.45).abs() < 1e-3);
    }
}
