//! What each phone asks of each articulator: a target and how strongly it insists.
//!
//! Targets are in articulator units 0..1 (tongue axes -1..1) and follow from IPA features, so every language
//! shares one table. Amplitudes were set against the real mouth curves of the FACEGOOD set: jaw opening has a
//! 99th percentile of 0.5 to 0.6 there, protrusion of 0.4 to 0.6.

use crate::phones::{Phone, PhoneFeatures, PhoneKind, Place};

/// Articulators that coarticulate. Lip contacts are separate: they are constraints, not averages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Articulator {
    /// Jaw opening.
    Jaw,
    /// Lower lip lowered away from the jaw's own movement.
    LowerLip,
    /// Upper lip raised.
    UpperLip,
    /// Lips drawn together to the centre (close rounding).
    Purse,
    /// Lips pushed forward and flared (open rounding).
    Funnel,
    /// Mouth corners drawn apart.
    Spread,
    /// Tongue tip up.
    Tip,
    /// Tongue body up (positive) or down.
    Body,
    /// Tongue body forward (positive) or back.
    Front,
    /// Tongue tip between the teeth.
    Dental,
    /// Tongue curled.
    Roll,
}

/// Number of articulators.
pub const ARTICULATOR_COUNT: usize = 11;

/// Reach of an articulator's coarticulation beyond the phone, in seconds: slow jaws and lips, fast tongues.
pub const REACH_S: [f64; ARTICULATOR_COUNT] =
    [0.065, 0.055, 0.055, 0.095, 0.095, 0.075, 0.040, 0.055, 0.060, 0.040, 0.045];

/// Targets and strengths `[articulator]` of one phone.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Gesture {
    /// Where each articulator should go.
    pub target: [f32; ARTICULATOR_COUNT],
    /// How strongly, 0 = leaves it to the neighbours.
    pub strength: [f32; ARTICULATOR_COUNT],
}

impl Gesture {
    fn set(&mut self, articulator: Articulator, target: f32, strength: f32) {
        self.target[articulator as usize] = target;
        self.strength[articulator as usize] = strength;
    }
}

/// Returns the gesture of a phone.
#[must_use]
pub fn gesture(phone: Phone) -> Gesture {
    let features = phone.features();
    match features.kind {
        PhoneKind::Silence => rest(),
        PhoneKind::Vowel => vowel(features),
        _ => consonant(features),
    }
}

fn rest() -> Gesture {
    Gesture { target: [0.0; ARTICULATOR_COUNT], strength: [1.0; ARTICULATOR_COUNT] }
}

fn vowel(features: &PhoneFeatures) -> Gesture {
    use Articulator as A;
    let (open, round, spread) = (features.jaw_open, features.rounding, features.lip_spread);
    let mut g = Gesture::default();
    g.set(A::Jaw, 0.10 + 0.34 * open, 1.0);
    g.set(A::LowerLip, (0.10 + 0.20 * open) * (1.0 - 0.6 * round), 0.8);
    g.set(A::UpperLip, (0.06 + 0.12 * open) * (1.0 - 0.5 * round), 0.8);
    // Close rounded vowels purse, open rounded ones flare.
    g.set(A::Purse, round * (0.62 - 0.35 * open), 1.0);
    g.set(A::Funnel, round * (0.30 + 0.30 * open), 1.0);
    g.set(A::Spread, spread, 0.9);
    g.set(A::Tip, 0.0, 0.4);
    g.set(A::Body, (features.tongue_height - 0.5) * 1.2, 0.8);
    g.set(A::Front, (features.tongue_front - 0.5) * 1.4, 0.8);
    g.set(A::Dental, 0.0, 0.5);
    g.set(A::Roll, 0.0, 0.5);
    g
}

fn consonant(features: &PhoneFeatures) -> Gesture {
    use Articulator as A;
    use Place as P;
    let mut g = Gesture::default();
    // Most consonants leave the lips to the vowels around them.
    let (jaw, insist) = match features.place {
        _ if features.sibilant => (0.05, 2.2),
        P::Bilabial => (0.07, 1.4),
        P::Labiodental => (0.06, 1.8),
        P::Dental => (0.09, 1.4),
        P::Alveolar | P::PostAlveolar => (0.09, 1.3),
        P::Glottal => (0.14, 0.15),
        _ => (0.12, 0.7),
    };
    g.set(A::Jaw, jaw, insist);
    let (lower, upper, insist) = if features.sibilant { (0.22, 0.16, 1.2) } else { (0.14, 0.09, 0.35) };
    g.set(A::LowerLip, lower, insist);
    g.set(A::UpperLip, upper, insist);
    let flare = features.place == P::PostAlveolar;
    let insist = if features.rounding > 0.1 { 1.2 } else { 0.12 };
    g.set(A::Purse, features.rounding * if flare { 0.25 } else { 0.7 }, insist);
    g.set(A::Funnel, features.rounding * if flare { 0.6 } else { 0.28 }, insist);
    g.set(A::Spread, features.lip_spread, if features.lip_spread > 0.25 { 0.6 } else { 0.12 });
    g.set(A::Tip, if features.tongue_tip { 0.85 } else { 0.0 }, if features.tongue_tip { 1.5 } else { 0.2 });
    let raised = features.tongue_height > 0.7 && !features.tongue_tip;
    let insist = if raised { 1.4 } else { 0.3 };
    g.set(A::Body, (features.tongue_height - 0.4) * 1.2, insist);
    g.set(A::Front, (features.tongue_front - 0.5) * 1.2, insist);
    let dental = features.place == P::Dental && features.kind == PhoneKind::Fricative;
    g.set(A::Dental, if dental { 0.45 } else { 0.0 }, if dental { 2.0 } else { 0.5 });
    let curled = features.kind == PhoneKind::Approximant && flare;
    g.set(A::Roll, if curled { 0.5 } else { 0.0 }, if curled { 1.2 } else { 0.4 });
    g
}
