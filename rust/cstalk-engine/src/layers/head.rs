//! A head that sways slowly and nods with the voice.

use cstalk_rig::Rig;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use super::{column, sequence};
use crate::activity::Activity;
use crate::error::Result;

/// Pitch, yaw, roll.
const ROTATIONS: [&str; 3] = ["HeadPitch", "HeadYaw", "HeadRoll"];
const TRANSLATIONS: [&str; 3] = ["HeadTranslationX", "HeadTranslationY", "HeadTranslationZ"];
/// Standard deviation of the sway at full strength while speaking.
const SWAY_DEGREES: [f32; 3] = [1.6, 2.4, 1.3];
/// No sway goes beyond this many standard deviations.
const SWAY_LIMIT: f32 = 2.5;
/// Where the sway's spectrum falls off, twice 6 dB an octave.
const SWAY_CUTOFF_HZ: f32 = 0.35;
/// The head moves this share of its sway while nobody speaks.
const IDLE_SHARE: f32 = 0.35;
/// Time constant of the change between speaking and idle sway.
const SPEAKING_RISE_S: f32 = 0.5;
/// A nod answers the loudness over its recent mean: time constants of the two.
const ACCENT_FAST_S: f32 = 0.06;
const ACCENT_SLOW_S: f32 = 0.6;
/// Pitch of a nod for an accent of 1; nodding forward is negative.
const NOD_DEGREES: f32 = -6.0;
/// Natural frequency of the critically damped neck.
const NOD_HZ: f32 = 1.8;
/// The head's pivot is the neck: centimetres that the head moves for each degree that it turns.
const SHIFT_CM_PER_DEGREE: f32 = 0.04;

const LAYER: u64 = 3;

/// The head layer; adds to `HeadPitch`, `HeadYaw`, `HeadRoll` (degrees) and `HeadTranslationX/Y/Z` (cm).
#[derive(Debug, Clone)]
pub struct HeadMotion {
    rotations: [usize; 3],
    translations: [usize; 3],
    chance: ChaCha8Rng,
    hop_s: f32,
    /// Two low-pass stages for each axis.
    sway: [[f32; 2]; 3],
    speaking: f32,
    fast: f32,
    slow: f32,
    nod: f32,
    nod_per_s: f32,
}

impl HeadMotion {
    /// The head of `seed`, for rows of `rig` that are `hop_s` seconds apart; it begins straight.
    ///
    /// # Errors
    /// `BadModel` if the rig has no head.
    pub fn new(rig: &Rig, seed: u64, hop_s: f32) -> Result<Self> {
        let mut rotations = [0; 3];
        let mut translations = [0; 3];
        for axis in 0..3 {
            rotations[axis] = column(rig, ROTATIONS[axis])?;
            translations[axis] = column(rig, TRANSLATIONS[axis])?;
        }
        Ok(Self {
            rotations,
            translations,
            chance: sequence(seed, LAYER),
            hop_s,
            sway: [[0.0; 2]; 3],
            speaking: 0.0,
            fast: 0.0,
            slow: 0.0,
            nod: 0.0,
            nod_per_s: 0.0,
        })
    }

    /// Turns the head of the next row with `strength` 0..1.
    ///
    /// **Real-time:** no allocation.
    pub fn apply(&mut self, activity: &Activity, strength: f32, row: &mut [f32]) {
        let heard = if activity.speaking { 1.0 } else { 0.0 };
        self.speaking += self.share(SPEAKING_RISE_S) * (heard - self.speaking);
        let lively = IDLE_SHARE + (1.0 - IDLE_SHARE) * self.speaking;
        let mut degrees = self.next_sway();
        for (axis, sway) in degrees.iter_mut().enumerate() {
            *sway *= SWAY_DEGREES[axis] * lively;
        }
        degrees[0] += self.next_nod(activity.loudness);
        let [pitch, yaw, roll] = degrees.map(|angle| angle * strength);
        for (column, angle) in self.rotations.into_iter().zip([pitch, yaw, roll]) {
            row[column] += angle;
        }
        let shift_cm = [roll, pitch, -0.25 * pitch.abs()].map(|angle| SHIFT_CM_PER_DEGREE * angle);
        for (column, shift) in self.translations.into_iter().zip(shift_cm) {
            row[column] += shift;
        }
    }

    /// Low-passed noise for each axis with a standard deviation of 1.
    fn next_sway(&mut self) -> [f32; 3] {
        let share = self.share(1.0 / (std::f32::consts::TAU * SWAY_CUTOFF_HZ));
        let pole = 1.0 - share;
        // Variance of unit white noise after both stages.
        let variance = share.powi(4) * (1.0 + pole * pole) / (1.0 - pole * pole).powi(3);
        let gain = variance.sqrt().recip();
        let mut sway = [0.0; 3];
        for (value, [first, second]) in sway.iter_mut().zip(&mut self.sway) {
            let noise: f32 = StandardNormal.sample(&mut self.chance);
            *first += share * (noise - *first);
            *second += share * (*first - *second);
            *value = (gain * *second).clamp(-SWAY_LIMIT, SWAY_LIMIT);
        }
        sway
    }

    /// Pitch of the nod in degrees: a spring pulled by the accents of the voice.
    fn next_nod(&mut self, loudness: f32) -> f32 {
        self.fast += self.share(ACCENT_FAST_S) * (loudness - self.fast);
        self.slow += self.share(ACCENT_SLOW_S) * (loudness - self.slow);
        let accent = (self.fast - self.slow).max(0.0);
        let rate = std::f32::consts::TAU * NOD_HZ;
        let pull = rate * rate * (NOD_DEGREES * accent - self.nod) - 2.0 * rate * self.nod_per_s;
        self.nod_per_s += pull * self.hop_s;
        self.nod += self.nod_per_s * self.hop_s;
        self.nod
    }

    /// Share of the way to its target that a one-pole filter of this time constant goes in one hop.
    fn share(&self, time_constant_s: f32) -> f32 {
        1.0 - (-self.hop_s / time_constant_s).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cstalk_rig::RigId;

    fn run(strength: f32, activity: impl Fn(usize) -> Activity) -> Vec<[f32; 6]> {
        let rig = Rig::get(RigId::Board185);
        let mut head = HeadMotion::new(rig, 5, 0.02).unwrap();
        let mut row = vec![0.0; rig.columns().len()];
        (0..50 * 600)
            .map(|index| {
                row.fill(0.0);
                head.apply(&activity(index), strength, &mut row);
                std::array::from_fn(|axis| {
                    row[if axis < 3 { head.rotations[axis] } else { head.translations[axis - 3] }]
                })
            })
            .collect()
    }

    fn voice(loudness: f32, speaking: bool) -> Activity {
        Activity { level_db: -20.0, loudness, speaking, phrase_ended: false }
    }

    fn deviation(values: impl Iterator<Item = f32> + Clone) -> f32 {
        let count = values.clone().count() as f32;
        let mean = values.clone().sum::<f32>() / count;
        (values.map(|value| (value - mean).powi(2)).sum::<f32>() / count).sqrt()
    }

    #[test]
    fn the_sway_has_its_size_and_is_slow() {
        let poses = run(1.0, |_| voice(0.0, true));
        for (axis, wanted) in SWAY_DEGREES.into_iter().enumerate() {
            let got = deviation(poses.iter().map(|pose| pose[axis]));
            assert!((0.7 * wanted..1.3 * wanted).contains(&got), "axis {axis}: {got} degrees");
        }
        let fastest = poses.windows(2).map(|pair| (pair[1][1] - pair[0][1]).abs()).fold(0.0, f32::max);
        assert!(fastest * 50.0 < 30.0, "{} degrees a second", fastest * 50.0);
        assert!(poses.iter().all(|pose| pose[3..].iter().all(|shift_cm| shift_cm.abs() < 0.5)));
    }

    #[test]
    fn strength_scales_and_silence_calms() {
        let full = run(1.0, |_| voice(0.0, true));
        let half = run(0.5, |_| voice(0.0, true));
        assert!(full.iter().zip(&half).all(|(full, half)| (0.5 * full[1] - half[1]).abs() < 1e-5));
        let idle = run(1.0, |_| voice(0.0, false));
        let [speaking, idle] = [&full, &idle].map(|poses| deviation(poses.iter().map(|pose| pose[1])));
        assert!(idle < 0.5 * speaking, "idle {idle}, speaking {speaking}");
    }

    #[test]
    fn an_accent_brings_a_nod_that_comes_back() {
        let accents = run(1.0, |row| voice(if row % 100 < 10 { 1.0 } else { 0.3 }, true));
        let steady = run(1.0, |_| voice(0.3, true));
        let nods: Vec<f32> = accents.iter().zip(&steady).map(|(a, b)| a[0] - b[0]).skip(1_000).collect();
        let deepest = nods.iter().copied().fold(0.0, f32::min);
        assert!((-4.0..-0.5).contains(&deepest), "{deepest} degrees");
        let rest = nods.chunks(100).map(|accent| accent[95].abs()).fold(0.0, f32::max);
        assert!(rest < 0.15, "{rest} degrees left before the next accent");
    }
}
