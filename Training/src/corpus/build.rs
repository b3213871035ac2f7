//! Builds every corpus that is wanted, one folder each, skipping those that are complete and whose inputs are unchanged.

use std::path::PathBuf;

use super::{CorpusError, Store, espeak, flite, recorded};

/// What to build and where.
#[derive(Clone, Debug)]
pub struct BuildRequest {
    /// Folder with `speech/`.
    pub shared_data_dir: PathBuf,
    /// Folder for the corpora.
    pub out_dir: PathBuf,
    /// Names of the corpora; see [`known_corpora`].
    pub names: Vec<String>,
    /// At most so many sentences of a text and voice are synthesised; `usize::MAX` for all.
    pub sentence_limit: usize,
}

/// A corpus that is now in place.
#[derive(Debug)]
pub struct BuiltCorpus {
    /// The corpus.
    pub store: Store,
    /// Whether it was made now; `false` if it was there.
    pub is_new: bool,
}

/// Names of all corpora, those with a non-commercial licence last.
#[must_use]
pub fn known_corpora() -> Vec<&'static str> {
    let mut names = vec![flite::NAME, espeak::NAME];
    names.extend(recorded::RECORDED.iter().map(|corpus| corpus.name));
    names
}

/// Names of the corpora that are built unless others are asked for: all without a non-commercial licence.
#[must_use]
pub fn default_corpora() -> Vec<&'static str> {
    known_corpora().into_iter().filter(|name| *name != "ravdess").collect()
}

/// Builds one after the other; `progress` gets a line now and then.
///
/// # Errors
/// The first corpus that fails stops the build; those before it stay.
pub fn build(
    request: &BuildRequest,
    progress: &mut dyn FnMut(&str),
) -> Result<Vec<BuiltCorpus>, CorpusError> {
    let speech_dir = request.shared_data_dir.join("speech");
    let mut built = Vec::new();
    for name in &request.names {
        let (store, is_new) = if name == flite::NAME {
            flite::build(&speech_dir, &request.out_dir, request.sentence_limit, progress)?
        } else if name == espeak::NAME {
            espeak::build(&request.out_dir, request.sentence_limit, progress)?
        } else if let Some(corpus) = recorded::RECORDED.iter().find(|corpus| corpus.name == name) {
            recorded::build(corpus, &speech_dir, &request.out_dir, progress)?
        } else {
            return Err(CorpusError::BadRequest(format!(
                "there is no corpus \"{name}\"; known are {}",
                known_corpora().join(", ")
            )));
        };
        built.push(BuiltCorpus { store, is_new });
    }
    Ok(built)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{Split, espeak_library};

    fn request(names: &[&str], out_dir: &std::path::Path) -> BuildRequest {
        BuildRequest {
            shared_data_dir: out_dir.join("absent"),
            out_dir: out_dir.to_path_buf(),
            names: names.iter().map(|&name| name.to_owned()).collect(),
            sentence_limit: 1,
        }
    }

    fn can_speak() -> Result<(), String> {
        drop(espeak_library::lock().map_err(|error| error.to_string())?);
        std::process::Command::new("flite")
            .arg("--version")
            .output()
            .map_err(|error| format!("flite: {error}"))?;
        Ok(())
    }

    #[test]
    fn an_unknown_corpus_is_refused_by_name() {
        let temp = tempfile::tempdir().unwrap();
        let error = build(&request(&["nobody"], temp.path()), &mut |_| {}).unwrap_err();
        assert!(error.to_string().contains("nobody") && error.to_string().contains("kerstin_de"), "{error}");
    }

    #[test]
    fn synthesised_corpora_have_gapless_phones_and_are_built_once() {
        if let Err(reason) = can_speak() {
            println!("SKIPPED synthesised_corpora_have_gapless_phones_and_are_built_once: {reason}");
            return;
        }
        let temp = tempfile::tempdir().unwrap();
        let wanted = request(&[flite::NAME, espeak::NAME], temp.path());
        let built = build(&wanted, &mut |_| {}).unwrap();
        for corpus in &built {
            assert!(corpus.is_new);
            let utterances = corpus.store.utterances();
            assert!(utterances.len() >= 4);
            for (index, utterance) in utterances.iter().enumerate() {
                let samples = corpus.store.samples(index).unwrap();
                assert_eq!(samples.len(), utterance.sample_count);
                assert!(samples.iter().any(|s| s.abs() > 0.05), "{} is silent", utterance.id);
                assert_eq!(utterance.phones[0].start_s, 0.0);
                let last = utterance.phones.last().unwrap();
                assert!((last.end_s - utterance.duration_s()).abs() < 1e-6, "{}", utterance.id);
                for pair in utterance.phones.windows(2) {
                    assert_eq!(pair[0].end_s, pair[1].start_s, "{}", utterance.id);
                    assert!(pair[0].end_s > pair[0].start_s, "{}: {pair:?}", utterance.id);
                }
            }
        }
        let flite_store = &built[0].store;
        assert!(flite_store.utterances().iter().all(|u| (u.speaker == "rms") == (u.split == Split::Test)));
        let again = build(&wanted, &mut |_| {}).unwrap();
        assert!(again.iter().all(|corpus| !corpus.is_new));
    }
}
