/**
 * What each MetaHuman expression does to the skin, as pulls: "around this place, this far, the skin moves like that".
 *
 * Names are those of `CTRL_expressions_*` without the side; a name with a side is written for the character's left and
 * mirrored for the right. Lengths are centimetres at weight 1. Lids, eyeballs, tongue, teeth and the closing of the
 * lips are not pulls; they are in their own modules.
 */

export interface Pull {
  /** Middle of the pull. */
  readonly at: readonly [number, number];
  /** Widths of its bell, across and up. */
  readonly reach: readonly [number, number];
  /** How the skin moves. */
  readonly move: readonly [number, number, number];
  /** Only the skin above (below) the mouth. */
  readonly part?: "upper" | "lower";
  /** Spread over the whole half of the mouth instead of a bell about `at` in x; the middle belongs to both halves. */
  readonly half?: boolean;
  /** Share of x by which the mouth narrows (negative) or widens. */
  readonly squeeze?: number;
  /** Share of its height by which the lip grows. */
  readonly thicken?: number;
  /** The other end of a fold: the pull acts along the line from `at` to here. */
  readonly to?: readonly [number, number];
  /** How much darker the skin gets, 0..1: what lies deep in a fold gets little light. */
  readonly shade?: number;
}

const p = (
  at: readonly [number, number],
  reach: readonly [number, number],
  move: readonly [number, number, number],
  more: Omit<Pull, "at" | "reach" | "move"> = {},
): Pull => ({ at, reach, move, ...more });

const UP = { part: "upper", half: true } as const;
const DOWN = { part: "lower", half: true } as const;
const corner = (reach: readonly [number, number], move: readonly [number, number, number], more = {}): Pull =>
  p([2.45, -4.0], reach, move, more);
const upperLip = (move: readonly [number, number, number], more = {}): Pull =>
  p([0, -3.7], [3, 1.05], move, { ...UP, ...more });
const lowerLip = (move: readonly [number, number, number], more = {}): Pull =>
  p([0, -4.4], [3, 1.05], move, { ...DOWN, ...more });

/** Expressions that end in L or R, for the left side. */
export const SIDED: Readonly<Record<string, readonly Pull[]>> = {
  browDown: [
    p([2.3, 4.4], [2.1, 1.15], [-0.2, -0.8, 0.2]),
    p([1.0, 4.3], [0.9, 1.0], [-0.15, -0.45, 0.25]),
    p([2.4, 6.3], [2.0, 1.4], [0, -0.3, 0]),
    p([2.3, 3.3], [1.6, 0.5], [0, -0.3, 0.15]),
  ],
  browLateral: [
    p([1.7, 4.5], [1.5, 1.1], [-0.55, -0.1, 0.2]),
    p([0.75, 4.2], [0.4, 0.8], [-0.1, 0, 0.25]),
    // Upright folds between the brows.
    p([0.42, 3.7], [0.2, 0.3], [0, 0, -0.15], { to: [0.38, 4.8], shade: 0.6 }),
  ],
  browRaiseIn: [
    p([1.3, 4.6], [1.35, 1.3], [0, 1.0, 0.05]),
    p([1.2, 6.5], [1.5, 1.2], [0, 0.45, 0.16]),
    p([0.45, 5.7], [0.45, 0.28], [0, 0, -0.04], { to: [1.7, 5.8], shade: 0.28 }),
    p([0.45, 6.7], [0.45, 0.28], [0, 0, -0.04], { to: [1.8, 6.8], shade: 0.22 }),
    p([1.9, 3.3], [0.9, 0.6], [0, 0.3, 0]),
  ],
  browRaiseOuter: [
    p([3.9, 4.5], [1.8, 1.35], [0.05, 1.0, 0]),
    p([3.5, 6.5], [2.0, 1.3], [0, 0.4, 0.1]),
    p([2.3, 5.95], [0.45, 0.28], [0, 0, -0.04], { to: [3.6, 6.15], shade: 0.28 }),
    p([2.4, 6.9], [0.45, 0.28], [0, 0, -0.04], { to: [3.4, 7.05], shade: 0.22 }),
    p([4.0, 3.3], [1.3, 0.6], [0, 0.35, 0]),
  ],
  earUp: [p([6.9, 1.5], [1.0, 2.2], [0, 0.5, 0])],
  eyeCheekRaise: [
    p([3.3, 0.2], [2.0, 0.95], [0, 0.55, 0.35]),
    p([4.3, -1.0], [1.6, 1.3], [0.1, 0.4, 0.35]),
    p([5.3, 2.0], [0.8, 0.9], [-0.15, 0.1, 0.15]),
  ],
  eyeSquintInner: [p([2.3, 0.7], [1.4, 0.65], [0.05, 0.35, 0.22]), p([2.6, 3.5], [1.5, 0.5], [0, -0.2, 0.1])],
  eyeFaceScrunch: [
    p([2.9, 4.0], [2.3, 1.2], [-0.15, -0.55, 0.25]),
    p([3.1, 0.2], [2.1, 1.0], [-0.1, 0.65, 0.4]),
    p([0.7, 1.6], [0.7, 0.9], [-0.1, 0.25, 0.25]),
  ],
  eyeBlink: [p([3.05, 3.6], [1.6, 0.5], [0, -0.12, 0])],
  eyeWiden: [p([3.05, 3.7], [1.7, 0.6], [0, 0.2, 0])],
  eyeLidPress: [p([3.05, 0.7], [1.7, 0.6], [0, 0.2, 0.12]), p([3.05, 3.7], [1.7, 0.6], [0, -0.2, 0.1])],
  noseWrinkle: [
    // Wings up and out, the tip a little; the lip below them squares.
    p([1.05, -1.35], [0.7, 0.7], [0.25, 0.95, 0.1]),
    p([0, -1.5], [0.6, 0.7], [0, 0.2, 0]),
    p([1.35, -3.5], [0.95, 1.1], [0.08, 0.85, 0.15], { part: "upper" }),
    p([2.1, -0.3], [0.9, 0.8], [0, 0.45, 0.4]),
    // Folds across the bridge and beside the nose.
    p([0, 1.5], [0.6, 0.22], [0, 0, -0.15], { shade: 0.7 }),
    p([0, 1.0], [0.6, 0.3], [0, 0.1, 0.25]),
    p([0.55, 0.75], [0.26, 0.24], [0, 0, -0.06], { to: [1.25, 0.15], shade: 0.6 }),
    p([1.45, -0.9], [0.3, 0.3], [0, 0, -0.12], { to: [2.1, -2.0], shade: 0.65 }),
    p([1.5, 4.2], [1.2, 0.9], [-0.1, -0.3, 0.15]),
  ],
  noseWrinkleUpper: [
    p([0.7, 2.2], [0.5, 0.8], [0, 0.2, 0.32]),
    p([1.3, 4.1], [1.1, 0.7], [-0.15, -0.3, 0.15]),
  ],
  noseNostrilDilate: [p([1.1, -1.6], [0.5, 0.5], [0.32, 0.06, 0.1])],
  noseNostrilCompress: [p([1.1, -1.6], [0.5, 0.5], [-0.25, 0, 0])],
  noseNostrilDepress: [p([0.8, -1.7], [0.8, 0.6], [0, -0.35, 0])],
  noseNasolabialDeepen: [
    p([1.5, -1.6], [0.3, 0.3], [0.05, 0, -0.22], { to: [2.85, -3.5], shade: 0.7 }),
    p([2.3, -1.3], [0.7, 0.7], [0, 0.1, 0.3], { to: [3.2, -2.6] }),
  ],
  mouthCheekBlow: [p([3.9, -3.4], [2.0, 1.9], [0.5, 0, 0.9])],
  mouthCheekSuck: [p([4.0, -3.3], [1.4, 1.5], [-0.5, 0, -0.85])],
  mouthLipsBlow: [p([2.0, -4.0], [1.5, 1.1], [0.1, 0, 0.5])],
  mouthCornerPull: [
    corner([1.1, 1.2], [0.5, 0.65, -0.2]),
    p([3.0, -3.8], [1.5, 1.4], [0.28, 0.35, -0.12]),
    p([3.5, -1.7], [1.5, 1.2], [0.15, 0.5, 0.5]),
    p([1.6, -2.0], [0.36, 0.36], [0, 0, -0.12], { to: [2.95, -3.4], shade: 0.4 }),
    lowerLip([0, 0.1, -0.12], { thicken: -0.2 }),
    upperLip([0, 0.1, -0.12], { thicken: -0.25 }),
  ],
  mouthSharpCornerPull: [
    corner([1.1, 1.1], [0.25, 0.9, -0.15]),
    p([3.1, -1.7], [1.3, 1.1], [0.05, 0.4, 0.4]),
  ],
  mouthDimple: [
    corner([1.0, 0.9], [0.42, 0.05, -0.35]),
    p([3.1, -4.0], [0.3, 0.45], [0, 0, -0.1], { shade: 0.4 }),
    p([3.7, -4.0], [0.7, 0.9], [0.1, 0, 0.2]),
  ],
  mouthCornerDepress: [
    corner([1.1, 1.0], [0.12, -0.85, -0.12]),
    p([2.9, -5.4], [1.0, 0.9], [0.05, -0.3, 0.22]),
    p([2.75, -3.0], [0.5, 0.9], [0, -0.15, -0.12]),
  ],
  mouthStretch: [corner([1.8, 1.3], [0.85, -0.25, -0.45]), p([3.6, -6.6], [1.4, 1.3], [0.25, -0.25, 0.1])],
  mouthStretchLipsClose: [],
  mouthUpperLipRaise: [
    p([1.1, -3.6], [1.5, 1.1], [0.02, 0.72, 0.12], { part: "upper" }),
    p([1.9, -2.0], [0.8, 0.8], [0.05, 0.3, 0.18]),
  ],
  mouthLowerLipDepress: [
    p([1.1, -4.6], [1.5, 1.0], [0.05, -0.72, 0.08], { part: "lower" }),
    p([1.2, -5.6], [1.2, 0.9], [0, -0.25, 0.05], { part: "lower" }),
  ],
  mouthFunnelU: [upperLip([0, 0.2, 0.75], { squeeze: -0.36 })],
  mouthFunnelD: [lowerLip([0, -0.24, 0.7], { squeeze: -0.36 })],
  mouthLowerLipBite: [
    lowerLip([0, 0.1, -0.3], { thicken: -0.8 }),
    p([0, -5.3], [1.8, 0.5], [0, 0.15, 0.1]),
    // The upper lip makes room for the teeth.
    upperLip([0, 0.2, 0.05]),
  ],
  mouthUpperLipBite: [upperLip([0, -0.3, -0.4], { thicken: -0.5 })],
  mouthLipsPress: [
    upperLip([0, -0.05, 0], { thicken: -0.25 }),
    lowerLip([0, 0.08, 0.06], { thicken: -0.3 }),
    p([2.9, -4.2], [0.6, 0.7], [0, 0, 0.16]),
  ],
  mouthPressU: [upperLip([0, -0.06, 0.05], { thicken: -0.3 })],
  mouthPressD: [lowerLip([0, 0.1, 0.05], { thicken: -0.3 }), p([0.8, -5.6], [1.4, 0.6], [0, 0.1, 0.12])],
  mouthLipsPurseU: [upperLip([0, -0.26, 0.7], { squeeze: -0.52, thicken: 0.15 })],
  mouthLipsPurseD: [lowerLip([0, 0.1, 0.66], { squeeze: -0.52, thicken: 0.15 })],
  mouthLipsPushU: [upperLip([0, 0, 0.45])],
  mouthLipsPushD: [lowerLip([0, 0, 0.45])],
  mouthLipsPullU: [upperLip([0, 0, -0.4])],
  mouthLipsPullD: [lowerLip([0, 0, -0.4])],
  mouthLipsTightenU: [upperLip([0, -0.1, -0.12], { thicken: -0.85, squeeze: -0.03 })],
  mouthLipsTightenD: [lowerLip([0, 0.12, -0.12], { thicken: -0.85, squeeze: -0.03 })],
  mouthLipsTowardsU: [upperLip([0, -0.08, 0.06])],
  mouthLipsTowardsD: [lowerLip([0, 0.08, 0.06])],
  mouthUpperLipRollIn: [upperLip([0, -0.03, -0.22], { thicken: -0.6 })],
  mouthUpperLipRollOut: [upperLip([0, 0.14, 0.22], { thicken: 0.35 })],
  mouthLowerLipRollIn: [lowerLip([0, 0.06, -0.24], { thicken: -0.6 })],
  mouthLowerLipRollOut: [lowerLip([0, -0.16, 0.24], { thicken: 0.35 })],
  mouthCornerUp: [corner([1.1, 0.9], [0, 0.55, 0])],
  mouthCornerDown: [corner([1.1, 0.9], [0, -0.55, 0])],
  mouthCornerWide: [corner([1.2, 0.9], [0.55, 0, -0.25])],
  mouthCornerNarrow: [corner([1.2, 0.9], [-0.55, 0, 0.2])],
  mouthCornerSharpenU: [p([1.8, -3.8], [0.7, 0.5], [0.1, -0.12, 0], { part: "upper" })],
  mouthCornerRounderU: [p([1.8, -3.8], [0.7, 0.5], [-0.1, 0.16, 0.05], { part: "upper" })],
  mouthCornerSharpenD: [p([1.8, -4.3], [0.7, 0.5], [0.1, 0.12, 0], { part: "lower" })],
  mouthCornerRounderD: [p([1.8, -4.3], [0.7, 0.5], [-0.1, -0.16, 0.05], { part: "lower" })],
  mouthUpperLipTowardsTeeth: [upperLip([0, -0.02, -0.28])],
  mouthLowerLipTowardsTeeth: [lowerLip([0, 0.05, -0.3])],
  mouthLipsThinU: [upperLip([0, 0, -0.06], { thicken: -0.45 })],
  mouthLipsThinD: [lowerLip([0, 0, -0.06], { thicken: -0.45 })],
  mouthLipsThickU: [upperLip([0, 0, 0.12], { thicken: 0.4 })],
  mouthLipsThickD: [lowerLip([0, 0, 0.12], { thicken: 0.4 })],
  mouthLipsThinInwardU: [upperLip([0, -0.05, -0.12], { thicken: -0.3 })],
  mouthLipsThinInwardD: [lowerLip([0, 0.05, -0.12], { thicken: -0.3 })],
  mouthLipsThickInwardU: [upperLip([0, -0.14, 0.05], { thicken: 0.25 })],
  mouthLipsThickInwardD: [lowerLip([0, 0.14, 0.05], { thicken: 0.25 })],
  mouthStickyUIN: [upperLip([0, -0.04, 0.03])],
  mouthStickyUOUT: [p([1.9, -3.8], [0.7, 0.5], [0, -0.06, 0.02], { part: "upper" })],
  mouthStickyDIN: [lowerLip([0, 0.04, 0.03])],
  mouthStickyDOUT: [p([1.9, -4.3], [0.7, 0.5], [0, 0.06, 0.02], { part: "lower" })],
  jawChinRaiseD: [
    p([0.8, -6.6], [1.4, 1.1], [0, 0.45, 0.25]),
    lowerLip([0, 0.38, 0.14]),
    p([0.8, -5.5], [1.4, 0.4], [0, 0.1, 0.12]),
  ],
  jawChinRaiseU: [upperLip([0, 0.3, 0.14])],
  jawChinCompress: [p([0.8, -6.4], [1.2, 0.9], [0, 0.18, -0.25])],
  jawClench: [p([5.1, -4.4], [1.1, 1.5], [0.3, 0, 0.3]), p([5.6, 3.0], [1.0, 1.0], [0.15, 0, 0.12])],
  neckMastoidContract: [p([2.3, -10.6], [0.55, 2.2], [0.12, 0, 0.5])],
  neckStretch: [p([1.7, -10.2], [0.4, 2.2], [0.1, -0.2, 0.45]), p([3.2, -9.6], [0.5, 2.2], [0.3, -0.2, 0.3])],
};

/** Expressions without a side. */
export const MIDDLE: Readonly<Record<string, readonly Pull[]>> = {
  mouthLeft: [p([0, -4.2], [3.2, 1.7], [0.75, 0, 0])],
  mouthRight: [p([0, -4.2], [3.2, 1.7], [-0.75, 0, 0])],
  mouthUp: [p([0, -4.2], [3.2, 1.7], [0, 0.5, 0.12])],
  mouthDown: [p([0, -4.2], [3.2, 1.7], [0, -0.5, 0])],
  mouthUpperLipShiftLeft: [p([0, -3.7], [2.2, 0.8], [0.45, 0, 0], { part: "upper" })],
  mouthUpperLipShiftRight: [p([0, -3.7], [2.2, 0.8], [-0.45, 0, 0], { part: "upper" })],
  mouthLowerLipShiftLeft: [p([0, -4.4], [2.2, 0.8], [0.45, 0, 0], { part: "lower" })],
  mouthLowerLipShiftRight: [p([0, -4.4], [2.2, 0.8], [-0.45, 0, 0], { part: "lower" })],
  mouthStickyUC: [p([0, -3.8], [0.7, 0.5], [0, -0.04, 0.02], { part: "upper" })],
  mouthStickyDC: [p([0, -4.3], [0.7, 0.5], [0, 0.04, 0.02], { part: "lower" })],
  neckSwallowPh1: [p([0, -10.6], [0.9, 0.9], [0, 0.14, 0.16])],
  neckSwallowPh2: [p([0, -10.2], [0.9, 0.9], [0, 0.14, 0.16])],
  neckSwallowPh3: [p([0, -9.8], [1.2, 0.8], [0, 0.1, 0.1])],
  neckSwallowPh4: [p([0, -10.8], [0.9, 0.9], [0, 0.1, 0.1])],
  neckDigastricUp: [p([0, -8.8], [2.2, 0.8], [0, 0.35, 0])],
  neckDigastricDown: [p([0, -8.8], [2.2, 0.8], [0, -0.45, 0.1])],
  neckThroatExhale: [p([0, -11.6], [1.3, 1.0], [0, 0, 0.4])],
  neckThroatInhale: [p([0, -11.6], [1.3, 1.0], [0, 0, -0.45])],
  neckThroatUp: [p([0, -10.4], [0.9, 0.9], [0, 0.5, 0.25])],
  neckThroatDown: [p([0, -10.8], [0.9, 0.9], [0, -0.5, 0.25])],
};
