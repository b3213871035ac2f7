//! Sounds that are not the speaker: recorded noise, and synthetic noise and music.

use super::super::error::{Result, TrainError};
use super::between;
use super::room::sound_files;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use std::f32::consts::TAU;
use std::path::Path;

/// Recorded noises and generators.
#[derive(Clone, Debug, Default)]
pub struct Background {
    recordings: Vec<Vec<f32>>,
}

impl Background {
    /// Every sound file in `folder` whose stem is not in `kept_out`.
    ///
    /// # Errors
    /// [`TrainError`] when the folder or a file in it cannot be read.
    pub fn load(folder: &Path, kept_out: &[String]) -> Result<Self> {
        let mut recordings = Vec::new();
        for path in sound_files(folder)? {
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            if kept_out.iter().any(|name| name == stem) {
                continue;
            }
            let samples = cstalk_audio::decode_speech(&path)
                .map_err(|error| TrainError::Corpus(format!("{}: {error}", path.display())))?;
            if !samples.is_empty() {
                recordings.push(samples);
            }
        }
        Ok(Self { recordings })
    }

    /// `count` samples of noise: a piece of a recording, or coloured noise where there is none or by chance.
    pub fn noise(&self, rng: &mut ChaCha8Rng, count: usize) -> Vec<f32> {
        if self.recordings.is_empty() || rng.random_bool(0.3) {
            return coloured_noise(rng, count);
        }
        let recording = &self.recordings[rng.random_range(0..self.recordings.len())];
        let start = rng.random_range(0..recording.len());
        recording.iter().copied().cycle().skip(start).take(count).collect()
    }

    /// `count` samples in which nobody speaks: silence, hiss, noise or music, at any level.
    pub fn without_speech(&self, rng: &mut ChaCha8Rng, count: usize) -> Vec<f32> {
        let mut samples = match rng.random_range(0..10) {
            0 | 1 => vec![0.0; count],
            2..=5 => self.noise(rng, count),
            _ => music(rng, count),
        };
        let peak = samples.iter().fold(1e-6f32, |peak, x| peak.max(x.abs()));
        let gain = super::from_db(between(rng, (-50.0, -3.0))) / peak;
        samples.iter_mut().for_each(|sample| *sample *= gain);
        samples
    }
}

/// White noise through a one-pole filter of random colour.
fn coloured_noise(rng: &mut ChaCha8Rng, count: usize) -> Vec<f32> {
    let pole = between(rng, (-0.3, 0.97));
    let mut before = 0.0;
    (0..count)
        .map(|_| {
            before = pole * before + rng.random_range(-1.0f32..1.0);
            before
        })
        .collect()
}

/// Chords of decaying harmonic tones.
fn music(rng: &mut ChaCha8Rng, count: usize) -> Vec<f32> {
    let mut samples = vec![0.0f32; count];
    let mut start = 0;
    while start < count {
        let length = rng.random_range(3200..12_000);
        for _ in 0..rng.random_range(1..4) {
            let pitch_hz = 110.0 * 2f32.powf(rng.random_range(0..36) as f32 / 12.0);
            let decay = between(rng, (1.0, 8.0)) / 16_000.0;
            for harmonic in 1..=rng.random_range(2..6) {
                let step = TAU * pitch_hz * harmonic as f32 / 16_000.0;
                if step > 3.0 {
                    break;
                }
                let tone = &mut samples[start..count.min(start + length)];
                for (n, sample) in tone.iter_mut().enumerate() {
                    let n = n as f32;
                    let rise = (n / 80.0).min(1.0);
                    *sample += rise * (-decay * n).exp() * (step * n).sin() / harmonic as f32;
                }
            }
        }
        start += length;
    }
    samples
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn every_background_is_finite_and_long_enough() {
        let background = Background { recordings: vec![vec![0.25; 100]] };
        for seed in 0..40 {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let samples = background.without_speech(&mut rng, 5000);
            assert_eq!(samples.len(), 5000);
            assert!(samples.iter().all(|x| x.is_finite() && x.abs() <= 1.0));
        }
    }
}
