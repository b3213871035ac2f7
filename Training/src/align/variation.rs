//! Random variation of an utterance: speed with pitch, tilt, noise and masked bands, times kept in step.

use cstalk_audio::FEATURE_BIN_COUNT;
use rand::{Rng, RngExt};

/// How strongly utterances are varied.
#[derive(Clone, Copy, Debug)]
pub(super) struct Variation {
    /// Least and greatest speed; pitch and formants move along.
    pub(super) speed: (f32, f32),
    /// Share of utterances that get noise.
    pub(super) noise_share: f64,
    /// Least and greatest ratio of speech to noise in dB.
    pub(super) snr_db: (f32, f32),
    /// Greatest width of a masked band of feature bins.
    pub(super) mask_bins: usize,
}

/// For synthesised speech, to make it stand for all kinds of speakers and rooms.
pub(super) const STRONG: Variation =
    Variation { speed: (0.82, 1.35), noise_share: 0.7, snr_db: (8.0, 40.0), mask_bins: 12 };
/// For recorded speech.
pub(super) const LIGHT: Variation =
    Variation { speed: (0.9, 1.12), noise_share: 0.4, snr_db: (12.0, 40.0), mask_bins: 10 };

impl Variation {
    /// Varies samples; returns them and the speed, by which all times are to be divided.
    pub(super) fn vary(&self, samples: &[f32], random: &mut impl Rng) -> (Vec<f32>, f64) {
        let speed = f64::from(random.random_range(self.speed.0..=self.speed.1));
        let mut varied = at_speed(samples, speed);
        tilt(&mut varied, random.random_range(-0.4..0.4));
        if random.random_bool(self.noise_share) {
            let snr_db = random.random_range(self.snr_db.0..=self.snr_db.1);
            add_noise(&mut varied, snr_db, random);
        }
        let gain = 10.0_f32.powf(random.random_range(-18.0..6.0) / 20.0);
        varied.iter_mut().for_each(|sample| *sample *= gain);
        (varied, speed)
    }

    /// Sets one random band of features `[feature frame, bin]` to their mean, 0.
    pub(super) fn mask(&self, features: &mut [f32], random: &mut impl Rng) {
        let width = random.random_range(0..=self.mask_bins);
        let first = random.random_range(0..=FEATURE_BIN_COUNT - width);
        for feature_frame in features.chunks_exact_mut(FEATURE_BIN_COUNT) {
            feature_frame[first..first + width].fill(0.0);
        }
    }
}

/// Plays samples faster or slower by linear interpolation.
fn at_speed(samples: &[f32], speed: f64) -> Vec<f32> {
    let count = (samples.len() as f64 / speed) as usize;
    (0..count)
        .map(|index| {
            let position = index as f64 * speed;
            let whole = position as usize;
            let part = (position - whole as f64) as f32;
            let here = samples.get(whole).copied().unwrap_or(0.0);
            let next = samples.get(whole + 1).copied().unwrap_or(here);
            here + part * (next - here)
        })
        .collect()
}

/// First-order emphasis of high (positive) or low frequencies.
fn tilt(samples: &mut [f32], amount: f32) {
    let mut before = 0.0;
    for sample in samples {
        let now = *sample;
        *sample = now - amount * before;
        before = now;
    }
}

fn add_noise(samples: &mut [f32], snr_db: f32, random: &mut impl Rng) {
    let energy: f32 = samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len().max(1) as f32;
    let amplitude = energy.sqrt() * 10.0_f32.powf(-snr_db / 20.0);
    // Between white and strongly low-passed noise of the same power.
    let smoothing: f32 = random.random_range(0.0..0.95);
    let scale = amplitude * 3.0_f32.sqrt() * ((1.0 + smoothing) / (1.0 - smoothing)).sqrt();
    let mut state = 0.0;
    for sample in samples {
        state = smoothing * state + (1.0 - smoothing) * random.random_range(-1.0_f32..1.0);
        *sample += scale * state;
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn speed_moves_times_as_told() {
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(3);
        let quiet = Variation { noise_share: 0.0, ..STRONG };
        for _ in 0..20 {
            let mut samples = vec![0.0; 16_000];
            samples[8_000] = 1.0;
            samples[8_001] = 1.0;
            let (varied, speed) = quiet.vary(&samples, &mut random);
            let loudest =
                (0..varied.len()).max_by(|&a, &b| varied[a].abs().total_cmp(&varied[b].abs())).unwrap();
            assert!((loudest as f64 - 8_000.0 / speed).abs() < 3.0, "{loudest} at speed {speed}");
        }
    }

    #[test]
    fn noise_has_the_power_that_was_asked_for() {
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(4);
        for snr_db in [0.0_f32, 10.0, 20.0] {
            let clean: Vec<f32> = (0..32_000).map(|n| (n as f32 * 0.2).sin()).collect();
            let mut noisy = clean.clone();
            add_noise(&mut noisy, snr_db, &mut random);
            let power = |values: &mut dyn Iterator<Item = f32>| values.map(|v| v * v).sum::<f32>() / 32_000.0;
            let noise = power(&mut noisy.iter().zip(&clean).map(|(n, c)| n - c));
            let found_db = 10.0 * (power(&mut clean.iter().copied()) / noise).log10();
            assert!((found_db - snr_db).abs() < 1.0, "{found_db} for {snr_db}");
        }
    }
}
