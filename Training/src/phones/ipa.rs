//! IPA text, as dictionaries and espeak-ng write it, into phones.

use super::{Phone, StressedPhone};

/// An IPA letter that no class stands for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no phone class for the IPA letter '{letter}' (U+{code:04X}) in \"{text}\"")]
pub struct UnknownIpa {
    /// The letter.
    pub letter: char,
    /// Its code point.
    pub code: u32,
    /// The text that it stands in.
    pub text: String,
}

/// Spellings of two or more letters; looked up before single letters, longest first.
const IPA_SEQUENCES: &[(&str, &[&str])] = &[
    ("t.s.h", &["tʃ"]),
    ("ts.h", &["tʃ"]),
    ("tsh", &["ts"]),
    ("ts.", &["tʃ"]),
    ("tʂ", &["tʃ"]),
    ("dʐ", &["dʒ"]),
    ("tɕ", &["tɕ"]),
    ("dʑ", &["dʒ"]),
    ("tʃ", &["tʃ"]),
    ("dʒ", &["dʒ"]),
    ("ts", &["ts"]),
    ("dz", &["dz"]),
    ("s.", &["ʃ"]),
    ("z.", &["ʒ"]),
    ("l^", &["l", "j"]),
    ("n^", &["ɲ"]),
    ("ə˞", &["ɚ"]),
    ("ɜ˞", &["ɚ"]),
];

/// Single letters: each class's own symbol and the neighbours that look most like it.
const IPA_NEAREST: &[(char, &[&str])] = &[
    ('g', &["ɡ"]),
    ('c', &["k"]),
    ('q', &["k"]),
    ('ɟ', &["ɡ"]),
    ('ɢ', &["ɡ"]),
    ('ɓ', &["b"]),
    ('ɗ', &["d"]),
    ('ʈ', &["t"]),
    ('ɖ', &["d"]),
    ('ɱ', &["m"]),
    ('ɳ', &["n"]),
    ('ɴ', &["ŋ"]),
    ('ɸ', &["β"]),
    ('ʋ', &["v"]),
    ('ⱱ', &["v"]),
    ('ɬ', &["l"]),
    ('ɮ', &["l"]),
    ('ʂ', &["ʃ"]),
    ('ʐ', &["ʒ"]),
    ('ʑ', &["ʒ"]),
    ('ɧ', &["ʃ"]),
    ('ʝ', &["j"]),
    ('χ', &["x"]),
    ('ħ', &["h"]),
    ('ɦ', &["h"]),
    ('ʕ', &["ʔ"]),
    ('ɭ', &["l"]),
    ('ɫ', &["l"]),
    ('ʎ', &["l", "j"]),
    ('ʟ', &["l"]),
    ('r', &["ɾ"]),
    ('ɽ', &["ɾ"]),
    ('ɺ', &["ɾ"]),
    ('ɻ', &["ɹ"]),
    ('ʀ', &["ʁ"]),
    ('ɰ', &["ɣ"]),
    ('ʍ', &["w"]),
    ('ʦ', &["ts"]),
    ('ʣ', &["dz"]),
    ('ʧ', &["tʃ"]),
    ('ʤ', &["dʒ"]),
    ('ʨ', &["tɕ"]),
    ('ʥ', &["dʒ"]),
    ('ɩ', &["ɪ"]),
    ('ᵻ', &["ɪ"]),
    ('ʉ', &["u"]),
    ('ɘ', &["ə"]),
    ('ɵ', &["ø"]),
    ('ɤ', &["ʌ"]),
    ('ɜ', &["ɚ"]),
    ('ɝ', &["ɚ"]),
    ('ɞ', &["œ"]),
    ('ɶ', &["œ"]),
    ('ɷ', &["ʊ"]),
    ('ä', &["a"]),
    ('ã', &["a"]),
    ('õ', &["o"]),
    ('ẽ', &["e"]),
    ('ĩ', &["i"]),
    ('ũ', &["u"]),
];

/// Marks that change nothing that a face shows: length, tone, release, joins, brackets and combining diacritics.
fn is_ignored(letter: char) -> bool {
    matches!(
        letter,
        'ː' | 'ˑ'
            | 'ʲ'
            | 'ʰ'
            | 'ʱ'
            | 'ʷ'
            | 'ʼ'
            | 'ˠ'
            | 'ˤ'
            | '˞'
            | 'ⁿ'
            | 'ˡ'
            | '‖'
            | '|'
            | '↑'
            | '↓'
            | '↗'
            | '↘'
            | 'ᵝ'
            | 'ᵊ'
            | '˥'
            | '˦'
            | '˧'
            | '˨'
            | '˩'
            | '0'
            ..='9'
                | '.'
                | '-'
                | '_'
                | '^'
                | '~'
                | '"'
                | '*'
                | '!'
                | '?'
                | '\''
                | '['
                | ']'
                | '/'
                | '\u{200d}'
                | '\u{200c}'
                | '‿'
                | '\u{feff}'
                | ':'
                | ';'
                | ','
                | '+'
                | '='
                | '¿'
                | '\u{2019}'
                | '`'
                | '@'
                | '#'
    ) || ('\u{0300}'..='\u{036f}').contains(&letter)
        || letter.is_whitespace()
}

/// The phones of an IPA text in order, each with the stress of its syllable if it is a vowel.
///
/// Tolerant: length, tone, ties, diacritics and espeak's language switches `(en)` are skipped.
///
/// # Errors
/// [`UnknownIpa`] names the first letter that no class stands for.
pub fn phones_of_ipa(text: &str) -> Result<Vec<StressedPhone>, UnknownIpa> {
    let letters: Vec<char> = without_switches(text);
    let mut phones = Vec::new();
    let mut stress = 0_u8;
    let mut syllable_has_vowel = false;
    let mut at = 0;
    while at < letters.len() {
        let letter = letters[at];
        if let Some(marked) = stress_mark(letter) {
            (stress, syllable_has_vowel) = (marked, false);
            at += 1;
            continue;
        }
        // An h tied to a plosive or affricate is its aspiration.
        if letter == 'h' && at > 0 && is_tie(letters[at - 1]) {
            at += 1;
            continue;
        }
        let (symbols, used) = match sequence_at(&letters[at..]) {
            Some(found) => found,
            None if is_ignored(letter) => {
                at += 1;
                continue;
            }
            None => (
                single(letter).ok_or_else(|| UnknownIpa {
                    letter,
                    code: letter.into(),
                    text: text.into(),
                })?,
                1,
            ),
        };
        at += used;
        for phone in symbols {
            let is_vowel = phone.features().kind == super::PhoneKind::Vowel;
            if is_vowel {
                syllable_has_vowel = true;
            } else if syllable_has_vowel {
                (stress, syllable_has_vowel) = (0, false);
            }
            phones.push(StressedPhone { phone, stress: if is_vowel { stress } else { 0 } });
        }
    }
    Ok(phones)
}

/// The words of an IPA text (separated by white space), without the empty ones.
///
/// # Errors
/// As [`phones_of_ipa`].
pub fn words_of_ipa(text: &str) -> Result<Vec<Vec<StressedPhone>>, UnknownIpa> {
    let mut words = Vec::new();
    for word in text.split_whitespace() {
        let phones = phones_of_ipa(word)?;
        if !phones.is_empty() {
            words.push(phones);
        }
    }
    Ok(words)
}

fn is_tie(letter: char) -> bool {
    matches!(letter, '\u{200d}' | '\u{0361}' | '\u{035c}')
}

fn stress_mark(letter: char) -> Option<u8> {
    match letter {
        'ˈ' => Some(1),
        'ˌ' => Some(2),
        _ => None,
    }
}

fn without_switches(text: &str) -> Vec<char> {
    let mut inside = false;
    text.chars()
        .filter(|&letter| match letter {
            '(' => {
                inside = true;
                false
            }
            ')' => {
                inside = false;
                false
            }
            _ => !inside,
        })
        .collect()
}

/// The longest listed sequence at the start of `letters`, ties between letters skipped, and the letters it used.
fn sequence_at(letters: &[char]) -> Option<(Vec<Phone>, usize)> {
    'sequences: for (spelling, symbols) in IPA_SEQUENCES {
        let mut used = 0;
        for wanted in spelling.chars() {
            while used > 0 && letters.get(used).copied().is_some_and(is_tie) {
                used += 1;
            }
            if letters.get(used) != Some(&wanted) {
                continue 'sequences;
            }
            used += 1;
        }
        return Some((symbols.iter().filter_map(|s| Phone::from_symbol(s)).collect(), used));
    }
    None
}

fn single(letter: char) -> Option<Vec<Phone>> {
    let mut encoded = [0_u8; 4];
    if let Some(phone) = Phone::from_symbol(letter.encode_utf8(&mut encoded)) {
        return Some(vec![phone]);
    }
    IPA_NEAREST
        .iter()
        .find(|(listed, _)| *listed == letter)
        .map(|(_, symbols)| symbols.iter().filter_map(|s| Phone::from_symbol(s)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbols(text: &str) -> String {
        let phones = phones_of_ipa(text).unwrap_or_else(|error| panic!("{error}"));
        phones.iter().map(|p| p.phone.symbol()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn table_of_spellings() {
        for (text, wanted) in [
            ("d\u{200d}ʒˈʌmp", "dʒ ʌ m p"),
            ("t͡sˈyːɡə", "ts y ɡ ə"),
            ("hˌe\u{200d}ɪ", "h e ɪ"),
            ("p\u{200d}fˈeːɾt", "p f e ɾ t"),
            ("mˈɑ̃ʒ", "m ɑ ʒ"),
            ("vˈɛ̃", "v ɛ"),
            ("ɸɯ\u{200d}ᵝd\u{200d}ʑˈisäɴ", "β ɯ dʒ i s a ŋ"),
            ("t\u{200d}s.\u{200d}hˈi.5", "tʃ i"),
            ("(\u{200d}e\u{200d}n)nɪ5θɹˈiː5(\u{200d}c)", "n ɪ θ ɹ i"),
            ("bˈɜːd", "b ɚ d"),
            ("ɔˈʎo", "ɔ l j o"),
            ("s.a", "ʃ a"),
            ("t\u{200d}ɕ\u{200d}hˈy5", "tɕ y"),
            ("t\u{200d}hˈi\u{200d}ɛ5n", "t i ɛ n"),
            ("", ""),
        ] {
            assert_eq!(symbols(text), wanted, "{text}");
        }
    }

    #[test]
    fn every_listed_neighbour_names_a_class() {
        for (letter, names) in IPA_NEAREST {
            assert!(names.iter().all(|name| Phone::from_symbol(name).is_some()), "{letter}");
        }
        for (spelling, names) in IPA_SEQUENCES {
            assert!(names.iter().all(|name| Phone::from_symbol(name).is_some()), "{spelling}");
        }
    }

    #[test]
    fn stress_goes_to_the_vowels_of_its_syllable() {
        let phones = phones_of_ipa("ˌɪntɚˈna\u{200d}ɪt").unwrap();
        let stresses: Vec<u8> = phones.iter().map(|p| p.stress).collect();
        assert_eq!(stresses, [2, 0, 0, 0, 0, 1, 1, 0]);
    }

    #[test]
    fn a_foreign_letter_is_named() {
        let error = phones_of_ipa("aЖ").unwrap_err();
        assert_eq!(error.letter, 'Ж');
        assert!(error.to_string().contains("U+0416"));
    }

    #[test]
    fn words_are_split_at_spaces() {
        let words = words_of_ipa(" dɛɾ ˈapfəl\n").unwrap();
        assert_eq!(words.iter().map(Vec::len).collect::<Vec<_>>(), [3, 5]);
    }
}
