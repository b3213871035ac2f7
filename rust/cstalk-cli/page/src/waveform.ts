/** The sound: drag to hear a place, drag with shift for a loop; below it phones, and where the lips are shut. */

import { el, fit, theme } from "./dom.ts";
import type { Rows } from "./facts.ts";
import type { Markers } from "./markers.ts";
import type { Player } from "./player.ts";
import { Playhead, type View } from "./view.ts";

const TITLE = "Drag: scrub; shift and drag: loop; wheel: zoom";
/** Height of the bars where the lips are shut, with the room above them. */
const BARS_PX = 10;

export class Waveform {
  readonly element: HTMLElement;
  readonly playhead: Playhead;
  private rows: Rows | null = null;
  private drag: { from: number; isLoop: boolean } | null = null;

  constructor(
    readonly canvas: HTMLCanvasElement,
    private readonly player: Player,
    private readonly view: View,
    private readonly markers: Markers,
    private readonly onSeek: () => void,
  ) {
    this.playhead = new Playhead(view);
    canvas.title = TITLE;
    this.element = el("div", { class: "track" }, canvas, this.playhead.element);
    canvas.addEventListener("pointerdown", (event) => this.press(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    canvas.addEventListener("pointerup", () => {
      this.drag = null;
    });
    canvas.addEventListener("wheel", (event) => view.wheel(event, canvas.clientWidth), { passive: false });
  }

  show(rows: Rows | null): void {
    this.rows = rows;
  }

  /** Spans in seconds in which the lips are shut. */
  shutSpans(): [number, number][] {
    const spans: [number, number][] = [];
    if (!this.rows) return spans;
    const { rate, count } = this.rows;
    for (let row = 0; row < count; row += 1) {
      if (!this.rows.isShut(row)) continue;
      const last = spans[spans.length - 1];
      const [from, to] = [row / rate, (row + 1) / rate];
      if (last && Math.abs(last[1] - from) < 1e-6) last[1] = to;
      else spans.push([from, to]);
    }
    return spans;
  }

  draw(): void {
    const place = fit(this.canvas);
    if (!place) return;
    const { draw, width, height } = place;
    const markersTop = height - BARS_PX - this.markers.height;
    const middle = markersTop / 2;
    const { loop } = this.player;
    if (loop) {
      draw.fillStyle = theme("loop");
      draw.fillRect(
        this.view.x(loop.from, width),
        0,
        this.view.x(loop.to, width) - this.view.x(loop.from, width),
        height,
      );
    }
    draw.fillStyle = theme("wave");
    for (let x = 0; x < width; x += 1) {
      const peak = this.player.peak(this.view.time(x, width), this.view.time(x + 1, width));
      const tall = Math.max(0.5, peak * middle);
      draw.fillRect(x, middle - tall, 1, 2 * tall);
    }
    this.markers.draw(draw, width, markersTop);
    draw.fillStyle = theme("shut");
    for (const [from, to] of this.shutSpans()) {
      const left = this.view.x(from, width);
      draw.fillRect(left, height - 8, Math.max(1.5, this.view.x(to, width) - left), 7);
    }
    draw.fillStyle = theme("faint");
    draw.font = "10px sans-serif";
    const step =
      [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60].find(
        (candidate) => (candidate / (this.view.to - this.view.from)) * width > 55,
      ) ?? 120;
    for (let time = Math.ceil(this.view.from / step) * step; time < this.view.to; time += step) {
      const x = this.view.x(time, width);
      draw.fillRect(x, 0, 1, 4);
      draw.fillText(time.toFixed(step < 1 ? 2 : 0), x + 3, 9);
    }
  }

  private press(event: PointerEvent): void {
    this.canvas.setPointerCapture(event.pointerId);
    const from = this.view.time(event.offsetX, this.canvas.clientWidth);
    this.drag = { from, isLoop: event.shiftKey };
    if (!event.shiftKey) this.seek(from);
  }

  private move(event: PointerEvent): void {
    const time = this.view.time(event.offsetX, this.canvas.clientWidth);
    if (!this.drag) {
      const markersTop = this.canvas.clientHeight - BARS_PX - this.markers.height;
      this.canvas.title = this.markers.about(time, event.offsetY - markersTop) ?? TITLE;
      return;
    }
    if (!this.drag.isLoop) {
      this.seek(time);
      return;
    }
    const [from, to] = [Math.min(this.drag.from, time), Math.max(this.drag.from, time)];
    if (to - from > 0.05)
      void this.player
        .setLoop({ from: Math.max(0, from), to: Math.min(this.player.duration, to) })
        .then(() => this.draw());
  }

  private seek(time: number): void {
    void this.player.seek(time).then(this.onSeek);
  }
}
