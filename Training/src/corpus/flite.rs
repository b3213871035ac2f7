//! The flite corpus: English sentences in four voices, with phone times from the segments that flite prints.

use std::path::Path;
use std::process::Command;

use sha2::{Digest, Sha256};

use super::recorded::hex;
use super::store::{CorpusCard, Store};
use super::{CorpusError, Split, Utterance, split_span, text, tidy_spans, words_between_silences};
use crate::phones::{Phone, PhoneSpan};

/// Name of the corpus.
pub(super) const NAME: &str = "flite_en";

/// A voice of flite.
struct Voice {
    name: &'static str,
    accent: &'static str,
    split: Split,
    sentence_count: usize,
}

/// `rms` is heard in evaluation only.
const VOICES: &[Voice] = &[
    Voice { name: "kal16", accent: "us", split: Split::Train, sentence_count: 350 },
    Voice { name: "awb", accent: "scottish", split: Split::Train, sentence_count: 350 },
    Voice { name: "slt", accent: "us", split: Split::Train, sentence_count: 350 },
    Voice { name: "rms", accent: "us", split: Split::Test, sentence_count: 200 },
];

/// Speaking rates: durations are multiplied by these in turn.
const STRETCHES: [f64; 5] = [1.0, 0.85, 1.15, 0.92, 1.25];
const MIN_PAUSE_S: f64 = 0.03;

/// Builds the corpus; returns the store and whether it was built now.
pub(super) fn build(
    speech_dir: &Path,
    out_dir: &Path,
    sentence_limit: usize,
    progress: &mut dyn FnMut(&str),
) -> Result<(Store, bool), CorpusError> {
    let sentences = sentences(speech_dir)?;
    let dir = out_dir.join(NAME);
    let inputs_sha256 = fingerprint(&sentences, sentence_limit)?;
    if Store::is_current(&dir, &inputs_sha256) {
        return Ok((Store::open(&dir)?, false));
    }
    let mut writer = Store::create(
        &dir,
        CorpusCard {
            name: NAME.into(),
            kind: "synthesised".into(),
            licence: "flite's own (BSD-like, free for any use)".into(),
            non_commercial: false,
            inputs_sha256,
        },
    )?;
    let scratch = tempfile::tempdir().map_err(CorpusError::file(std::env::temp_dir()))?;
    for voice in VOICES {
        let count = voice.sentence_count.min(sentences.len()).min(sentence_limit);
        for index in 0..count {
            if index % 100 == 0 {
                progress(&format!("{NAME}: voice {}, sentence {} of {count}", voice.name, index + 1));
            }
            let sentence = &sentences[index * sentences.len() / count];
            let stretch = STRETCHES[index % STRETCHES.len()];
            let (utterance, samples) = speak(voice, index, sentence, stretch, scratch.path())?;
            writer.add(utterance, &samples)?;
        }
    }
    Ok((writer.finish()?, true))
}

/// Own sentences, then transcripts of the recorded English corpora; mixed, so that every share of the list has all.
fn sentences(speech_dir: &Path) -> Result<Vec<String>, CorpusError> {
    let sources = [
        text::own_sentences("en").into_iter().map(str::to_owned).collect(),
        text::recorded_sentences(speech_dir, "speechocean762", 190)?,
        text::recorded_sentences(speech_dir, "dc_tts_philipp_en", 190)?,
    ];
    let longest = sources.iter().map(Vec::len).max().unwrap_or(0);
    let mut mixed = Vec::new();
    for step in 0..longest {
        mixed.extend(sources.iter().filter_map(|source| source.get(step).cloned()));
    }
    Ok(mixed)
}

fn fingerprint(sentences: &[String], sentence_limit: usize) -> Result<String, CorpusError> {
    let version = Command::new("flite").arg("--version").output().map_err(missing_flite)?;
    let mut hash = Sha256::new();
    hash.update(b"flite 1\n");
    hash.update(&version.stdout);
    for voice in VOICES {
        hash.update(format!("{} {}\n", voice.name, voice.sentence_count.min(sentence_limit)));
    }
    hash.update(sentences.join("\n"));
    Ok(hex(&hash.finalize()))
}

fn missing_flite(error: std::io::Error) -> CorpusError {
    CorpusError::Synthesiser(format!("the program flite cannot be run ({error}); install the package flite"))
}

fn speak(
    voice: &Voice,
    index: usize,
    sentence: &str,
    stretch: f64,
    scratch_dir: &Path,
) -> Result<(Utterance, Vec<f32>), CorpusError> {
    let id = format!("{}-{index:03}", voice.name);
    let wav_path = scratch_dir.join("spoken.wav");
    let output = Command::new("flite")
        .args([
            "-voice",
            voice.name,
            "--setf",
            &format!("duration_stretch={stretch}"),
            "-psdur",
            "-t",
            sentence,
            "-o",
        ])
        .arg(&wav_path)
        .output()
        .map_err(missing_flite)?;
    let printed = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        return Err(CorpusError::Synthesiser(format!(
            "flite, voice {}, \"{sentence}\": {complaint}",
            voice.name
        )));
    }
    let samples = cstalk_audio::decode_speech(&wav_path)
        .map_err(|source| CorpusError::Audio { path: wav_path.clone(), source })?;
    let duration_s = samples.len() as f64 / f64::from(cstalk_audio::SPEECH_RATE_HZ);
    let spans = segments(&printed).map_err(|message| {
        CorpusError::Synthesiser(format!("flite, voice {}, \"{sentence}\": {message}", voice.name))
    })?;
    let phones = tidy_spans(spans, duration_s, MIN_PAUSE_S);
    let utterance = Utterance {
        id,
        corpus: NAME.into(),
        speaker: voice.name.into(),
        sex: if voice.name == "slt" { "f" } else { "m" }.into(),
        age: None,
        lang: "en".into(),
        accent: voice.accent.into(),
        text: sentence.into(),
        emotion: None,
        split: voice.split,
        sample_count: samples.len(),
        transcript: words_between_silences(&phones),
        phones,
        alignment_score: None,
    };
    Ok((utterance, samples))
}

/// The segments of `flite -psdur`: `name:end` pairs, ends in seconds.
fn segments(printed: &str) -> Result<Vec<PhoneSpan>, String> {
    let mut spans: Vec<PhoneSpan> = Vec::new();
    let mut start_s = 0.0;
    for item in printed.split_whitespace() {
        let parsed = item.rsplit_once(':').and_then(|(name, end)| Some((name, end.parse::<f64>().ok()?)));
        let (name, end_s) = parsed.ok_or_else(|| format!("\"{item}\" is not a segment like \"ax:0.25\""))?;
        if !end_s.is_finite() || end_s < start_s {
            return Err(format!("segment \"{item}\" ends before it begins at {start_s}"));
        }
        let phones = Phone::from_arpabet(name).ok_or_else(|| format!("unknown segment \"{name}\""))?;
        spans.extend(split_span(&phones, start_s, end_s));
        start_s = end_s;
    }
    if spans.is_empty() { Err("no segments were printed".to_owned()) } else { Ok(spans) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_parsed_and_diphthongs_split() {
        let spans = segments("pau:0.119 hh:0.212 ow:0.312 pau:0.5 \n").unwrap();
        let found: Vec<_> =
            spans.iter().map(|s| (s.phone.symbol(), (s.end_s * 1000.0).round() as i32)).collect();
        assert_eq!(found, [("sil", 119), ("h", 212), ("o", 272), ("ʊ", 312), ("sil", 500)]);
    }

    #[test]
    fn malformed_segments_are_refused() {
        for printed in ["", "pau", "pau:x", "pau:0.2 t:0.1", "qq9:0.2", "t:NaN", "t:inf"] {
            assert!(segments(printed).is_err(), "{printed}");
        }
    }
}
