//! The recorded corpora: a folder of recordings with a `manifest.jsonl`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::store::{CorpusCard, Store};
use super::{CorpusError, Split, Utterance, pronounce};
use crate::phones::{Phone, StressedPhone};

/// What is known about a recorded corpus beyond its manifest.
pub(super) struct RecordedCorpus {
    pub(super) name: &'static str,
    licence: &'static str,
    non_commercial: bool,
    /// espeak-ng voice that pronounces the text where the manifest lists no phones.
    voice: &'static str,
    /// The recording kept for evaluation where the manifest has no split.
    test_file_stem: Option<&'static str>,
}

/// Recorded corpora by folder name under `speech/`.
pub(super) const RECORDED: &[RecordedCorpus] = &[
    RecordedCorpus {
        name: "speechocean762",
        licence: "CC BY 4.0",
        non_commercial: false,
        voice: "en-us",
        test_file_stem: None,
    },
    RecordedCorpus {
        name: "kerstin_de",
        licence: "CC0",
        non_commercial: false,
        voice: "de",
        test_file_stem: Some("kerstin_22"),
    },
    RecordedCorpus {
        name: "dc_tts_philipp_en",
        licence: "Apache-2.0",
        non_commercial: false,
        voice: "en-us",
        test_file_stem: Some("philipp_06"),
    },
    RecordedCorpus {
        name: "ravdess",
        licence: "CC BY-NC-SA 4.0",
        non_commercial: true,
        voice: "en-us",
        test_file_stem: None,
    },
];

/// One line of a manifest.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct ManifestLine {
    pub(super) id: String,
    pub(super) file: String,
    pub(super) start_s: f64,
    pub(super) end_s: f64,
    pub(super) speaker: String,
    #[serde(default)]
    pub(super) sex: String,
    #[serde(default)]
    pub(super) age: Option<u32>,
    pub(super) lang: String,
    #[serde(default)]
    pub(super) accent: String,
    pub(super) text: String,
    #[serde(default)]
    pub(super) phones: Vec<String>,
    #[serde(default)]
    pub(super) emotion: Option<String>,
    #[serde(default)]
    pub(super) split: Option<Split>,
}

impl ManifestLine {
    /// All lines of the manifest in a corpus folder.
    pub(super) fn read_all(dir: &Path) -> Result<Vec<ManifestLine>, CorpusError> {
        let path = dir.join("manifest.jsonl");
        let text = fs::read_to_string(&path).map_err(CorpusError::file(&path))?;
        text.lines()
            .enumerate()
            .map(|(index, line)| {
                serde_json::from_str(line).map_err(|error| CorpusError::Malformed {
                    path: path.clone(),
                    message: format!("line {}: {error}", index + 1),
                })
            })
            .collect()
    }

    /// The split: the manifest's, else test for the recording kept back, else train.
    pub(super) fn split_in(&self, corpus: &str) -> Split {
        let kept_back =
            RECORDED.iter().find(|known| known.name == corpus).and_then(|known| known.test_file_stem);
        let is_kept_back = kept_back.is_some_and(|stem| self.file.strip_suffix(".ogg") == Some(stem));
        self.split.unwrap_or(if is_kept_back { Split::Test } else { Split::Train })
    }

    /// Words as phones from the manifest's own phones; `None` if it lists none or has an unknown symbol.
    fn listed_phones(&self) -> Option<Vec<Vec<StressedPhone>>> {
        if self.phones.is_empty() {
            return None;
        }
        self.phones
            .iter()
            .map(|word| {
                let per_symbol: Option<Vec<_>> = word.split_whitespace().map(Phone::from_arpabet).collect();
                per_symbol.map(|symbols| symbols.concat())
            })
            .collect()
    }
}

/// Builds a recorded corpus into `out_dir`; returns the store and whether it was built now.
pub(super) fn build(
    corpus: &RecordedCorpus,
    speech_dir: &Path,
    out_dir: &Path,
    progress: &mut dyn FnMut(&str),
) -> Result<(Store, bool), CorpusError> {
    let source_dir = speech_dir.join(corpus.name);
    let lines = ManifestLine::read_all(&source_dir)?;
    let inputs_sha256 = fingerprint(&source_dir, &lines)?;
    let dir = out_dir.join(corpus.name);
    if Store::is_current(&dir, &inputs_sha256) {
        return Ok((Store::open(&dir)?, false));
    }
    let mut writer = Store::create(
        &dir,
        CorpusCard {
            name: corpus.name.into(),
            kind: "recorded".into(),
            licence: corpus.licence.into(),
            non_commercial: corpus.non_commercial,
            inputs_sha256,
        },
    )?;
    let transcripts = transcripts(corpus, &lines)?;
    let mut by_file: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, line) in lines.iter().enumerate() {
        by_file.entry(&line.file).or_default().push(index);
    }
    let file_count = by_file.len();
    for (file_index, (file, line_indices)) in by_file.into_iter().enumerate() {
        if file_index % 10 == 0 {
            progress(&format!("{}: recording {} of {file_count}", corpus.name, file_index + 1));
        }
        let path = source_dir.join(file);
        let recording = cstalk_audio::decode_speech(&path)
            .map_err(|source| CorpusError::Audio { path: path.clone(), source })?;
        for line_index in line_indices {
            let line = &lines[line_index];
            let samples = cut(&recording, line).ok_or_else(|| CorpusError::Malformed {
                path: path.clone(),
                message: format!(
                    "utterance {} is at {}..{} s of a recording of {:.2} s",
                    line.id,
                    line.start_s,
                    line.end_s,
                    recording.len() as f64 / f64::from(cstalk_audio::SPEECH_RATE_HZ)
                ),
            })?;
            writer.add(utterance(corpus, line, transcripts[line_index].clone()), samples)?;
        }
    }
    Ok((writer.finish()?, true))
}

fn utterance(corpus: &RecordedCorpus, line: &ManifestLine, transcript: Vec<Vec<StressedPhone>>) -> Utterance {
    Utterance {
        id: line.id.clone(),
        corpus: corpus.name.into(),
        speaker: line.speaker.clone(),
        sex: line.sex.clone(),
        age: line.age,
        lang: line.lang.clone(),
        accent: line.accent.clone(),
        text: line.text.clone(),
        emotion: line.emotion.clone(),
        split: line.split_in(corpus.name),
        sample_count: 0,
        phones: Vec::new(),
        transcript,
        alignment_score: None,
    }
}

/// Words as phones for every line: as listed, else pronounced by espeak-ng.
fn transcripts(
    corpus: &RecordedCorpus,
    lines: &[ManifestLine],
) -> Result<Vec<Vec<Vec<StressedPhone>>>, CorpusError> {
    lines
        .iter()
        .map(|line| match line.listed_phones() {
            Some(words) => Ok(words),
            None => pronounce::words(corpus.voice, &line.text, &line.id),
        })
        .collect()
}

/// The samples of a line; an end up to 50 ms beyond the recording is cut to it.
fn cut<'a>(recording: &'a [f32], line: &ManifestLine) -> Option<&'a [f32]> {
    let rate_hz = f64::from(cstalk_audio::SPEECH_RATE_HZ);
    let start = (line.start_s * rate_hz).round() as usize;
    let end = (line.end_s * rate_hz).round() as usize;
    let tolerated = recording.len() + (0.05 * rate_hz) as usize;
    (start < end && end <= tolerated && start < recording.len())
        .then(|| &recording[start..end.min(recording.len())])
}

fn fingerprint(source_dir: &Path, lines: &[ManifestLine]) -> Result<String, CorpusError> {
    let mut hash = Sha256::new();
    hash.update(b"recorded 1\n");
    let manifest = source_dir.join("manifest.jsonl");
    hash.update(fs::read(&manifest).map_err(CorpusError::file(&manifest))?);
    let files: std::collections::BTreeSet<&str> = lines.iter().map(|line| line.file.as_str()).collect();
    for file in files {
        let path = source_dir.join(file);
        let size = fs::metadata(&path).map_err(CorpusError::file(&path))?.len();
        hash.update(format!("{file} {size}\n"));
    }
    Ok(hex(&hash.finalize()))
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(json: &str) -> ManifestLine {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_manifest_line_gives_phones_and_split() {
        let spoken = line(
            r#"{"id": "1", "speaker": "s", "sex": "m", "age": 6, "lang": "en", "accent": "zh", "split": "test",
            "text": "KATE", "phones": ["K_B EH0_I T_E", "OW1_S"], "file": "1.ogg", "start_s": 0.0, "end_s": 0.5}"#,
        );
        assert_eq!(spoken.split_in("speechocean762"), Split::Test);
        let words = spoken.listed_phones().unwrap();
        assert_eq!(words.iter().map(Vec::len).collect::<Vec<_>>(), [3, 2]);
        assert_eq!(words[1][0].stress, 1);

        let kept = line(
            r#"{"id": "2", "speaker": "k", "lang": "de", "text": "x", "file": "kerstin_22.ogg", "start_s": 0,
            "end_s": 1}"#,
        );
        assert_eq!(kept.split_in("kerstin_de"), Split::Test);
        assert_eq!(kept.split_in("another"), Split::Train);
        assert!(kept.listed_phones().is_none());
    }

    #[test]
    fn unknown_listed_symbols_are_not_guessed() {
        let odd = line(
            r#"{"id": "1", "speaker": "s", "lang": "en", "text": "x", "phones": ["QQ_B"], "file": "1.ogg",
            "start_s": 0, "end_s": 1}"#,
        );
        assert!(odd.listed_phones().is_none());
    }

    #[test]
    fn cutting_stays_inside_the_recording() {
        let recording = vec![0.0; 16_000];
        for (start_s, end_s, wanted) in [
            (0.25, 0.5, Some(4000)),
            (0.5, 1.04, Some(8000)),
            (0.5, 1.2, None),
            (0.5, 0.5, None),
            (-1.0, 0.5, Some(8000)),
        ] {
            let json = format!(
                r#"{{"id": "1", "speaker": "s", "lang": "en", "text": "x", "file": "f", "start_s": {start_s}, "end_s": {end_s}}}"#
            );
            assert_eq!(cut(&recording, &line(&json)).map(<[f32]>::len), wanted, "{start_s} {end_s}");
        }
    }
}
