/** The skin in motion: pulls, then the jaw; lips and lids follow in their own modules. */

import { JAW_HINGE, MOUTH, acrossOf, bareZ } from "./sculpt.ts";
import type { Sheet } from "./sheet.ts";
import { MIDDLE, SIDED, type Pull } from "./pulls.ts";
import { bell, clamp, ease, mix } from "./numbers.ts";
import type { Expressions } from "./weights.ts";

/** The vertices that one expression moves, and how far at weight 1. */
interface Shape {
  readonly name: string;
  readonly vertices: Uint32Array;
  readonly moves: Float32Array;
  /** How much darker each gets, 0..1. */
  readonly shades: Float32Array;
}

/** Smaller moves are not seen, in cm. */
const LEAST = 0.004;
/** How much of each colour is lost in the deepest fold. */
const FOLD = [0.75, 0.9, 0.95] as const;
/** How far a mouth that narrows or widens takes the skin along, up and down and from its corners, in cm. */
const SLIDE_UP = 1.5;
const SLIDE_ACROSS = 2.0;
const JAW_OPEN_RADIANS = 0.42;
/** Expressions that round the lips: shown a little larger than life at small weights, as speech rarely uses large ones. */
const ROUNDING = /^mouth(Funnel|LipsPurse)/;

export class Skin {
  readonly positions: Float32Array;
  /** Colours: those at rest, darker in folds. */
  readonly colors: Float32Array;
  private readonly shapes: readonly Shape[];
  /** How dark the folds make each vertex, and the vertices that any fold reaches. */
  private readonly dark: Float32Array;
  private readonly folded: readonly number[];

  constructor(readonly sheet: Sheet) {
    this.positions = sheet.rest.slice();
    this.colors = sheet.colors.slice();
    this.dark = new Float32Array(sheet.rest.length / 3);
    this.shapes = [
      ...Object.entries(SIDED).flatMap(([name, pulls]) => [
        shape(sheet, `${name}L`, pulls, 1),
        shape(sheet, `${name}R`, pulls, -1),
      ]),
      ...Object.entries(MIDDLE).map(([name, pulls]) => shape(sheet, name, pulls, 0)),
    ];
    const folded = this.shapes.flatMap(({ vertices, shades }) =>
      [...vertices].filter((_, i) => shades[i] > 0),
    );
    this.folded = [...new Set(folded)];
  }

  /** Moves the skin by the pulls of all expressions and by the jaw. */
  pull(expressions: Expressions, jaw: Jaw): void {
    const { positions, dark } = this;
    positions.set(this.sheet.rest);
    dark.fill(0);
    for (const { name, vertices, moves, shades } of this.shapes) {
      const given = expressions.get(name);
      if (Math.abs(given) < 0.001) continue;
      const weight = ROUNDING.test(name) ? given * (1.7 - 0.7 * given) : given;
      for (let i = 0; i < vertices.length; i += 1) {
        const at = 3 * vertices[i];
        positions[at] += weight * moves[3 * i];
        positions[at + 1] += weight * moves[3 * i + 1];
        positions[at + 2] += weight * moves[3 * i + 2];
        dark[vertices[i]] += weight * shades[i];
      }
    }
    const share = this.sheet.jaw;
    for (let vertex = 0; vertex < share.length; vertex += 1) {
      if (share[vertex] > 0.001) jaw.move(positions, 3 * vertex, share[vertex]);
    }
    for (const vertex of this.folded) {
      const shade = clamp(dark[vertex], 0, 0.8);
      for (let channel = 0; channel < 3; channel += 1) {
        const at = 3 * vertex + channel;
        this.colors[at] = this.sheet.colors[at] * (1 - FOLD[channel] * shade);
      }
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
  const shades: number[] = [];
  const { rest } = sheet;
  for (let vertex = 0; vertex < rest.length / 3; vertex += 1) {
    const place = { x: rest[3 * vertex], y: rest[3 * vertex + 1], z: rest[3 * vertex + 2] };
    const move = [0, 0, 0];
    let shade = 0;
    for (const pull of pulls) shade += add(move, pull, side, sheet, vertex, place);
    if (Math.hypot(move[0], move[1], move[2]) < LEAST && shade < 0.01) continue;
    vertices.push(vertex);
    moves.push(...move);
    shades.push(shade < 0.01 ? 0 : shade);
  }
  return {
    name,
    vertices: Uint32Array.from(vertices),
    moves: Float32Array.from(moves),
    shades: Float32Array.from(shades),
  };
}

/** Adds what a pull does to a vertex to `move`; returns how much darker it gets. */
function add(
  move: number[],
  pull: Pull,
  side: -1 | 0 | 1,
  sheet: Sheet,
  vertex: number,
  { x, y, z }: { x: number; y: number; z: number },
): number {
  const mirror = side === 0 ? 1 : side;
  const across = x * mirror;
  const [atX, atY] = middleOf(pull, across, y);
  const isLipPull = pull.half === true;
  let here = ease(-3.5, 0.5, z);
  if (isLipPull) here *= clamp(0.5 + across / 1.4);
  else if (side !== 0) here *= ease(-0.9, 0.5, across);
  if (pull.part === "upper") here *= sheet.upper[vertex];
  if (pull.part === "lower") here *= 1 - sheet.upper[vertex];
  // Inside the mouth, and near the lips, a lip moves as one piece.
  const fromLip = sheet.fromLip[vertex];
  const beside = Math.abs(x) / MOUTH.halfWidth;
  const lip = isLipPull ? ease(1.2, 0.5, fromLip) * ease(1.4, 1, beside) : 0;
  if (pull.squeeze) slide(move, pull.squeeze * here * mix(bell(y - atY, SLIDE_UP), 1, lip), x, y);
  let share = here * bell((isLipPull ? x : across) - atX, pull.reach[0]);
  share *= mix(bell(y - atY, pull.reach[1]), 0.97 - 0.15 * fromLip, lip);
  if (share < 0.002) return 0;
  // Pulls up and down do not part the corners of the mouth; above and below them they fade.
  const corner = Math.sqrt(clamp(1 - beside * beside));
  const atCorner = isLipPull ? mix(corner, ease(1.7, 0.3, beside), ease(0.2, 1.2, fromLip)) : 1;
  move[0] += share * pull.move[0] * mirror;
  move[1] += share * pull.move[1] * atCorner;
  move[2] += share * pull.move[2];
  if (pull.thicken) {
    const upward = sheet.upper[vertex] > 0.5 ? 1 : -1;
    move[1] += share * pull.thicken * sheet.lipShare[vertex] * upward;
    move[2] += share * pull.thicken * 0.3 * Math.min(0.4, sheet.lipShare[vertex]);
  }
  return share * (pull.shade ?? 0);
}

/** Moves the mouth by a share of its width, and the cheeks beside it over the head. */
function slide(move: number[], share: number, x: number, y: number): void {
  const beyond = Math.max(0, Math.abs(x) - MOUTH.halfWidth);
  const dx = share * clamp(x, -MOUTH.halfWidth, MOUTH.halfWidth) * bell(beyond, SLIDE_ACROSS);
  move[0] += dx;
  move[2] += bareZ(acrossOf(x + dx, y), y) - bareZ(acrossOf(x, y), y);
}

/** The middle of a pull; of one along a line, the point that is nearest. */
function middleOf({ at, to }: Pull, x: number, y: number): readonly [number, number] {
  if (!to) return at;
  const [dx, dy] = [to[0] - at[0], to[1] - at[1]];
  const along = clamp(((x - at[0]) * dx + (y - at[1]) * dy) / (dx * dx + dy * dy));
  return [at[0] + along * dx, at[1] + along * dy];
}
