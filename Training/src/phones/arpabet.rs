//! ARPAbet symbols (CMU dictionary, flite, speechocean762's canonical phones) into phones.

use super::{Phone, StressedPhone, ipa};

/// ARPAbet without stress, in lower case, and the IPA that it stands for.
const ARPABET: &[(&str, &str)] = &[
    ("aa", "ɑ"),
    ("ae", "æ"),
    ("ah", "ʌ"),
    ("ao", "ɔ"),
    ("aw", "aʊ"),
    ("ax", "ə"),
    ("axr", "ɚ"),
    ("ay", "aɪ"),
    ("b", "b"),
    ("ch", "tʃ"),
    ("d", "d"),
    ("dh", "ð"),
    ("dx", "ɾ"),
    ("eh", "ɛ"),
    ("el", "əl"),
    ("em", "əm"),
    ("en", "ən"),
    ("er", "ɚ"),
    ("ey", "eɪ"),
    ("f", "f"),
    ("g", "ɡ"),
    ("hh", "h"),
    ("hv", "h"),
    ("ih", "ɪ"),
    ("ix", "ɪ"),
    ("iy", "i"),
    ("jh", "dʒ"),
    ("k", "k"),
    ("l", "l"),
    ("m", "m"),
    ("n", "n"),
    ("ng", "ŋ"),
    ("nx", "n"),
    ("ow", "oʊ"),
    ("oy", "ɔɪ"),
    ("p", "p"),
    ("q", "ʔ"),
    ("r", "ɹ"),
    ("s", "s"),
    ("sh", "ʃ"),
    ("t", "t"),
    ("th", "θ"),
    ("uh", "ʊ"),
    ("uw", "u"),
    ("v", "v"),
    ("w", "w"),
    ("y", "j"),
    ("z", "z"),
    ("zh", "ʒ"),
];

/// The phones of a symbol with optional stress digit and word-position suffix (`_B`, `_I`, `_E`, `_S`).
pub(super) fn phones_of_symbol(text: &str) -> Option<Vec<StressedPhone>> {
    let bare = text.split('_').next().unwrap_or(text);
    let (name, stress) = match bare.as_bytes().last() {
        Some(digit @ b'0'..=b'2') => (&bare[..bare.len() - 1], digit - b'0'),
        _ => (bare, 0),
    };
    let name = name.to_ascii_lowercase();
    if matches!(name.as_str(), "pau" | "sil" | "sp" | "ssil" | "h#") {
        return Some(vec![StressedPhone { phone: Phone::SILENCE, stress: 0 }]);
    }
    // In dictionaries the unstressed AH is schwa.
    let is_schwa = name == "ah" && bare.ends_with('0');
    let spelling = if is_schwa { "ə" } else { ARPABET.iter().find(|(symbol, _)| *symbol == name)?.1 };
    let mut phones = ipa::phones_of_ipa(spelling).ok()?;
    for phone in &mut phones {
        if phone.phone.features().kind == super::PhoneKind::Vowel {
            phone.stress = stress;
        }
    }
    Some(phones)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_of_symbols() {
        for (text, wanted, stress) in [
            ("M_B", "m", 0),
            ("AA0_I", "ɑ", 0),
            ("AY1_I", "a ɪ", 1),
            ("AH0_E", "ə", 0),
            ("AH1_I", "ʌ", 1),
            ("CH_B", "tʃ", 0),
            ("ow2", "o ʊ", 2),
            ("hh", "h", 0),
            ("pau", "sil", 0),
            ("ER0_E", "ɚ", 0),
        ] {
            let phones = phones_of_symbol(text).unwrap_or_else(|| panic!("{text} is unknown"));
            let symbols: Vec<_> = phones.iter().map(|p| p.phone.symbol()).collect();
            assert_eq!(symbols.join(" "), wanted, "{text}");
            assert_eq!(phones[0].stress, stress, "{text}");
        }
        for text in ["", "_B", "7", "QQ", "é"] {
            assert!(phones_of_symbol(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn every_symbol_is_covered() {
        for (symbol, spelling) in ARPABET {
            assert!(phones_of_symbol(symbol).is_some_and(|p| !p.is_empty()), "{symbol} {spelling}");
        }
    }
}
