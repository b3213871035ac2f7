//! Random emotions and speakers for performed windows.

use crate::performer::{EMOTION_COUNT, STYLE_COUNT};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// Emotion weights of one row; their sum is 1.
pub type Weights = [f32; EMOTION_COUNT];

const NEUTRAL: Weights = {
    let mut weights = [0.0; EMOTION_COUNT];
    weights[0] = 1.0;
    weights
};
const STYLE_LIMIT: f32 = 3.0;

/// `hop_count` rows of the neutral emotion, `[hop, emotion]`.
pub fn neutral_track(hop_count: usize) -> Vec<f32> {
    NEUTRAL.repeat(hop_count)
}

/// `hop_count` rows of weights: 30 % neutral, 40 % one emotion, 20 % a blend of two, 10 % changing over time.
pub fn emotion_track(rng: &mut ChaCha8Rng, hop_count: usize) -> Vec<Weights> {
    match rng.random_range(0..10) {
        0..=2 => vec![NEUTRAL; hop_count],
        3..=6 => vec![one_emotion(rng); hop_count],
        7 | 8 => vec![blend(rng); hop_count],
        _ => changing(rng, hop_count),
    }
}

/// Style axes: 40 % zero, else independent and normal, clamped to +-3.
pub fn style(rng: &mut ChaCha8Rng) -> [f32; STYLE_COUNT] {
    if rng.random_bool(0.4) {
        return [0.0; STYLE_COUNT];
    }
    std::array::from_fn(|_| normal(rng).clamp(-STYLE_LIMIT, STYLE_LIMIT))
}

fn one_emotion(rng: &mut ChaCha8Rng) -> Weights {
    // A full emotion is what users ask for most, so it is drawn more often than chance would have it.
    let weight = if rng.random_bool(0.3) { 1.0 } else { rng.random_range(0.0..1.0) };
    let mut weights = NEUTRAL;
    weights[0] = 1.0 - weight;
    weights[rng.random_range(1..EMOTION_COUNT)] += weight;
    weights
}

fn blend(rng: &mut ChaCha8Rng) -> Weights {
    mix(one_emotion(rng), one_emotion(rng), rng.random_range(0.0..1.0))
}

/// Between two emotions, there at one moment over 0.1 to 1.5 s.
fn changing(rng: &mut ChaCha8Rng, hop_count: usize) -> Vec<Weights> {
    let (from, to) = (one_emotion(rng), one_emotion(rng));
    let start = rng.random_range(0..hop_count.max(1)) as f32;
    let length = rng.random_range(5.0f32..75.0);
    (0..hop_count).map(|hop| mix(from, to, ((hop as f32 - start) / length).clamp(0.0, 1.0))).collect()
}

fn mix(a: Weights, b: Weights, part: f32) -> Weights {
    std::array::from_fn(|index| a[index] * (1.0 - part) + b[index] * part)
}

/// A standard normal number (Box-Muller).
fn normal(rng: &mut ChaCha8Rng) -> f32 {
    let radius = (-2.0 * rng.random_range(f32::MIN_POSITIVE..1.0).ln()).sqrt();
    radius * (std::f32::consts::TAU * rng.random_range(0.0f32..1.0)).cos()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn weights_sum_to_one_and_styles_are_spread() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut squares = 0.0;
        for _ in 0..500 {
            for weights in emotion_track(&mut rng, 40) {
                assert!((weights.iter().sum::<f32>() - 1.0).abs() < 1e-5);
                assert!(weights.iter().all(|weight| *weight >= 0.0));
            }
            squares += style(&mut rng).iter().map(|x| x * x).sum::<f32>();
        }
        let variance = squares / (500.0 * 8.0);
        assert!((variance - 0.6).abs() < 0.1, "variance {variance}");
    }
}
