/** Emotion over time: keys that can be added, dragged and removed. Without keys the emotion is constant. */

import { el, fit, theme } from "./dom.ts";
import { colorOf } from "./emotions.ts";
import type { Player } from "./player.ts";
import { fewerKeys, keepConstant, keyAt, type Key, type Preset } from "./preset.ts";
import { Playhead, type View } from "./view.ts";

/** A key is caught this near, in pixels. */
const CATCH = 9;
/** Keys made of what was heard stay this near to it in every weight, and begin with a row each so many seconds. */
const HEARD_TOLERANCE = 0.04;
const HEARD_STEP_S = 0.1;

export class Timeline {
  readonly element: HTMLElement;
  /** The key that the sliders change; -1 without keys. */
  selected = -1;
  private readonly canvas = el("canvas", {
    tabindex: 0,
    role: "group",
    title: "Double click adds a key, drag moves it, Delete removes it; the sliders set the chosen one",
  });
  private readonly fix = el(
    "button",
    {
      id: "key-heard",
      title: "Takes what was heard in the voice as keys, to be edited",
      onclick: () => this.keysOfHeard(),
    },
    "Make keys of what was heard",
  );
  private readonly forKeys: readonly HTMLButtonElement[];
  private dragged = false;
  readonly playhead: Playhead;

  constructor(
    private readonly player: Player,
    private readonly view: View,
    private readonly preset: () => Preset,
    /** Weights at a time, those that were heard too. */
    private readonly weightsAt: (time: number) => Record<string, number>,
    private readonly onChange: () => void,
    private readonly onSelect: () => void,
  ) {
    this.playhead = new Playhead(view);
    const add = el(
      "button",
      { id: "key-add", title: "K", onclick: () => this.add(this.player.time) },
      "Add key here",
    );
    const remove = el("button", { id: "key-remove", onclick: () => this.remove() }, "Remove key");
    const clear = el("button", { id: "key-clear", onclick: () => this.clear() }, "No keys");
    this.forKeys = [add, remove, clear];
    this.element = el(
      "section",
      { class: "timeline", "aria-label": "Emotion over time" },
      el("div", { class: "bar" }, el("h2", {}, "Emotion over time"), add, remove, clear, this.fix),
      el("div", { class: "track" }, this.canvas, this.playhead.element),
    );
    this.canvas.addEventListener("pointerdown", (event) => this.press(event));
    this.canvas.addEventListener("pointermove", (event) => this.move(event));
    this.canvas.addEventListener("pointerup", () => this.release());
    this.canvas.addEventListener("dblclick", (event) =>
      this.add(this.view.time(event.offsetX, this.canvas.clientWidth)),
    );
    this.canvas.addEventListener("wheel", (event) => view.wheel(event, this.canvas.clientWidth), {
      passive: false,
    });
    this.canvas.addEventListener("keydown", (event) => this.type(event));
  }

  /** Adds a key that changes nothing yet, and chooses it. */
  add(time: number): void {
    const preset = this.preset();
    const at = Number(Math.min(this.player.duration, Math.max(0, time)).toFixed(3));
    if (preset.emotion_from_voice) return;
    const key = { ...keyAt(preset, at), time_s: at };
    [preset.emotion, preset.emotion_strength] = [{}, {}];
    preset.emotion_keys.push(key);
    preset.emotion_keys.sort((a, b) => a.time_s - b.time_s);
    this.choose(preset.emotion_keys.indexOf(key));
    this.onChange();
  }

  remove(): void {
    const preset = this.preset();
    if (this.selected < 0) return;
    const [removed] = preset.emotion_keys.splice(this.selected, 1);
    if (preset.emotion_keys.length === 0) keepConstant(preset, removed);
    this.choose(Math.min(this.selected, preset.emotion_keys.length - 1));
    this.onChange();
  }

  clear(): void {
    const preset = this.preset();
    if (preset.emotion_keys.length === 0) return;
    keepConstant(preset, preset.emotion_keys[Math.max(0, this.selected)]);
    this.choose(-1);
    this.onChange();
  }

  /** Keys that follow what was heard, in its place. */
  keysOfHeard(): void {
    const preset = this.preset();
    if (!preset.emotion_from_voice) return;
    const count = Math.max(1, Math.ceil(this.player.duration / HEARD_STEP_S));
    const heard = Array.from({ length: count + 1 }, (_, step): Key => {
      const time = Math.min(this.player.duration, step * HEARD_STEP_S);
      const weights = Object.entries(this.weightsAt(time)).filter(([, weight]) => weight > 0.005);
      return {
        time_s: Number(time.toFixed(3)),
        weights: Object.fromEntries(weights.map(([name, weight]) => [name, Number(weight.toFixed(3))])),
        strength: { ...preset.emotion_strength },
      };
    });
    delete preset.emotion_from_voice;
    preset.emotion_keys = fewerKeys(heard, HEARD_TOLERANCE);
    preset.emotion_strength = {};
    this.choose(0);
    this.onChange();
  }

  /** After another preset came in. */
  reset(): void {
    this.choose(this.preset().emotion_keys.length > 0 ? 0 : -1);
  }

  draw(): void {
    const place = fit(this.canvas);
    if (!place) return;
    const { draw, width, height } = place;
    const preset = this.preset();
    const isHeard = preset.emotion_from_voice !== undefined;
    this.fix.hidden = !isHeard;
    for (const button of this.forKeys) button.disabled = isHeard;
    const floor = height - 4;
    // Weights are stacked; what is above 1 in sum is scaled as the engine does.
    for (let x = 0; x < width; x += 2) {
      const weights = Object.entries(this.weightsAt(this.view.time(x, width)));
      const shown = weights.filter(([name]) => name !== "neutral").sort(([a], [b]) => (a < b ? -1 : 1));
      const sum = Math.max(
        1,
        shown.reduce((all, [, weight]) => all + weight, 0),
      );
      let top = floor;
      for (const [name, weight] of shown) {
        const tall = (weight / sum) * (height - 8);
        draw.fillStyle = colorOf(name);
        draw.fillRect(x, top - tall, 2, tall);
        top -= tall;
      }
    }
    draw.fillStyle = theme("line");
    draw.fillRect(0, floor, width, 1);
    preset.emotion_keys.forEach((key, index) => {
      const x = this.view.x(key.time_s, width);
      draw.fillStyle = index === this.selected ? theme("accent") : theme("text");
      draw.fillRect(x - 0.5, 4, 1, height - 8);
      draw.beginPath();
      draw.arc(x, 7, index === this.selected ? 6 : 4.5, 0, 2 * Math.PI);
      draw.fill();
      // A ring: the key changes the strength by part too.
      if (Object.keys(key.strength ?? {}).length > 0) {
        draw.strokeStyle = draw.fillStyle;
        draw.beginPath();
        draw.arc(x, 7, index === this.selected ? 8.5 : 7, -0.3, Math.PI + 0.3);
        draw.stroke();
      }
    });
    const chosen = preset.emotion_keys[this.selected];
    this.canvas.setAttribute(
      "aria-label",
      chosen
        ? `Key ${this.selected + 1} of ${preset.emotion_keys.length} at ${chosen.time_s.toFixed(2)} s. Left and right move it, page up and down choose another, Delete removes it.`
        : isHeard
          ? "The emotion is heard in the voice."
          : "No keys: the emotion is constant. K adds a key at the playhead.",
    );
  }

  private choose(index: number): void {
    this.selected = index;
    this.onSelect();
    this.draw();
  }

  private keyAt(x: number): number {
    const width = this.canvas.clientWidth;
    let best = -1;
    let least = CATCH;
    this.preset().emotion_keys.forEach((key, index) => {
      const distance = Math.abs(this.view.x(key.time_s, width) - x);
      if (distance < least) [best, least] = [index, distance];
    });
    return best;
  }

  private press(event: PointerEvent): void {
    const index = this.keyAt(event.offsetX);
    if (index < 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.dragged = true;
    this.choose(index);
  }

  private move(event: PointerEvent): void {
    if (this.dragged) this.shift(this.view.time(event.offsetX, this.canvas.clientWidth));
  }

  private release(): void {
    this.dragged = false;
  }

  private shift(time: number): void {
    const keys = this.preset().emotion_keys;
    const key = keys[this.selected];
    if (!key) return;
    // A key stays between its neighbours.
    const low = keys[this.selected - 1]?.time_s ?? 0;
    const high = keys[this.selected + 1]?.time_s ?? this.player.duration;
    key.time_s = Number(Math.min(high, Math.max(low, time)).toFixed(3));
    this.draw();
    this.onChange();
  }

  private type(event: KeyboardEvent): void {
    const key = this.preset().emotion_keys[this.selected];
    if (!key) return;
    const count = this.preset().emotion_keys.length;
    if (event.key === "Delete" || event.key === "Backspace") this.remove();
    else if (event.key === "ArrowLeft") this.shift(key.time_s - 0.02);
    else if (event.key === "ArrowRight") this.shift(key.time_s + 0.02);
    else if (event.key === "PageUp") this.choose((this.selected + count - 1) % count);
    else if (event.key === "PageDown") this.choose((this.selected + 1) % count);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
