/**
 * The skin as a sheet of rows and columns with three buttonholes: two eyes and a mouth.
 *
 * Rows follow lids and lips. At a buttonhole a row is there twice, once as the end of the part above and once as the
 * beginning of the part below; inside the mouth each lip turns in by some more rows, which gives it thickness.
 */

import { EYE, MOUTH, acrossOf, angleOf, eyeBump, eyeLine, lipHeight, mouthLine, xAt, zAt } from "./sculpt.ts";
import { bell, clamp, ease, mix } from "./numbers.ts";

/** Which buttonhole a column runs through. */
type Hole = "eye" | "mouth";

export interface Sheet {
  /** Positions at rest, `[vertex, xyz]`. */
  readonly rest: Float32Array;
  readonly index: Uint32Array;
  readonly colors: Float32Array;
  /** Share of a vertex that belongs to the upper half of the mouth, 0..1. */
  readonly upper: Float32Array;
  /** Share with which it follows the jaw, 0..1. */
  readonly jaw: Float32Array;
  /** Distance from the lip's edge along the skin in cm; 0 on the edge and inside the mouth. */
  readonly fromLip: Float32Array;
  /** Height of the lip's edge below or above the vertex, for lips that grow thick or thin. */
  readonly lipShare: Float32Array;
  readonly lipColumns: readonly LipColumn[];
  readonly lidColumns: readonly LidColumn[];
}

/** Vertices of one column at the mouth, from the edge outwards; `inner` from the edge inwards. */
export interface LipColumn {
  readonly x: number;
  /** -1 at the right corner, 1 at the left one. */
  readonly share: number;
  readonly upper: readonly number[];
  readonly upperInner: readonly number[];
  readonly lower: readonly number[];
  readonly lowerInner: readonly number[];
}

/** Vertices of one column at an eye, from the lid's edge outwards to the fold. */
export interface LidColumn {
  readonly side: "L" | "R";
  /** 0 at the inner corner, 1 at the outer one. */
  readonly share: number;
  readonly upper: readonly number[];
  readonly lower: readonly number[];
}

const FOREHEAD_ROWS = 22;
const LID_ROWS = 8;
const CHEEK_ROWS = 26;
const LIP_ROWS = 7;
const CHIN_ROWS = 17;
const NECK_ROWS = 17;
const INNER_ROWS = 5;
const TOP = 10.6;
const CHIN_BOTTOM = -8.0;
const BOTTOM = -15.5;

export const SKIN: readonly number[] = [0.86, 0.62, 0.5];
const LIP: readonly number[] = [0.72, 0.34, 0.33];
const INSIDE: readonly number[] = [0.42, 0.12, 0.13];

/** Places across of all columns, from the right ear to the left one. */
function columnPlaces(): number[] {
  const corner = acrossOf(MOUTH.halfWidth, MOUTH.y);
  const parts: [number, number][] = [
    [EYE.inner, 8],
    [corner, 9],
    [EYE.outer, 12],
    [6.55, 7],
    [13.5, 11],
  ];
  const half: number[] = [];
  let from = 0;
  for (const [to, count] of parts) {
    for (let step = 1; step <= count; step += 1) half.push(mix(from, to, step / count));
    from = to;
  }
  return [...half.map((place) => -place).reverse(), 0, ...half];
}

/** Room that a lid takes between its edge and its fold. */
const upperLidRoom = (x: number): number =>
  0.34 + 0.98 * Math.sqrt(eyeBump(x)) + 0.3 * ease(5, 6.5, Math.abs(x));
const lowerLidRoom = (x: number): number =>
  0.34 + 0.85 * Math.sqrt(eyeBump(x)) + 0.3 * ease(5, 6.5, Math.abs(x));

/** Rows between eyes and lips lie closest at the height of the nostrils. */
function closerAtNostrils(share: number): number {
  const wave = (place: number): number => (0.4 * Math.sin(2 * Math.PI * place)) / (2 * Math.PI);
  return share - wave(share - 0.7) - wave(0.7);
}

class Builder {
  readonly rest: number[] = [];
  readonly colors: number[] = [];
  readonly upper: number[] = [];
  readonly jaw: number[] = [];
  readonly fromLip: number[] = [];
  readonly lipShare: number[] = [];
  readonly index: number[] = [];

  /** `part` is 1 above the mouth, -1 below it. */
  add(
    across: number,
    y: number,
    part: 1 | -1,
    lip: { distance: number; share: number; height: number },
  ): number {
    const x = xAt(across, y);
    const mouthShare = Math.abs(x) / MOUTH.halfWidth;
    // The opening of a mouth is round: the nearer to its corners, the less the lips part.
    const open = Math.sqrt(clamp(1 - mouthShare * mouthShare));
    const bulge = (part > 0 ? 0.3 : 0.36) * lipProfile(lip.share) * ease(1.02, 0.55, mouthShare);
    const crease = -0.12 * bell(mouthShare - 1.04, 0.1) * bell(y - mouthLine(x), 0.4);
    const z =
      zAt(across, y) + bulge + crease - 0.16 * ease(1.02, 0.72, mouthShare) * bell(lip.distance, 0.12);
    const soft = ease(-0.9, 0.9, y - mouthLine(x));
    const upper = mix(part > 0 ? 1 : 0, soft, 1 - open);
    const red = ease(1.06, 0.86, mouthShare) * (lip.share <= 1 ? 1 : clamp(1 - (lip.share - 1) * 5));
    this.rest.push(x, y, z);
    this.upper.push(upper);
    // Away from the lips the halves part gently.
    const apart = mix(open, ease(1.8, 0.2, mouthShare), ease(0.15, 1.4, lip.distance));
    this.jaw.push(jawShare(across, x, y, upper, apart));
    this.fromLip.push(lip.distance);
    this.lipShare.push(lip.height * open * (lip.share <= 1 ? lip.share : bell(lip.share - 1, 1.2)));
    this.colors.push(...skinColor(x, y, red));
    return this.rest.length / 3 - 1;
  }

  /** A vertex inside the mouth, behind the edge vertex `edge`. */
  addInner(edge: number, depth: number, part: 1 | -1): number {
    const back = [0.1, 0.3, 0.5, 0.75, 1.0][depth];
    const away = [0.02, 0.12, 0.3, 0.5, 0.75][depth];
    const [x, y, z] = this.rest.slice(3 * edge, 3 * edge + 3);
    const share = depth / (INNER_ROWS - 1);
    this.rest.push(x * (1 - 0.06 * share), y + part * away, z - back);
    this.upper.push(this.upper[edge]);
    this.jaw.push(this.jaw[edge]);
    this.fromLip.push(0);
    this.lipShare.push(0);
    for (let channel = 0; channel < 3; channel += 1)
      this.colors.push(mix(LIP[channel] * 0.85, INSIDE[channel], Math.min(1, share * 1.6)));
    return this.rest.length / 3 - 1;
  }

  /** Joins two neighbouring rows, the upper one first. */
  join(above: readonly number[], below: readonly number[]): void {
    for (let column = 0; column + 1 < above.length; column += 1) {
      const [a, b, c, d] = [above[column], above[column + 1], below[column], below[column + 1]];
      if (a < 0 || b < 0 || c < 0 || d < 0) continue;
      this.triangle(a, c, d);
      this.triangle(a, d, b);
    }
  }

  private triangle(a: number, b: number, c: number): void {
    if (a !== b && b !== c && a !== c) this.index.push(a, b, c);
  }
}

/** How far a lip stands out, from its edge (0) over its border to the skin (1) and beyond. */
function lipProfile(share: number): number {
  if (share <= 1) return Math.sin(Math.PI * (0.18 + 0.62 * share)) ** 1.1;
  return Math.sin(Math.PI * 0.8) ** 1.1 * bell(share - 1, 0.9);
}

function jawShare(across: number, x: number, y: number, upper: number, apart: number): number {
  const around = ease(1.5, 0.75, Math.abs(angleOf(across)));
  const neck = ease(-11, -8.3, y);
  const cheek = ease(-1.2, -6.2, y);
  const corner = mix(cheek, 1 - upper, apart);
  return (
    corner * around * neck * (1 - 0.12 * bell(Math.abs(x) - MOUTH.halfWidth, 0.9) * bell(y - MOUTH.y, 0.8))
  );
}

function skinColor(x: number, y: number, red: number): number[] {
  const side = Math.abs(x);
  const blush =
    0.5 * bell(side - 3.9, 1.7) * bell(y + 1.3, 1.4) + 0.35 * bell(side, 0.9) * bell(y + 1.3, 0.7);
  const socket = 0.4 * bell(side - EYE.x, 1.9) * bell(y - 2.4, 1.1);
  const nostril = bell(side - 0.46, 0.19) * bell(y + 1.98, 0.13);
  return SKIN.map((value, channel) => {
    const tinted =
      value *
      (1 - (channel === 0 ? 0.02 : channel === 1 ? 0.2 : 0.17) * blush) *
      (1 - [0.1, 0.17, 0.15][channel] * socket);
    return mix(tinted, LIP[channel], red) * (1 - nostril * 0.8);
  });
}

/** Builds the sheet. */
export function buildSheet(): Sheet {
  const places = columnPlaces();
  const build = new Builder();
  const isIn = (hole: Hole, across: number): boolean => {
    if (hole === "eye") return eyeBump(xAt(across, EYE.y)) > 1e-6;
    return Math.abs(xAt(across, MOUTH.y)) < MOUTH.halfWidth - 1e-6;
  };
  const skinLip = (distance: number, share: number, height: number) => ({ distance, share, height });
  const rows: number[][] = [];
  const addRow = (row: number[]): number[] => {
    if (rows.length > 0) build.join(rows[rows.length - 1], row);
    rows.push(row);
    return row;
  };
  const far = skinLip(9, 9, 0);

  // From the hairline to the folds of the upper lids, and on to their edges.
  const upperLids: number[][] = [];
  for (let row = 0; row <= FOREHEAD_ROWS; row += 1) {
    const share = row / FOREHEAD_ROWS;
    addRow(
      places.map((across) => {
        const x = xAt(across, EYE.y);
        return build.add(across, mix(TOP, eyeLine(x) + upperLidRoom(x), share ** 0.92), 1, far);
      }),
    );
  }
  upperLids.push(rows[rows.length - 1]);
  for (let row = 1; row <= LID_ROWS; row += 1) {
    const share = 1 - row / LID_ROWS;
    upperLids.push(
      addRow(
        places.map((across) => {
          const x = xAt(across, EYE.y);
          return build.add(across, eyeLine(x) + upperLidRoom(x) * share, 1, far);
        }),
      ),
    );
  }
  // The lower lids begin with a row that shares its vertices outside the eyes.
  const lidEdge = rows[rows.length - 1];
  const lowerLids: number[][] = [
    places.map((across, column) => {
      if (!isIn("eye", across)) return lidEdge[column];
      return build.add(across, eyeLine(xAt(across, EYE.y)), 1, far);
    }),
  ];
  rows.push(lowerLids[0]);
  for (let row = 1; row <= LID_ROWS; row += 1) {
    const share = row / LID_ROWS;
    lowerLids.push(
      addRow(
        places.map((across) => {
          const x = xAt(across, EYE.y);
          return build.add(across, eyeLine(x) - lowerLidRoom(x) * share, 1, far);
        }),
      ),
    );
  }
  // Cheeks, down to the upper lip's border, and the lip down to its edge.
  const upperLips: number[][] = [];
  const lipX = (across: number): number => xAt(across, MOUTH.y);
  for (let row = 1; row <= CHEEK_ROWS; row += 1) {
    const share = closerAtNostrils(row / CHEEK_ROWS);
    const made = addRow(
      places.map((across) => {
        const x = xAt(across, EYE.y);
        const from = eyeLine(x) - lowerLidRoom(x);
        const height = lipHeight(lipX(across), true);
        const to = mouthLine(lipX(across)) + height;
        const distance = mix(from, to, share) - mouthLine(lipX(across));
        return build.add(across, mix(from, to, share), 1, skinLip(distance, distance / height, height));
      }),
    );
    if (row > CHEEK_ROWS - 14) upperLips.unshift(made);
  }
  for (let row = 1; row <= LIP_ROWS; row += 1) {
    const share = 1 - row / LIP_ROWS;
    upperLips.unshift(
      addRow(
        places.map((across) => {
          const height = lipHeight(lipX(across), true);
          return build.add(
            across,
            mouthLine(lipX(across)) + height * share,
            1,
            skinLip(height * share, share, height),
          );
        }),
      ),
    );
  }
  const upperEdge = rows[rows.length - 1];
  const lowerLips: number[][] = [
    places.map((across, column) => {
      if (!isIn("mouth", across)) return upperEdge[column];
      return build.add(across, mouthLine(lipX(across)), -1, skinLip(0, 0, lipHeight(lipX(across), false)));
    }),
  ];
  rows.push(lowerLips[0]);
  for (let row = 1; row <= LIP_ROWS; row += 1) {
    const share = row / LIP_ROWS;
    lowerLips.push(
      addRow(
        places.map((across) => {
          const height = lipHeight(lipX(across), false);
          return build.add(
            across,
            mouthLine(lipX(across)) - height * share,
            -1,
            skinLip(height * share, share, height),
          );
        }),
      ),
    );
  }
  for (let row = 1; row <= CHIN_ROWS; row += 1) {
    const share = row / CHIN_ROWS;
    const made = addRow(
      places.map((across) => {
        const height = lipHeight(lipX(across), false);
        const from = mouthLine(lipX(across)) - height;
        const y = mix(from, CHIN_BOTTOM, share);
        const distance = mouthLine(lipX(across)) - y;
        return build.add(across, y, -1, skinLip(distance, distance / height, height));
      }),
    );
    if (row <= 12) lowerLips.push(made);
  }
  for (let row = 1; row <= NECK_ROWS; row += 1) {
    const y = mix(CHIN_BOTTOM, BOTTOM, (row / NECK_ROWS) ** 1.35);
    addRow(places.map((across) => build.add(across, y, -1, far)));
  }
  const lipColumns = turnIn(build, places, upperLips, lowerLips, isIn);
  const lidColumns = places.flatMap((across, column): LidColumn[] => {
    const x = xAt(across, EYE.y);
    if (!isIn("eye", across)) return [];
    return [
      {
        side: x > 0 ? "L" : "R",
        share: (Math.abs(x) - EYE.inner) / (EYE.outer - EYE.inner),
        upper: [...upperLids].reverse().map((row) => row[column]),
        lower: lowerLids.map((row) => row[column]),
      },
    ];
  });
  return {
    rest: Float32Array.from(build.rest),
    colors: Float32Array.from(build.colors),
    upper: Float32Array.from(build.upper),
    jaw: Float32Array.from(build.jaw),
    fromLip: Float32Array.from(build.fromLip),
    lipShare: Float32Array.from(build.lipShare),
    index: Uint32Array.from(build.index),
    lipColumns,
    lidColumns,
  };
}

/** Adds the rows inside the mouth; returns the columns between its corners. */
function turnIn(
  build: Builder,
  places: readonly number[],
  upperLips: readonly number[][],
  lowerLips: readonly number[][],
  isIn: (hole: Hole, across: number) => boolean,
): LipColumn[] {
  const columns: LipColumn[] = [];
  const inside = places.map((across) => isIn("mouth", across));
  const innerRows = (edges: readonly number[], part: 1 | -1): number[][] => {
    const made: number[][] = [
      edges.map((edge, column) => (inside[column] || inside[column - 1] || inside[column + 1] ? edge : -1)),
    ];
    for (let depth = 0; depth < INNER_ROWS; depth += 1) {
      made.push(made[0].map((edge) => (edge < 0 ? -1 : build.addInner(edge, depth, part))));
      const [outer, inner] = [made[depth], made[depth + 1]];
      if (part > 0) build.join(outer, inner);
      else build.join(inner, outer);
    }
    return made;
  };
  const upperInner = innerRows(upperLips[0], 1);
  const lowerInner = innerRows(lowerLips[0], -1);
  for (let column = 0; column < places.length; column += 1) {
    if (!inside[column]) continue;
    const x = xAt(places[column], MOUTH.y);
    columns.push({
      x,
      share: x / MOUTH.halfWidth,
      upper: upperLips.map((row) => row[column]),
      upperInner: upperInner.slice(1).map((row) => row[column]),
      lower: lowerLips.map((row) => row[column]),
      lowerInner: lowerInner.slice(1).map((row) => row[column]),
    });
  }
  return columns;
}
