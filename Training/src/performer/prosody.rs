//! Loudness and pitch movement of a stretch of speech, per hop.

use super::HOP_S;
use cstalk_audio::SPEECH_RATE_HZ;

const HOP_SAMPLES: usize = 320;
/// Pitch is searched on every fourth sample: 4 kHz is plenty below 400 Hz.
const DECIMATION: usize = 4;
const PITCH_WINDOW: usize = 240;
const LOWEST_PITCH_HZ: f32 = 65.0;
const HIGHEST_PITCH_HZ: f32 = 400.0;
/// A voiced hop has at least this normalised autocorrelation.
const VOICED_CORRELATION: f32 = 0.55;

/// Prosody at one hop.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Accent {
    /// Vocal effort: 1 for this stretch's ordinary loud vowels, 0 in silence, at most 1.3.
    pub effort: f32,
    /// Prominence 0..1: how far pitch and loudness stand above their surroundings.
    pub prominence: f32,
}

/// Effort and prominence `[hop]` of a stretch of speech. Independent of recording level.
#[derive(Clone, Debug, Default)]
pub struct Prosody {
    accents: Vec<Accent>,
}

impl Prosody {
    /// Returns the prosody of 16 kHz mono samples; hop `k` is centred on sample `k * 320`.
    #[must_use]
    pub fn of(samples: &[f32]) -> Self {
        let hops = samples.len().div_ceil(HOP_SAMPLES).max(1);
        let level: Vec<f32> = (0..hops).map(|hop| rms(window(samples, hop, HOP_SAMPLES))).collect();
        let mut sorted = level.clone();
        sorted.sort_by(f32::total_cmp);
        let loud = sorted[(hops - 1) * 9 / 10].max(1e-4);
        let effort: Vec<f32> = level.iter().map(|rms| (rms / loud).sqrt().min(1.3)).collect();
        let effort = smooth(&effort, 2);
        let semitones = pitch_semitones(samples, hops);
        let mut voiced: Vec<f32> = semitones.iter().copied().flatten().collect();
        voiced.sort_by(f32::total_cmp);
        let median = voiced.get(voiced.len() / 2).copied().unwrap_or(0.0);
        let raw: Vec<f32> = semitones
            .iter()
            .zip(&effort)
            .map(|(pitch, effort)| match pitch {
                Some(pitch) => ((pitch - median - 0.5) / 3.5).clamp(0.0, 1.0) * effort.min(1.0),
                None => 0.0,
            })
            .collect();
        let prominence = smooth(&raw, 4);
        let accents = effort
            .into_iter()
            .zip(prominence)
            .map(|(effort, prominence)| Accent { effort, prominence })
            .collect();
        Self { accents }
    }

    /// Returns the prosody at a hop; past the end the last one, of an empty stretch silence.
    #[must_use]
    pub fn at(&self, hop: usize) -> Accent {
        self.accents.get(hop).or(self.accents.last()).copied().unwrap_or_default()
    }
}

fn window(samples: &[f32], hop: usize, length: usize) -> &[f32] {
    let centre = hop * HOP_SAMPLES;
    let start = centre.saturating_sub(length / 2).min(samples.len());
    &samples[start..(centre + length / 2).min(samples.len())]
}

fn rms(samples: &[f32]) -> f32 {
    if samples.is_empty() {
        return 0.0;
    }
    (samples.iter().map(|x| x * x).sum::<f32>() / samples.len() as f32).sqrt()
}

/// Centred moving average over `2 * reach + 1` hops, applied twice (a triangular window).
fn smooth(values: &[f32], reach: usize) -> Vec<f32> {
    let once = |values: &[f32]| -> Vec<f32> {
        (0..values.len())
            .map(|hop| {
                let near = &values[hop.saturating_sub(reach)..(hop + reach + 1).min(values.len())];
                near.iter().sum::<f32>() / near.len() as f32
            })
            .collect()
    };
    once(&once(values))
}

/// Pitch per hop in semitones above 1 Hz by normalised autocorrelation, `None` where unvoiced.
fn pitch_semitones(samples: &[f32], hops: usize) -> Vec<Option<f32>> {
    let rate_hz = SPEECH_RATE_HZ as f32 / DECIMATION as f32;
    let low: Vec<f32> =
        samples.chunks(DECIMATION).map(|chunk| chunk.iter().sum::<f32>() / DECIMATION as f32).collect();
    let shortest = (rate_hz / HIGHEST_PITCH_HZ) as usize;
    let longest = (rate_hz / LOWEST_PITCH_HZ) as usize;
    let hop_length = (HOP_S * f64::from(rate_hz)) as usize;
    (0..hops)
        .map(|hop| {
            let start = (hop * hop_length).saturating_sub(PITCH_WINDOW / 2);
            let block = low.get(start..start + PITCH_WINDOW + longest)?;
            let base = &block[..PITCH_WINDOW];
            let energy: f32 = base.iter().map(|x| x * x).sum();
            if energy < 1e-5 {
                return None;
            }
            let correlation = |lag: usize| {
                let later = &block[lag..lag + PITCH_WINDOW];
                let product: f32 = base.iter().zip(later).map(|(a, b)| a * b).sum();
                let power: f32 = later.iter().map(|x| x * x).sum();
                product / (energy * power).sqrt().max(1e-9)
            };
            let (lag, best) = (shortest..=longest)
                .map(|lag| (lag, correlation(lag)))
                // A later peak must be clearly better, or octaves below would win.
                .fold((0, 0.0_f32), |best, next| if next.1 > best.1 + 0.02 { next } else { best });
            (best > VOICED_CORRELATION).then(|| 12.0 * (rate_hz / lag as f32).log2())
        })
        .collect()
}
