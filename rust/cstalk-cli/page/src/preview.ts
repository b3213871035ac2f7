/** A take that lies in the page itself. */

import { el } from "./dom.ts";
import { Rows, rowLength, type Facts } from "./facts.ts";
import { Frame } from "./frame.ts";
import type { MarkerFile } from "./markers.ts";
import { Viewer } from "./viewer.ts";

export interface PreviewTake {
  readonly name: string;
  readonly model: string;
  readonly facts: Facts;
  readonly rate: number;
  readonly sampleRate: number;
  /** 16-bit samples in base64. */
  readonly sound: string;
  /** What one step of a column's 16-bit numbers is worth. */
  readonly scales: readonly number[];
  /** 16-bit rows in base64. */
  readonly rows: string;
  readonly markers: MarkerFile | null;
}

export function showPreview(take: PreviewTake): Viewer {
  const viewer = new Viewer(take.facts);
  const frame = new Frame(take.name, () => viewer.refresh());
  frame.say(`made with ${take.model}; face and curves are animated from the sound alone`);
  document.body.append(
    el(
      "main",
      { class: "preview" },
      viewer.stagePanel,
      el("div", { class: "below" }, viewer.soundPanel, viewer.curves.element),
    ),
  );
  frame.listen(viewer, []);
  viewer.setSound(bytesOf(take.sound), take.sampleRate);
  viewer.setRows(unpacked(take));
  viewer.setMarkers(take.markers);
  return viewer;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

function unpacked(take: PreviewTake): Rows {
  const steps = new Int16Array(bytesOf(take.rows).buffer);
  const length = rowLength(take.facts);
  const values = Float32Array.from(steps, (step, index) => step * take.scales[index % length]);
  const rows = new Rows(take.facts, take.rate, steps.length / length);
  rows.put(0, values);
  return rows;
}
