//! What the mouth does when nobody speaks: silence, noise behind speech, noise and music alone.
//!
//! A clip is set between 1.5 s and 2 s of silence. Non-speech rows are those more than 200 ms before the first and more than
//! 300 ms after the last phone; speech rows lie between first and last phone. The figure is the mouth's movement energy per
//! row in non-speech over that in speech of the same subject without noise. SNR is over the span of the phones.

use std::path::Path;

use cstalk_audio::decode_speech;
use serde::Serialize;

use super::clips::Clip;
use super::contact::ROW_S;
use super::signals::{mouth_energy, settle_s};
use super::statistics::{Estimate, bootstrap, mean};
use super::subject::{NEUTRAL, Subject};
use super::{EvaluationError, Result};

/// Noises that nothing is trained on.
const NOISES: [&str; 2] = ["running_tap", "exercise_bike"];
/// Signal to noise ratios, dB.
const SNRS_DB: [f64; 3] = [20.0, 10.0, 5.0];
/// Levels of noise alone, dB below full scale: a quiet room and a loud one.
const ALONE_DBFS: [f64; 2] = [-50.0, -30.0];
/// Silence before and after the clip, seconds.
const BEFORE_S: f64 = 1.5;
const AFTER_S: f64 = 2.0;
/// Non-speech begins this long after the last phone and ends this long before the first, seconds.
const SETTLE_ALLOWANCE_S: f64 = 0.300;
const ONSET_ALLOWANCE_S: f64 = 0.200;
/// Length of noise and music alone, seconds.
const ALONE_S: usize = 8;
const RATE: usize = cstalk_audio::SPEECH_RATE_HZ as usize;

/// Mouth movement where nobody speaks, as a share of that in clean speech.
#[derive(Clone, Debug, Serialize)]
pub struct NoiseFigures {
    /// What is heard.
    pub condition: String,
    /// The subject.
    pub subject: String,
    /// Energy in non-speech over energy in clean speech; 0.01 is 1 %.
    pub share: Option<Estimate>,
}

/// How long the mouth takes to come to rest after the last phone, clean.
#[derive(Clone, Debug, Serialize)]
pub struct SettleFigures {
    /// The subject.
    pub subject: String,
    /// Clips that could be judged.
    pub clip_count: usize,
    /// Median, ms.
    pub median_ms: Option<f64>,
    /// 90th percentile, ms.
    pub p90_ms: Option<f64>,
}

/// The test noises below a folder; missing ones go to `skip`.
///
/// # Errors
/// A noise that exists and cannot be decoded.
pub fn test_noises(folder: &Path, mut skip: impl FnMut(&str, &str)) -> Result<Vec<(&'static str, Vec<f32>)>> {
    let mut noises = Vec::new();
    for name in NOISES {
        let path = folder.join(format!("{name}.ogg"));
        if path.is_file() {
            let samples =
                decode_speech(&path).map_err(|e| EvaluationError::new(path.display().to_string(), e))?;
            noises.push((name, samples));
        } else {
            skip(&format!("noise {name}"), &format!("no {}", path.display()));
        }
    }
    Ok(noises)
}

/// All conditions for one subject. The ratio of each clip is against the same subject's energy in the clean clips' speech.
///
/// # Errors
/// The subject failed.
pub fn judge(
    subject: &Subject,
    clips: &[Clip],
    noises: &[(&'static str, Vec<f32>)],
) -> Result<(Vec<NoiseFigures>, SettleFigures)> {
    let padded: Vec<Padded> = clips.iter().filter_map(Padded::of).collect();
    let mut settles_ms = Vec::new();
    let mut speech_energies = Vec::new();
    let mut clean_energies = Vec::new();
    for clip in &padded {
        let rows = subject.heard_rows(&clip.samples, NEUTRAL, usize::MAX)?;
        speech_energies.extend(mouth_energy(&rows, clip.speech_rows()));
        clean_energies.extend(mouth_energy(&rows, clip.idle_rows()));
        settles_ms.extend(settle_s(&rows, clip.speech_rows(), clip.speech_rows().end).map(|s| s * 1000.0));
    }
    let Some(speech_energy) = mean(speech_energies).filter(|energy| *energy > 1e-9) else {
        let subject = subject.name().to_owned();
        return Ok((Vec::new(), SettleFigures { subject, clip_count: 0, median_ms: None, p90_ms: None }));
    };
    let share = |energies: &[f64]| {
        bootstrap(energies, |picked| mean(picked.copied()).map(|mean| mean / speech_energy))
    };
    let mut figures = Vec::new();
    let mut add = |condition: String, energies: &[f64]| {
        figures.push(NoiseFigures { condition, subject: subject.name().to_owned(), share: share(energies) });
    };
    add("pauses of clean speech".into(), &clean_energies);
    for (name, noise) in noises {
        for snr_db in SNRS_DB {
            let mut energies = Vec::new();
            for clip in &padded {
                let rows = subject.heard_rows(&clip.with_noise(noise, snr_db), NEUTRAL, usize::MAX)?;
                energies.extend(mouth_energy(&rows, clip.idle_rows()));
            }
            add(format!("pauses of speech, {name} at {snr_db} dB SNR"), &energies);
        }
    }
    for (name, noise) in noises {
        for level_dbfs in ALONE_DBFS {
            let alone = at_level(&repeated(noise, ALONE_S * RATE), level_dbfs);
            let rows = subject.heard_rows(&alone, NEUTRAL, usize::MAX)?;
            add(
                format!("{name} alone at {level_dbfs} dBFS"),
                &mouth_energy(&rows, 25..ALONE_S * 50).into_iter().collect::<Vec<_>>(),
            );
        }
    }
    let rows = subject.heard_rows(&at_level(&music(ALONE_S), -20.0), NEUTRAL, usize::MAX)?;
    add(
        "music alone at -20 dBFS".into(),
        &mouth_energy(&rows, 25..ALONE_S * 50).into_iter().collect::<Vec<_>>(),
    );
    let clip_count = settles_ms.len();
    let mut percent = |percent| super::statistics::percentile(&mut settles_ms, percent);
    let (median_ms, p90_ms) = (percent(50.0), percent(90.0));
    Ok((figures, SettleFigures { subject: subject.name().to_owned(), clip_count, median_ms, p90_ms }))
}

/// A clip between silences.
struct Padded {
    samples: Vec<f32>,
    start_s: f64,
    end_s: f64,
}

impl Padded {
    /// `None` for a clip without a phone or without sound.
    fn of(clip: &Clip) -> Option<Self> {
        let mut spoken = clip.phones.iter().filter(|span| !span.phone.is_silence());
        let first = spoken.next()?;
        let last = spoken.next_back().unwrap_or(first);
        let mut samples = vec![0.0; (BEFORE_S * RATE as f64) as usize];
        samples.extend_from_slice(&clip.samples);
        samples.resize(samples.len() + (AFTER_S * RATE as f64) as usize, 0.0);
        let padded = Self { samples, start_s: BEFORE_S + first.start_s, end_s: BEFORE_S + last.end_s };
        (padded.power() > 0.0).then_some(padded)
    }

    fn speech_rows(&self) -> std::ops::Range<usize> {
        (self.start_s / ROW_S) as usize..(self.end_s / ROW_S).ceil() as usize
    }

    /// Rows 0.5 s after the start up to the speech, and from its settling to the end.
    fn idle_rows(&self) -> impl Iterator<Item = usize> {
        let before = 25..((self.start_s - ONSET_ALLOWANCE_S) / ROW_S).floor().max(0.0) as usize;
        let after = ((self.end_s + SETTLE_ALLOWANCE_S) / ROW_S).ceil() as usize..self.samples.len() / 320;
        before.chain(after)
    }

    fn power(&self) -> f64 {
        let span = (self.start_s * RATE as f64) as usize
            ..((self.end_s * RATE as f64) as usize).min(self.samples.len());
        power(&self.samples[span])
    }

    fn with_noise(&self, noise: &[f32], snr_db: f64) -> Vec<f32> {
        let noise = repeated(noise, self.samples.len());
        let gain = (self.power() / power(&noise).max(1e-12) / 10.0_f64.powf(snr_db / 10.0)).sqrt() as f32;
        self.samples
            .iter()
            .zip(noise)
            .map(|(speech, noise)| (speech + gain * noise).clamp(-1.0, 1.0))
            .collect()
    }
}

fn power(samples: &[f32]) -> f64 {
    mean(samples.iter().map(|sample| f64::from(*sample).powi(2))).unwrap_or(0.0)
}

fn repeated(samples: &[f32], count: usize) -> Vec<f32> {
    samples.iter().copied().cycle().take(count).collect()
}

fn at_level(samples: &[f32], dbfs: f64) -> Vec<f32> {
    let gain = (10.0_f64.powf(dbfs / 10.0) / power(samples).max(1e-12)).sqrt() as f32;
    samples.iter().map(|sample| (sample * gain).clamp(-1.0, 1.0)).collect()
}

/// Four chords of plucked strings in turn, two notes of melody a chord and a drum on every beat.
fn music(seconds: usize) -> Vec<f32> {
    const BEAT_SAMPLES: usize = RATE / 2;
    const CHORDS_HZ: [[f64; 3]; 4] =
        [[130.8, 164.8, 196.0], [110.0, 130.8, 164.8], [174.6, 220.0, 261.6], [196.0, 246.9, 293.7]];
    let pluck = |hz: f64, at_s: f64| -> f64 {
        (1..=6)
            .map(|partial| {
                let partial = f64::from(partial);
                (std::f64::consts::TAU * hz * partial * at_s).sin() / partial
                    * (-at_s * (1.5 + partial)).exp()
            })
            .sum()
    };
    (0..seconds * RATE)
        .map(|k| {
            let beat = k / BEAT_SAMPLES;
            let chord = CHORDS_HZ[beat / 2 % CHORDS_HZ.len()];
            let in_beat_s = (k % BEAT_SAMPLES) as f64 / RATE as f64;
            let in_chord_s = (k % (2 * BEAT_SAMPLES)) as f64 / RATE as f64;
            let strings: f64 = chord.iter().map(|&hz| pluck(hz, in_chord_s)).sum();
            let melody = pluck(chord[beat % 3] * 2.0, in_beat_s);
            let drum = (std::f64::consts::TAU * 60.0 * in_beat_s).sin() * (-in_beat_s * 25.0).exp();
            (strings + melody + 2.0 * drum) as f32 * 0.1
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phones::{Phone, PhoneSpan};

    fn padded() -> Padded {
        let samples: Vec<f32> = (0..RATE).map(|k| 0.3 * (k as f32 * 0.2).sin()).collect();
        let phone = Phone::from_ipa("a").unwrap();
        let phones = vec![PhoneSpan { phone, start_s: 0.1, end_s: 0.9, stress: 0 }];
        let clip = Clip {
            id: "x".into(),
            set: "x".into(),
            lang: "en".into(),
            speaker: "x".into(),
            groups: Vec::new(),
            samples,
            phones,
        };
        Padded::of(&clip).unwrap()
    }

    #[test]
    fn noise_has_the_ratio_asked_for() {
        let padded = padded();
        let noise: Vec<f32> = (0..5_000).map(|k| ((k * 7919 % 1000) as f32 / 500.0 - 1.0) * 0.02).collect();
        for snr_db in SNRS_DB {
            let mixed = padded.with_noise(&noise, snr_db);
            let added: Vec<f32> =
                mixed.iter().zip(&padded.samples).map(|(mixed, speech)| mixed - speech).collect();
            let found_db = 10.0 * (padded.power() / power(&added)).log10();
            assert!((found_db - snr_db).abs() < 0.05, "{snr_db}: {found_db}");
        }
    }

    #[test]
    fn idle_rows_keep_off_the_speech() {
        let padded = padded();
        let speech = padded.speech_rows();
        assert_eq!(speech, 80..120);
        let idle: Vec<usize> = padded.idle_rows().collect();
        assert!(idle.iter().all(|row| !(70..135).contains(row)), "{idle:?}");
        assert!(idle.len() > 100);
    }

    #[test]
    fn music_is_loud_throughout() {
        let tune = at_level(&music(4), -20.0);
        assert!((10.0 * power(&tune).log10() + 20.0).abs() < 0.2);
        for second in tune.chunks(RATE) {
            assert!(power(second) > 1e-3);
        }
    }
}
