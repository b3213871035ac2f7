/** Closing lips: what brings them together, to the teeth, and keeps them from passing through each other. */

import type { LipColumn, Sheet } from "./sheet.ts";
import { bell, clamp, ease, mix } from "./numbers.ts";
import type { Expressions } from "./weights.ts";

/** The lower edge of the upper teeth, and how far in front of them a biting lip stays. */
export const UPPER_TEETH = { y: -4.12, z: 7.0 } as const;
/** How far along the skin a lip that moves takes its surroundings with it, in cm. */
const DRAG = 1.5;

/** How much of the gap each thing closes at weight 1; a mouth that closes fully has some to spare. */
const TOGETHER = 1.2;
const TOWARDS = 0.35;

export class Lips {
  /** Gap between the lips in the middle after the latest {@link close}, in cm. */
  gapCm = 0;

  constructor(private readonly sheet: Sheet) {}

  close(positions: Float32Array, expressions: Expressions): void {
    const sides = { L: closing(expressions, "L"), R: closing(expressions, "R") };
    let middle = Infinity;
    for (const column of this.sheet.lipColumns) {
      const left = clamp(0.5 + column.x / 1.4);
      const closed = clamp(mix(sides.R.all, sides.L.all, left) + stickyAt(expressions, column));
      const bite = clamp(mix(sides.R.bite, sides.L.bite, left));
      const gap = this.closeColumn(positions, column, closed, bite);
      if (Math.abs(column.x) < 0.2) middle = Math.min(middle, gap);
    }
    this.gapCm = middle;
  }

  /** Returns the gap that is left. */
  private closeColumn(positions: Float32Array, column: LipColumn, closed: number, bite: number): number {
    const upper = 3 * column.upper[0];
    const lower = 3 * column.lower[0];
    const gap = positions[upper + 1] - positions[lower + 1];
    const depth = positions[upper + 2] - positions[lower + 2];
    const across = positions[upper] - positions[lower];
    let down = gap > 0 ? 0.28 * closed * gap : 0;
    let up = gap > 0 ? 0.72 * closed * gap : 0;
    let forward = 0.85 * closed * depth;
    // A bite lifts the lower lip to the edge of the upper teeth, not farther.
    const reach = UPPER_TEETH.y + 0.02 - (positions[lower + 1] + up);
    if (bite > 0 && reach > 0) {
      const middle = bell(column.share, 0.85) * ease(1, 0.7, Math.abs(column.share));
      up += reach * bite * middle;
      forward = mix(forward, UPPER_TEETH.z - positions[lower + 2], bite * middle);
    }
    const left = gap - down - up;
    if (left < 0) {
      // They touch, and press each other flat rather than overlap.
      down += 0.45 * left;
      up += 0.55 * left;
    }
    this.shift(positions, column.upper, column.upperInner, 0, -down, 0);
    this.shift(positions, column.lower, column.lowerInner, 0.5 * closed * across, up, forward);
    return Math.max(0, left);
  }

  private shift(
    positions: Float32Array,
    outer: readonly number[],
    inner: readonly number[],
    dx: number,
    dy: number,
    dz: number,
  ): void {
    if (dx === 0 && dy === 0 && dz === 0) return;
    for (const vertex of outer) {
      const share = bell(this.sheet.fromLip[vertex], DRAG);
      positions[3 * vertex] += dx * share;
      positions[3 * vertex + 1] += dy * share;
      positions[3 * vertex + 2] += dz * share;
    }
    for (const vertex of inner) {
      positions[3 * vertex] += dx;
      positions[3 * vertex + 1] += dy;
      positions[3 * vertex + 2] += dz;
    }
  }
}

function closing(expressions: Expressions, side: "L" | "R"): { all: number; bite: number } {
  const both = (stem: string): number =>
    0.5 * (expressions.get(`${stem}U${side}`) + expressions.get(`${stem}D${side}`));
  const all =
    TOGETHER * both("mouthLipsTogether") +
    TOWARDS * both("mouthLipsTowards") +
    0.3 * both("mouthPress") +
    0.3 * expressions.get(`mouthLipsPress${side}`) +
    0.8 * both("mouthLipsTighten") +
    0.6 * expressions.get(`mouthStretchLipsClose${side}`);
  const bite =
    1.5 * expressions.get(`mouthLowerLipBite${side}`) +
    0.25 * expressions.get(`mouthLowerLipTowardsTeeth${side}`);
  return { all, bite };
}

/** Lips that stick are together in places. */
function stickyAt(expressions: Expressions, column: LipColumn): number {
  const side = column.x >= 0 ? "L" : "R";
  const at = Math.abs(column.share);
  const pair = (upper: string, lower: string): number =>
    0.5 * (expressions.get(upper) + expressions.get(lower));
  const zip = [1, 2, 3].map((phase) => expressions.get(`mouthLipsSticky${side}Ph${phase}`));
  return (
    pair("mouthStickyUC", "mouthStickyDC") * bell(at, 0.25) +
    pair(`mouthStickyUIN${side}`, `mouthStickyDIN${side}`) * bell(at - 0.4, 0.22) +
    pair(`mouthStickyUOUT${side}`, `mouthStickyDOUT${side}`) * bell(at - 0.75, 0.22) +
    zip[0] * bell(at - 0.95, 0.2) +
    zip[1] * bell(at - 0.75, 0.2) +
    zip[2] * bell(at - 0.5, 0.25)
  );
}
