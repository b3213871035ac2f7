//! Phones: one IPA inventory for all languages, with what the mouth does for each.
//!
//! Length and tone are dropped, stress is kept beside the phone, diphthongs are two vowels and affricates one phone.
//! Sounds outside the inventory go to the class that looks most like them (`IPA_NEAREST` in `ipa`).

mod arpabet;
mod features;
mod inventory;
mod ipa;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use features::{PhoneFeatures, PhoneKind, Place};
pub use inventory::PHONE_COUNT;
pub use ipa::{UnknownIpa, phones_of_ipa, words_of_ipa};

/// One phone class: an index into the inventory of [`PHONE_COUNT`] classes. Serialised as its IPA symbol.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Phone(u8);

/// A phone and its stress; serialised as a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StressedPhone {
    /// The phone.
    pub phone: Phone,
    /// 0 none, 1 primary, 2 secondary; kept on the vowels of a stressed syllable.
    pub stress: u8,
}

/// A phone with its place in time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhoneSpan {
    /// The phone.
    pub phone: Phone,
    /// Start in seconds from the first sample of the utterance.
    pub start_s: f64,
    /// End in seconds; the next span starts here.
    pub end_s: f64,
    /// 0 none, 1 primary, 2 secondary.
    pub stress: u8,
}

impl Phone {
    /// Silence and pauses.
    pub const SILENCE: Phone = Phone(0);

    /// The class of one IPA sound; `None` if the text is not exactly one sound of the inventory or its neighbours.
    #[must_use]
    pub fn from_ipa(text: &str) -> Option<Phone> {
        match phones_of_ipa(text) {
            Ok(found) if found.len() == 1 => Some(found[0].phone),
            _ => None,
        }
    }

    /// The phones of one ARPAbet symbol, such as `"M_B"`, `"AA0_I"`, `"ow1"` (two phones) or `"pau"`; `None` if unknown.
    #[must_use]
    pub fn from_arpabet(text: &str) -> Option<Vec<StressedPhone>> {
        arpabet::phones_of_symbol(text)
    }

    /// The class at an index below [`PHONE_COUNT`].
    #[must_use]
    pub fn from_index(index: usize) -> Option<Phone> {
        u8::try_from(index).ok().filter(|_| index < PHONE_COUNT).map(Phone)
    }

    /// The index of the class, below [`PHONE_COUNT`].
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// All classes in order of index, silence first.
    pub fn all() -> impl Iterator<Item = Phone> {
        (0..PHONE_COUNT).filter_map(Phone::from_index)
    }

    /// The IPA symbol; `"sil"` for silence.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        inventory::INVENTORY[self.index()].symbol
    }

    /// What the mouth does for the phone.
    #[must_use]
    pub fn features(self) -> &'static PhoneFeatures {
        &inventory::INVENTORY[self.index()].features
    }

    /// Whether this is [`Phone::SILENCE`].
    #[must_use]
    pub fn is_silence(self) -> bool {
        self == Phone::SILENCE
    }

    fn from_symbol(symbol: &str) -> Option<Phone> {
        Phone::all().find(|phone| phone.symbol() == symbol)
    }
}

impl std::fmt::Debug for Phone {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Phone({})", self.symbol())
    }
}

impl Serialize for Phone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.symbol())
    }
}

impl<'de> Deserialize<'de> for Phone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let symbol = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Phone::from_symbol(&symbol)
            .ok_or_else(|| serde::de::Error::custom(format!("\"{symbol}\" is not a phone of the inventory")))
    }
}

impl Serialize for StressedPhone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.phone, self.stress).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for StressedPhone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (phone, stress) = <(Phone, u8)>::deserialize(deserializer)?;
        Ok(StressedPhone { phone, stress })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_are_unique_and_indices_round_trip() {
        let symbols: std::collections::HashSet<_> = Phone::all().map(Phone::symbol).collect();
        assert_eq!(symbols.len(), PHONE_COUNT);
        for phone in Phone::all() {
            assert_eq!(Phone::from_index(phone.index()), Some(phone));
            if !phone.is_silence() {
                assert_eq!(Phone::from_ipa(phone.symbol()), Some(phone), "{}", phone.symbol());
            }
        }
        assert_eq!(Phone::from_index(PHONE_COUNT), None);
    }

    #[test]
    fn lips_close_for_p_b_m_and_meet_teeth_for_f_v_only() {
        let closing: Vec<_> = Phone::all().filter(|p| p.features().bilabial).map(Phone::symbol).collect();
        assert_eq!(closing, ["p", "b", "m"]);
        let biting: Vec<_> = Phone::all().filter(|p| p.features().labiodental).map(Phone::symbol).collect();
        assert_eq!(biting, ["f", "v"]);
    }

    #[test]
    fn positions_stay_in_range() {
        for phone in Phone::all() {
            let f = phone.features();
            for value in [f.rounding, f.lip_spread, f.jaw_open, f.tongue_front, f.tongue_height] {
                assert!((0.0..=1.0).contains(&value), "{phone:?}");
            }
            assert!(f.rounding < 0.3 || f.lip_spread < 0.4, "{phone:?} is both round and spread");
        }
    }

    #[test]
    fn a_span_survives_json() {
        let span = PhoneSpan { phone: Phone::from_ipa("ʃ").unwrap(), start_s: 0.25, end_s: 0.5, stress: 1 };
        let text = serde_json::to_string(&span).unwrap();
        assert!(text.contains("\"ʃ\""), "{text}");
        assert_eq!(serde_json::from_str::<PhoneSpan>(&text).unwrap(), span);
        assert!(serde_json::from_str::<PhoneSpan>(&text.replace('ʃ', "Q")).is_err());
    }
}
