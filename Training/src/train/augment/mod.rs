//! Augmentation of speech: what microphones, rooms and lines do to a waveform, and other vocal tracts to features.
//!
//! Nothing here moves speech in time, so labels stay where they are; only [`varispeed`] scales time, by a factor the
//! caller applies to the labels too.

pub mod background;
pub mod filters;
pub mod room;
pub mod vocal_tract;

use background::Background;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use room::Rooms;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// How often and how strongly a window is changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AugmentConfig {
    /// Probability of another speed and pitch.
    pub speed_probability: f64,
    /// Factors on speed and pitch.
    pub speed: (f32, f32),
    /// Probability of another vocal tract.
    pub vocal_tract_probability: f64,
    /// Factors on the mel axis.
    pub vocal_tract: (f32, f32),
    /// Probability of a room.
    pub room_probability: f64,
    /// Probability of a telephone band.
    pub telephone_probability: f64,
    /// Probability of noise or babble.
    pub noise_probability: f64,
    /// Part of the noise that is babble.
    pub babble_part: f64,
    /// Signal to noise ratio, dB.
    pub noise_ratio_db: (f32, f32),
    /// Probability of a spectral tilt.
    pub tilt_probability: f64,
    /// Change of level, dB.
    pub level_db: (f32, f32),
}

impl Default for AugmentConfig {
    fn default() -> Self {
        Self {
            speed_probability: 0.5,
            speed: (0.88, 1.15),
            vocal_tract_probability: 0.6,
            vocal_tract: (0.86, 1.16),
            room_probability: 0.3,
            telephone_probability: 0.15,
            noise_probability: 0.5,
            babble_part: 0.3,
            noise_ratio_db: (0.0, 30.0),
            tilt_probability: 0.3,
            level_db: (-20.0, 6.0),
        }
    }
}

/// Changes windows of speech as a microphone, a room and a line would.
pub struct Augmenter {
    config: AugmentConfig,
    rooms: Rooms,
    /// Noises, babble and synthetic sounds.
    pub background: Background,
}

impl Augmenter {
    /// From the configuration and what was loaded from disk.
    pub fn new(config: &AugmentConfig, rooms: Rooms, background: Background) -> Self {
        Self { config: config.clone(), rooms, background }
    }

    /// A speed factor for one window; 1 is unchanged, 1.1 is faster and higher.
    pub fn speed(&self, rng: &mut ChaCha8Rng) -> f32 {
        if !rng.random_bool(self.config.speed_probability) {
            return 1.0;
        }
        between(rng, self.config.speed)
    }

    /// Changes the vocal tract in `features` `[row, 80]`, now and then.
    pub fn change_voice(&self, features: &mut [f32], rng: &mut ChaCha8Rng) {
        if rng.random_bool(self.config.vocal_tract_probability) {
            vocal_tract::warp(features, between(rng, self.config.vocal_tract));
        }
    }

    /// Changes `samples` (16 kHz mono) in place; `babble` yields other people's speech, as long as asked for.
    pub fn apply(
        &self,
        samples: &mut [f32],
        rng: &mut ChaCha8Rng,
        babble: &mut dyn FnMut(&mut ChaCha8Rng, usize) -> Vec<f32>,
    ) {
        let config = &self.config;
        if rng.random_bool(config.room_probability) {
            self.rooms.apply(samples, rng);
        }
        if rng.random_bool(config.tilt_probability) {
            filters::tilt(samples, between(rng, (-0.6, 0.6)));
        }
        if rng.random_bool(config.noise_probability) {
            let noise = if rng.random_bool(config.babble_part) {
                babble(rng, samples.len())
            } else {
                self.background.noise(rng, samples.len())
            };
            let ratio_db = between(rng, config.noise_ratio_db);
            add_at_ratio(samples, &noise, ratio_db);
        }
        if rng.random_bool(config.telephone_probability) {
            filters::telephone_band(samples);
        }
        let gain = from_db(between(rng, config.level_db));
        let floor = from_db(between(rng, (-95.0, -65.0)));
        for sample in samples.iter_mut() {
            let hiss = rng.random_range(-1.0f32..1.0) * floor;
            *sample = (*sample * gain + hiss).clamp(-1.0, 1.0);
        }
    }
}

/// `samples` played `speed` times as fast, by four-point cubic interpolation: `range` of the result, zeros where
/// there is no source.
pub fn varispeed(samples: &[f32], speed: f32, range: Range<i64>) -> Vec<f32> {
    let at = |index: i64| usize::try_from(index).ok().and_then(|i| samples.get(i)).copied().unwrap_or(0.0);
    if speed == 1.0 {
        return range.map(at).collect();
    }
    range
        .map(|n| {
            let position = n as f64 * f64::from(speed);
            let (whole, t) = (position.floor(), (position - position.floor()) as f32);
            let i = whole as i64;
            let (a, b, c, d) = (at(i - 1), at(i), at(i + 1), at(i + 2));
            let slope_b = 0.5 * (c - a);
            let slope_c = 0.5 * (d - b);
            let cubic = 2.0 * (b - c) + slope_b + slope_c;
            let square = 3.0 * (c - b) - 2.0 * slope_b - slope_c;
            ((cubic * t + square) * t + slope_b) * t + b
        })
        .collect()
}

/// Adds `noise` so that the speech in `samples` is `ratio_db` above it; silence on either side changes nothing.
fn add_at_ratio(samples: &mut [f32], noise: &[f32], ratio_db: f32) {
    let (speech_power, noise_power) = (active_power(samples), mean_power(noise));
    if speech_power <= 1e-12 || noise_power <= 1e-12 {
        return;
    }
    let gain = (speech_power / noise_power).sqrt() * from_db(-ratio_db);
    for (sample, noise) in samples.iter_mut().zip(noise) {
        *sample += noise * gain;
    }
}

fn mean_power(samples: &[f32]) -> f32 {
    samples.iter().map(|x| x * x).sum::<f32>() / samples.len().max(1) as f32
}

/// Mean power of the louder 20 ms pieces: those within 20 dB of the loudest.
fn active_power(samples: &[f32]) -> f32 {
    let powers: Vec<f32> = samples.chunks(320).map(mean_power).collect();
    let loudest = powers.iter().copied().fold(0.0, f32::max);
    let active: Vec<f32> = powers.into_iter().filter(|power| *power > loudest * 0.01).collect();
    active.iter().sum::<f32>() / active.len().max(1) as f32
}

pub(super) fn from_db(db: f32) -> f32 {
    10f32.powf(db / 20.0)
}

pub(super) fn between(rng: &mut ChaCha8Rng, (low, high): (f32, f32)) -> f32 {
    if low < high { rng.random_range(low..high) } else { low }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varispeed_scales_time_and_keeps_a_slow_wave() {
        let wave: Vec<f32> = (0..4000).map(|n| (n as f32 * 0.05).sin()).collect();
        let faster = varispeed(&wave, 1.15, 0..3000);
        for (n, value) in faster.iter().enumerate().skip(2) {
            let wanted = (n as f32 * 1.15 * 0.05).sin();
            assert!((value - wanted).abs() < 2e-3, "sample {n}: {value} instead of {wanted}");
        }
        assert_eq!(varispeed(&wave, 1.0, -2..3), [0.0, 0.0, wave[0], wave[1], wave[2]]);
    }

    #[test]
    fn noise_comes_at_the_asked_ratio() {
        let speech: Vec<f32> = (0..16000).map(|n| 0.3 * (n as f32 * 0.2).sin()).collect();
        let noise: Vec<f32> = (0..16000).map(|n| if n % 2 == 0 { 0.9 } else { -0.9 }).collect();
        let mut mixed = speech.clone();
        add_at_ratio(&mut mixed, &noise, 10.0);
        let added: Vec<f32> = mixed.iter().zip(&speech).map(|(m, s)| m - s).collect();
        let ratio_db = 10.0 * (mean_power(&speech) / mean_power(&added)).log10();
        assert!((ratio_db - 10.0).abs() < 0.1, "{ratio_db} dB");
    }
}
