/** The studio: takes, two settings to compare, and curves that the engine makes anew with each change. */

import { el, save, section } from "./dom.ts";
import { Rows, type Facts } from "./facts.ts";
import { Frame } from "./frame.ts";
import { isMarkerFile, TakeMarkers } from "./markers.ts";
import { copied, weightsAt, whole, type Key, type Preset } from "./preset.ts";
import { Settings, type EmotionModel, type Model } from "./settings.ts";
import { Line, numbers, type Packet } from "./socket.ts";
import { Takes, type TakeRow } from "./takes.ts";
import { Timeline } from "./timeline.ts";
import { Viewer } from "./viewer.ts";
import { ExportPanel, LivePanel, type Device } from "./panels.ts";
import { readStyle } from "./files.ts";

type SideName = "a" | "b";

/** One of the two settings, with its curves. */
interface Side {
  preset: Preset;
  rows: Rows | null;
  /** The newest request, when it was made, and how long its curves took to come. */
  id: number;
  askedAt: number;
  tookMs: number;
  isWanted: boolean;
}

const RATE = 50;
const SAMPLE_RATE = 16_000;
/** Curves that take longer than this are shown as they come. */
const EARLY_MS = 200;

interface Hello {
  readonly facts: Facts;
  readonly models: readonly Model[];
  readonly emotionModels: readonly EmotionModel[];
  readonly formats: readonly { name: string; rig: string | null }[];
  readonly rigs: readonly string[];
  readonly preset: Partial<Preset>;
}

export class Studio {
  viewer!: Viewer;
  private frame!: Frame;
  private takes!: Takes;
  private markers!: TakeMarkers;
  private settings!: Settings;
  private timeline!: Timeline;
  private exports!: ExportPanel;
  private live!: LivePanel;
  private readonly line: Line;
  private hello!: Hello;
  private take: TakeRow | null = null;
  private shown: SideName = "a";
  private readonly sides: Record<SideName, Side>;
  private lastId = 0;
  private readonly sideButtons: Record<SideName, HTMLButtonElement>;
  /** Back from a head of a file. */
  private readonly ownFace = el(
    "button",
    {
      hidden: true,
      onclick: () => {
        this.viewer.useOwnFace();
        this.ownFace.hidden = true;
      },
    },
    "Back to the own face",
  );

  constructor() {
    const side = (): Side => ({
      preset: whole({}),
      rows: null,
      id: 0,
      askedAt: 0,
      tookMs: 0,
      isWanted: false,
    });
    this.sides = { a: side(), b: side() };
    const button = (name: SideName): HTMLButtonElement =>
      el(
        "button",
        {
          id: `side-${name}`,
          "aria-pressed": "false",
          title: name === "a" ? "1" : "2",
          onclick: () => this.look(name),
        },
        name.toUpperCase(),
      );
    this.sideButtons = { a: button("a"), b: button("b") };
    this.line = new Line(
      (packet) => this.receive(packet),
      () =>
        this.frame?.say("The studio has ended: start `cstalk studio` again and open its new address.", true),
    );
  }

  /** For tests: what the side shown took from the change of a setting to its last curve, in ms. */
  get tookMs(): number {
    return this.sides[this.shown].tookMs;
  }

  get preset(): Preset {
    return this.sides[this.shown].preset;
  }

  /** Whether the curves that are shown are those of the settings. */
  get isSettled(): boolean {
    return !this.sides[this.shown].isWanted;
  }

  private receive({ head, body }: Packet): void {
    if (head.type === "hello") {
      this.open(head as unknown as Hello);
      return;
    }
    if (!this.frame) return;
    const side = this.sides[head.side as SideName];
    switch (head.type) {
      case "takes":
        this.takes.show(head.takes as TakeRow[]);
        this.markers.follow((head.takes as TakeRow[]).find(({ id }) => id === this.take?.id));
        break;
      case "markers":
      case "marked":
        this.markers.receive(head);
        break;
      case "sound":
        if (head.take === this.take?.id) this.viewer.setSound(body, SAMPLE_RATE);
        this.timeline.draw();
        break;
      case "rows":
        if (side.id !== head.id) break;
        this.putRows(side, head.first as number, head.count as number, numbers(body));
        // Curves that come at once are drawn once; of a long take the first ones are seen early.
        if (performance.now() - side.askedAt > EARLY_MS) this.viewer.renew();
        break;
      case "solved":
        if (side.id !== head.id) break;
        if (side.rows) side.rows.count = head.rows as number;
        side.isWanted = false;
        side.tookMs = performance.now() - side.askedAt;
        this.showRows();
        if (side.preset.emotion_from_voice) this.timeline.draw();
        this.frame.say(
          `curves in ${side.tookMs.toFixed(0)} ms (engine ${(head.ms as number).toFixed(0)} ms)`,
        );
        break;
      case "unsolved":
        if (side.id === head.id) this.frame.say(String(head.message), true);
        break;
      case "file":
        save(String(head.name), body.slice());
        this.frame.say(`${head.name} is saved, as \`cstalk animate\` would write it`);
        break;
      case "preset":
        this.adopt(whole(head.preset as Partial<Preset>));
        break;
      case "keys":
        this.adopt(
          whole({
            ...this.preset,
            emotion: {},
            emotion_strength: {},
            emotion_from_voice: undefined,
            emotion_keys: head.keys as Key[],
          }),
        );
        break;
      case "devices":
        this.live.showDevices(head.devices as Device[], head.message as string | undefined);
        break;
      case "live":
      case "live-ended":
        this.live.receive(head, body);
        break;
      default:
        this.frame.say(String(head.message ?? head.type), true);
    }
  }

  private putRows(side: Side, first: number, count: number, values: Float32Array): void {
    const { rows } = side;
    if (!rows || count === 0) return;
    rows.put(first, values.subarray(0, count * rows.length));
    rows.putEmotions(first, values.subarray(count * rows.length), count);
  }

  /** Weights of the emotions at a time, as they were set or heard. */
  private emotionAt(time: number): Record<string, number> {
    const { rows, preset } = this.sides[this.shown];
    if (!preset.emotion_from_voice) return weightsAt(preset, time);
    const model = this.hello.models.find(({ name }) => name === preset.model) ?? this.hello.models[0];
    const weights = rows && rows.count > 0 ? rows.emotionsAt(time) : [];
    return Object.fromEntries(Array.from(weights, (weight, at) => [model.emotions[at], weight]));
  }

  private open(hello: Hello): void {
    this.hello = hello;
    this.sides.a.preset = whole(hello.preset);
    const viewer = new Viewer(hello.facts);
    this.viewer = viewer;
    this.frame = new Frame("CSTalk studio", () => {
      viewer.refresh();
      this.timeline.draw();
    });
    this.timeline = new Timeline(
      viewer.player,
      viewer.view,
      () => this.preset,
      (time) => this.emotionAt(time),
      () => this.changed(),
      () => this.settings?.show(),
    );
    this.settings = new Settings(
      hello.models,
      hello.emotionModels,
      hello.facts.parts,
      () => this.preset,
      () => this.timeline.selected,
      () => this.changed(),
    );
    this.takes = new Takes(
      (take) => this.choose(take),
      (files) => void this.receiveFiles(files),
      (take) => this.line.send({ type: "remove", take: take.id }),
    );
    this.markers = new TakeMarkers(
      viewer,
      (head) => this.line.send(head),
      (text) => this.frame.say(text),
    );
    this.exports = new ExportPanel(hello.formats, hello.rigs, (wish) => {
      if (this.take)
        this.line.send({
          type: "export",
          id: ++this.lastId,
          take: this.take.id,
          preset: this.preset,
          ...wish,
        });
    });
    this.live = new LivePanel(hello.facts, viewer, {
      start: (device) => {
        if (device === null && !this.take) return false;
        this.line.send({
          type: "live",
          take: device === null ? this.take?.id : null,
          device,
          preset: this.preset,
        });
        return true;
      },
      askDevices: () => this.line.send({ type: "devices" }),
      stop: () => this.line.send({ type: "stop" }),
      say: (text, isError) => this.frame.say(text, isError),
    });
    viewer.onTime(() => this.timeline.playhead.set(viewer.player.time));
    viewer.view.onChange(() => this.timeline.draw());
    this.lay();
    this.frame.listen(viewer, [
      { key: "k", about: "K: emotion key at the playhead", run: () => this.timeline.add(viewer.player.time) },
      { key: "1", about: "1: side A", run: () => this.look("a") },
      { key: "2", about: "2: side B", run: () => this.look("b") },
      { key: "e", about: "E: export", run: () => this.exports.ask() },
    ]);
    this.look("a");
    this.timeline.reset();
    this.settings.show();
  }

  private lay(): void {
    const sides = el(
      "div",
      { class: "sides", role: "group", "aria-label": "Compare two settings" },
      this.sideButtons.a,
      this.sideButtons.b,
      el(
        "button",
        { title: "The other side gets these settings", onclick: () => this.copyToOther() },
        "Copy to other",
      ),
    );
    const presets = el(
      "div",
      { class: "bar" },
      el("button", { id: "preset-save", onclick: () => this.savePreset() }, "Save preset"),
      el("button", { id: "reset", onclick: () => this.adopt(whole({ model: this.preset.model })) }, "Reset"),
    );
    document.body.append(
      el(
        "main",
        { class: "studio" },
        el(
          "div",
          { class: "left" },
          this.takes.element,
          section("Export", true, this.exports.element),
          section("Live", true, this.live.element),
          this.ownFace,
        ),
        el(
          "div",
          { class: "middle" },
          this.viewer.stagePanel,
          this.viewer.soundPanel,
          this.timeline.element,
          this.viewer.curves.element,
        ),
        el("div", { class: "right" }, sides, presets, this.settings.element),
      ),
    );
  }

  private choose(take: TakeRow): void {
    this.take = take;
    this.live.stop();
    for (const side of Object.values(this.sides))
      side.rows = new Rows(this.hello.facts, RATE, Math.ceil((take.duration ?? 0) * RATE) + 1);
    this.line.send({ type: "sound", take: take.id });
    this.markers.follow(take);
    this.ask("a");
    if (this.sides.b.id > 0) this.ask("b");
    this.showRows();
  }

  /** Asks for the curves of one side. */
  private ask(name: SideName): void {
    if (!this.take) return;
    const side = this.sides[name];
    side.id = ++this.lastId;
    side.askedAt = performance.now();
    side.isWanted = true;
    const { from, to } = this.viewer.view;
    this.line.send({
      type: "solve",
      id: side.id,
      side: name,
      take: this.take.id,
      preset: side.preset,
      visible: [from, to],
    });
  }

  private changed(): void {
    this.ask(this.shown);
    if (this.live.isRunning) this.line.send({ type: "steer", preset: this.preset });
    this.timeline.draw();
  }

  private showRows(): void {
    const other = this.shown === "a" ? this.sides.b : this.sides.a;
    this.viewer.setRows(this.sides[this.shown].rows, other.id > 0 ? other.rows : null);
  }

  private look(name: SideName): void {
    // The second side begins as the first one is.
    if (name === "b" && this.sides.b.id === 0) {
      this.sides.b.preset = copied(this.sides.a.preset);
      this.shown = name;
      this.ask("b");
    }
    this.shown = name;
    for (const side of ["a", "b"] as const)
      this.sideButtons[side].setAttribute("aria-pressed", String(side === name));
    this.timeline.reset();
    this.settings.show();
    this.showRows();
    if (this.live.isRunning) this.line.send({ type: "steer", preset: this.preset });
  }

  private copyToOther(): void {
    const other = this.shown === "a" ? "b" : "a";
    this.sides[other].preset = copied(this.preset);
    this.ask(other);
    this.frame.say(`${other.toUpperCase()} has the settings of ${this.shown.toUpperCase()} now`);
  }

  private adopt(preset: Preset): void {
    this.sides[this.shown].preset = preset;
    this.timeline.reset();
    this.settings.show();
    this.changed();
  }

  private savePreset(): void {
    const preset = { ...this.preset, model: this.preset.model ?? this.hello.models[0].name };
    save("face.cstalk.json", `${JSON.stringify(preset, null, 2)}\n`, "application/json");
    this.frame.say("saved; `cstalk animate --preset face.cstalk.json` makes the same face");
  }

  private async receiveFiles(files: readonly File[]): Promise<void> {
    for (const file of files) {
      try {
        await this.receiveFile(file);
      } catch (problem) {
        this.frame.say(`${file.name}: ${problem instanceof Error ? problem.message : problem}`, true);
      }
    }
  }

  private async receiveFile(file: File): Promise<void> {
    const kind = file.name.split(".").pop()?.toLowerCase();
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (kind === "glb") {
      const count = await this.viewer.useGlb(bytes.buffer);
      this.ownFace.hidden = false;
      this.frame.say(`${file.name}: ${count} morph targets follow the curves`);
    } else if (kind === "csv") {
      this.line.send({ type: "curve", name: file.name }, bytes);
    } else if (kind === "json") {
      const style = readStyle(new TextDecoder().decode(bytes));
      if (style) this.adopt({ ...this.preset, style });
      else this.line.send({ type: "preset", name: file.name }, bytes);
    } else if (isMarkerFile(file.name)) {
      this.line.send({ type: "mark", name: file.name, take: this.take?.id ?? null }, bytes);
    } else {
      this.line.send({ type: "open", name: file.name }, bytes);
    }
  }
}
