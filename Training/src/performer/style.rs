//! Virtual speakers: eight dials that change how the same words are said with the face.

/// Number of style dials.
pub const STYLE_COUNT: usize = 8;
/// Names of the dials, in the order of every style vector and of the model card.
pub const STYLE_NAMES: [&str; STYLE_COUNT] =
    ["articulation", "jaw", "rounding", "smile", "brows", "asymmetry", "lids", "head"];
/// Dials are clamped to plus or minus this many standard deviations.
pub const STYLE_LIMIT: f32 = 3.0;

/// What the dials mean for the performer: gains around 1 and small biases.
#[derive(Clone, Debug, PartialEq)]
pub struct Style {
    /// Gain of all mouth amplitudes: hypo- to hyper-articulated.
    pub articulation_gain: f32,
    /// Gain of the jaw; the lips give back what the jaw takes, so the opening stays about the same.
    pub jaw_gain: f32,
    /// Gain of the independent lip opening.
    pub lip_gain: f32,
    /// Gain of protrusion and pursing.
    pub rounding_gain: f32,
    /// Constant lift (positive) or fall (negative) of the mouth corners.
    pub smile_bias: f32,
    /// Gain of brow movement with accents.
    pub brow_gain: f32,
    /// Gains of the left and right halves of the face, outside lip contacts.
    pub left_gain: f32,
    /// See `left_gain`.
    pub right_gain: f32,
    /// Constant relaxation (positive) or raise (negative) of the upper lids.
    pub lid_bias: f32,
}

impl Style {
    /// Returns the meaning of a style vector; each dial is clamped to [`STYLE_LIMIT`], a non-finite dial counts as 0.
    #[must_use]
    pub fn new(dials: [f32; STYLE_COUNT]) -> Self {
        let [articulation, jaw, rounding, smile, brows, asymmetry, lids, _head] =
            dials.map(|dial| if dial.is_finite() { dial.clamp(-STYLE_LIMIT, STYLE_LIMIT) } else { 0.0 });
        Self {
            articulation_gain: (0.16 * articulation).exp(),
            jaw_gain: (0.15 * jaw).exp(),
            lip_gain: (-0.12 * jaw).exp(),
            rounding_gain: (0.15 * rounding).exp(),
            smile_bias: 0.06 * smile,
            brow_gain: (0.4 * brows).exp(),
            left_gain: 1.0 + 0.1 * asymmetry,
            right_gain: 1.0 - 0.1 * asymmetry,
            lid_bias: 0.07 * lids,
        }
    }
}
