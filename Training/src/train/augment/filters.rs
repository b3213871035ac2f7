//! Small recursive filters with no delay to speak of (under half a millisecond).

use std::f32::consts::TAU;

const RATE_HZ: f32 = 16_000.0;

/// One second-order section (RBJ audio EQ cookbook), coefficients normalised by `a0`.
#[derive(Clone, Copy, Debug)]
struct Biquad {
    b: [f32; 3],
    a: [f32; 2],
}

impl Biquad {
    fn low_pass(corner_hz: f32, q: f32) -> Self {
        let (cos, alpha) = angles(corner_hz, q);
        Self::normalised([(1.0 - cos) / 2.0, 1.0 - cos, (1.0 - cos) / 2.0], cos, alpha)
    }

    fn high_pass(corner_hz: f32, q: f32) -> Self {
        let (cos, alpha) = angles(corner_hz, q);
        Self::normalised([(1.0 + cos) / 2.0, -(1.0 + cos), (1.0 + cos) / 2.0], cos, alpha)
    }

    fn normalised(b: [f32; 3], cos: f32, alpha: f32) -> Self {
        let a0 = 1.0 + alpha;
        Self { b: b.map(|value| value / a0), a: [-2.0 * cos / a0, (1.0 - alpha) / a0] }
    }

    fn apply(&self, samples: &mut [f32]) {
        let (mut s1, mut s2) = (0.0f32, 0.0f32);
        for sample in samples {
            let x = *sample;
            let y = self.b[0] * x + s1;
            s1 = self.b[1] * x - self.a[0] * y + s2;
            s2 = self.b[2] * x - self.a[1] * y;
            *sample = y;
        }
    }
}

fn angles(corner_hz: f32, q: f32) -> (f32, f32) {
    let w = TAU * corner_hz / RATE_HZ;
    (w.cos(), w.sin() / (2.0 * q))
}

/// Keeps 300 to 3400 Hz: fourth-order Butterworth above, second-order below.
pub fn telephone_band(samples: &mut [f32]) {
    for filter in [
        Biquad::low_pass(3400.0, 0.541_196_1),
        Biquad::low_pass(3400.0, 1.306_563),
        Biquad::high_pass(300.0, std::f32::consts::FRAC_1_SQRT_2),
    ] {
        filter.apply(samples);
    }
}

/// `y[n] = x[n] + slope * x[n-1]`, levelled: a slope above 0 dulls, below 0 brightens.
pub fn tilt(samples: &mut [f32], slope: f32) {
    let gain = 1.0 / (1.0 + slope * slope).sqrt();
    let mut before = 0.0;
    for sample in samples {
        let x = *sample;
        *sample = gain * (x + slope * before);
        before = x;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level_after(filter: fn(&mut [f32]), hz: f32) -> f32 {
        let mut wave: Vec<f32> = (0..16000).map(|n| (TAU * hz * n as f32 / RATE_HZ).sin()).collect();
        filter(&mut wave);
        let tail = &wave[8000..];
        (2.0 * tail.iter().map(|x| x * x).sum::<f32>() / tail.len() as f32).sqrt()
    }

    #[test]
    fn telephone_band_passes_the_voice_and_stops_the_rest() {
        assert!(level_after(telephone_band, 50.0) < 0.05);
        assert!((level_after(telephone_band, 1000.0) - 1.0).abs() < 0.05);
        assert!(level_after(telephone_band, 6800.0) < 0.05);
    }

    #[test]
    fn tilt_turns_the_spectrum() {
        assert!(level_after(|x| tilt(x, 0.6), 100.0) > 2.0 * level_after(|x| tilt(x, 0.6), 7000.0));
        assert!(level_after(|x| tilt(x, -0.6), 100.0) < 0.5 * level_after(|x| tilt(x, -0.6), 7000.0));
    }
}
