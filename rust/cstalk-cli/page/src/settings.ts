/** The panel of settings of one face: model, emotion, its strength by part, style, layers. */

import { el, section, slider, type Slider } from "./dom.ts";
import { Emotions } from "./emotions.ts";
import { setOrForget, type Preset } from "./preset.ts";

export interface Model {
  readonly name: string;
  readonly title: string;
  readonly emotions: readonly string[];
  readonly style: readonly string[];
  readonly lookAheadMs: number;
  readonly nonCommercial: boolean;
  readonly about: string;
}

export class Settings {
  readonly element = el("div", { class: "settings" });
  private emotions: Emotions | null = null;
  private readonly setters: (() => void)[] = [];
  private model: Model | null = null;

  constructor(
    private readonly models: readonly Model[],
    private readonly parts: readonly string[],
    private readonly preset: () => Preset,
    /** Index of the key that the emotion sliders change, or -1. */
    private readonly keyIndex: () => number,
    private readonly onChange: () => void,
  ) {
    this.build();
  }

  /** Shows the preset, which may be another one than before. */
  show(): void {
    const wanted = this.modelOf(this.preset());
    if (wanted !== this.model) this.build();
    for (const set of this.setters) set();
    this.showEmotion();
  }

  /** Shows the weights of the chosen key, or the constant ones. */
  showEmotion(): void {
    const preset = this.preset();
    const key = preset.emotion_keys[this.keyIndex()];
    this.emotions?.set(key ? key.weights : preset.emotion);
  }

  private modelOf(preset: Preset): Model {
    return this.models.find((model) => model.name === preset.model) ?? this.models[0];
  }

  private build(): void {
    this.setters.length = 0;
    const model = this.modelOf(this.preset());
    this.model = model;
    this.emotions = new Emotions(model.emotions, (weights) => {
      const preset = this.preset();
      const key = preset.emotion_keys[this.keyIndex()];
      if (key) key.weights = weights;
      else preset.emotion = weights;
      this.onChange();
    });
    this.element.replaceChildren(
      this.modelChoice(),
      this.emotions.element,
      section(
        "Strength by part of the face",
        false,
        ...this.parts.map((part) =>
          this.value(part, 0, 1.5, 1, () => this.preset().emotion_strength, `Emotion strength of ${part}`),
        ),
        el("p", { class: "faint" }, "0 is neutral, 1 the model's own. Other values take twice the time."),
      ),
      section(
        "Style",
        false,
        ...model.style.map((name) => this.value(name, -3, 3, 0, () => this.preset().style, `Style ${name}`)),
      ),
      section("Head, blinks, gaze", false, ...this.layers()),
    );
  }

  private modelChoice(): HTMLElement {
    const select = el(
      "select",
      {
        id: "model",
        "aria-label": "Model",
        onchange: () => {
          const preset = this.preset();
          const model = this.models[select.selectedIndex];
          preset.model = model.name;
          // What the new model does not know would be refused.
          const forget = (values: Record<string, number>, known: readonly string[]): void => {
            for (const name of Object.keys(values)) if (!known.includes(name)) delete values[name];
          };
          for (const values of [preset.emotion, ...preset.emotion_keys.map((key) => key.weights)])
            forget(values, model.emotions);
          forget(preset.style, model.style);
          this.show();
          this.onChange();
        },
      },
      ...this.models.map((model) =>
        el(
          "option",
          { value: model.name, title: model.about },
          `${model.title}${model.nonCommercial ? " (not for commercial use)" : ""}`,
        ),
      ),
    );
    this.setters.push(() => {
      select.selectedIndex = this.models.indexOf(this.modelOf(this.preset()));
    });
    return el("label", { class: "row" }, el("span", {}, "Model"), select);
  }

  private value(
    name: string,
    min: number,
    max: number,
    usual: number,
    of: () => Record<string, number>,
    title: string,
  ): HTMLElement {
    const made = slider({
      name,
      min,
      max,
      value: usual,
      title,
      onInput: (value) => {
        setOrForget(of(), name, value, usual);
        this.onChange();
      },
    });
    made.input.dataset.value = name;
    this.setters.push(() => made.set(of()[name] ?? usual));
    return made.element;
  }

  private layers(): HTMLElement[] {
    const number = (
      name: string,
      title: string,
      min: number,
      max: number,
      step: number,
      key: "head_motion" | "smoothing_ms",
    ): Slider => {
      const made = slider({
        name,
        min,
        max,
        step,
        title,
        value: this.preset()[key],
        onInput: (value) => {
          this.preset()[key] = value;
          this.onChange();
        },
      });
      this.setters.push(() => made.set(this.preset()[key]));
      return made;
    };
    const check = (name: string, key: "blinks" | "gaze"): HTMLElement => {
      const input = el("input", {
        type: "checkbox",
        onchange: () => {
          this.preset()[key] = input.checked;
          this.onChange();
        },
      });
      this.setters.push(() => {
        input.checked = this.preset()[key];
      });
      return el("label", { class: "row" }, el("span", {}, name), input);
    };
    const seed = el("input", {
      type: "number",
      min: 0,
      step: 1,
      "aria-label": "Seed",
      onchange: () => {
        this.preset().seed = Math.max(
          0,
          Math.min(Number.MAX_SAFE_INTEGER, Math.round(Number(seed.value) || 0)),
        );
        this.onChange();
      },
    });
    this.setters.push(() => {
      seed.value = String(this.preset().seed);
    });
    return [
      number("head motion", "Strength of head motion", 0, 1, 0.01, "head_motion").element,
      check("blinks", "blinks"),
      check("wandering gaze", "gaze"),
      el(
        "label",
        { class: "row", title: "The same seed gives the same blinks, gaze and head" },
        el("span", {}, "seed"),
        seed,
      ),
      number(
        "smoothing (ms)",
        "Smoothing of brows, lids, cheeks and mouth corners in ms",
        0,
        100,
        1,
        "smoothing_ms",
      ).element,
    ];
  }
}
