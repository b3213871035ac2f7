//! What the mouth does for a phone, as far as a face can show it.

/// The manner of a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PhoneKind {
    /// No speech.
    Silence,
    /// A vowel; diphthongs are two of these.
    Vowel,
    /// A full closure with a burst.
    Plosive,
    /// A closure in the mouth with the nose open.
    Nasal,
    /// Noise at a narrow passage.
    Fricative,
    /// A closure that opens into a fricative; one phone here.
    Affricate,
    /// Approximants, laterals, trills and taps.
    Approximant,
}

/// Where a consonant is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// Vowels and silence.
    None,
    /// Both lips.
    Bilabial,
    /// Lower lip against the upper teeth.
    Labiodental,
    /// Tongue tip at or between the teeth.
    Dental,
    /// Tongue tip at the ridge behind the upper teeth.
    Alveolar,
    /// Behind the ridge, also retroflex and alveolo-palatal.
    PostAlveolar,
    /// Tongue body at the hard palate.
    Palatal,
    /// Tongue body at the soft palate.
    Velar,
    /// Tongue body at the uvula.
    Uvular,
    /// In the larynx.
    Glottal,
    /// Rounded lips with a back tongue, as in w.
    LabialVelar,
    /// Rounded lips with a front tongue, as in French "huit".
    LabialPalatal,
}

/// Articulatory features of a phone. Positions are in 0..=1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PhoneFeatures {
    /// Manner.
    pub kind: PhoneKind,
    /// Place of a consonant.
    pub place: Place,
    /// Whether the vocal folds vibrate.
    pub voiced: bool,
    /// Whether the lips touch all along: p, b and m only (β narrows the lips and does not close them).
    pub bilabial: bool,
    /// Whether the lower lip touches the upper teeth: f and v.
    pub labiodental: bool,
    /// Whether the teeth come almost together: s, z, ʃ, tʃ and their like.
    pub sibilant: bool,
    /// Whether the tongue tip rises to the teeth or behind them.
    pub tongue_tip: bool,
    /// Whether the nose is open with the mouth shut.
    pub nasal: bool,
    /// Lip rounding and protrusion; 1 as in "u".
    pub rounding: f32,
    /// Lip corners apart; 0.9 as in "i".
    pub lip_spread: f32,
    /// Jaw opening; 1 as in "ɑ".
    pub jaw_open: f32,
    /// Tongue body position; 1 is front.
    pub tongue_front: f32,
    /// Tongue body height; 1 is at the palate.
    pub tongue_height: f32,
}
