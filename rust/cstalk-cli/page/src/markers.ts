/** Phones and words from a file: boxes below the sound, and whether the lips are shut where a phone needs it. */

import { el, theme } from "./dom.ts";
import type { Rows } from "./facts.ts";
import type { TakeRow } from "./takes.ts";
import type { View } from "./view.ts";
import type { Viewer } from "./viewer.ts";

/** Seconds, and what is said in them. */
export type Span = readonly [from: number, to: number, label: string];

export interface MarkerFile {
  readonly name: string;
  readonly phones: readonly Span[];
  readonly words: readonly Span[];
}

/** Of a lip closure: whether a row with shut lips lies in it, or its rows are not all there. */
type Fate = "met" | "missed" | "open";

/** A row this near to a phone counts as in it, as in `cstalk-train eval`. */
const NEAR_S = 0.04;
const PHONE_PX = 15;
const WORD_PX = 12;
/** Room between the sound and the boxes. */
const GAP_PX = 2;

/** What is written to a phone besides its sound: diacritics, length, stress and tone of IPA, X-SAMPA and ARPABET. */
const MARKS = /_.|[\p{M}\p{Lm}\p{Sk}\p{Nd}:'"%=~]/gu;
/** p, b, m and what holds one of them: doubled, affricate, with a second closure, palatal; closures of TIMIT. */
const CLOSURE = /^(?:[pbm]{1,2}|\u0253|pf|[kg\u0261][pb]|\u014bm|[pbm][hjyw]|[pb]cl|em)$/u;

/** Whether a phone needs shut lips. Capitals are other phones in X-SAMPA and IPA, but all there is in ARPABET. */
export function isLipClosure(label: string, isArpabet: boolean): boolean {
  const sound = label.normalize("NFD").replace(MARKS, "");
  return CLOSURE.test(isArpabet ? sound.toLowerCase() : sound);
}

/** Whether phones are ARPABET in capitals: no small letter is in any of them. */
export const areArpabet = (phones: readonly Span[]): boolean =>
  !phones.some(([, , label]) => /\p{Ll}/u.test(label));

/** Whether a dropped file may hold markers, by its name. */
export const isMarkerFile = (name: string): boolean => /\.(textgrid|lab|txt)$/i.test(name);

export class Markers {
  /** How many of the lip closures are met. */
  readonly legend = el("output", { class: "closures", "aria-label": "Lip closures", hidden: true });
  /** The phone that is heard; read out with the place in the sound, not by itself. */
  readonly output = el("output", { class: "phone", "aria-label": "Phone", "aria-live": "off", hidden: true });
  private file: MarkerFile | null = null;
  private fates = new Map<Span, Fate>();

  constructor(private readonly view: View) {}

  set(file: MarkerFile | null): void {
    this.file = file;
    const isArpabet = areArpabet(file?.phones ?? []);
    const closures = (file?.phones ?? []).filter(([, , label]) => isLipClosure(label, isArpabet));
    this.fates = new Map(closures.map((span) => [span, "open"]));
    this.output.hidden = file === null;
    this.output.value = "";
  }

  /** Pixels that the boxes take. */
  get height(): number {
    if (!this.file) return 0;
    return GAP_PX + (this.file.words.length > 0 ? WORD_PX : 0) + PHONE_PX;
  }

  get counts(): Record<"phones" | "words" | "closures" | Fate, number> {
    const having = (fate: Fate): number => [...this.fates.values()].filter((other) => other === fate).length;
    return {
      phones: this.file?.phones.length ?? 0,
      words: this.file?.words.length ?? 0,
      closures: this.fates.size,
      met: having("met"),
      missed: having("missed"),
      open: having("open"),
    };
  }

  /** Looks for shut lips in the rows of a take of `duration` seconds. */
  judge(rows: Rows | null, duration: number): void {
    for (const span of this.fates.keys()) this.fates.set(span, fate(span, rows, duration));
    const { phones, closures, met, missed, open } = this.counts;
    this.legend.hidden = phones === 0;
    this.legend.classList.toggle("error", missed > 0);
    this.legend.title =
      "Phones made with shut lips (p, b, m) in which the lips are shut in some row; the others are framed";
    if (closures === 0) this.legend.value = "no lip closure among the phones";
    else if (open > 0) this.legend.value = `${closures} lip closures`;
    else this.legend.value = `${met} of ${closures} lip closures met`;
  }

  /** Shows the phone at a time; returns it in words, empty without one. */
  tell(time: number): string {
    if (!this.file) return "";
    const [phone, word] = [at(this.file.phones, time), at(this.file.words, time)];
    const text = `${phone?.[2] ?? ""}${word ? ` (${word[2]})` : ""}`.trim();
    if (this.output.value !== text) this.output.value = text;
    const fate = phone && this.fates.get(phone);
    return fate ? `${text}, lip closure ${fate === "open" ? "" : fate}`.trim() : text;
  }

  /** What lies under the pointer, `y` pixels below the upper edge of the boxes. */
  about(time: number, y: number): string | null {
    if (!this.file || y < 0 || y > this.height) return null;
    const inWords = this.file.words.length > 0 && y < GAP_PX + WORD_PX;
    const span = at(inWords ? this.file.words : this.file.phones, time);
    if (!span) return null;
    const fate = this.fates.get(span);
    const closure = fate === "met" ? ", the lips are shut" : fate === "missed" ? ", the lips are not shut" : "";
    return `${span[2]}, ${span[0].toFixed(3)} to ${span[1].toFixed(3)} s${closure}`;
  }

  draw(draw: CanvasRenderingContext2D, width: number, top: number): void {
    if (!this.file) return;
    draw.save();
    draw.font = "10px sans-serif";
    draw.textAlign = "center";
    draw.textBaseline = "middle";
    let y = top + GAP_PX;
    if (this.file.words.length > 0) {
      this.boxes(draw, width, y, WORD_PX, this.file.words);
      y += WORD_PX;
    }
    this.boxes(draw, width, y, PHONE_PX, this.file.phones);
    draw.restore();
  }

  private boxes(
    draw: CanvasRenderingContext2D,
    width: number,
    top: number,
    height: number,
    spans: readonly Span[],
  ): void {
    for (let index = firstEndingAfter(spans, this.view.from); index < spans.length; index += 1) {
      const [from, to, label] = spans[index];
      if (from >= this.view.to) break;
      const fate = this.fates.get(spans[index]);
      const [left, right] = [this.view.x(from, width), this.view.x(to, width)];
      const wide = right - left;
      if (fate === undefined && wide < 1.5) continue;
      const color = fate === undefined ? "line" : fate === "missed" ? "error" : "shut";
      if (fate === "met") {
        draw.fillStyle = theme(color);
        draw.fillRect(left + 0.5, top + 0.5, Math.max(1.5, wide - 1), height - 1);
      } else {
        // A closure that is missed is a thick frame: the colour alone does not tell it.
        const line = fate === undefined ? 1 : 2;
        draw.strokeStyle = theme(color);
        draw.lineWidth = line;
        draw.strokeRect(left + line / 2, top + line / 2, Math.max(0.5, wide - line), height - line);
      }
      // A letter is at least 3 pixels wide; most labels of a long take need no measuring.
      if (wide < 5 || draw.measureText(label).width + 4 > wide) continue;
      draw.fillStyle = theme(fate === "met" ? "panel" : fate === "missed" ? "error" : "text");
      draw.fillText(label, (left + right) / 2, top + height / 2 + 0.5);
    }
  }
}

/** Keeps the viewer's markers those of the take that is chosen in the studio. */
export class TakeMarkers {
  /** Take and version that were asked for. */
  private asked = "";
  private take: number | undefined;

  constructor(
    private readonly viewer: Viewer,
    private readonly send: (head: { type: string } & Record<string, unknown>) => void,
    private readonly say: (text: string) => void,
  ) {}

  follow(take: TakeRow | undefined): void {
    if (take?.id !== this.take) this.viewer.setMarkers(null);
    this.take = take?.id;
    const wanted = take?.markers ? `${take.id} ${take.markers}` : "";
    if (wanted === this.asked) return;
    this.asked = wanted;
    if (take && wanted) this.send({ type: "markers", take: take.id });
  }

  receive(head: Record<string, unknown>): void {
    if (head.type === "marked")
      this.say(`${head.name}: ${head.phones} phones and ${head.words} words for ${head.take}`);
    else if (`${head.take} ${head.version}` === this.asked)
      this.viewer.setMarkers(head.markers as MarkerFile);
  }
}

function fate([from, to]: Span, rows: Rows | null, duration: number): Fate {
  if (!rows || duration === 0) return "open";
  const last = Math.floor(Math.min(to + NEAR_S, duration) * rows.rate);
  for (let row = Math.max(0, Math.ceil((from - NEAR_S) * rows.rate)); row <= last; row += 1)
    if (row < rows.count && rows.isShut(row)) return "met";
  const areAllThere = rows.count >= Math.floor(duration * rows.rate);
  return areAllThere || last < rows.count ? "missed" : "open";
}

/** Place of the first span that ends after a time; spans are in order. */
function firstEndingAfter(spans: readonly Span[], time: number): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle][1] > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

function at(spans: readonly Span[], time: number): Span | undefined {
  const span = spans[firstEndingAfter(spans, time)];
  return span && span[0] <= time ? span : undefined;
}
