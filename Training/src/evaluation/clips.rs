//! The clips that figures are computed on: test utterances of the corpora, with phones, in groups.

use std::path::Path;

use super::{EvaluationError, Result};
use crate::corpus::{Split, Store};
use crate::phones::PhoneSpan;

/// Speakers below this age are children.
const ADULT_AGE: u32 = 18;

/// One test utterance.
#[derive(Clone, Debug)]
pub struct Clip {
    /// Unique in its set.
    pub id: String,
    /// Name of the corpus.
    pub set: String,
    /// Language code.
    pub lang: String,
    /// Speaker, unique in the set.
    pub speaker: String,
    /// Groups that the clip counts in besides its set: `"child"`, `"adult"`, `"female"`, `"male"` as known.
    pub groups: Vec<String>,
    /// 16 kHz mono.
    pub samples: Vec<f32>,
    /// Phones with times.
    pub phones: Vec<PhoneSpan>,
}

impl Clip {
    /// Board rows that a prediction of the clip has.
    #[must_use]
    pub fn row_count(&self) -> usize {
        self.samples.len().div_ceil(320)
    }
}

/// A test set, or why there is none.
#[derive(Clone, Debug)]
pub struct ClipSet {
    /// Name of the corpus.
    pub name: String,
    /// Test utterances with phone times in the corpus.
    pub available_count: usize,
    /// The chosen ones.
    pub clips: Vec<Clip>,
}

/// The test utterances with phone times of every corpus below a folder, at most `most` a corpus (0: all), spread evenly
/// over the corpus. Corpora without any are reported through `skip`, `(name, reason)`.
///
/// # Errors
/// A corpus that exists and cannot be read.
pub fn load(folder: &Path, most: usize, mut skip: impl FnMut(&str, &str)) -> Result<Vec<ClipSet>> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        let reason =
            format!("no {}: `cstalk-train corpus` builds and aligns the test sets", folder.display());
        skip("speech test sets", &reason);
        return Ok(Vec::new());
    };
    let mut folders: Vec<_> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()).collect();
    folders.sort();
    let mut sets = Vec::new();
    for path in folders.iter().filter(|path| path.join("utterances.jsonl").is_file()) {
        let context = || format!("corpus {}", path.display());
        let store = Store::open(path).map_err(|e| EvaluationError::new(context(), e))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let tests: Vec<usize> =
            (0..store.utterances().len()).filter(|&at| store.utterances()[at].split == Split::Test).collect();
        let usable: Vec<usize> =
            tests.iter().copied().filter(|&at| !store.utterances()[at].phones.is_empty()).collect();
        if usable.is_empty() {
            let reason = match tests.len() {
                0 => "no test utterances".to_owned(),
                count => format!("{count} test utterances, none with phone times"),
            };
            skip(&format!("corpus {name}"), &reason);
            continue;
        }
        let clips = spread(usable.len(), most)
            .map(|pick| clip(&store, usable[pick]).map_err(|e| EvaluationError::new(context(), e)))
            .collect::<Result<_>>()?;
        sets.push(ClipSet { name, available_count: usable.len(), clips });
    }
    Ok(sets)
}

/// `most` of `count` places at even distances (0: all).
pub fn spread(count: usize, most: usize) -> impl Iterator<Item = usize> {
    let taken = if most == 0 { count } else { most.min(count) };
    (0..taken).map(move |pick| pick * count / taken)
}

fn clip(store: &Store, index: usize) -> std::result::Result<Clip, crate::corpus::CorpusError> {
    let utterance = &store.utterances()[index];
    let age_group = utterance.age.map(|age| if age < ADULT_AGE { "child" } else { "adult" });
    let sex = match utterance.sex.as_str() {
        "f" => Some("female"),
        "m" => Some("male"),
        _ => None,
    };
    let groups = age_group.into_iter().chain(sex).map(str::to_owned);
    Ok(Clip {
        id: utterance.id.clone(),
        set: utterance.corpus.clone(),
        lang: utterance.lang.clone(),
        speaker: utterance.speaker.clone(),
        groups: groups.collect(),
        samples: store.samples(index)?,
        phones: utterance.phones.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picks_are_spread_and_never_doubled() {
        assert_eq!(spread(10, 0).count(), 10);
        assert_eq!(spread(3, 8).collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(spread(10, 4).collect::<Vec<_>>(), [0, 2, 5, 7]);
        assert_eq!(spread(0, 4).count(), 0);
    }

    #[test]
    fn a_missing_folder_is_a_named_skip() {
        let mut skips = Vec::new();
        let sets =
            load(Path::new("no/such/folder"), 0, |what, why| skips.push(format!("{what}: {why}"))).unwrap();
        assert!(sets.is_empty());
        assert_eq!(skips.len(), 1);
        assert!(skips[0].contains("no/such/folder"), "{skips:?}");
    }
}
