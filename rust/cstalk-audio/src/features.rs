//! Log-mel feature frames: what the models hear.

use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};

use crate::SPEECH_RATE_HZ;
use crate::level::finite_sample;
use crate::mel::MelBank;

/// Values in one feature frame.
pub const FEATURE_BIN_COUNT: usize = 80;
/// Samples from one feature frame to the next (10 ms).
pub const FEATURE_HOP_SAMPLES: usize = 160;
/// Samples one feature frame looks at (25 ms).
pub const FEATURE_WINDOW_SAMPLES: usize = 400;
/// Length of the zero-padded Fourier transform in samples.
pub const FEATURE_FFT_SAMPLES: usize = 512;
/// Lower edge of the first mel filter in Hz.
pub const FEATURE_LOW_HZ: f64 = 20.0;
/// Upper edge of the last mel filter in Hz.
pub const FEATURE_HIGH_HZ: f64 = 7600.0;
/// Added to a mel energy before its logarithm is taken.
pub const FEATURE_FLOOR: f64 = 1e-5;

/// Streaming log-mel features of 16 kHz mono speech.
///
/// Feature frame `j` looks at samples `[160 j - 240, 160 j + 160)`, with zeros before sample 0, so
/// it is complete as soon as `160 (j + 1)` samples have been pushed. The window is a periodic Hann
/// of 400 samples; then come a Fourier transform of 512 (zero-padded), the power `|X|^2`, 80
/// triangular HTK-mel filters from 20 to 7600 Hz with peak 1, and `ln(energy + 1e-5)`.
///
/// Samples that are not finite count as 0; samples beyond ±[`SAMPLE_LIMIT`](crate::SAMPLE_LIMIT)
/// are held there. So every value that comes out is finite.
///
/// The same samples give the same bits for any division into pushes. Everything inside is 64-bit,
/// so a loud tone does not disturb quiet filters, and different processors agree to about 1e-6.
///
/// **Real-time.** Nothing is allocated after construction except when the caller's sink has to
/// grow; nothing locks or blocks. One feature frame costs a few microseconds in a release build.
pub struct LogMel {
    fft: Arc<dyn RealToComplex<f64>>,
    hann: Vec<f64>,
    bank: MelBank,
    /// The newest samples, oldest first; its first `filled` values are valid.
    window: Vec<f32>,
    filled: usize,
    fft_input: Vec<f64>,
    spectrum: Vec<Complex<f64>>,
    fft_scratch: Vec<Complex<f64>>,
    power: Vec<f64>,
}

/// Samples a feature frame shares with the one before it.
const KEPT_SAMPLES: usize = FEATURE_WINDOW_SAMPLES - FEATURE_HOP_SAMPLES;

impl LogMel {
    /// A stream at sample 0. Plans the transform and computes the filters (well under 1 ms).
    pub fn new() -> Self {
        let fft = RealFftPlanner::<f64>::new().plan_fft_forward(FEATURE_FFT_SAMPLES);
        let hann = (0..FEATURE_WINDOW_SAMPLES)
            .map(|index| {
                let turn = index as f64 / FEATURE_WINDOW_SAMPLES as f64;
                0.5 - 0.5 * (std::f64::consts::TAU * turn).cos()
            })
            .collect();
        let bank = MelBank::new(
            FEATURE_BIN_COUNT,
            FEATURE_LOW_HZ,
            FEATURE_HIGH_HZ,
            FEATURE_FFT_SAMPLES,
            f64::from(SPEECH_RATE_HZ),
        );
        Self {
            fft_input: fft.make_input_vec(),
            spectrum: fft.make_output_vec(),
            fft_scratch: fft.make_scratch_vec(),
            power: vec![0.0; FEATURE_FFT_SAMPLES / 2 + 1],
            fft,
            hann,
            bank,
            window: vec![0.0; FEATURE_WINDOW_SAMPLES],
            filled: KEPT_SAMPLES,
        }
    }

    /// Takes speech samples and appends every feature frame that became complete to `sink`.
    ///
    /// **Shapes.** `sink` grows by whole feature frames, `[feature frame, 80]` row by row.
    ///
    /// **Real-time.** Allocates only when `sink` must grow: reserve
    /// `(samples.len() / 160 + 1) * 80` values to avoid that.
    pub fn push(&mut self, samples: &[f32], sink: &mut Vec<f32>) {
        let mut rest = samples;
        while !rest.is_empty() {
            let taken = rest.len().min(FEATURE_WINDOW_SAMPLES - self.filled);
            let (now, later) = rest.split_at(taken);
            for (slot, &sample) in self.window[self.filled..].iter_mut().zip(now) {
                *slot = finite_sample(sample);
            }
            self.filled += taken;
            rest = later;
            if self.filled == FEATURE_WINDOW_SAMPLES {
                self.analyse(sink);
                self.window.copy_within(FEATURE_HOP_SAMPLES.., 0);
                self.filled = KEPT_SAMPLES;
            }
        }
    }

    /// Forgets everything pushed: the next sample is sample 0 again.
    pub fn reset(&mut self) {
        self.window.fill(0.0);
        self.filled = KEPT_SAMPLES;
    }

    fn analyse(&mut self, sink: &mut Vec<f32>) {
        let (windowed, padding) = self.fft_input.split_at_mut(FEATURE_WINDOW_SAMPLES);
        for ((slot, sample), weight) in windowed.iter_mut().zip(&self.window).zip(&self.hann) {
            *slot = f64::from(*sample) * weight;
        }
        padding.fill(0.0);
        self.fft
            .process_with_scratch(&mut self.fft_input, &mut self.spectrum, &mut self.fft_scratch)
            .expect("the buffers were made by this transform");
        for (power, bin) in self.power.iter_mut().zip(&self.spectrum) {
            *power = bin.re * bin.re + bin.im * bin.im;
        }
        sink.extend(self.bank.energies(&self.power).map(|energy| (energy + FEATURE_FLOOR).ln() as f32));
    }
}

impl Default for LogMel {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for LogMel {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("LogMel").field("filled", &self.filled).finish_non_exhaustive()
    }
}
