//! The speech a run learns from: utterances of several corpora, drawn by weight.

use super::error::{Result, TrainError};
use crate::corpus::{CorpusCard, Split, Store, TRUSTED_ALIGNMENT_SCORE, Utterance};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Which corpora are used and how often.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SpeechConfig {
    /// How often a corpus is drawn, by name; one that is not named has the square root of its hours.
    pub weights: BTreeMap<String, f64>,
    /// Corpora that are not used.
    pub leave_out: BTreeSet<String>,
    /// Whether corpora that may not be used commercially are used; the model then is non-commercial too.
    pub allow_non_commercial: bool,
    /// Part of the speakers (or utterances, where there are few speakers) of the training split that is kept for
    /// choosing the best weights.
    pub held_out_part: f64,
}

impl Default for SpeechConfig {
    fn default() -> Self {
        Self {
            weights: BTreeMap::new(),
            leave_out: BTreeSet::new(),
            allow_non_commercial: false,
            held_out_part: 0.04,
        }
    }
}

/// Training or choosing the best weights; both are parts of the corpora's training split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// For gradients.
    Learn,
    /// For choosing the best weights.
    HeldOut,
}

/// What a run learnt from, for the model card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CorpusUse {
    /// Name of the corpus.
    pub name: String,
    /// Hours that could be drawn.
    pub hours: f64,
    /// Licence as its source states it.
    pub licence: String,
    /// Whether it may not be used commercially.
    pub non_commercial: bool,
    /// Part of the draws.
    pub share: f64,
}

struct Corpus {
    store: Store,
    learn: Vec<usize>,
    held_out: Vec<usize>,
    weight: f64,
}

/// Opened corpora.
pub struct Speech {
    corpora: Vec<Corpus>,
}

/// Corpora with more speakers than this keep whole speakers out.
const MANY_SPEAKERS: usize = 20;

impl Speech {
    /// Opens the corpora in `root` as `config` says, keeping aligned utterances of the training split.
    ///
    /// # Errors
    /// [`TrainError`] when the root or a named corpus is missing, or nothing is left to learn from.
    pub fn open(root: &Path, config: &SpeechConfig) -> Result<Self> {
        let mut corpora = Vec::new();
        let mut found = BTreeSet::new();
        for folder in corpus_folders(root)? {
            let store = Store::open(&folder).map_err(|error| TrainError::Corpus(error.to_string()))?;
            let card = store.card();
            found.insert(card.name.clone());
            if config.leave_out.contains(&card.name) || (card.non_commercial && !config.allow_non_commercial)
            {
                continue;
            }
            corpora.extend(Corpus::of(store, config));
        }
        if let Some(missing) = config.weights.keys().find(|name| !found.contains(*name)) {
            let root = root.display();
            return Err(TrainError::Corpus(format!("{missing} has a weight, but is not in {root}")));
        }
        if corpora.is_empty() {
            let root = root.display();
            return Err(TrainError::Corpus(format!("no aligned utterances of a training split in {root}")));
        }
        Ok(Self { corpora })
    }

    /// Draws an utterance of `part`.
    pub fn draw(&self, part: Part, rng: &mut ChaCha8Rng) -> (usize, usize) {
        let usable = |corpus: &&(usize, &Corpus)| !corpus.1.part(part).is_empty();
        let total: f64 = self.corpora.iter().enumerate().filter(|c| usable(&c)).map(|c| c.1.weight).sum();
        let mut left = rng.random_range(0.0..1.0) * total;
        let mut chosen = None;
        for (index, corpus) in self.corpora.iter().enumerate().filter(|c| usable(&c)) {
            chosen = Some((index, corpus));
            left -= corpus.weight;
            if left <= 0.0 {
                break;
            }
        }
        let (index, corpus) = chosen.unwrap_or((0, &self.corpora[0]));
        let choices = match corpus.part(part) {
            [] => corpus.learn.as_slice(),
            choices => choices,
        };
        (index, choices[rng.random_range(0..choices.len())])
    }

    /// The utterance of a draw.
    pub fn utterance(&self, (corpus, index): (usize, usize)) -> &Utterance {
        &self.corpora[corpus].store.utterances()[index]
    }

    /// The samples of a draw, 16 kHz mono.
    ///
    /// # Errors
    /// [`TrainError::Corpus`] when they cannot be read.
    pub fn samples(&self, (corpus, index): (usize, usize)) -> Result<Vec<f32>> {
        self.corpora[corpus].store.samples(index).map_err(|error| TrainError::Corpus(error.to_string()))
    }

    /// How often each phone's rows occur, weighted as drawn, `[phone]`.
    pub fn phone_shares(&self) -> Vec<f64> {
        let mut shares = vec![0.0; crate::phones::PHONE_COUNT];
        for corpus in &self.corpora {
            let mut seconds = vec![0.0; crate::phones::PHONE_COUNT];
            for &index in &corpus.learn {
                for span in &corpus.store.utterances()[index].phones {
                    seconds[span.phone.index()] += span.end_s - span.start_s;
                }
            }
            let all: f64 = seconds.iter().sum::<f64>().max(1e-9);
            for (share, seconds) in shares.iter_mut().zip(seconds) {
                *share += corpus.weight * seconds / all;
            }
        }
        let total: f64 = shares.iter().sum();
        shares.iter().map(|share| share / total).collect()
    }

    /// The corpora in use.
    pub fn uses(&self) -> Vec<CorpusUse> {
        let total: f64 = self.corpora.iter().map(|corpus| corpus.weight).sum();
        self.corpora
            .iter()
            .map(|corpus| {
                let card: &CorpusCard = corpus.store.card();
                CorpusUse {
                    name: card.name.clone(),
                    hours: corpus.hours(),
                    licence: card.licence.clone(),
                    non_commercial: card.non_commercial,
                    share: corpus.weight / total,
                }
            })
            .collect()
    }
}

impl Corpus {
    /// None when nothing of it can be learnt from.
    fn of(store: Store, config: &SpeechConfig) -> Option<Self> {
        let usable: Vec<usize> = store
            .utterances()
            .iter()
            .enumerate()
            .filter(|(_, u)| u.split == Split::Train && u.is_aligned(TRUSTED_ALIGNMENT_SCORE))
            .map(|(index, _)| index)
            .collect();
        let speakers: BTreeSet<&str> =
            usable.iter().map(|&index| store.utterances()[index].speaker.as_str()).collect();
        let by_speaker = speakers.len() > MANY_SPEAKERS;
        let is_held_out = |&index: &usize| {
            let utterance = &store.utterances()[index];
            let key = if by_speaker { &utterance.speaker } else { &utterance.id };
            unit_hash(&utterance.corpus, key) < config.held_out_part
        };
        let (held_out, learn): (Vec<usize>, Vec<usize>) = usable.iter().partition(|index| is_held_out(index));
        if learn.is_empty() {
            return None;
        }
        let mut corpus = Self { weight: 0.0, learn, held_out, store };
        let own = config.weights.get(&corpus.store.card().name).copied();
        corpus.weight = own.unwrap_or_else(|| corpus.hours().sqrt());
        (corpus.weight > 0.0).then_some(corpus)
    }

    fn part(&self, part: Part) -> &[usize] {
        match part {
            Part::Learn => &self.learn,
            Part::HeldOut => &self.held_out,
        }
    }

    fn hours(&self) -> f64 {
        self.learn.iter().map(|&index| self.store.utterances()[index].duration_s()).sum::<f64>() / 3600.0
    }
}

/// A number in 0..1 that depends on the names only.
fn unit_hash(corpus: &str, key: &str) -> f64 {
    let digest = Sha256::new().chain_update(corpus).chain_update([0]).chain_update(key).finalize();
    let bytes: [u8; 8] = std::array::from_fn(|index| digest[index]);
    u64::from_le_bytes(bytes) as f64 / u64::MAX as f64
}

fn corpus_folders(root: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(root).map_err(TrainError::io(root))?;
    let mut folders = Vec::new();
    for entry in entries {
        let path = entry.map_err(TrainError::io(root))?.path();
        if path.join("corpus.json").is_file() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phones::{Phone, PhoneSpan};
    use rand::SeedableRng;

    #[test]
    fn the_hash_is_even() {
        let below = (0..2000).filter(|n| unit_hash("corpus", &n.to_string()) < 0.1).count();
        assert!((150..250).contains(&below), "{below} of 2000 are below 0.1");
    }

    fn utterance(corpus: &str, number: usize, split: Split, aligned: bool) -> Utterance {
        let phone = PhoneSpan { phone: Phone::SILENCE, start_s: 0.0, end_s: 1.0, stress: 0 };
        Utterance {
            id: format!("{number}"),
            corpus: corpus.to_owned(),
            speaker: "one".to_owned(),
            sex: String::new(),
            age: None,
            lang: "en".to_owned(),
            accent: String::new(),
            text: String::new(),
            emotion: None,
            split,
            sample_count: 16_000,
            phones: if aligned { vec![phone] } else { Vec::new() },
            transcript: Vec::new(),
            alignment_score: None,
        }
    }

    fn write_corpus(root: &Path, name: &str, non_commercial: bool, split: Split) {
        let card = CorpusCard {
            name: name.to_owned(),
            kind: "recorded".to_owned(),
            licence: "some".to_owned(),
            non_commercial,
            inputs_sha256: String::new(),
        };
        let mut writer = Store::create(root.join(name), card).unwrap();
        for number in 0..60 {
            let (split, aligned) = match number % 3 {
                0 => (split, true),
                1 => (split, false),
                _ => (Split::Test, true),
            };
            writer.add(utterance(name, number, split, aligned), &[0.0; 16_000]).unwrap();
        }
        writer.finish().unwrap();
    }

    #[test]
    fn only_aligned_utterances_of_allowed_training_splits_are_drawn() {
        let root = tempfile::tempdir().unwrap();
        write_corpus(root.path(), "free", false, Split::Train);
        write_corpus(root.path(), "restricted", true, Split::Train);
        write_corpus(root.path(), "tests_only", false, Split::Test);
        let config = SpeechConfig { held_out_part: 0.3, ..SpeechConfig::default() };
        let speech = Speech::open(root.path(), &config).unwrap();
        let uses = speech.uses();
        assert_eq!(uses.len(), 1);
        assert_eq!((uses[0].name.as_str(), uses[0].share), ("free", 1.0));
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut drawn = |part| -> BTreeSet<String> {
            (0..300).map(|_| speech.utterance(speech.draw(part, &mut rng)).id.clone()).collect()
        };
        let (learn, held_out) = (drawn(Part::Learn), drawn(Part::HeldOut));
        assert!(learn.is_disjoint(&held_out));
        assert_eq!(learn.len() + held_out.len(), 20);
        assert!(learn.union(&held_out).all(|id| id.parse::<usize>().unwrap() % 3 == 0));

        let allowed = SpeechConfig { allow_non_commercial: true, ..config.clone() };
        let uses = Speech::open(root.path(), &allowed).unwrap().uses();
        assert!(uses.iter().any(|corpus| corpus.non_commercial));
        let absent = SpeechConfig { weights: BTreeMap::from([("absent".to_owned(), 1.0)]), ..config };
        assert!(matches!(Speech::open(root.path(), &absent), Err(TrainError::Corpus(_))));
    }
}
