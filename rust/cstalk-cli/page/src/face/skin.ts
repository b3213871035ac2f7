/** The skin in motion: pulls, then the jaw; lips and lids follow in their own modules. */

import { JAW_HINGE, MOUTH } from "./sculpt.ts";
import type { Sheet } from "./sheet.ts";
import { MIDDLE, SIDED, type Pull } from "./pulls.ts";
import { bell, clamp, ease } from "./numbers.ts";
import type { Expressions } from "./weights.ts";

/** The vertices that one expression moves, and how far at weight 1. */
interface Shape {
  readonly name: string;
  readonly vertices: Uint32Array;
  readonly moves: Float32Array;
}

/** Smaller moves are not seen, in cm. */
const LEAST = 0.004;
const JAW_OPEN_RADIANS = 0.42;
/** Expressions that round the lips: shown a little larger than life at small weights, as speech rarely uses large ones. */
const ROUNDING = /^mouth(Funnel|LipsPurse)/;

export class Skin {
  readonly positions: Float32Array;
  private readonly shapes: readonly Shape[];

  constructor(readonly sheet: Sheet) {
    this.positions = sheet.rest.slice();
    this.shapes = [
      ...Object.entries(SIDED).flatMap(([name, pulls]) => [
        shape(sheet, `${name}L`, pulls, 1),
        shape(sheet, `${name}R`, pulls, -1),
      ]),
      ...Object.entries(MIDDLE).map(([name, pulls]) => shape(sheet, name, pulls, 0)),
    ];
  }

  /** Moves the skin by the pulls of all expressions and by the jaw. */
  pull(expressions: Expressions, jaw: Jaw): void {
    const { positions } = this;
    positions.set(this.sheet.rest);
    for (const { name, vertices, moves } of this.shapes) {
      const given = expressions.get(name);
      if (Math.abs(given) < 0.001) continue;
      const weight = ROUNDING.test(name) ? given * (1.7 - 0.7 * given) : given;
      for (let i = 0; i < vertices.length; i += 1) {
        const at = 3 * vertices[i];
        positions[at] += weight * moves[3 * i];
        positions[at + 1] += weight * moves[3 * i + 1];
        positions[at + 2] += weight * moves[3 * i + 2];
      }
    }
    const share = this.sheet.jaw;
    for (let vertex = 0; vertex < share.length; vertex += 1) {
      if (share[vertex] > 0.001) jaw.move(positions, 3 * vertex, share[vertex]);
    }
  }
}

/** The lower jaw: turns about its hinge and glides. */
export class Jaw {
  private angle = 0;
  private across = 0;
  private forward = 0;

  set(expressions: Expressions): void {
    const open = expressions.get("jawOpen");
    // A little more than life at small openings, as speech is mostly there.
    this.angle = JAW_OPEN_RADIANS * (open * (1.5 - 0.5 * open) + 0.45 * expressions.get("jawOpenExtreme"));
    this.across = 0.9 * (expressions.get("jawLeft") - expressions.get("jawRight"));
    this.forward = 0.7 * (expressions.get("jawFwd") - expressions.get("jawBack"));
  }

  /** Moves the point at `at` by `share` of the jaw's movement. */
  move(positions: Float32Array, at: number, share: number): void {
    const angle = this.angle * share;
    const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
    const y = positions[at + 1] - JAW_HINGE.y;
    const z = positions[at + 2] - JAW_HINGE.z;
    positions[at] += this.across * share;
    positions[at + 1] = JAW_HINGE.y + y * cosine - z * sine;
    positions[at + 2] = JAW_HINGE.z + y * sine + z * cosine + this.forward * share;
  }
}

function shape(sheet: Sheet, name: string, pulls: readonly Pull[], side: -1 | 0 | 1): Shape {
  const vertices: number[] = [];
  const moves: number[] = [];
  const { rest } = sheet;
  for (let vertex = 0; vertex < rest.length / 3; vertex += 1) {
    const place = { x: rest[3 * vertex], y: rest[3 * vertex + 1], z: rest[3 * vertex + 2] };
    const move = [0, 0, 0];
    for (const pull of pulls) add(move, pull, side, sheet, vertex, place);
    if (Math.hypot(move[0], move[1], move[2]) < LEAST) continue;
    vertices.push(vertex);
    moves.push(...move);
  }
  return { name, vertices: Uint32Array.from(vertices), moves: Float32Array.from(moves) };
}

function add(
  move: number[],
  pull: Pull,
  side: -1 | 0 | 1,
  sheet: Sheet,
  vertex: number,
  { x, y, z }: { x: number; y: number; z: number },
): void {
  const mirror = side === 0 ? 1 : side;
  const across = x * mirror;
  let share = bell(y - pull.at[1], pull.reach[1]) * ease(-3.5, 0.5, z);
  // Inside the mouth, and near the lips, a lip moves as one piece.
  const isLipPull = pull.half === true;
  if (isLipPull && sheet.fromLip[vertex] < 0.5 && Math.abs(x) < MOUTH.halfWidth * 1.05) {
    share = Math.max(share, 0.97) * (1 - 0.15 * sheet.fromLip[vertex]);
  }
  if (isLipPull) share *= clamp(0.5 + across / 1.4);
  else share *= bell(across - pull.at[0], pull.reach[0]);
  if (side !== 0 && !isLipPull) share *= ease(-0.9, 0.5, across);
  if (pull.part === "upper") share *= sheet.upper[vertex];
  if (pull.part === "lower") share *= 1 - sheet.upper[vertex];
  if (share < 0.002) return;
  // Narrowing takes the whole mouth along and fades in the cheeks; other moves are strongest in the middle.
  if (pull.squeeze) {
    const narrow = bell(Math.max(0, Math.abs(x) - MOUTH.halfWidth), 1.1);
    move[0] += share * pull.squeeze * narrow * clamp(x, -MOUTH.halfWidth, MOUTH.halfWidth);
  }
  if (isLipPull) share *= bell(x - pull.at[0], pull.reach[0]);
  // Pulls up and down do not part the corners of the mouth.
  const atCorner = isLipPull ? Math.sqrt(clamp(1 - (x / MOUTH.halfWidth) ** 2)) : 1;
  move[0] += share * pull.move[0] * mirror;
  move[1] += share * pull.move[1] * atCorner;
  move[2] += share * pull.move[2];
  if (pull.thicken) {
    const upward = sheet.upper[vertex] > 0.5 ? 1 : -1;
    move[1] += share * pull.thicken * sheet.lipShare[vertex] * upward;
    move[2] += share * pull.thicken * 0.3 * Math.min(0.4, sheet.lipShare[vertex]);
  }
}
