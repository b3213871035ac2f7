//! Sentences to be spoken: own ones in `Training/texts`, and transcripts of the recorded corpora.

use std::path::Path;

use super::recorded::ManifestLine;
use super::{CorpusError, Split};

/// Own sentences by language code, in the repository.
const OWN_TEXTS: &[(&str, &str)] = &[
    ("cmn", include_str!("../../texts/cmn.txt")),
    ("de", include_str!("../../texts/de.txt")),
    ("en", include_str!("../../texts/en.txt")),
    ("es", include_str!("../../texts/es.txt")),
    ("fr", include_str!("../../texts/fr.txt")),
    ("it", include_str!("../../texts/it.txt")),
    ("ja", include_str!("../../texts/ja.txt")),
    ("nl", include_str!("../../texts/nl.txt")),
    ("pl", include_str!("../../texts/pl.txt")),
    ("pt", include_str!("../../texts/pt.txt")),
    ("sv", include_str!("../../texts/sv.txt")),
    ("tr", include_str!("../../texts/tr.txt")),
];

/// The own sentences of a language; none if there are none.
pub(super) fn own_sentences(lang: &str) -> Vec<&'static str> {
    OWN_TEXTS
        .iter()
        .filter(|(listed, _)| *listed == lang)
        .flat_map(|(_, text)| text.lines())
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect()
}

/// Distinct English train sentences of a recorded corpus, in lower case, shorter than 100 characters and of three
/// words or more, spread evenly over the corpus; none if the corpus is absent.
pub(super) fn recorded_sentences(
    speech_dir: &Path,
    corpus: &str,
    count: usize,
) -> Result<Vec<String>, CorpusError> {
    let dir = speech_dir.join(corpus);
    if !dir.is_dir() {
        return Ok(Vec::new());
    }
    let mut seen = std::collections::HashSet::new();
    let mut sentences = Vec::new();
    for line in ManifestLine::read_all(&dir)? {
        let text = line.text.to_lowercase();
        let fits = text.len() < 100 && text.split_whitespace().count() >= 3;
        if line.split_in(corpus) == Split::Train && fits && seen.insert(text.clone()) {
            sentences.push(text);
        }
    }
    let total = sentences.len();
    let count = count.min(total);
    Ok((0..count).map(|index| sentences[index * total / count].clone()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_enough_sentences_without_repeats() {
        for (lang, _) in OWN_TEXTS {
            let sentences = own_sentences(lang);
            assert!(sentences.len() >= 20, "{lang}: {}", sentences.len());
            let distinct: std::collections::HashSet<_> = sentences.iter().collect();
            assert_eq!(distinct.len(), sentences.len(), "{lang}");
        }
        assert!(own_sentences("xx").is_empty());
    }
}
