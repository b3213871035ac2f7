//! How loud the speaker is and whether they speak, from the log-mel features of one hop.

use std::collections::VecDeque;

use cstalk_audio::FEATURE_BIN_COUNT;

/// Sum of mel powers over the squared RMS of the samples that caused them (1 = full scale).
///
/// For the 400-sample Hann window and the triangular filters of [`cstalk_audio::LogMel`]: the window's
/// energy (150) times the FFT bins that the filters cover (243), the filters adding up to 1 at each bin.
const MEL_POWER_OF_FULL_SCALE: f32 = 36_450.0;

/// Level below which nothing counts as speech, dB re full scale (RMS).
const FLOOR_DB: f32 = -62.0;
/// How far below the recent peak speech may fall and still count as speaking.
const SPEECH_SPAN_DB: f32 = 28.0;
/// How far below the recent peak loudness reaches 0.
const LOUDNESS_SPAN_DB: f32 = 35.0;
/// The recent peak forgets this much a second.
const PEAK_DECAY_DB_PER_S: f32 = 3.0;
/// Pauses shorter than this, such as the hold of a plosive, do not end a phrase.
const HANGOVER_S: f32 = 0.2;

/// What one hop of sound tells the layers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Activity {
    /// RMS level of the hop, dB re full scale; about -77 for digital silence.
    pub level_db: f32,
    /// Loudness against the recent peak, 0..1.
    pub loudness: f32,
    /// Whether somebody speaks, holding on over pauses of up to 0.2 s.
    pub speaking: bool,
    /// True on the one hop at which `speaking` ends.
    pub phrase_ended: bool,
}

/// Follows the level of a stream, one hop at a time.
///
/// It is meant for timing blinks, gaze and head motion. It can be fooled by loud noise; nothing that moves
/// the mouth depends on it.
#[derive(Debug, Clone)]
pub struct ActivityTracker {
    hop_s: f32,
    peak_db: f32,
    hangover_s: f32,
}

impl ActivityTracker {
    /// A tracker for hops of `hop_s` seconds.
    pub fn new(hop_s: f32) -> Self {
        Self { hop_s, peak_db: FLOOR_DB, hangover_s: 0.0 }
    }

    /// Activity of the next hop, whose log-mel features are `features` `[feature frame, bin]`.
    ///
    /// **Real-time:** no allocation.
    pub fn update(&mut self, features: &[f32]) -> Activity {
        let level_db = level_db(features);
        self.peak_db = (self.peak_db - PEAK_DECAY_DB_PER_S * self.hop_s).max(level_db).max(FLOOR_DB);
        let was_speaking = self.hangover_s > 0.0;
        if level_db > FLOOR_DB.max(self.peak_db - SPEECH_SPAN_DB) {
            self.hangover_s = HANGOVER_S;
        } else {
            self.hangover_s = (self.hangover_s - self.hop_s).max(0.0);
        }
        let speaking = self.hangover_s > 0.0;
        let above_quiet_db = level_db - FLOOR_DB.max(self.peak_db - LOUDNESS_SPAN_DB);
        Activity {
            level_db,
            loudness: (above_quiet_db / LOUDNESS_SPAN_DB).clamp(0.0, 1.0),
            speaking,
            phrase_ended: was_speaking && !speaking,
        }
    }
}

/// RMS level in dB re full scale of log-mel features `[feature frame, bin]`.
fn level_db(features: &[f32]) -> f32 {
    let feature_frames = (features.len() / FEATURE_BIN_COUNT).max(1) as f32;
    let power: f32 = features.iter().map(|log_power| log_power.exp()).sum();
    10.0 * (power / feature_frames / MEL_POWER_OF_FULL_SCALE).max(1e-12).log10()
}

/// Hops by which the sound that post-processing and layers hear is ahead of its row, as with a look-ahead of 60 ms.
const LEAD_HOPS: usize = 2;

/// Holds activities back so that each meets the row of its own time, however far the model looks ahead.
#[derive(Debug)]
pub(crate) struct ActivityDelay {
    hops: usize,
    waiting: VecDeque<Activity>,
}

impl ActivityDelay {
    /// For a model that looks `look_ahead_hops` ahead.
    pub(crate) fn new(look_ahead_hops: u32) -> Self {
        let hops = (look_ahead_hops as usize).saturating_sub(LEAD_HOPS);
        Self { hops, waiting: VecDeque::with_capacity(hops + 1) }
    }

    /// The activity that belongs to the coming row, given that of the newest hop; of use once rows come out.
    ///
    /// **Real-time:** no allocation.
    pub(crate) fn delayed(&mut self, newest: Activity) -> Activity {
        self.waiting.push_back(newest);
        if self.waiting.len() > self.hops { self.waiting.pop_front().unwrap_or(newest) } else { newest }
    }

    /// Forgets everything heard.
    pub(crate) fn reset(&mut self) {
        self.waiting.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cstalk_audio::LogMel;

    fn track(samples: &[f32]) -> Vec<Activity> {
        let mut features = Vec::new();
        LogMel::new().push(samples, &mut features);
        let mut tracker = ActivityTracker::new(0.02);
        features.chunks_exact(2 * FEATURE_BIN_COUNT).map(|hop| tracker.update(hop)).collect()
    }

    fn tone(amplitude: f32, seconds: f32) -> Vec<f32> {
        (0..(16_000.0 * seconds) as usize).map(|n| amplitude * (n as f32 * 0.35).sin()).collect()
    }

    #[test]
    fn the_level_is_the_rms_of_the_samples() {
        for amplitude in [1.0f32, 0.1, 0.01] {
            let wanted_db = 20.0 * (amplitude / 2f32.sqrt()).log10();
            let got_db = track(&tone(amplitude, 0.5))[10].level_db;
            assert!((got_db - wanted_db).abs() < 1.5, "{amplitude}: {got_db} dB, wanted {wanted_db} dB");
        }
        assert!(track(&vec![0.0; 16_000])[10].level_db < -75.0);
    }

    #[test]
    fn a_phrase_ends_once_after_a_long_pause_and_never_inside_a_plosive() {
        let mut samples = tone(0.2, 0.5);
        samples.extend(vec![0.0; 1_920]); // 120 ms: the hold of a long plosive
        samples.extend(tone(0.2, 0.5));
        samples.extend(vec![0.0; 16_000]);
        let activity = track(&samples);
        let ends: Vec<usize> = (0..activity.len()).filter(|&hop| activity[hop].phrase_ended).collect();
        assert_eq!(ends.len(), 1, "{ends:?}");
        let end_s = ends[0] as f32 * 0.02;
        assert!((1.28..1.42).contains(&end_s), "{end_s}");
    }

    #[test]
    fn silence_is_never_speech() {
        assert!(track(&vec![0.0; 32_000]).iter().all(|hop| !hop.speaking && hop.loudness == 0.0));
        let hiss: Vec<f32> = (0..32_000).map(|n| ((n * 7919) % 200) as f32 * 1e-6 - 1e-4).collect();
        assert!(track(&hiss).iter().all(|hop| !hop.speaking));
    }

    #[test]
    fn a_row_meets_the_sound_of_its_own_time_however_far_the_model_looks_ahead() {
        for look_ahead_hops in [0, 2, 3, 34] {
            let mut delay = ActivityDelay::new(look_ahead_hops);
            for step in 0..100 {
                let newest =
                    Activity { level_db: step as f32, loudness: 0.0, speaking: false, phrase_ended: false };
                let heard = delay.delayed(newest).level_db;
                let row = step - look_ahead_hops as i32;
                if row >= 0 {
                    assert_eq!(
                        heard,
                        (row + look_ahead_hops.min(2) as i32) as f32,
                        "{look_ahead_hops}, {row}"
                    );
                }
            }
        }
    }
}
