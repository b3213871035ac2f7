//! Emotion prototypes over all regions, after the action units of FACS.
//!
//! A prototype is linear in its weight, so every slider is monotonic. Each one also says how it colours
//! movement: how much the jaw moves, and which regions follow accents in the voice. These couplings differ per
//! emotion on purpose: they are the region correlations that a correlation-supervised generator can learn.

/// Number of emotions.
pub const EMOTION_COUNT: usize = 12;
/// Names of the emotions, in the order of every weight vector and of the model card.
///
/// The first five are those of the paper and of most corpora; the others are what users ask animation tools for.
pub const EMOTION_NAMES: [&str; EMOTION_COUNT] = [
    "neutral",
    "happy",
    "sad",
    "angry",
    "surprised",
    "fearful",
    "disgusted",
    "confident",
    "excited",
    "bored",
    "playful",
    "confused",
];

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

/// Brows up and together, upper lids up, lips stretched back.
const FEARFUL: Prototype = Prototype {
    strokes: &[
        stroke("CTRL_{}_brow_raiseIn.ty", 0.66, 0.12),
        stroke("CTRL_{}_brow_raiseOut.ty", 0.34, 0.08),
        stroke("CTRL_{}_brow_lateral.ty", 0.46, 0.08),
        stroke("CTRL_{}_brow_down.ty", 0.14, 0.0),
        stroke("CTRL_{}_eye_blink.ty", -0.36, -0.12),
        stroke("CTRL_{}_eye_eyelidU.ty", -0.30, -0.08),
        stroke("CTRL_{}_eye_eyelidD.ty", 0.10, 0.0),
        stroke("CTRL_{}_nose.tx", 0.16, 0.08),
        stroke("CTRL_{}_mouth_stretch.ty", 0.34, 0.14),
        stroke("CTRL_{}_mouth_cornerDepress.ty", 0.12, 0.04),
        stroke("CTRL_{}_mouth_lowerLipDepress.ty", 0.10, 0.06),
        stroke("CTRL_{}_neck_stretch.ty", 0.24, 0.16),
    ],
    jaw_gain: 0.95,
    rounding_gain: 0.85,
};

/// Nose wrinkled, upper lip raised, brows down, cheeks up.
const DISGUSTED: Prototype = Prototype {
    strokes: &[
        stroke("CTRL_{}_nose.ty", 0.58, 0.16),
        stroke("CTRL_{}_nose.tx", 0.14, 0.06),
        stroke("CTRL_L_nose_nasolabialDeepen.ty", 0.46, 0.10),
        stroke("CTRL_R_nose_nasolabialDeepen.ty", -0.46, -0.10),
        stroke("CTRL_{}_mouth_upperLipRaise.ty", 0.24, 0.08),
        stroke("CTRL_{}_mouth_cornerDepress.ty", 0.30, 0.06),
        stroke("CTRL_{}_jaw_ChinRaiseD.ty", 0.26, 0.06),
        stroke("CTRL_{}_brow_down.ty", 0.40, 0.12),
        stroke("CTRL_{}_brow_lateral.ty", 0.18, 0.04),
        stroke("CTRL_{}_eye_squintInner.ty", 0.36, 0.08),
        stroke("CTRL_{}_eye_cheekRaise.ty", 0.26, 0.06),
        stroke("CTRL_{}_eye_eyelidU.ty", 0.18, 0.0),
    ],
    jaw_gain: 0.95,
    rounding_gain: 0.95,
};

/// A small smile, lids a little lowered, calm brows that lift with what matters.
const CONFIDENT: Prototype = Prototype {
    strokes: &[
        stroke("CTRL_{}_mouth_cornerPull.ty", 0.22, 0.05),
        stroke("CTRL_{}_mouth_dimple.ty", 0.20, 0.0),
        stroke("CTRL_{}_mouth_tightenD.ty", 0.10, 0.0),
        stroke("CTRL_{}_eye_eyelidU.ty", 0.14, -0.06),
        stroke("CTRL_{}_eye_eyelidD.ty", 0.10, 0.0),
        stroke("CTRL_{}_eye_squintInner.ty", 0.16, 0.05),
        stroke("CTRL_{}_brow_down.ty", 0.12, 0.0),
        stroke("CTRL_L_brow_raiseOut.ty", 0.06, 0.26),
        stroke("CTRL_R_brow_raiseOut.ty", 0.14, 0.34),
        stroke("CTRL_{}_jaw_ChinRaiseD.ty", 0.06, 0.0),
    ],
    jaw_gain: 1.06,
    rounding_gain: 1.0,
};

/// Wide eyes and a broad smile that both ride on the voice.
const EXCITED: Prototype = Prototype {
    strokes: &[
        stroke("CTRL_{}_mouth_cornerPull.ty", 0.50, 0.14),
        stroke("CTRL_{}_mouth_upperLipRaise.ty", 0.14, 0.06),
        stroke("CTRL_{}_mouth_lowerLipDepress.ty", 0.12, 0.06),
        stroke("CTRL_{}_mouth_corner.ty", 0.14, 0.0),
        stroke("CTRL_{}_eye_cheekRaise.ty", 0.30, 0.20),
        stroke("CTRL_{}_eye_blink.ty", -0.24, -0.16),
        stroke("CTRL_{}_eye_eyelidU.ty", -0.16, -0.12),
        stroke("CTRL_{}_brow_raiseIn.ty", 0.34, 0.34),
        stroke("CTRL_{}_brow_raiseOut.ty", 0.44, 0.36),
        stroke("CTRL_L_nose_nasolabialDeepen.ty", 0.22, 0.06),
        stroke("CTRL_R_nose_nasolabialDeepen.ty", -0.22, -0.06),
        stroke("CTRL_{}_nose.tx", 0.10, 0.08),
    ],
    jaw_gain: 1.2,
    rounding_gain: 0.85,
};

/// Heavy lids, slack brows that hardly follow the voice, corners slightly down.
const BORED: Prototype = Prototype {
    strokes: &[
        stroke("CTRL_{}_eye_eyelidU.ty", 0.46, 0.04),
        stroke("CTRL_{}_eye_eyelidD.ty", -0.06, 0.0),
        stroke("CTRL_{}_brow_raiseOut.ty", 0.12, 0.03),
        stroke("CTRL_{}_brow_raiseIn.ty", 0.04, 0.02),
        stroke("CTRL_{}_mouth_cornerDepress.ty", 0.18, 0.0),
        stroke("CTRL_{}_mouth_corner.ty", -0.10, 0.0),
        stroke("CTRL_{}_mouth_dimple.ty", 0.08, 0.0),
        stroke("CTRL_{}_jaw_ChinRaiseD.ty", 0.08, 0.0),
    ],
    jaw_gain: 0.82,
    rounding_gain: 0.85,
};

/// A lopsided smile, one brow up, narrowed eyes.
const PLAYFUL: Prototype = Prototype {
    strokes: &[
        stroke("CTRL_L_mouth_cornerPull.ty", 0.52, 0.12),
        stroke("CTRL_R_mouth_cornerPull.ty", 0.26, 0.06),
        stroke("CTRL_L_mouth_dimple.ty", 0.20, 0.0),
        stroke("CTRL_R_mouth_dimple.ty", 0.08, 0.0),
        stroke("CTRL_L_eye_cheekRaise.ty", 0.36, 0.14),
        stroke("CTRL_R_eye_cheekRaise.ty", 0.20, 0.08),
        stroke("CTRL_{}_eye_squintInner.ty", 0.20, 0.05),
        stroke("CTRL_L_brow_raiseOut.ty", 0.10, 0.20),
        stroke("CTRL_R_brow_raiseOut.ty", 0.44, 0.30),
        stroke("CTRL_R_brow_raiseIn.ty", 0.24, 0.16),
        stroke("CTRL_L_nose_nasolabialDeepen.ty", 0.24, 0.04),
        stroke("CTRL_R_nose_nasolabialDeepen.ty", -0.12, -0.02),
    ],
    jaw_gain: 1.05,
    rounding_gain: 0.9,
};

/// One brow down and one up, eyes narrowed, lips pushed to one side.
const CONFUSED: Prototype = Prototype {
    strokes: &[
        stroke("CTRL_L_brow_down.ty", 0.46, 0.10),
        stroke("CTRL_R_brow_down.ty", 0.14, 0.0),
        stroke("CTRL_{}_brow_lateral.ty", 0.34, 0.06),
        stroke("CTRL_R_brow_raiseOut.ty", 0.40, 0.20),
        stroke("CTRL_R_brow_raiseIn.ty", 0.26, 0.12),
        stroke("CTRL_L_eye_squintInner.ty", 0.40, 0.08),
        stroke("CTRL_R_eye_squintInner.ty", 0.18, 0.05),
        stroke("CTRL_L_eye_eyelidU.ty", 0.16, 0.0),
        stroke("CTRL_{}_mouth_cornerDepress.ty", 0.14, 0.0),
        stroke("CTRL_L_mouth_stretch.ty", 0.14, 0.04),
        stroke("CTRL_{}_jaw_ChinRaiseD.ty", 0.16, 0.04),
        stroke("CTRL_L_nose_nasolabialDeepen.ty", 0.12, 0.0),
    ],
    jaw_gain: 0.92,
    rounding_gain: 1.05,
};

/// Prototypes in the order of [`EMOTION_NAMES`].
pub const PROTOTYPES: [Prototype; EMOTION_COUNT] =
    [NEUTRAL, HAPPY, SAD, ANGRY, SURPRISED, FEARFUL, DISGUSTED, CONFIDENT, EXCITED, BORED, PLAYFUL, CONFUSED];

/// Returns the weights of a face without emotion.
#[must_use]
pub fn neutral() -> [f32; EMOTION_COUNT] {
    let mut weights = [0.0; EMOTION_COUNT];
    weights[0] = 1.0;
    weights
}
