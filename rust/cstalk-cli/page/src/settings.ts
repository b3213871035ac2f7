/** The panel of settings of one face: model, emotion, its strength by part, style, layers. */

import { el, section, slider } from "./dom.ts";
import { Emotions } from "./emotions.ts";
import { setOrForget, type Key, type Preset } from "./preset.ts";

export interface Model {
  readonly name: string;
  readonly title: string;
  readonly emotions: readonly string[];
  readonly style: readonly string[];
  readonly lookAheadMs: number;
  readonly nonCommercial: boolean;
  readonly about: string;
}

/** A model that hears emotions. */
export interface EmotionModel {
  readonly name: string;
  readonly title: string;
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
    private readonly emotionModels: readonly EmotionModel[],
    private readonly parts: readonly string[],
    private readonly preset: () => Preset,
    /** Index of the key that the emotion sliders change, or -1. */
    private readonly keyIndex: () => number,
    private readonly onChange: () => void,
  ) {
    this.build();
  }

  /**
   * Shows the preset, which may be another one than before: all values, the weights and strengths of the chosen key or
   * the constant ones among them.
   */
  show(): void {
    const preset = this.preset();
    if (this.modelOf(preset) !== this.model) this.build();
    for (const set of this.setters) set();
    this.emotions?.set(this.key()?.weights ?? preset.emotion);
  }

  /** The key that the sliders change, if there is one. */
  private key(): Key | undefined {
    return this.preset().emotion_keys[this.keyIndex()];
  }

  private strengths(): Record<string, number> {
    const key = this.key();
    return key ? (key.strength ??= {}) : this.preset().emotion_strength;
  }

  private modelOf(preset: Preset): Model {
    return this.models.find((model) => model.name === preset.model) ?? this.models[0];
  }

  private build(): void {
    this.setters.length = 0;
    const model = this.modelOf(this.preset());
    this.model = model;
    this.emotions = new Emotions(model.emotions, (weights) => {
      const key = this.key();
      if (key) key.weights = weights;
      else this.preset().emotion = weights;
      this.onChange();
    });
    const ofKey = el("p", { class: "faint" }, "These are the strengths of the chosen key.");
    this.setters.push(() => {
      ofKey.hidden = !this.key();
    });
    this.element.replaceChildren(
      this.modelChoice(),
      ...this.voiceChoice(this.emotions.element),
      section(
        "Emotion strength by part",
        false,
        ...this.parts.map((part) =>
          this.value(part, 0, 1.5, 1, () => this.strengths(), `Emotion strength of ${part}`),
        ),
        ofKey,
        el("p", { class: "faint" }, "0 is neutral, 1 the model's own. Other values take twice the time."),
      ),
      section(
        "Weight by part",
        false,
        ...this.parts.map((part) =>
          this.value(part, 0, 1, 1, () => this.preset().part_weights, `Weight of ${part}`),
        ),
        el("p", { class: "faint" }, "0 leaves a part at rest, speech included: to lay it over another animation."),
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

  /** Emotions by slider, or heard in the voice. */
  private voiceChoice(sliders: HTMLElement): HTMLElement[] {
    const select = el(
      "select",
      {
        id: "emotion-source",
        "aria-label": "Emotion comes from",
        onchange: () => {
          const preset = this.preset();
          const model = this.emotionModels[select.selectedIndex - 1];
          if (model) {
            preset.emotion_from_voice = { model: model.name, strength: 1 };
            [preset.emotion, preset.emotion_keys] = [{}, []];
          } else delete preset.emotion_from_voice;
          this.show();
          this.onChange();
        },
      },
      el("option", {}, "sliders and keys"),
      ...this.emotionModels.map((model) =>
        el(
          "option",
          { title: model.about },
          `voice: ${model.title}${model.nonCommercial ? " (not for commercial use)" : ""}`,
        ),
      ),
    );
    const strength = slider({
      name: "at most",
      min: 0,
      max: 1,
      value: 1,
      title: "Largest weight of an emotion from the voice",
      onInput: (value) => {
        const heard = this.preset().emotion_from_voice;
        if (heard) heard.strength = value;
        this.onChange();
      },
    });
    this.setters.push(() => {
      const heard = this.preset().emotion_from_voice;
      select.selectedIndex = 1 + this.emotionModels.findIndex((model) => model.name === heard?.model);
      sliders.hidden = heard !== undefined;
      strength.element.hidden = heard === undefined;
      strength.set(heard?.strength ?? 1);
    });
    const choice = el("label", { class: "row" }, el("span", {}, "Emotion by"), select);
    choice.hidden = this.emotionModels.length === 0;
    return [choice, sliders, strength.element];
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
      key: "head_motion" | "blinks" | "gaze" | "smoothing_ms",
      usual: number,
    ): HTMLElement => {
      const made = slider({
        name,
        min,
        max,
        step,
        title,
        value: usual,
        onInput: (value) => {
          this.preset()[key] = value;
          this.onChange();
        },
      });
      this.setters.push(() => made.set(this.preset()[key]));
      return made.element;
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
      number("head motion", "Strength of head motion", 0, 1, 0.01, "head_motion", 0.5),
      number("blinks", "How far blinks shut the lids", 0, 1, 0.01, "blinks", 1),
      number("gaze", "How far the gaze wanders, 1 as usual", 0, 2, 0.01, "gaze", 1),
      el(
        "label",
        { class: "row", title: "The same seed gives the same blinks, gaze and head" },
        el("span", {}, "seed"),
        seed,
      ),
      number(
        "smoothing ms",
        "Smoothing of brows, lids, cheeks and mouth corners in ms",
        0,
        100,
        1,
        "smoothing_ms",
        15,
      ),
    ];
  }
}
