/** All curves by region, with search; the other side of a comparison is drawn thin behind. */

import { el, fit, theme } from "./dom.ts";
import type { Facts, Rows } from "./facts.ts";
import type { Player } from "./player.ts";
import { Playhead, type View } from "./view.ts";

/** Columns that move less than this are quiet, as a share of their range. */
const QUIET = 0.01;

interface Line {
  readonly column: number;
  readonly name: string;
  readonly element: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly value: HTMLOutputElement;
}

export class Curves {
  readonly element = el("section", { class: "curves", "aria-label": "Curves by region" });
  private readonly lines: Line[] = [];
  private readonly groups: { element: HTMLDetailsElement; lines: Line[]; count: HTMLElement }[] = [];
  private rows: Rows | null = null;
  private other: Rows | null = null;
  private search = "";
  private withQuiet = false;
  private now = new Float32Array(0);
  private readonly playhead: Playhead;
  private toldAt = 0;

  constructor(
    private readonly facts: Facts,
    private readonly player: Player,
    private readonly view: View,
  ) {
    this.playhead = new Playhead(view);
    const lines = el("div", { class: "lines" }, el("div", { class: "over" }, this.playhead.element));
    const search = el("input", {
      type: "search",
      placeholder: "Search curves, such as jaw",
      "aria-label": "Search curves",
      id: "curve-search",
      oninput: () => {
        this.search = search.value.trim().toLowerCase();
        this.sift();
        this.draw();
      },
    });
    const quiet = el("input", {
      type: "checkbox",
      onchange: () => {
        this.withQuiet = quiet.checked;
        this.sift();
        this.draw();
      },
    });
    this.element.append(
      el(
        "div",
        { class: "bar" },
        el("h2", {}, "Curves"),
        search,
        el("label", {}, quiet, " also those that do not move"),
      ),
    );
    this.element.append(lines);
    for (const region of facts.regions) this.addRegion(region, lines);
  }

  show(rows: Rows | null, other: Rows | null): void {
    this.rows = rows;
    this.other = other;
    this.sift();
  }

  /** Draws the curves that can be seen. */
  draw(): void {
    for (const { element, lines } of this.groups) {
      if (!element.open || element.hidden) continue;
      for (const line of lines) if (!line.element.hidden) this.drawLine(line);
    }
  }

  /** Shows the values at a time; ten times a second is as fast as numbers can be read. */
  tell(time: number): void {
    this.playhead.set(time);
    const now = performance.now();
    if (!this.rows || (this.player.isPlaying && now - this.toldAt < 100)) return;
    this.toldAt = now;
    if (this.now.length !== this.rows.length) this.now = new Float32Array(this.rows.length);
    if (!this.rows.at(time, this.now)) return;
    for (const { element, lines } of this.groups) {
      if (!element.open || element.hidden) continue;
      for (const line of lines) if (!line.element.hidden) line.value.value = this.now[line.column].toFixed(2);
    }
  }

  private addRegion(region: string, into: HTMLElement): void {
    const columns = this.facts.columns
      .map((column, index) => ({ column, index }))
      .filter(({ column }) => column.region === region);
    const count = el("span", { class: "faint" });
    const group = el(
      "details",
      { open: region === "jaw-chin" || region === "lip-closure" || region === "brow" },
      el("summary", {}, region, " ", count),
    );
    const lines = columns.map(({ column, index }): Line => {
      const canvas = el("canvas", { "aria-hidden": "true" });
      const value = el("output", {}, "");
      const name = column.name;
      const element = el(
        "div",
        { class: "curve", "data-name": name },
        el("span", { class: "name", title: name }, name.replace(/^CTRL_/, "")),
        canvas,
        value,
      );
      group.append(element);
      return { column: index, name, element, canvas, value };
    });
    group.addEventListener("toggle", () => this.draw());
    this.lines.push(...lines);
    this.groups.push({ element: group, lines, count });
    into.append(group);
  }

  /** Hides what is not searched for, or does not move. */
  private sift(): void {
    for (const { element, lines, count } of this.groups) {
      let shown = 0;
      for (const line of lines) {
        const fits =
          this.search === "" ||
          line.name.toLowerCase().includes(this.search) ||
          this.facts.columns[line.column].region.includes(this.search);
        line.element.hidden = !fits || !(this.withQuiet || this.search !== "" || this.moves(line.column));
        if (!line.element.hidden) shown += 1;
      }
      element.hidden = shown === 0;
      if (this.search !== "" && shown > 0) element.open = true;
      count.textContent = `${shown} of ${lines.length}`;
    }
  }

  private moves(column: number): boolean {
    const { min, max } = this.facts.columns[column];
    const least = QUIET * (max - min > 4 ? 20 : max - min);
    const step = 3;
    for (const rows of [this.rows, this.other]) {
      if (!rows) continue;
      for (let row = 0; row < rows.count; row += step)
        if (Math.abs(rows.value(row, column)) > least) return true;
    }
    return false;
  }

  private drawLine(line: Line): void {
    const place = fit(line.canvas);
    if (!place) return;
    const { draw, width, height } = place;
    const column = this.facts.columns[line.column];
    // Angles and centimetres have a wide range of which little is used.
    const isWide = column.max - column.min > 4;
    const [min, max] = isWide ? [-15, 15] : [Math.min(0, column.min), column.max];
    const y = (value: number): number => height - 2 - ((value - min) / (max - min)) * (height - 4);
    draw.fillStyle = theme("line");
    draw.fillRect(0, y(0), width, 1);
    const trace = (rows: Rows | null, color: string, wide: number): void => {
      if (!rows || rows.count === 0) return;
      draw.strokeStyle = color;
      draw.lineWidth = wide;
      draw.beginPath();
      const first = Math.max(0, Math.floor(this.view.from * rows.rate));
      const last = Math.min(rows.count - 1, Math.ceil(this.view.to * rows.rate));
      const step = Math.max(1, Math.floor((last - first) / (2 * width)));
      for (let row = first; row <= last; row += step)
        draw.lineTo(this.view.x(row / rows.rate, width), y(rows.value(row, line.column)));
      draw.stroke();
    };
    trace(this.other, theme("other"), 1);
    trace(this.rows, theme("curve"), 1.5);
  }
}
