//! How good alignments are: against exact times, and against the silence of plosive closures in real speech.

use cstalk_audio::SPEECH_RATE_HZ;
use serde::Serialize;

use crate::phones::{PhoneKind, PhoneSpan};

/// Boundary errors against exact times.
#[derive(Clone, Debug, Default, Serialize)]
pub struct BoundaryAccuracy {
    /// Boundaries compared: starts of phones, except inside diphthongs, where a start is a convention.
    pub boundary_count: usize,
    /// Median absolute error in ms.
    pub median_ms: f64,
    /// Share within 20 ms.
    pub share_within_20_ms: f64,
    /// Share within 50 ms.
    pub share_within_50_ms: f64,
    /// Mean of (aligned minus exact) in ms.
    pub bias_ms: f64,
    /// Median absolute error of starts and ends of p, b and m in ms.
    pub lip_closure_median_ms: f64,
}

/// Gathers boundary errors of utterance after utterance.
#[derive(Debug, Default)]
pub(super) struct BoundaryErrors {
    errors_ms: Vec<f64>,
    lip_errors_ms: Vec<f64>,
}

impl BoundaryErrors {
    /// Adds an utterance; silences are passed over. Returns whether both have the same phones.
    pub(super) fn add(&mut self, aligned: &[PhoneSpan], exact: &[PhoneSpan]) -> bool {
        let spoken = |spans: &[PhoneSpan]| -> Vec<PhoneSpan> {
            spans.iter().filter(|span| !span.phone.is_silence()).copied().collect()
        };
        let (aligned, exact) = (spoken(aligned), spoken(exact));
        let same =
            aligned.len() == exact.len() && aligned.iter().zip(&exact).all(|(a, e)| a.phone == e.phone);
        if !same {
            return false;
        }
        let is_vowel = |span: &PhoneSpan| span.phone.features().kind == PhoneKind::Vowel;
        for (index, (found, wanted)) in aligned.iter().zip(&exact).enumerate() {
            let start_ms = (found.start_s - wanted.start_s) * 1000.0;
            let in_diphthong = index > 0
                && is_vowel(wanted)
                && is_vowel(&exact[index - 1])
                && exact[index - 1].end_s == wanted.start_s;
            if !in_diphthong {
                self.errors_ms.push(start_ms);
            }
            if wanted.phone.features().bilabial {
                self.lip_errors_ms.extend([start_ms, (found.end_s - wanted.end_s) * 1000.0]);
            }
        }
        true
    }

    /// The figures; all 0 if nothing was added.
    pub(super) fn summary(&self) -> BoundaryAccuracy {
        let share = |limit_ms: f64| {
            self.errors_ms.iter().filter(|error| error.abs() <= limit_ms).count() as f64
                / self.errors_ms.len().max(1) as f64
        };
        BoundaryAccuracy {
            boundary_count: self.errors_ms.len(),
            median_ms: median(self.errors_ms.iter().map(|error| error.abs()).collect()),
            share_within_20_ms: share(20.0),
            share_within_50_ms: share(50.0),
            bias_ms: self.errors_ms.iter().sum::<f64>() / self.errors_ms.len().max(1) as f64,
            lip_closure_median_ms: median(self.lip_errors_ms.iter().map(|error| error.abs()).collect()),
        }
    }
}

/// How much quieter aligned plosive closures are than the vowels beside them; labels moved on purpose for comparison.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ClosureSanity {
    /// p, b, t, d, k and ɡ beside a vowel.
    pub plosive_count: usize,
    /// Median of the vowel's level over the closure's, in dB.
    pub median_drop_db: f64,
    /// Share of closures at least 6 dB below the vowel.
    pub share_below_6_db: f64,
    /// The same share with all labels moved 100 ms later.
    pub share_below_6_db_if_late: f64,
}

/// Gathers level drops of utterance after utterance.
#[derive(Debug, Default)]
pub(super) struct ClosureDrops {
    drops_db: Vec<f64>,
    late_drops_db: Vec<f64>,
}

impl ClosureDrops {
    /// Adds an aligned utterance.
    pub(super) fn add(&mut self, spans: &[PhoneSpan], samples: &[f32]) {
        for index in 1..spans.len() {
            let (before, stop) = (&spans[index - 1], &spans[index]);
            let is_plosive = stop.phone.features().kind == PhoneKind::Plosive && stop.phone.symbol() != "ʔ";
            if !is_plosive || before.phone.features().kind != PhoneKind::Vowel {
                continue;
            }
            for (delay_s, drops) in [(0.0, &mut self.drops_db), (0.1, &mut self.late_drops_db)] {
                let vowel_s = (before.start_s + delay_s, before.end_s + delay_s);
                let closure_s = (stop.start_s + delay_s, stop.end_s + delay_s);
                if let (Some(vowel), Some(closure)) =
                    (level_db(samples, vowel_s.0, vowel_s.1), quietest_db(samples, closure_s.0, closure_s.1))
                {
                    drops.push(vowel - closure);
                }
            }
        }
    }

    /// The figures; all 0 if nothing was added.
    pub(super) fn summary(&self) -> ClosureSanity {
        let share = |drops: &[f64]| {
            drops.iter().filter(|drop| **drop >= 6.0).count() as f64 / drops.len().max(1) as f64
        };
        ClosureSanity {
            plosive_count: self.drops_db.len(),
            median_drop_db: median(self.drops_db.clone()),
            share_below_6_db: share(&self.drops_db),
            share_below_6_db_if_late: share(&self.late_drops_db),
        }
    }
}

/// Level of a stretch in dB; `None` if it does not lie in the samples.
fn level_db(samples: &[f32], start_s: f64, end_s: f64) -> Option<f64> {
    let rate_hz = f64::from(SPEECH_RATE_HZ);
    let stretch = samples.get((start_s * rate_hz) as usize..(end_s * rate_hz) as usize)?;
    if stretch.is_empty() {
        return None;
    }
    let power = stretch.iter().map(|&sample| f64::from(sample).powi(2)).sum::<f64>() / stretch.len() as f64;
    Some(10.0 * (power + 1e-10).log10())
}

/// Level of the middle third of a stretch in dB: closing and burst are at its ends.
fn quietest_db(samples: &[f32], start_s: f64, end_s: f64) -> Option<f64> {
    let third_s = (end_s - start_s) / 3.0;
    level_db(samples, start_s + third_s, end_s - third_s)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phones::Phone;

    fn span(symbol: &str, start_s: f64, end_s: f64) -> PhoneSpan {
        let phone = if symbol == "sil" { Phone::SILENCE } else { Phone::from_ipa(symbol).unwrap() };
        PhoneSpan { phone, start_s, end_s, stress: 0 }
    }

    #[test]
    fn errors_are_those_put_in() {
        let exact = [span("sil", 0.0, 0.1), span("m", 0.1, 0.2), span("a", 0.2, 0.3), span("ɪ", 0.3, 0.4)];
        let aligned =
            [span("m", 0.11, 0.23), span("a", 0.23, 0.28), span("ɪ", 0.28, 0.4), span("sil", 0.4, 0.5)];
        let mut errors = BoundaryErrors::default();
        assert!(errors.add(&aligned, &exact));
        assert!(!errors.add(&aligned[..2], &exact));
        let summary = errors.summary();
        assert_eq!(summary.boundary_count, 2, "inside a diphthong nothing is compared");
        assert!((summary.bias_ms - 20.0).abs() < 1e-6 && (summary.share_within_20_ms - 0.5).abs() < 1e-9);
        assert!((summary.lip_closure_median_ms - 30.0).abs() < 1e-6);
    }

    #[test]
    fn a_silent_closure_is_seen_and_a_late_label_is_not() {
        let mut samples = vec![0.3; 16_000];
        samples[4_800..6_080].fill(0.001);
        let spans = [span("sil", 0.0, 0.1), span("a", 0.1, 0.3), span("p", 0.3, 0.38), span("a", 0.38, 1.0)];
        let mut drops = ClosureDrops::default();
        drops.add(&spans, &samples);
        let summary = drops.summary();
        assert_eq!(summary.plosive_count, 1);
        assert!(summary.median_drop_db > 40.0 && summary.share_below_6_db == 1.0);
        assert_eq!(summary.share_below_6_db_if_late, 0.0);
    }
}
