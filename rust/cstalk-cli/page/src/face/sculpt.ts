/**
 * The neutral head as a surface: a position for each place on a sheet that is wrapped around the front of the head.
 *
 * Lengths are centimetres. x points to the character's left, y up, z out of the face. A place is `(across, height)`:
 * `across` is x at the level of the eyes (and goes on around the sides), `height` is y.
 */

import { bell, clamp, ease, through } from "./numbers.ts";

/** Half the width of the head at the level of the eyes. */
export const HEAD_HALF_WIDTH = 7.1;
/** Where the eyes are; the other one mirrored. */
export const EYE = { x: 3.05, y: 2.1, z: 4.98, radius: 1.66, inner: 1.5, outer: 4.62 } as const;
export const MOUTH = { y: -4.05, halfWidth: 2.35 } as const;
/** The axis about which the jaw turns. */
export const JAW_HINGE = { y: -0.6, z: 0.2 } as const;

const HALF_WIDTH = [
  [-14, 3.7],
  [-12, 3.55],
  [-10.2, 3.45],
  [-9.4, 3.5],
  [-8.8, 3.95],
  [-8.2, 4.5],
  [-7.4, 5.0],
  [-6.2, 5.45],
  [-5, 5.87],
  [-4, 6.24],
  [-2, 6.72],
  [0, 7.0],
  [2, HEAD_HALF_WIDTH],
  [4, 7.1],
  [6, 6.9],
  [8, 6.2],
  [9.5, 5.0],
  [10.8, 3.2],
] as const;

const FRONT = [
  [-14, 3.7],
  [-12, 3.4],
  [-10.2, 3.1],
  [-9.5, 3.5],
  [-8.9, 4.7],
  [-8.4, 6.0],
  [-7.9, 6.75],
  [-7.2, 7.05],
  [-6.2, 7.06],
  [-5.3, 7.14],
  [-4, 7.2],
  [-3, 7.22],
  [-1.5, 7.15],
  [0.5, 7.2],
  [2.1, 7.15],
  [3.2, 7.3],
  [4.5, 7.65],
  [6, 7.55],
  [8, 6.6],
  [9.5, 5.1],
  [10.8, 2.9],
] as const;

const NOSE_RIDGE = [
  [-2.6, 0],
  [-2.15, 0.25],
  [-1.85, 1.25],
  [-1.35, 2.0],
  [-0.8, 1.95],
  [0, 1.5],
  [1, 0.95],
  [2, 0.5],
  [3, 0.25],
  [4.4, 0],
] as const;
const NOSE_WIDTH = [
  [-2.2, 0.85],
  [-1.5, 0.82],
  [-0.8, 0.68],
  [0.6, 0.52],
  [2, 0.55],
  [4.4, 0.9],
] as const;

/** Angle around the head's vertical axis, 0 in front. */
export function angleOf(across: number): number {
  const straight = 0.93 * HEAD_HALF_WIDTH;
  const side = Math.sign(across);
  const distance = Math.abs(across);
  if (distance <= straight) return Math.asin(across / HEAD_HALF_WIDTH);
  return side * (Math.asin(0.93) + (distance - straight) / 6);
}

export function xAt(across: number, height: number): number {
  return through(HALF_WIDTH, outlineAt(across, height)) * Math.sin(angleOf(across));
}

/** The height whose outline the head has here: the edge of the jaw rises from the chin towards the ears. */
function outlineAt(across: number, height: number): number {
  return height - 1.6 * (1 - Math.cos(angleOf(across))) * ease(-4.6, -7.4, height);
}

/** Place across whose x at this height is `x`; for the front only. */
export function acrossOf(x: number, height: number): number {
  return (x * HEAD_HALF_WIDTH) / through(HALF_WIDTH, height);
}

/** z of the sheet without lips. */
export function zAt(across: number, height: number): number {
  const forward = Math.cos(angleOf(across));
  return bareZ(across, height) + features(xAt(across, height), height) * clamp(forward * 1.6);
}

/** z of the head without anything that stands out of it: what skin slides over. */
export function bareZ(across: number, height: number): number {
  const outline = outlineAt(across, height);
  const neck = ease(-8.2, -10, outline);
  const middle = -1.2 * neck;
  const forward = Math.cos(angleOf(across));
  const front = through(FRONT, outline) - middle;
  const roundness = 0.78 + 0.15 * neck;
  const wrapped = forward >= 0 ? front * forward ** roundness : -4.2 * (-forward) ** 0.9;
  return middle + wrapped;
}

/** What stands out of the egg: nose, brows, sockets, cheeks, chin. */
function features(x: number, y: number): number {
  const side = Math.abs(x);
  const at = (cx: number, cy: number, rx: number, ry: number): number =>
    bell(side - cx, rx) * bell(y - cy, ry);
  const ridge = through(NOSE_RIDGE, y) * bell(x, through(NOSE_WIDTH, y));
  return (
    ridge +
    0.95 * at(0.9, -1.5, 0.4, 0.48) -
    0.25 * at(1.5, -1.45, 0.24, 0.5) +
    0.28 * at(0, -1.4, 0.55, 0.5) -
    0.5 * at(0.48, -2.0, 0.22, 0.18) +
    0.35 * at(2.6, 4.2, 2.2, 0.75) -
    1.05 * at(EYE.x, EYE.y - 0.1, 1.75, 1.25) -
    0.35 * at(1.25, 1.9, 0.5, 0.9) +
    0.55 * at(3.9, -0.9, 1.7, 1.5) +
    0.18 * at(3.9, -3.3, 1.6, 2.0) -
    0.06 * at(0, -2.95, 0.36, 0.5) +
    0.04 * at(0.6, -3.0, 0.32, 0.5) +
    0.5 * at(0, -6.9, 1.35, 0.9) -
    0.34 * at(0, -5.55, 1.6, 0.42) +
    0.35 * at(0, -4.1, 2.3, 1.3)
  );
}

/** Height of the coloured part of a lip at `x`; between the corners it is a lip, beyond them the room its rows take. */
export function lipHeight(x: number, upper: boolean): number {
  const share = Math.abs(x) / MOUTH.halfWidth;
  const beyond = 0.13 + 0.3 * ease(1, 1.9, share);
  if (share >= 1) return beyond;
  if (!upper) return 0.13 + 0.6 * Math.sqrt(1 - share * share);
  const arch = (1 - share * share) ** 0.75;
  const bow = 0.1 * bell(Math.abs(x) - 0.45, 0.32) - 0.1 * bell(x, 0.2);
  return 0.13 + 0.44 * arch + bow;
}

/** The line along which closed lips touch. */
export function mouthLine(x: number): number {
  const share = Math.abs(x) / MOUTH.halfWidth;
  return MOUTH.y - 0.06 * bell(x, 0.7) + 0.05 * bell(Math.abs(x) - 1, 0.6) + 0.06 * ease(0.6, 1, share);
}

/** The line of the eye's corners. */
export function eyeLine(x: number): number {
  return EYE.y + 0.09 * (clamp(Math.abs(x), 1, 5.2) - EYE.x) - 0.1;
}

/** 0 at the corners of an eye and beyond, 1 in its middle. */
export function eyeBump(x: number): number {
  const share = (Math.abs(x) - EYE.inner) / (EYE.outer - EYE.inner);
  return share <= 0 || share >= 1 ? 0 : Math.sin(Math.PI * share ** 0.92);
}
