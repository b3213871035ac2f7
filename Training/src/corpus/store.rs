//! A corpus on disk: raw 16-bit samples in one file, one JSON line an utterance in another, and a card.

use std::fs::{self, File};
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{CorpusError, Utterance};

const AUDIO_FILE: &str = "audio.i16";
const UTTERANCES_FILE: &str = "utterances.jsonl";
const CARD_FILE: &str = "corpus.json";

/// Where a corpus comes from and under which terms; `corpus.json` in its folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorpusCard {
    /// Name of the corpus and of its folder.
    pub name: String,
    /// `"recorded"` or `"synthesised"`.
    pub kind: String,
    /// Licence as the source states it.
    pub licence: String,
    /// Whether models trained on it must be labelled non-commercial.
    pub non_commercial: bool,
    /// SHA-256 over everything that the content depends on; equal means nothing to do.
    pub inputs_sha256: String,
}

/// One line of `utterances.jsonl`.
#[derive(Serialize, Deserialize)]
struct StoredUtterance {
    /// Offset of the first sample in `audio.i16`.
    audio_offset_bytes: u64,
    #[serde(flatten)]
    utterance: Utterance,
}

/// A finished corpus. Cheap to open: the samples stay on disk.
#[derive(Debug)]
pub struct Store {
    dir: PathBuf,
    card: CorpusCard,
    utterances: Vec<Utterance>,
    offsets_bytes: Vec<u64>,
}

impl Store {
    /// Opens a corpus folder.
    ///
    /// # Errors
    /// [`CorpusError::File`] if a file is missing, [`CorpusError::Malformed`] if a line does not parse or points
    /// beyond the audio.
    pub fn open(dir: impl AsRef<Path>) -> Result<Store, CorpusError> {
        let dir = dir.as_ref().to_path_buf();
        let card = read_card(&dir)?;
        let path = dir.join(UTTERANCES_FILE);
        let text = fs::read_to_string(&path).map_err(CorpusError::file(&path))?;
        let audio_path = dir.join(AUDIO_FILE);
        let audio_bytes = fs::metadata(&audio_path).map_err(CorpusError::file(&audio_path))?.len();
        let mut utterances = Vec::new();
        let mut offsets_bytes = Vec::new();
        for (line_index, line) in text.lines().enumerate() {
            let malformed = |message| CorpusError::Malformed { path: path.clone(), message };
            let stored: StoredUtterance = serde_json::from_str(line)
                .map_err(|error| malformed(format!("line {}: {error}", line_index + 1)))?;
            let end_bytes = (stored.utterance.sample_count as u64).checked_mul(2);
            let end_bytes = end_bytes.and_then(|length| length.checked_add(stored.audio_offset_bytes));
            if end_bytes.is_none_or(|end| end > audio_bytes) {
                return Err(malformed(format!(
                    "line {}: utterance {} ends beyond the {audio_bytes} bytes of {AUDIO_FILE}",
                    line_index + 1,
                    stored.utterance.id
                )));
            }
            utterances.push(stored.utterance);
            offsets_bytes.push(stored.audio_offset_bytes);
        }
        Ok(Store { dir, card, utterances, offsets_bytes })
    }

    /// Starts a corpus; it appears under `dir` only when [`StoreWriter::finish`] returns.
    ///
    /// # Errors
    /// [`CorpusError::File`] if the folder cannot be made.
    pub fn create(dir: impl AsRef<Path>, card: CorpusCard) -> Result<StoreWriter, CorpusError> {
        StoreWriter::create(dir.as_ref(), card)
    }

    /// Whether a finished corpus made from the same inputs lies in `dir`.
    #[must_use]
    pub fn is_current(dir: impl AsRef<Path>, inputs_sha256: &str) -> bool {
        let dir = dir.as_ref();
        read_card(dir).is_ok_and(|card| card.inputs_sha256 == inputs_sha256) && Store::open(dir).is_ok()
    }

    /// The card.
    #[must_use]
    pub fn card(&self) -> &CorpusCard {
        &self.card
    }

    /// All utterances in order.
    #[must_use]
    pub fn utterances(&self) -> &[Utterance] {
        &self.utterances
    }

    /// The samples of an utterance: 16 kHz mono in [-1, 1].
    ///
    /// # Errors
    /// [`CorpusError::BadRequest`] for an index beyond the last, [`CorpusError::File`] if reading fails.
    pub fn samples(&self, index: usize) -> Result<Vec<f32>, CorpusError> {
        let (Some(utterance), Some(&offset)) = (self.utterances.get(index), self.offsets_bytes.get(index))
        else {
            return Err(CorpusError::BadRequest(format!(
                "corpus {} has {} utterances; number {index} was asked for",
                self.card.name,
                self.utterances.len()
            )));
        };
        let path = self.dir.join(AUDIO_FILE);
        let mut bytes = vec![0_u8; utterance.sample_count * 2];
        let mut file = File::open(&path).map_err(CorpusError::file(&path))?;
        file.seek(SeekFrom::Start(offset)).map_err(CorpusError::file(&path))?;
        file.read_exact(&mut bytes).map_err(CorpusError::file(&path))?;
        Ok(bytes
            .chunks_exact(2)
            .map(|pair| f32::from(i16::from_le_bytes([pair[0], pair[1]])) / 32768.0)
            .collect())
    }

    /// Replaces the description of every utterance (phones, scores), samples unchanged, in one atomic step.
    ///
    /// # Errors
    /// [`CorpusError::BadRequest`] if the utterances are not the same ones in the same order,
    /// [`CorpusError::File`] if writing fails.
    pub fn rewrite(&mut self, utterances: Vec<Utterance>) -> Result<(), CorpusError> {
        let same = utterances.len() == self.utterances.len()
            && utterances
                .iter()
                .zip(&self.utterances)
                .all(|(new, old)| new.id == old.id && new.sample_count == old.sample_count);
        if !same {
            return Err(CorpusError::BadRequest(format!(
                "corpus {}: the utterances to write are not those of the store",
                self.card.name
            )));
        }
        write_utterances(&self.dir, &utterances, &self.offsets_bytes)?;
        self.utterances = utterances;
        Ok(())
    }

    /// Length of all utterances that `wanted` accepts, in hours.
    pub fn hours(&self, wanted: impl Fn(&Utterance) -> bool) -> f64 {
        self.utterances.iter().filter(|u| wanted(u)).map(Utterance::duration_s).sum::<f64>() / 3600.0
    }
}

/// Writes a corpus beside its final folder and moves it there at the end.
#[derive(Debug)]
pub struct StoreWriter {
    final_dir: PathBuf,
    partial_dir: PathBuf,
    card: CorpusCard,
    audio: BufWriter<File>,
    written_bytes: u64,
    utterances: Vec<Utterance>,
    offsets_bytes: Vec<u64>,
}

impl StoreWriter {
    fn create(dir: &Path, card: CorpusCard) -> Result<StoreWriter, CorpusError> {
        let final_dir = dir.to_path_buf();
        let partial_dir = sibling(dir, "partial");
        if partial_dir.exists() {
            fs::remove_dir_all(&partial_dir).map_err(CorpusError::file(&partial_dir))?;
        }
        fs::create_dir_all(&partial_dir).map_err(CorpusError::file(&partial_dir))?;
        let audio_path = partial_dir.join(AUDIO_FILE);
        let audio = BufWriter::new(File::create(&audio_path).map_err(CorpusError::file(&audio_path))?);
        Ok(StoreWriter {
            final_dir,
            partial_dir,
            card,
            audio,
            written_bytes: 0,
            utterances: Vec::new(),
            offsets_bytes: Vec::new(),
        })
    }

    /// Adds an utterance; `sample_count` is set from `samples` (16 kHz mono, clamped to [-1, 1]).
    ///
    /// # Errors
    /// [`CorpusError::File`] if writing fails.
    pub fn add(&mut self, mut utterance: Utterance, samples: &[f32]) -> Result<(), CorpusError> {
        let bytes: Vec<u8> = samples
            .iter()
            .flat_map(|sample| ((sample.clamp(-1.0, 1.0) * 32767.0).round() as i16).to_le_bytes())
            .collect();
        self.audio.write_all(&bytes).map_err(CorpusError::file(self.partial_dir.join(AUDIO_FILE)))?;
        utterance.sample_count = samples.len();
        self.utterances.push(utterance);
        self.offsets_bytes.push(self.written_bytes);
        self.written_bytes += bytes.len() as u64;
        Ok(())
    }

    /// Puts the corpus in its place, replacing an older one.
    ///
    /// # Errors
    /// [`CorpusError::File`] if writing or moving fails; the older corpus then stays.
    pub fn finish(mut self) -> Result<Store, CorpusError> {
        self.audio.flush().map_err(CorpusError::file(self.partial_dir.join(AUDIO_FILE)))?;
        write_utterances(&self.partial_dir, &self.utterances, &self.offsets_bytes)?;
        let card = serde_json::to_string_pretty(&self.card).map_err(|error| CorpusError::Malformed {
            path: self.partial_dir.join(CARD_FILE),
            message: error.to_string(),
        })?;
        write_atomically(&self.partial_dir.join(CARD_FILE), card.as_bytes())?;
        let old_dir = sibling(&self.final_dir, "old");
        if self.final_dir.exists() {
            if old_dir.exists() {
                fs::remove_dir_all(&old_dir).map_err(CorpusError::file(&old_dir))?;
            }
            fs::rename(&self.final_dir, &old_dir).map_err(CorpusError::file(&self.final_dir))?;
        }
        fs::rename(&self.partial_dir, &self.final_dir).map_err(CorpusError::file(&self.final_dir))?;
        if old_dir.exists() {
            fs::remove_dir_all(&old_dir).map_err(CorpusError::file(&old_dir))?;
        }
        Store::open(&self.final_dir)
    }
}

fn sibling(dir: &Path, suffix: &str) -> PathBuf {
    let mut name = dir.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{suffix}"));
    dir.with_file_name(name)
}

fn read_card(dir: &Path) -> Result<CorpusCard, CorpusError> {
    let path = dir.join(CARD_FILE);
    let text = fs::read_to_string(&path).map_err(CorpusError::file(&path))?;
    serde_json::from_str(&text).map_err(|error| CorpusError::Malformed { path, message: error.to_string() })
}

fn write_utterances(dir: &Path, utterances: &[Utterance], offsets_bytes: &[u64]) -> Result<(), CorpusError> {
    let path = dir.join(UTTERANCES_FILE);
    let mut text = String::new();
    for (utterance, &audio_offset_bytes) in utterances.iter().zip(offsets_bytes) {
        let stored = StoredUtterance { audio_offset_bytes, utterance: utterance.clone() };
        let line = serde_json::to_string(&stored)
            .map_err(|error| CorpusError::Malformed { path: path.clone(), message: error.to_string() })?;
        text.push_str(&line);
        text.push('\n');
    }
    write_atomically(&path, text.as_bytes())
}

/// Writes a file under a temporary name and renames it.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), CorpusError> {
    let partial = sibling(path, "partial");
    fs::write(&partial, bytes).map_err(CorpusError::file(&partial))?;
    fs::rename(&partial, path).map_err(CorpusError::file(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Split;
    use crate::phones::{Phone, PhoneSpan, StressedPhone};

    fn card(name: &str) -> CorpusCard {
        CorpusCard {
            name: name.into(),
            kind: "recorded".into(),
            licence: "CC0".into(),
            non_commercial: false,
            inputs_sha256: "1".into(),
        }
    }

    fn utterance(id: &str) -> Utterance {
        let phone = Phone::from_ipa("ʃ").unwrap();
        Utterance {
            id: id.into(),
            corpus: "c".into(),
            speaker: "s".into(),
            sex: "f".into(),
            age: Some(7),
            lang: "de".into(),
            accent: String::new(),
            text: "schö\"n".into(),
            emotion: None,
            split: Split::Test,
            sample_count: 0,
            phones: vec![PhoneSpan { phone, start_s: 0.0, end_s: 0.125, stress: 2 }],
            transcript: vec![vec![StressedPhone { phone, stress: 2 }]],
            alignment_score: Some(-0.5),
        }
    }

    #[test]
    fn a_corpus_round_trips() {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path().join("c");
        let mut writer = Store::create(&dir, card("c")).unwrap();
        writer.add(utterance("one"), &[0.0, 0.5, -1.0, 2.0]).unwrap();
        writer.add(utterance("two"), &[0.25; 3]).unwrap();
        assert!(!dir.exists(), "nothing under the final name before the end");
        let mut store = writer.finish().unwrap();
        assert_eq!(store.utterances()[1], Utterance { sample_count: 3, ..utterance("two") });
        let first = store.samples(0).unwrap();
        for (found, wanted) in first.iter().zip([0.0, 0.5, -1.0, 1.0]) {
            assert!((found - wanted).abs() < 1e-4, "{found} {wanted}");
        }
        assert!(store.samples(2).is_err());
        assert!(Store::is_current(&dir, "1") && !Store::is_current(&dir, "2"));

        let mut changed = store.utterances().to_vec();
        changed[0].phones.clear();
        store.rewrite(changed.clone()).unwrap();
        assert_eq!(Store::open(&dir).unwrap().utterances(), changed);
        changed.swap(0, 1);
        assert!(store.rewrite(changed).is_err());

        let replacing = Store::create(&dir, card("c")).unwrap().finish().unwrap();
        assert!(replacing.utterances().is_empty());
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 1, "no leftovers");
    }

    #[test]
    fn a_line_that_points_beyond_the_audio_is_refused() {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path().join("c");
        let mut writer = Store::create(&dir, card("c")).unwrap();
        writer.add(utterance("one"), &[0.0; 10]).unwrap();
        writer.finish().unwrap();
        let path = dir.join(UTTERANCES_FILE);
        let text = fs::read_to_string(&path).unwrap();
        for bad in [
            text.replace("\"sample_count\":10", "\"sample_count\":11"),
            text.replace("\"sample_count\":10", "\"sample_count\":18446744073709551615"),
            text.replace("\"ʃ\"", "\"Q\""),
            "{".to_owned(),
        ] {
            fs::write(&path, &bad).unwrap();
            assert!(matches!(Store::open(&dir), Err(CorpusError::Malformed { .. })), "{bad}");
        }
    }
}
