//! Dictionary phones for written text, by espeak-ng's rules.

use super::{CorpusError, espeak_library};
use crate::phones::{StressedPhone, words_of_ipa};

/// The words of `text` as phones, in the pronunciation of an espeak-ng voice.
///
/// Marks that are read aloud only by a synthesiser are removed first.
pub(super) fn words(voice: &str, text: &str, id: &str) -> Result<Vec<Vec<StressedPhone>>, CorpusError> {
    let ipa = espeak_library::lock()?.ipa(voice, &spoken_text(text))?;
    words_of_ipa(&ipa).map_err(|source| CorpusError::Pronunciation { id: id.into(), source })
}

/// The text without brackets, quotes and control characters.
fn spoken_text(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | '"' | '„' | '“' | '”' | '«' | '»' | '*' | '_' => {
                ' '
            }
            letter if letter.is_control() => ' ',
            letter => letter,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_dropped() {
        assert_eq!(spoken_text("„Ja“ (nein)\n-gut"), " Ja   nein  -gut");
    }

    #[test]
    fn several_sentences_are_pronounced_to_the_end() {
        if let Err(error) = espeak_library::lock() {
            println!("SKIPPED several_sentences_are_pronounced_to_the_end: {error}");
            return;
        }
        let found = words("de", "Guten Tag, Bob. Das Buch ist blau!", "t").unwrap();
        let last: String = found.last().unwrap().iter().map(|p| p.phone.symbol()).collect();
        assert_eq!(last, "blaʊ");
        assert!(found.len() >= 6, "{found:?}");
    }
}
