//! The transcript as a chain of phones with optional silences, and its states for the search.

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

/// One state of the search: a link's phone for at least one feature frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct State {
    pub(super) link_index: usize,
    pub(super) class_index: usize,
    /// Whether the state may last: only the last state of a link.
    pub(super) may_stay: bool,
    /// Whether it is the first state of its link.
    pub(super) is_entry: bool,
    /// For an entry whose preceding link is optional: the last state of the link before that one.
    pub(super) around: Option<usize>,
}

/// The states of all links in order.
pub(super) fn states_of(links: &[Link]) -> Vec<State> {
    let mut states = Vec::new();
    let mut last_states: Vec<usize> = Vec::with_capacity(links.len());
    for (link_index, link) in links.iter().enumerate() {
        let length = link.min_frames.max(1);
        for step in 0..length {
            let is_entry = step == 0;
            let skips = is_entry && link_index >= 2 && links[link_index - 1].is_optional;
            states.push(State {
                link_index,
                class_index: link.phone.index(),
                may_stay: step + 1 == length,
                is_entry,
                around: skips.then(|| last_states[link_index - 2]),
            });
        }
        last_states.push(states.len() - 1);
    }
    states
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
        let states = states_of(&links);
        assert_eq!(states.len(), 17);
        let m_entry = states.iter().find(|s| s.link_index == 4).unwrap();
        assert_eq!(m_entry.around.map(|index| states[index].link_index), Some(2));
    }
}
