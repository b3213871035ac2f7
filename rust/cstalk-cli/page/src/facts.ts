/** What the engine says about its columns, and rows of curves as they are drawn. */

import type { Expressions, HeadPose } from "./face/weights.ts";

export interface Column {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly region: string;
  /** Expressions that the positive half drives, and those of the negative half. */
  readonly up: readonly string[];
  readonly down: readonly string[];
}

export interface Facts {
  readonly columns: readonly Column[];
  /** Columns before those of the head. */
  readonly controlCount: number;
  readonly arkit: readonly string[];
  readonly regions: readonly string[];
  readonly parts: readonly string[];
  /** Lips nearer than this are shut. */
  readonly shutMm: number;
}

/** Values of one row: the board's columns, those of arkit-52, and the gap between the lips in mm. */
export const rowLength = (facts: Facts): number => facts.columns.length + facts.arkit.length + 1;

/** Rows of a take, which may still be coming in. */
export class Rows {
  readonly length: number;
  /** Rows that are there, from the first one on. */
  count = 0;
  private values: Float32Array;
  /** Weights of the emotions, axes `[row, emotion]`, as the engine had them; grows with the rows. */
  private emotions = new Float32Array(0);
  private emotionCount = 0;

  constructor(
    readonly facts: Facts,
    readonly rate: number,
    capacity: number,
  ) {
    this.length = rowLength(facts);
    this.values = new Float32Array(capacity * this.length);
  }

  /** Puts rows in place; rows beyond the end of those before count as there. */
  put(first: number, rows: Float32Array): void {
    const count = rows.length / this.length;
    const needed = (first + count) * this.length;
    if (needed > this.values.length) {
      const grown = new Float32Array(Math.max(needed, 2 * this.values.length));
      grown.set(this.values);
      this.values = grown;
    }
    this.values.set(rows, first * this.length);
    this.count = Math.max(this.count, first + count);
  }

  /** Puts the emotion weights of rows in place. */
  putEmotions(first: number, weights: Float32Array, count: number): void {
    this.emotionCount = weights.length / count;
    const needed = (first + count) * this.emotionCount;
    if (needed > this.emotions.length) {
      const grown = new Float32Array(Math.max(needed, 2 * this.emotions.length));
      grown.set(this.emotions);
      this.emotions = grown;
    }
    this.emotions.set(weights, first * this.emotionCount);
  }

  /** The emotion weights of the row that stands at a time, in the order of the model's emotions. */
  emotionsAt(seconds: number): Float32Array {
    const row = Math.min(this.count - 1, Math.max(0, Math.round(seconds * this.rate)));
    return this.emotions.subarray(row * this.emotionCount, (row + 1) * this.emotionCount);
  }

  value(row: number, column: number): number {
    return this.values[row * this.length + column];
  }

  gapMm(row: number): number {
    return this.value(row, this.length - 1);
  }

  isShut(row: number): boolean {
    return this.gapMm(row) < this.facts.shutMm;
  }

  /** The values at a time, straight between two rows, held at both ends; false without any row. */
  at(seconds: number, into: Float32Array): boolean {
    if (this.count === 0) return false;
    const place = Math.min(this.count - 1, Math.max(0, seconds * this.rate));
    const before = Math.floor(place);
    const after = Math.min(this.count - 1, before + 1);
    const share = place - before;
    for (let column = 0; column < this.length; column += 1) {
      const from = this.value(before, column);
      into[column] = from + (this.value(after, column) - from) * share;
    }
    return true;
  }
}

/** Reads a row as weights of MetaHuman expressions. */
export class BoardExpressions implements Expressions {
  readonly weights: Float32Array;
  private readonly places = new Map<string, number>();
  private readonly halves: readonly { up: readonly number[]; down: readonly number[] }[];
  private row: Float32Array = new Float32Array(0);

  constructor(private readonly facts: Facts) {
    const place = (name: string): number => {
      const known = this.places.get(name);
      if (known !== undefined) return known;
      this.places.set(name, this.places.size);
      return this.places.size - 1;
    };
    this.halves = facts.columns.map((column) => ({ up: column.up.map(place), down: column.down.map(place) }));
    this.weights = new Float32Array(this.places.size);
  }

  read(row: Float32Array): void {
    this.row = row;
    this.weights.fill(0);
    this.halves.forEach(({ up, down }, column) => {
      const value = row[column];
      for (const place of value > 0 ? up : down) this.weights[place] += Math.abs(value);
    });
    for (let place = 0; place < this.weights.length; place += 1)
      this.weights[place] = Math.min(1, this.weights[place]);
  }

  get(name: string): number {
    const place = this.places.get(name);
    return place === undefined ? 0 : this.weights[place];
  }

  names(): IterableIterator<string> {
    return this.places.keys();
  }

  /** Weight of a shape of arkit-52, as the engine maps it. */
  arkit(index: number): number {
    return this.row[this.facts.columns.length + index] ?? 0;
  }

  pose(): HeadPose {
    const [pitch, yaw, roll, x, y, z] = this.row.subarray(
      this.facts.controlCount,
      this.facts.controlCount + 6,
    );
    return { pitch, yaw, roll, shift: [x, y, z] };
  }
}
