/** The list of takes with their state and warnings; files can be dropped anywhere on the page. */

import { el } from "./dom.ts";

export interface TakeRow {
  readonly id: number;
  readonly name: string;
  readonly status: "reading" | "ready" | "failed";
  readonly duration?: number;
  readonly warnings?: readonly string[];
  /** Version of the phones that lie with it. */
  readonly markers?: number | null;
  readonly error?: string;
}

export class Takes {
  readonly element: HTMLElement;
  private readonly list = el("ul", { role: "listbox", "aria-label": "Takes" });
  private rows: readonly TakeRow[] = [];
  private chosen = 0;

  constructor(
    private readonly onChoose: (take: TakeRow) => void,
    onFiles: (files: readonly File[]) => void,
    private readonly onRemove: (take: TakeRow) => void,
  ) {
    const input = el("input", {
      type: "file",
      multiple: true,
      hidden: true,
      id: "files",
      onchange: () => {
        onFiles([...(input.files ?? [])]);
        input.value = "";
      },
    });
    this.element = el(
      "section",
      { class: "takes", "aria-label": "Takes" },
      el(
        "div",
        { class: "bar" },
        el("h2", {}, "Takes"),
        el("button", { onclick: () => input.click() }, "Open..."),
        input,
      ),
      this.list,
      el(
        "p",
        { class: "faint" },
        "Drop files anywhere: recordings, phones (.TextGrid, .lab, .txt), presets and styles (.json), emotion curves (.csv), heads (.glb).",
      ),
    );
    for (const name of ["dragover", "drop"] as const) {
      document.addEventListener(name, (event) => {
        event.preventDefault();
        if (name === "drop") onFiles([...(event.dataTransfer?.files ?? [])]);
      });
    }
  }

  /** Shows the list; the first take that is ready is chosen if none is. */
  show(rows: readonly TakeRow[]): void {
    this.rows = rows;
    const ready = rows.filter((row) => row.status === "ready");
    if (!ready.some((row) => row.id === this.chosen) && ready.length > 0) this.choose(ready[0]);
    else this.draw();
  }

  private choose(take: TakeRow): void {
    if (take.status !== "ready") return;
    this.chosen = take.id;
    this.draw();
    this.onChoose(take);
  }

  private draw(): void {
    this.list.replaceChildren(
      ...this.rows.map((row) => {
        const text = row.status === "ready" ? `${(row.duration ?? 0).toFixed(2)} s` : row.status;
        const notes = [...(row.warnings ?? []), ...(row.error ? [row.error] : [])];
        const item = el(
          "li",
          { role: "option", tabindex: 0, "aria-selected": String(row.id === this.chosen), class: row.status },
          el("span", { class: "name", title: row.name }, row.name),
          el("span", { class: "faint" }, text),
          el(
            "button",
            {
              "aria-label": `Remove ${row.name}`,
              onclick: (event) => {
                event.stopPropagation();
                this.onRemove(row);
              },
            },
            "\u00d7",
          ),
          ...notes.map((note) => el("small", { class: row.error ? "error" : "warning" }, note)),
        );
        item.addEventListener("click", () => this.choose(row));
        item.addEventListener("keydown", (event) => {
          if (event.key === "Enter") this.choose(row);
          if (event.key === "Delete") this.onRemove(row);
        });
        return item;
      }),
    );
  }
}
