//! Speech with transcripts, and with phone times where they are known: what the trainers read.
//!
//! Each corpus is one folder, `target/corpus/<name>/`, that [`Store`] opens. Recorded speech comes without phone
//! times (`phones` is empty) until `align` adds them; synthesised speech has them from its synthesiser.

pub mod build;
pub mod cli;
mod espeak;
mod espeak_library;
pub mod facegood;
mod flite;
mod pronounce;
mod recorded;
mod store;
mod text;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::phones::{Phone, PhoneSpan, StressedPhone};

pub(crate) use recorded::hex;
pub(crate) use store::write_atomically;
pub use store::{CorpusCard, Store, StoreWriter};

/// Which side of the evaluation an utterance is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// May be trained on.
    Train,
    /// Evaluation only.
    Test,
}

/// One utterance of a corpus; its samples are read through [`Store::samples`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Utterance {
    /// Unique in its corpus.
    pub id: String,
    /// Name of the corpus.
    pub corpus: String,
    /// Speaker, unique in the corpus.
    pub speaker: String,
    /// `"m"`, `"f"` or empty if unknown.
    #[serde(default)]
    pub sex: String,
    /// Age in years if known.
    #[serde(default)]
    pub age: Option<u32>,
    /// Language code such as `"en"`.
    pub lang: String,
    /// First language or accent if known, else empty.
    #[serde(default)]
    pub accent: String,
    /// What is said.
    pub text: String,
    /// Acted emotion, where the corpus has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emotion: Option<String>,
    /// Train or test.
    pub split: Split,
    /// Length in samples at 16 kHz.
    pub sample_count: usize,
    /// Phones with times, covering the utterance without gaps; empty if not aligned.
    #[serde(default)]
    pub phones: Vec<PhoneSpan>,
    /// Phones of each word by dictionary, without times.
    #[serde(default)]
    pub transcript: Vec<Vec<StressedPhone>>,
    /// Mean log posterior of the aligned phones per feature frame (0 is certain); `None` for exact times or none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alignment_score: Option<f32>,
}

impl Utterance {
    /// Length in seconds.
    #[must_use]
    pub fn duration_s(&self) -> f64 {
        self.sample_count as f64 / f64::from(cstalk_audio::SPEECH_RATE_HZ)
    }

    /// Whether phone times are known and, where they were estimated, score at least `min_score`
    /// (mean log posterior; [`TRUSTED_ALIGNMENT_SCORE`] leaves out the clearly wrong ones).
    #[must_use]
    pub fn is_aligned(&self, min_score: f32) -> bool {
        !self.phones.is_empty() && self.alignment_score.is_none_or(|score| score >= min_score)
    }
}

/// Alignments below this mean log posterior are mostly wrong words or noise and should not be trained on.
pub const TRUSTED_ALIGNMENT_SCORE: f32 = -2.6;

/// Why a corpus could not be built or read.
#[derive(Debug, thiserror::Error)]
pub enum CorpusError {
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file is not what it should be.
    #[error("{}: {message}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What was wanted and what was found.
        message: String,
    },
    /// A recording could not be decoded.
    #[error("{}: {source}", path.display())]
    Audio {
        /// The recording.
        path: PathBuf,
        /// What the decoder said.
        source: cstalk_audio::AudioError,
    },
    /// A text-to-speech program is missing or failed.
    #[error("{0}")]
    Synthesiser(String),
    /// A transcript has a sound outside the inventory.
    #[error("utterance {id}: {source}")]
    Pronunciation {
        /// The utterance.
        id: String,
        /// The sound.
        source: crate::phones::UnknownIpa,
    },
    /// The caller asked for something that does not exist.
    #[error("{0}")]
    BadRequest(String),
}

impl CorpusError {
    /// For `map_err` on file operations.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> CorpusError {
        let path = path.into();
        move |source| CorpusError::File { path, source }
    }
}

/// Splits one stretch of time among the phones of one printed symbol; the first of a diphthong gets 60 %.
fn split_span(phones: &[StressedPhone], start_s: f64, end_s: f64) -> Vec<PhoneSpan> {
    let count = phones.len();
    let shares: Vec<f64> = if count == 2 { vec![0.6, 0.4] } else { vec![1.0 / count as f64; count] };
    let mut at_s = start_s;
    let mut spans = Vec::with_capacity(count);
    for (index, (phone, share)) in phones.iter().zip(shares).enumerate() {
        let until_s = if index + 1 == count { end_s } else { at_s + share * (end_s - start_s) };
        spans.push(PhoneSpan { phone: phone.phone, start_s: at_s, end_s: until_s, stress: phone.stress });
        at_s = until_s;
    }
    spans
}

/// Joins neighbouring silences, gives silences shorter than `min_pause_s` inside the utterance and empty spans to the
/// phone before them, and stretches the ends to the utterance's.
fn tidy_spans(spans: Vec<PhoneSpan>, duration_s: f64, min_pause_s: f64) -> Vec<PhoneSpan> {
    let mut joined: Vec<PhoneSpan> = Vec::with_capacity(spans.len());
    for mut span in spans {
        span.end_s = span.end_s.min(duration_s);
        if let Some(last) = joined.last_mut() {
            span.start_s = last.end_s;
            if span.end_s <= span.start_s {
                continue;
            }
            if span.phone.is_silence() && last.phone.is_silence() {
                last.end_s = span.end_s;
                continue;
            }
        } else {
            span.start_s = 0.0;
        }
        if span.end_s > span.start_s {
            joined.push(span);
        }
    }
    let mut tidy: Vec<PhoneSpan> = Vec::with_capacity(joined.len());
    for span in joined {
        match tidy.last_mut() {
            Some(last) if span.phone.is_silence() && span.end_s - span.start_s < min_pause_s => {
                last.end_s = span.end_s
            }
            _ => tidy.push(span),
        }
    }
    if let Some(last) = tidy.last_mut() {
        if last.phone.is_silence() || duration_s - last.end_s < min_pause_s {
            last.end_s = duration_s;
        } else if last.end_s < duration_s {
            let start_s = last.end_s;
            tidy.push(PhoneSpan { phone: Phone::SILENCE, start_s, end_s: duration_s, stress: 0 });
        }
    }
    tidy
}

/// The stretches between silences as words, for corpora whose synthesiser prints no words.
fn words_between_silences(spans: &[PhoneSpan]) -> Vec<Vec<StressedPhone>> {
    spans
        .split(|span| span.phone.is_silence())
        .filter(|word| !word.is_empty())
        .map(|word| {
            word.iter().map(|span| StressedPhone { phone: span.phone, stress: span.stress }).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(symbol: &str, start_s: f64, end_s: f64) -> PhoneSpan {
        let phone = if symbol == "sil" { Phone::SILENCE } else { Phone::from_ipa(symbol).unwrap() };
        PhoneSpan { phone, start_s, end_s, stress: 0 }
    }

    #[test]
    fn spans_become_gapless_and_short_pauses_vanish() {
        let tidy = tidy_spans(
            vec![
                span("sil", 0.01, 0.05),
                span("sil", 0.05, 0.1),
                span("a", 0.1, 0.2),
                span("sil", 0.2, 0.21),
                span("t", 0.21, 0.21),
                span("m", 0.21, 0.3),
            ],
            0.5,
            0.04,
        );
        let found: Vec<_> = tidy.iter().map(|s| (s.phone.symbol(), s.start_s, s.end_s)).collect();
        assert_eq!(found, [("sil", 0.0, 0.1), ("a", 0.1, 0.21), ("m", 0.21, 0.3), ("sil", 0.3, 0.5)]);
        assert_eq!(words_between_silences(&tidy).len(), 1);
    }

    #[test]
    fn a_diphthong_is_split_where_its_glide_begins() {
        let phones = Phone::from_arpabet("AY1").unwrap();
        let spans = split_span(&phones, 1.0, 2.0);
        assert_eq!(spans.len(), 2);
        assert!((spans[0].end_s - 1.6).abs() < 1e-9 && spans[1].end_s == 2.0);
        assert_eq!(spans[0].end_s, spans[1].start_s);
    }
}
