/** Emotion weights: a slider each, and a pad to blend neighbours on a ring. */

import { el, section, slider, type Slider } from "./dom.ts";

/** Colours of emotions, for the pad and the timeline. */
const HUES: Record<string, number> = {
  happy: 48,
  excited: 30,
  surprised: 175,
  fearful: 275,
  sad: 222,
  bored: 205,
  confused: 300,
  disgusted: 95,
  angry: 4,
  confident: 145,
  playful: 330,
  neutral: 0,
};
export const colorOf = (emotion: string): string =>
  emotion === "neutral" ? "hsl(0 0% 60%)" : `hsl(${HUES[emotion] ?? (emotion.length * 47) % 360} 70% 52%)`;

/** Neighbours on the pad are emotions that blend well. */
const RING = [
  "happy",
  "excited",
  "surprised",
  "fearful",
  "confused",
  "sad",
  "bored",
  "disgusted",
  "angry",
  "confident",
  "playful",
];
const SIZE = 220;
const RADIUS = 84;

export class Emotions {
  readonly element: HTMLElement;
  private readonly sliders = new Map<string, Slider>();
  private readonly ring: string[];
  private readonly dot: SVGElement;
  private readonly pad: SVGSVGElement;
  private place = { x: 0, y: 0 };
  private weights: Record<string, number> = {};

  constructor(
    emotions: readonly string[],
    private readonly onChange: (weights: Record<string, number>) => void,
  ) {
    const shown = emotions.filter((name) => name !== emotions[0]);
    this.ring = [
      ...RING.filter((name) => shown.includes(name)),
      ...shown.filter((name) => !RING.includes(name)),
    ];
    const rows = emotions.map((name) => {
      const made = slider({
        name,
        min: 0,
        max: 1,
        value: 0,
        title: `Emotion ${name}`,
        onInput: (value) => {
          this.weights[name] = Number(value.toFixed(3));
          if (value === 0) delete this.weights[name];
          this.tell();
        },
      });
      made.element.style.setProperty("--tint", colorOf(name));
      made.input.dataset.emotion = name;
      this.sliders.set(name, made);
      return made.element;
    });
    this.dot = svg("circle", { r: 7, class: "dot" });
    this.pad = svg("svg", {
      viewBox: `${-SIZE / 2} ${-SIZE / 2} ${SIZE} ${SIZE}`,
      class: "pad",
      tabindex: 0,
      role: "group",
      "aria-label": "Blend pad: arrow keys move between neutral in the middle and the emotions on the ring",
    });
    this.drawPad();
    this.element = section(
      "Emotion",
      true,
      el("div", { class: "sliders" }, ...rows),
      section("Blend pad", false, this.pad),
    );
  }

  /** Shows weights that came from elsewhere. */
  set(weights: Record<string, number>): void {
    this.weights = { ...weights };
    for (const [name, made] of this.sliders) made.set(weights[name] ?? 0);
    let [x, y] = [0, 0];
    this.ring.forEach((name, index) => {
      const at = this.onRing(index);
      x += at.x * (weights[name] ?? 0);
      y += at.y * (weights[name] ?? 0);
    });
    this.place = { x, y };
    this.moveDot();
  }

  private tell(): void {
    this.onChange({ ...this.weights });
    this.set(this.weights);
  }

  private onRing(index: number): { x: number; y: number } {
    const angle = (2 * Math.PI * index) / this.ring.length - Math.PI / 2;
    return { x: Math.cos(angle), y: Math.sin(angle) };
  }

  private drawPad(): void {
    this.pad.append(svg("circle", { r: RADIUS, class: "ring" }));
    this.ring.forEach((name, index) => {
      const { x, y } = this.onRing(index);
      const mark = svg("circle", { cx: x * RADIUS, cy: y * RADIUS, r: 4 });
      mark.style.fill = colorOf(name);
      const label = svg("text", {
        x: x * (RADIUS + 10),
        y: y * (RADIUS + 12) + 3,
        "text-anchor": Math.abs(x) < 0.3 ? "middle" : x > 0 ? "start" : "end",
      });
      label.textContent = name;
      this.pad.append(mark, label);
    });
    this.pad.append(this.dot);
    const follow = (event: PointerEvent): void => {
      const box = this.pad.getBoundingClientRect();
      const scale = SIZE / box.width / RADIUS;
      this.blend(
        (event.clientX - box.left - box.width / 2) * scale,
        (event.clientY - box.top - box.height / 2) * scale,
      );
    };
    this.pad.addEventListener("pointerdown", (event) => {
      this.pad.setPointerCapture(event.pointerId);
      follow(event);
    });
    this.pad.addEventListener("pointermove", (event) => {
      if (event.buttons & 1) follow(event);
    });
    this.pad.addEventListener("keydown", (event) => {
      const step: Record<string, [number, number]> = {
        ArrowLeft: [-0.1, 0],
        ArrowRight: [0.1, 0],
        ArrowUp: [0, -0.1],
        ArrowDown: [0, 0.1],
      };
      const by = step[event.key];
      if (!by) return;
      event.preventDefault();
      event.stopPropagation();
      this.blend(this.place.x + by[0], this.place.y + by[1]);
    });
    this.moveDot();
  }

  /** Weights of the two emotions that the place lies between; the nearer to the ring, the stronger. */
  private blend(x: number, y: number): void {
    const strength = Math.min(1, Math.hypot(x, y));
    const count = this.ring.length;
    const turn = (((Math.atan2(y, x) + Math.PI / 2) / (2 * Math.PI)) * count + count) % count;
    const first = Math.floor(turn) % count;
    const share = turn - Math.floor(turn);
    this.weights = {};
    const give = (name: string, weight: number): void => {
      if (weight > 0.005) this.weights[name] = Number(weight.toFixed(3));
    };
    give(this.ring[first], strength * (1 - share));
    give(this.ring[(first + 1) % count], strength * share);
    this.onChange({ ...this.weights });
    for (const [name, made] of this.sliders) made.set(this.weights[name] ?? 0);
    this.place = strength < 1 ? { x, y } : { x: x / Math.hypot(x, y), y: y / Math.hypot(x, y) };
    this.moveDot();
  }

  private moveDot(): void {
    this.dot.setAttribute("cx", String(this.place.x * RADIUS));
    this.dot.setAttribute("cy", String(this.place.y * RADIUS));
  }
}

function svg<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Record<string, string | number>,
): SVGElementTagNameMap[Name] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}
