//! Sounds, and a device that delivers them in time.

use std::path::Path;
use std::time::{Duration, Instant};

use cstalk_audio::ring::RingWriter;
use cstalk_audio::{SPEECH_RATE_HZ, decode_speech};

use crate::Result;

/// Time from one syllable to the next.
pub(crate) const SYLLABLE_EVERY_S: f64 = 1.037;
/// Length of a syllable.
const SYLLABLE_S: f64 = 0.3;

/// The sample sentence of the repository at 16 kHz, over and over until `seconds`.
pub(crate) fn speech(seconds: f64) -> Result<Vec<f32>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/speech/german_sentence.wav");
    let sentence = decode_speech(&path)?;
    let wanted = (seconds * f64::from(SPEECH_RATE_HZ)) as usize;
    Ok(sentence.iter().copied().cycle().take(wanted).collect())
}

/// Silence with a syllable /pa/ every 1.037 s; returns the samples and where the syllables begin.
///
/// A syllable is a burst of noise of 8 ms, then a voice of 120 Hz through the formants of an open a.
pub(crate) fn syllables(rate_hz: u32, seconds: f64) -> (Vec<f32>, Vec<usize>) {
    let rate = f64::from(rate_hz);
    let mut samples = vec![0.0; (seconds * rate) as usize];
    let mut onsets = Vec::new();
    let mut noise = 0x2545_f491_4f6c_dd1d_u64;
    let mut begin_s = 1.5;
    while begin_s + SYLLABLE_S < seconds {
        let onset = (begin_s * rate) as usize;
        onsets.push(onset);
        let mut formants = [(700.0, 90.0, 1.0), (1_220.0, 110.0, 0.5), (2_600.0, 160.0, 0.2)]
            .map(|(hz, width_hz, gain)| (Resonance::new(hz, width_hz, rate), gain));
        for index in 0..(SYLLABLE_S * rate) as usize {
            let time_s = index as f64 / rate;
            noise ^= noise << 13;
            noise ^= noise >> 7;
            noise ^= noise << 17;
            let hiss = noise as f64 / u64::MAX as f64 - 0.5;
            let burst = if time_s < 0.008 { hiss } else { 0.0 };
            let phase = (time_s * 120.0).fract();
            // One glottal period: opens slowly, shuts at once.
            let voice = if time_s < 0.008 { 0.0 } else { phase * phase - 1.0 / 3.0 + 0.02 * hiss };
            let fade = (20.0 * (SYLLABLE_S - time_s)).min(1.0);
            let vowel: f64 = formants.iter_mut().map(|(formant, gain)| *gain * formant.next(voice)).sum();
            samples[onset + index] = (0.3 * burst + 0.25 * fade * vowel) as f32;
        }
        begin_s += SYLLABLE_EVERY_S;
    }
    (samples, onsets)
}

/// A two-pole resonance with gain 1 or so at its peak.
struct Resonance {
    feedback: [f64; 2],
    gain: f64,
    last: [f64; 2],
}

impl Resonance {
    fn new(hz: f64, width_hz: f64, rate_hz: f64) -> Self {
        let radius = (-std::f64::consts::PI * width_hz / rate_hz).exp();
        let angle = std::f64::consts::TAU * hz / rate_hz;
        Self {
            feedback: [2.0 * radius * angle.cos(), -radius * radius],
            gain: 4.0 * (1.0 - radius),
            last: [0.0; 2],
        }
    }

    fn next(&mut self, value: f64) -> f64 {
        let out = self.gain * value + self.feedback[0] * self.last[0] + self.feedback[1] * self.last[1];
        self.last = [out, self.last[0]];
        out
    }
}

/// Delivers `samples` in blocks, each when its last sample has been heard; `told` gets the number of samples written so
/// far and the moment, for each block.
pub(crate) fn deliver(
    writer: &mut RingWriter,
    samples: &[f32],
    block_samples: usize,
    mut told: impl FnMut(usize, Instant),
) {
    let rate_hz = f64::from(writer.rate_hz());
    let began = Instant::now();
    let mut written = 0;
    for block in samples.chunks(block_samples) {
        written += block.len();
        let due = began + Duration::from_secs_f64(written as f64 / rate_hz);
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        writer.write(block);
        told(written, Instant::now());
    }
}
