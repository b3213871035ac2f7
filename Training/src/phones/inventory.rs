//! The one table of phones: symbol, manner, place, voicing, and how lips, jaw and tongue stand.

use super::features::{PhoneFeatures, PhoneKind, Place};

/// One row of the inventory.
pub(super) struct PhoneRow {
    pub(super) symbol: &'static str,
    pub(super) features: PhoneFeatures,
}

/// How open the lips and jaw and how round or spread the lips are, as the table lists them.
struct Lips {
    rounding: f32,
    spread: f32,
    jaw_open: f32,
}

const fn lips(rounding: f32, spread: f32, jaw_open: f32) -> Lips {
    Lips { rounding, spread, jaw_open }
}

const fn vowel(symbol: &'static str, front: f32, height: f32, lips: Lips) -> PhoneRow {
    PhoneRow {
        symbol,
        features: PhoneFeatures {
            kind: PhoneKind::Vowel,
            place: Place::None,
            voiced: true,
            bilabial: false,
            labiodental: false,
            sibilant: false,
            tongue_tip: false,
            nasal: false,
            rounding: lips.rounding,
            lip_spread: lips.spread,
            jaw_open: lips.jaw_open,
            tongue_front: front,
            tongue_height: height,
        },
    }
}

/// A consonant; the flags that follow from manner and place are filled in here.
const fn consonant(
    symbol: &'static str,
    kind: PhoneKind,
    place: Place,
    voiced: bool,
    tongue: (f32, f32),
    lips: Lips,
) -> PhoneRow {
    let closes_lips =
        matches!(place, Place::Bilabial) && matches!(kind, PhoneKind::Plosive | PhoneKind::Nasal);
    let sibilant = matches!(kind, PhoneKind::Fricative | PhoneKind::Affricate)
        && matches!(place, Place::Alveolar | Place::PostAlveolar);
    PhoneRow {
        symbol,
        features: PhoneFeatures {
            kind,
            place,
            voiced,
            bilabial: closes_lips,
            labiodental: matches!(place, Place::Labiodental),
            sibilant,
            tongue_tip: matches!(place, Place::Dental | Place::Alveolar | Place::PostAlveolar),
            nasal: matches!(kind, PhoneKind::Nasal),
            rounding: lips.rounding,
            lip_spread: lips.spread,
            jaw_open: lips.jaw_open,
            tongue_front: tongue.0,
            tongue_height: tongue.1,
        },
    }
}

const SILENCE: PhoneRow = PhoneRow {
    symbol: "sil",
    features: PhoneFeatures {
        kind: PhoneKind::Silence,
        place: Place::None,
        voiced: false,
        bilabial: false,
        labiodental: false,
        sibilant: false,
        tongue_tip: false,
        nasal: false,
        rounding: 0.0,
        lip_spread: 0.0,
        jaw_open: 0.0,
        tongue_front: 0.5,
        tongue_height: 0.5,
    },
};

/// Number of phone classes, silence included.
pub const PHONE_COUNT: usize = 60;

use PhoneKind::{Affricate, Approximant, Fricative, Nasal, Plosive};
use Place::{
    Alveolar, Bilabial, Dental, Glottal, LabialPalatal, LabialVelar, Labiodental, Palatal, PostAlveolar,
    Uvular, Velar,
};

/// Index 0 is silence. Tongue pairs are (front, height); both 0..1.
pub(super) static INVENTORY: [PhoneRow; PHONE_COUNT] = [
    SILENCE,
    // Plosives.
    consonant("p", Plosive, Bilabial, false, (0.5, 0.4), lips(0.0, 0.1, 0.05)),
    consonant("b", Plosive, Bilabial, true, (0.5, 0.4), lips(0.0, 0.1, 0.05)),
    consonant("t", Plosive, Alveolar, false, (0.9, 0.9), lips(0.0, 0.2, 0.1)),
    consonant("d", Plosive, Alveolar, true, (0.9, 0.9), lips(0.0, 0.2, 0.12)),
    consonant("k", Plosive, Velar, false, (0.2, 1.0), lips(0.0, 0.1, 0.25)),
    consonant("ɡ", Plosive, Velar, true, (0.2, 1.0), lips(0.0, 0.1, 0.25)),
    consonant("ʔ", Plosive, Glottal, false, (0.5, 0.4), lips(0.0, 0.0, 0.3)),
    // Nasals.
    consonant("m", Nasal, Bilabial, true, (0.5, 0.4), lips(0.0, 0.1, 0.05)),
    consonant("n", Nasal, Alveolar, true, (0.9, 0.9), lips(0.0, 0.2, 0.15)),
    consonant("ɲ", Nasal, Palatal, true, (0.8, 1.0), lips(0.0, 0.3, 0.15)),
    consonant("ŋ", Nasal, Velar, true, (0.2, 1.0), lips(0.0, 0.1, 0.25)),
    // Fricatives.
    consonant("β", Fricative, Bilabial, true, (0.5, 0.4), lips(0.35, 0.0, 0.1)),
    consonant("f", Fricative, Labiodental, false, (0.5, 0.4), lips(0.0, 0.15, 0.1)),
    consonant("v", Fricative, Labiodental, true, (0.5, 0.4), lips(0.0, 0.15, 0.1)),
    consonant("θ", Fricative, Dental, false, (1.0, 0.8), lips(0.0, 0.2, 0.15)),
    consonant("ð", Fricative, Dental, true, (1.0, 0.8), lips(0.0, 0.2, 0.15)),
    consonant("s", Fricative, Alveolar, false, (0.9, 0.9), lips(0.0, 0.4, 0.03)),
    consonant("z", Fricative, Alveolar, true, (0.9, 0.9), lips(0.0, 0.4, 0.05)),
    consonant("ʃ", Fricative, PostAlveolar, false, (0.75, 0.9), lips(0.6, 0.0, 0.06)),
    consonant("ʒ", Fricative, PostAlveolar, true, (0.75, 0.9), lips(0.6, 0.0, 0.08)),
    consonant("ɕ", Fricative, PostAlveolar, false, (0.85, 0.95), lips(0.1, 0.35, 0.05)),
    consonant("ç", Fricative, Palatal, false, (0.8, 0.95), lips(0.0, 0.4, 0.12)),
    consonant("x", Fricative, Velar, false, (0.2, 0.9), lips(0.05, 0.1, 0.3)),
    consonant("ɣ", Fricative, Velar, true, (0.2, 0.85), lips(0.05, 0.1, 0.3)),
    consonant("h", Fricative, Glottal, false, (0.5, 0.4), lips(0.0, 0.1, 0.35)),
    // Affricates.
    consonant("ts", Affricate, Alveolar, false, (0.9, 0.9), lips(0.0, 0.35, 0.05)),
    consonant("dz", Affricate, Alveolar, true, (0.9, 0.9), lips(0.0, 0.35, 0.06)),
    consonant("tʃ", Affricate, PostAlveolar, false, (0.75, 0.9), lips(0.55, 0.0, 0.07)),
    consonant("dʒ", Affricate, PostAlveolar, true, (0.75, 0.9), lips(0.55, 0.0, 0.08)),
    consonant("tɕ", Affricate, PostAlveolar, false, (0.85, 0.95), lips(0.1, 0.35, 0.06)),
    // Approximants, trills and taps.
    consonant("l", Approximant, Alveolar, true, (0.9, 0.85), lips(0.0, 0.15, 0.3)),
    consonant("ɹ", Approximant, PostAlveolar, true, (0.6, 0.7), lips(0.5, 0.0, 0.2)),
    consonant("ɾ", Approximant, Alveolar, true, (0.85, 0.85), lips(0.05, 0.15, 0.2)),
    consonant("ʁ", Approximant, Uvular, true, (0.1, 0.6), lips(0.05, 0.1, 0.35)),
    consonant("j", Approximant, Palatal, true, (0.95, 0.95), lips(0.0, 0.6, 0.15)),
    consonant("w", Approximant, LabialVelar, true, (0.1, 0.9), lips(1.0, 0.0, 0.1)),
    consonant("ɥ", Approximant, LabialPalatal, true, (0.9, 0.95), lips(0.95, 0.0, 0.12)),
    // Vowels: (front, height).
    vowel("i", 1.0, 1.0, lips(0.0, 0.9, 0.15)),
    vowel("ɪ", 0.85, 0.85, lips(0.0, 0.6, 0.25)),
    vowel("y", 0.95, 1.0, lips(0.95, 0.0, 0.15)),
    vowel("ʏ", 0.8, 0.85, lips(0.8, 0.0, 0.22)),
    vowel("e", 0.95, 0.75, lips(0.0, 0.75, 0.35)),
    vowel("ɛ", 0.85, 0.5, lips(0.0, 0.55, 0.5)),
    vowel("ø", 0.9, 0.75, lips(0.85, 0.0, 0.3)),
    vowel("œ", 0.8, 0.5, lips(0.65, 0.0, 0.45)),
    vowel("æ", 0.8, 0.2, lips(0.0, 0.5, 0.75)),
    vowel("a", 0.55, 0.0, lips(0.0, 0.25, 0.95)),
    vowel("ɐ", 0.5, 0.2, lips(0.0, 0.15, 0.65)),
    vowel("ɑ", 0.15, 0.0, lips(0.0, 0.05, 1.0)),
    vowel("ɒ", 0.1, 0.05, lips(0.5, 0.0, 0.85)),
    vowel("ɔ", 0.1, 0.4, lips(0.7, 0.0, 0.6)),
    vowel("o", 0.05, 0.7, lips(0.9, 0.0, 0.4)),
    vowel("ʊ", 0.2, 0.85, lips(0.7, 0.0, 0.25)),
    vowel("u", 0.0, 1.0, lips(1.0, 0.0, 0.15)),
    vowel("ʌ", 0.3, 0.35, lips(0.0, 0.1, 0.6)),
    vowel("ə", 0.5, 0.5, lips(0.1, 0.1, 0.4)),
    vowel("ɚ", 0.5, 0.55, lips(0.4, 0.0, 0.35)),
    vowel("ɨ", 0.5, 0.95, lips(0.0, 0.5, 0.2)),
    vowel("ɯ", 0.1, 0.95, lips(0.2, 0.3, 0.2)),
];
