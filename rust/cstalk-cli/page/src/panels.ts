/** Export, and live mode with its meters. */

import { el } from "./dom.ts";
import { Rows, type Facts } from "./facts.ts";
import { numbers, type Packet } from "./socket.ts";
import type { Viewer } from "./viewer.ts";

export interface ExportWish {
  readonly format: string;
  readonly rig: string | null;
  readonly fps: number;
}

export class ExportPanel {
  readonly element: HTMLElement;
  private readonly format: HTMLSelectElement;
  private readonly rig: HTMLSelectElement;
  private readonly fps = el("input", {
    id: "fps",
    type: "number",
    value: 50,
    min: 1,
    max: 1000,
    step: "any",
    "aria-label": "Rows a second",
  });

  constructor(
    private readonly formats: readonly { name: string; rig: string | null }[],
    rigs: readonly string[],
    private readonly onExport: (wish: ExportWish) => void,
  ) {
    this.format = el(
      "select",
      { id: "format", "aria-label": "Format", onchange: () => this.bind() },
      ...formats.map(({ name }) => el("option", { value: name }, name)),
    );
    this.rig = el(
      "select",
      { id: "rig", "aria-label": "Rig" },
      ...rigs.map((name) => el("option", { value: name, selected: name === "metahuman-251" }, name)),
    );
    this.element = el(
      "div",
      { class: "panel" },
      this.format,
      this.rig,
      el("label", { class: "row" }, el("span", {}, "rows a second"), this.fps),
      el("button", { id: "export", title: "E", onclick: () => this.ask() }, "Export"),
    );
  }

  ask(): void {
    const bound = this.formats[this.format.selectedIndex].rig;
    this.onExport({ format: this.format.value, rig: bound ?? this.rig.value, fps: Number(this.fps.value) });
  }

  /** Some formats hold one rig only. */
  private bind(): void {
    const bound = this.formats[this.format.selectedIndex].rig;
    this.rig.disabled = bound !== null;
    if (bound) this.rig.value = bound;
  }
}

export interface Device {
  readonly id: string;
  readonly name: string;
  readonly default: boolean;
}

interface LiveActions {
  /** Starts with a microphone, or with the take; false where there is none. */
  start(device: string | null): boolean;
  /** Asks which microphones there are. */
  askDevices(): void;
  stop(): void;
  say(text: string, isError?: boolean): void;
}

/** Level in dB at which the meter is empty. */
const QUIET_DB = -60;
/** Rows that a live run keeps at most, about. */
const KEPT_ROWS = 1500;

export class LivePanel {
  readonly element: HTMLElement;
  isRunning = false;
  private firstKept = 0;
  private readonly source = el(
    "select",
    { id: "live-source", "aria-label": "Source of the live sound", onfocus: () => this.actions.askDevices() },
    el("option", { value: "" }, "this take"),
  );
  private readonly button = el(
    "button",
    { id: "live", "aria-pressed": "false", onclick: () => (this.isRunning ? this.stop() : this.start()) },
    "Go live",
  );
  private readonly level = el("meter", {
    min: QUIET_DB,
    max: 0,
    high: -6,
    value: QUIET_DB,
    "aria-label": "Level in dB",
  });
  private readonly delay = el("output", { id: "live-delay", class: "faint" });
  private readonly emotion = el("output", { id: "live-emotion", class: "faint", "aria-label": "Emotion" });
  private readonly hears = el("input", { type: "checkbox", checked: true });

  constructor(
    private readonly facts: Facts,
    private readonly viewer: Viewer,
    private readonly actions: LiveActions,
  ) {
    this.element = el(
      "div",
      { class: "panel" },
      this.source,
      this.button,
      el("label", { class: "row" }, el("span", {}, "hear the take"), this.hears),
      el("label", { class: "row" }, el("span", {}, "level"), this.level),
      this.delay,
      this.emotion,
    );
  }

  stop(): void {
    if (!this.isRunning) return;
    this.actions.stop();
    this.end();
  }

  receive(head: Packet["head"], body: Uint8Array): void {
    if (head.type === "live-ended") {
      if (this.isRunning) this.end();
      if (head.message) this.actions.say(String(head.message), true);
      return;
    }
    const live = this.viewer.live;
    if (!this.isRunning || !live) return;
    // A microphone may run for hours: only the latest rows are kept.
    const first = head.first as number;
    if (first - this.firstKept > KEPT_ROWS) {
      live.rows = new Rows(this.facts, live.rows.rate, KEPT_ROWS);
      this.firstKept = first;
    }
    live.rows.put(first - this.firstKept, numbers(body));
    if (live.rows.count > 0) live.time = (live.rows.count - 1) / live.rows.rate;
    this.level.value = head.level as number;
    const heard = Object.entries((head.emotion ?? {}) as Record<string, number>);
    this.emotion.value = heard.map(([name, weight]) => `${name} ${weight.toFixed(2)}`).join(", ");
    this.delay.value = `face ${Number(head.behind).toFixed(0)} ms behind the sound, ${Number(head.ms).toFixed(1)} ms of work a hop; ${head.source}`;
  }

  /** The list of microphones, or why there is none. */
  showDevices(devices: readonly Device[], message?: string): void {
    const chosen = this.source.value;
    this.source.replaceChildren(
      el("option", { value: "" }, "this take"),
      ...devices.map((device) =>
        el("option", { value: device.id }, `${device.name}${device.default ? " (default)" : ""}`),
      ),
    );
    this.source.value = devices.some((device) => device.id === chosen) ? chosen : "";
    if (message) this.delay.value = message;
  }

  private start(): void {
    const device = this.source.value === "" ? null : this.source.value;
    if (!this.actions.start(device)) {
      this.actions.say("Live mode needs a take: open a recording first.", true);
      return;
    }
    this.isRunning = true;
    this.firstKept = 0;
    this.viewer.live = { rows: new Rows(this.facts, 50, KEPT_ROWS), time: 0 };
    this.button.textContent = "Stop";
    this.button.setAttribute("aria-pressed", "true");
    const { player } = this.viewer;
    player.pause();
    if (device === null && this.hears.checked)
      void player
        .setLoop(null)
        .then(() => player.seek(0))
        .then(() => player.play());
  }

  private end(): void {
    this.isRunning = false;
    this.viewer.live = null;
    this.viewer.player.pause();
    this.viewer.refresh();
    this.level.value = QUIET_DB;
    this.button.textContent = "Go live";
    this.button.setAttribute("aria-pressed", "false");
  }
}
