//! The transcript as a chain of phones with optional silences.

use crate::phones::{Phone, PhoneKind, StressedPhone};

/// Every phone lasts at least this many feature frames of 10 ms.
const MIN_PHONE_FRAMES: usize = 3;
/// The second half of a diphthong may be shorter.
const MIN_GLIDE_FRAMES: usize = 2;

/// One phone of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) phone: Phone,
    pub(super) stress: u8,
    /// Whether the search may leave it out; only silences are.
    pub(super) is_optional: bool,
    /// Least length in feature frames.
    pub(super) min_frames: usize,
}

/// The phones of the words in order, with an optional silence before, between and after them.
pub(super) fn chain_of(words: &[Vec<StressedPhone>]) -> Vec<Link> {
    let silence = Link { phone: Phone::SILENCE, stress: 0, is_optional: true, min_frames: MIN_PHONE_FRAMES };
    let mut links = vec![silence];
    for word in words {
        let mut after_vowel = false;
        let mut spoken = 0;
        for phone in word.iter().filter(|phone| !phone.phone.is_silence()) {
            let is_vowel = phone.phone.features().kind == PhoneKind::Vowel;
            let min_frames = if is_vowel && after_vowel { MIN_GLIDE_FRAMES } else { MIN_PHONE_FRAMES };
            links.push(Link { phone: phone.phone, stress: phone.stress, is_optional: false, min_frames });
            after_vowel = is_vowel;
            spoken += 1;
        }
        if spoken > 0 {
            links.push(silence);
        }
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silences_surround_the_words() {
        let words = [Phone::from_arpabet("AY").unwrap(), Vec::new(), Phone::from_arpabet("M").unwrap()];
        let links = chain_of(&words);
        let symbols: Vec<_> = links.iter().map(|link| link.phone.symbol()).collect();
        assert_eq!(symbols, ["sil", "a", "ɪ", "sil", "m", "sil"]);
        assert_eq!(links.iter().map(|l| l.min_frames).collect::<Vec<_>>(), [3, 3, 2, 3, 3, 3]);
    }
}
