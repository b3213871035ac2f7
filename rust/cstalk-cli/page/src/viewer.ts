/** The face with its sound and curves: what previews and the studio have in common. */

import { el } from "./dom.ts";
import { Curves } from "./curves.ts";
import { BoardExpressions, type Facts, type Rows } from "./facts.ts";
import { Face, type Character } from "./face/face.ts";
import { Stage } from "./face/stage.ts";
import { GlbHead } from "./glb.ts";
import { Markers, type MarkerFile } from "./markers.ts";
import { Player } from "./player.ts";
import { View } from "./view.ts";
import { Waveform } from "./waveform.ts";

const SPEEDS = [1, 0.5, 0.25, 0.1];
/** Drags of this many pixels turn the camera by a degree. */
const PIXELS_PER_DEGREE = 3;

export class Viewer {
  readonly player = new Player();
  readonly view = new View();
  readonly stagePanel: HTMLElement;
  readonly soundPanel: HTMLElement;
  readonly curves: Curves;
  readonly waveform: Waveform;
  readonly markers = new Markers(this.view);
  readonly expressions: BoardExpressions;
  /** Own face; there whatever head is shown. */
  readonly face = new Face();
  /** Pictures drawn so far, and the mean time in ms that the latest ones took. */
  readonly measured = { pictures: 0, pictureMs: 0 };
  /** While set, the face shows this row instead of the one that is heard. */
  live: { rows: Rows; time: number } | null = null;
  private readonly stage: Stage;
  private readonly canvas = el("canvas", {
    class: "face",
    role: "img",
    "aria-label": "The face. Drag turns it, double click faces it.",
  });
  private readonly clock = el("output", { class: "clock", "aria-label": "Time" }, "0.000");
  private readonly playButton = el(
    "button",
    { id: "play", title: "Space", onclick: () => void this.toggle() },
    "Play",
  );
  private readonly loopButton = el(
    "button",
    {
      id: "loop",
      title: "L: loops the marked part or all of it",
      "aria-pressed": "false",
      onclick: () => void this.toggleLoop(),
    },
    "Loop",
  );
  private readonly speed: HTMLSelectElement;
  private readonly listeners: (() => void)[] = [];
  private character: Character = this.face;
  private rows: Rows | null = null;
  private row: Float32Array<ArrayBuffer>;
  private isStale = true;
  private shownTime = -1;
  private drawnAt = 0;
  private turned = { across: 0, up: 0 };

  constructor(readonly facts: Facts) {
    this.expressions = new BoardExpressions(facts);
    this.row = new Float32Array(facts.columns.length + facts.arkit.length + 1);
    this.expressions.read(this.row);
    this.stage = new Stage(this.canvas);
    this.stage.show(this.face);
    const wave = el("canvas", {
      class: "wave",
      tabindex: 0,
      role: "slider",
      "aria-label": "Place in the sound",
      "aria-valuemin": 0,
      "aria-valuenow": 0,
    });
    this.waveform = new Waveform(wave, this.player, this.view, this.markers, () => this.refresh());
    this.curves = new Curves(facts, this.player, this.view);
    this.view.onChange(() => this.refresh());
    this.speed = el(
      "select",
      {
        id: "speed",
        "aria-label": "Speed",
        onchange: () => void this.player.setSpeed(Number(this.speed.value)),
      },
      ...SPEEDS.map((speed) => el("option", { value: speed }, `${speed} x`)),
    );
    const step = (by: number, name: string, title: string): HTMLElement =>
      el("button", { title, "aria-label": title, onclick: () => void this.step(by) }, name);
    this.stagePanel = el("section", { class: "stage", "aria-label": "Face" }, this.canvas);
    this.soundPanel = el(
      "section",
      { class: "sound", "aria-label": "Sound" },
      el(
        "div",
        { class: "bar", role: "toolbar", "aria-label": "Transport" },
        this.playButton,
        step(-1, "\u2039", "One row back (,)"),
        step(1, "\u203a", "One row on (.)"),
        this.loopButton,
        this.speed,
        this.clock,
        this.markers.output,
        el("span", { class: "legend", title: "Rows in which the lips are shut" }, "lips shut"),
        this.markers.legend,
      ),
      this.waveform.element,
    );
    this.handleCamera();
    new ResizeObserver(() => this.refresh()).observe(this.canvas);
    new ResizeObserver(() => this.refresh()).observe(wave);
    requestAnimationFrame(() => this.tick());
  }

  /** Calls `listener` whenever the time that is shown changes. */
  onTime(listener: () => void): void {
    this.listeners.push(listener);
  }

  setSound(bytes: Uint8Array, rateHz: number): void {
    this.player.load(bytes, rateHz);
    this.waveform.canvas.setAttribute("aria-valuemax", this.player.duration.toFixed(2));
    this.loopButton.setAttribute("aria-pressed", "false");
    this.markers.judge(this.rows, this.player.duration);
    this.view.reset(this.player.duration);
  }

  /** Shows rows; `other` is what they are compared with. */
  setRows(rows: Rows | null, other: Rows | null = null): void {
    this.rows = rows;
    this.waveform.show(rows);
    this.curves.show(rows, other);
    this.markers.judge(rows, this.player.duration);
    this.shownTime = -1;
    this.refresh();
  }

  /** Shows phones and words of the take below its sound. */
  setMarkers(file: MarkerFile | null): void {
    this.markers.set(file);
    this.markers.judge(this.rows, this.player.duration);
    this.waveform.canvas.style.setProperty("--markers", `${this.markers.height}px`);
    this.shownTime = -1;
    this.refresh();
  }

  /** Draws everything again soon. */
  refresh(): void {
    this.isStale = true;
  }

  /** Draws the face again soon, as its curves have changed; the pictures of curves follow a few times a second. */
  renew(): void {
    this.shownTime = -1;
    if (performance.now() - this.drawnAt > 250) this.refresh();
  }

  async toggle(): Promise<void> {
    await this.player.toggle();
    this.refresh();
  }

  async step(rows: number): Promise<void> {
    if (this.player.isPlaying) this.player.pause();
    const rate = this.rows?.rate ?? 50;
    await this.player.seek((Math.round(this.player.time * rate) + rows) / rate);
    this.view.follow(this.player.time);
    this.refresh();
  }

  async toggleLoop(): Promise<void> {
    const { player } = this;
    await player.setLoop(player.loop ? null : { from: 0, to: player.duration });
    this.refresh();
  }

  cycleSpeed(): void {
    this.speed.selectedIndex = (this.speed.selectedIndex + 1) % SPEEDS.length;
    void this.player.setSpeed(Number(this.speed.value));
  }

  /** Shows a head from a .glb file; returns how many morph targets it moves. */
  async useGlb(bytes: ArrayBuffer): Promise<number> {
    const head = await GlbHead.read(bytes, this.facts, this.expressions);
    this.character = { object: head.object, apply: (_, pose) => head.apply(this.expressions, pose) };
    this.stage.show(this.character);
    this.refresh();
    return head.morphCount;
  }

  useOwnFace(): void {
    this.character = this.face;
    this.stage.show(this.face);
    this.refresh();
  }

  turn(across: number, up: number): void {
    this.turned = { across, up };
    this.stage.turn(across, up);
    this.refresh();
  }

  private tick(): void {
    const time = this.live ? this.live.time : this.player.time;
    if (this.isStale || time !== this.shownTime) {
      const isStale = this.isStale;
      this.isStale = false;
      this.show(time);
      if (isStale) this.drawPictures();
    }
    requestAnimationFrame(() => this.tick());
  }

  private show(time: number): void {
    const began = performance.now();
    const rows = this.live?.rows ?? this.rows;
    if (!rows?.at(time, this.row)) this.row.fill(0);
    this.expressions.read(this.row);
    this.character.apply(this.expressions, this.expressions.pose());
    this.stage.draw();
    if (this.player.isPlaying) this.view.follow(time);
    this.shownTime = time;
    this.waveform.playhead.set(time);
    this.curves.tell(time);
    this.clock.value = `${time.toFixed(3)} / ${this.player.duration.toFixed(2)} s`;
    this.waveform.canvas.setAttribute("aria-valuenow", time.toFixed(2));
    // A microphone says something else than the take.
    const heard = this.markers.tell(this.live ? -1 : time);
    if (heard) this.waveform.canvas.setAttribute("aria-valuetext", `${time.toFixed(2)} s, ${heard}`);
    else this.waveform.canvas.removeAttribute("aria-valuetext");
    this.playButton.textContent = this.player.isPlaying ? "Pause" : "Play";
    this.loopButton.setAttribute("aria-pressed", String(this.player.loop !== null));
    for (const listener of this.listeners) listener();
    this.measured.pictures += 1;
    this.measured.pictureMs += 0.1 * (performance.now() - began - this.measured.pictureMs);
  }

  /** Sound and curves, which stay as they are while the take plays. */
  private drawPictures(): void {
    this.waveform.draw();
    this.curves.draw();
    this.drawnAt = performance.now();
  }

  private handleCamera(): void {
    this.canvas.addEventListener("pointerdown", (event) => this.canvas.setPointerCapture(event.pointerId));
    this.canvas.addEventListener("pointermove", (event) => {
      if (!(event.buttons & 1)) return;
      const across = Math.max(-100, Math.min(100, this.turned.across - event.movementX / PIXELS_PER_DEGREE));
      this.turn(across, Math.max(-30, Math.min(40, this.turned.up + event.movementY / PIXELS_PER_DEGREE)));
    });
    this.canvas.addEventListener("dblclick", () => this.turn(0, 0));
    this.waveform.canvas.addEventListener("keydown", (event) => {
      const by: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -25, PageDown: 25 };
      if (!(event.key in by)) return;
      event.preventDefault();
      void this.step(by[event.key]);
    });
  }
}
