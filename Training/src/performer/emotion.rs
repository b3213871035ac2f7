//! Emotion prototypes over all regions, after the action units of FACS.
//!
//! A prototype is linear in its weight, so every slider is monotonic. Each one also says how it colours
//! movement: how much the jaw moves, and which regions follow accents in the voice. These couplings differ per
//! emotion on purpose: they are the region correlations that a correlation-supervised generator can learn.

/// Number of emotions.
pub const EMOTION_COUNT: usize = 5;
/// Names of the emotions, in the order of every weight vector and of the model card.
pub const EMOTION_NAMES: [&str; EMOTION_COUNT] = ["neutral", "happy", "sad", "angry", "surprised"];

/// One control of a prototype. `control` leaves out the side: `{}` stands for `L` and `R`.
#[derive(Clone, Copy, Debug)]
pub struct Stroke {
    /// Board control, for example `CTRL_{}_brow_down.ty`, or a centre control's full name.
    pub control: &'static str,
    /// Value at weight 1 with no voice.
    pub apex: f32,
    /// Added at weight 1 and full prominence of the voice.
    pub accent: f32,
}

const fn stroke(control: &'static str, apex: f32, accent: f32) -> Stroke {
    Stroke { control, apex, accent }
}

/// A prototype: its strokes, and the gains on jaw and lip movement at weight 1.
#[derive(Clone, Copy, Debug)]
pub struct Prototype {
    /// The controls it moves.
    pub strokes: &'static [Stroke],
    /// Gain of the jaw at weight 1.
    pub jaw_gain: f32,
    /// Gain of pursing and funnelling at weight 1: a smile flattens rounding.
    pub rounding_gain: f32,
}

/// Accented brows of a face without emotion.
const NEUTRAL: Prototype = Prototype {
    strokes: &[
        stroke("CTRL_{}_brow_raiseIn.ty", 0.0, 0.22),
        stroke("CTRL_{}_brow_raiseOut.ty", 0.0, 0.26),
        stroke("CTRL_{}_eye_eyelidU.ty", 0.0, -0.06),
    ],
    jaw_gain: 1.0,
    rounding_gain: 1.0,
};

const HAPPY: Prototype = Prototype {
    strokes: &[
        stroke("CTRL_{}_mouth_cornerPull.ty", 0.58, 0.10),
        stroke("CTRL_{}_mouth_sharpCornerPull.ty", 0.10, 0.0),
        stroke("CTRL_{}_mouth_dimple.ty", 0.12, 0.0),
        stroke("CTRL_{}_eye_cheekRaise.ty", 0.48, 0.22),
        stroke("CTRL_{}_eye_squintInner.ty", 0.22, 0.06),
        stroke("CTRL_{}_eye_eyelidD.ty", 0.20, 0.05),
        stroke("CTRL_{}_brow_raiseOut.ty", 0.12, 0.22),
        stroke("CTRL_{}_brow_raiseIn.ty", 0.06, 0.16),
        stroke("CTRL_L_nose_nasolabialDeepen.ty", 0.32, 0.05),
        stroke("CTRL_R_nose_nasolabialDeepen.ty", -0.32, -0.05),
        stroke("CTRL_{}_mouth_upperLipRaise.ty", 0.12, 0.04),
        stroke("CTRL_{}_mouth_lowerLipDepress.ty", 0.06, 0.0),
        stroke("CTRL_{}_mouth_corner.ty", 0.18, 0.0),
    ],
    jaw_gain: 1.05,
    rounding_gain: 0.75,
};

const SAD: Prototype = Prototype {
    strokes: &[
        stroke("CTRL_{}_brow_raiseIn.ty", 0.62, 0.12),
        stroke("CTRL_{}_brow_lateral.ty", 0.38, 0.06),
        stroke("CTRL_{}_brow_down.ty", 0.12, 0.0),
        stroke("CTRL_{}_eye_eyelidU.ty", 0.34, -0.05),
        stroke("CTRL_{}_eye_squintInner.ty", 0.10, 0.05),
        stroke("CTRL_{}_eye_cheekRaise.ty", 0.10, 0.0),
        stroke("CTRL_{}_mouth_cornerDepress.ty", 0.50, 0.08),
        stroke("CTRL_{}_mouth_corner.ty", -0.16, 0.0),
        stroke("CTRL_{}_mouth_stretch.ty", 0.10, 0.0),
        stroke("CTRL_{}_jaw_ChinRaiseD.ty", 0.22, 0.06),
        stroke("CTRL_L_nose_nasolabialDeepen.ty", 0.12, 0.0),
        stroke("CTRL_R_nose_nasolabialDeepen.ty", -0.12, 0.0),
    ],
    jaw_gain: 0.85,
    rounding_gain: 0.95,
};

const ANGRY: Prototype = Prototype {
    strokes: &[
        stroke("CTRL_{}_brow_down.ty", 0.72, 0.22),
        stroke("CTRL_{}_brow_lateral.ty", 0.52, 0.12),
        stroke("CTRL_{}_eye_squintInner.ty", 0.42, 0.15),
        stroke("CTRL_{}_eye_eyelidU.ty", -0.22, -0.06),
        stroke("CTRL_{}_eye_eyelidD.ty", 0.14, 0.05),
        stroke("CTRL_{}_nose.ty", 0.26, 0.16),
        stroke("CTRL_{}_nose.tx", 0.34, 0.10),
        stroke("CTRL_L_nose_nasolabialDeepen.ty", 0.28, 0.12),
        stroke("CTRL_R_nose_nasolabialDeepen.ty", -0.28, -0.12),
        stroke("CTRL_{}_mouth_upperLipRaise.ty", 0.16, 0.12),
        stroke("CTRL_{}_mouth_lowerLipDepress.ty", 0.14, 0.10),
        stroke("CTRL_{}_mouth_tightenU.ty", 0.28, 0.0),
        stroke("CTRL_{}_mouth_tightenD.ty", 0.28, 0.0),
        stroke("CTRL_{}_mouth_cornerDepress.ty", 0.16, 0.0),
        stroke("CTRL_{}_mouth_stretch.ty", 0.10, 0.08),
        stroke("CTRL_{}_neck_stretch.ty", 0.14, 0.16),
    ],
    jaw_gain: 1.15,
    rounding_gain: 0.9,
};

const SURPRISED: Prototype = Prototype {
    strokes: &[
        stroke("CTRL_{}_brow_raiseIn.ty", 0.68, 0.14),
        stroke("CTRL_{}_brow_raiseOut.ty", 0.72, 0.14),
        stroke("CTRL_{}_eye_blink.ty", -0.42, -0.10),
        stroke("CTRL_{}_eye_eyelidU.ty", -0.38, -0.10),
        stroke("CTRL_{}_eye_eyelidD.ty", -0.12, 0.0),
        stroke("CTRL_{}_nose.tx", 0.12, 0.05),
        stroke("CTRL_C_jaw.ty", 0.09, 0.05),
        stroke("CTRL_{}_mouth_funnelU.ty", 0.06, 0.0),
        stroke("CTRL_{}_mouth_funnelD.ty", 0.06, 0.0),
        stroke("CTRL_{}_mouth_upperLipRaise.ty", 0.05, 0.0),
        stroke("CTRL_{}_ear_up.ty", 0.15, 0.0),
    ],
    jaw_gain: 1.12,
    rounding_gain: 1.0,
};

/// Prototypes in the order of [`EMOTION_NAMES`].
pub const PROTOTYPES: [Prototype; EMOTION_COUNT] = [NEUTRAL, HAPPY, SAD, ANGRY, SURPRISED];

/// Returns the weights of a face without emotion.
#[must_use]
pub fn neutral() -> [f32; EMOTION_COUNT] {
    let mut weights = [0.0; EMOTION_COUNT];
    weights[0] = 1.0;
    weights
}
