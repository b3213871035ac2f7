/** What stands around the page: heading, status line, theme, help, shortcuts. */

import { el, forgetTheme } from "./dom.ts";
import type { Viewer } from "./viewer.ts";

export interface Shortcut {
  readonly key: string;
  readonly about: string;
  run(): void;
}

export class Frame {
  readonly actions = el("div", { class: "actions" });
  private readonly status = el("output", { class: "status", role: "status", "aria-live": "polite" });
  private readonly help = el("dialog", { "aria-label": "Keyboard shortcuts" });

  constructor(
    title: string,
    private readonly redraw: () => void,
  ) {
    document.title = title;
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      forgetTheme();
      this.redraw();
    });
    const themeButton = el("button", { title: "T", onclick: () => this.switchTheme() }, "Dark / light");
    const helpButton = el("button", { title: "?", onclick: () => this.help.showModal() }, "Keys");
    document.body.append(
      el("header", {}, el("h1", {}, title), this.status, this.actions, themeButton, helpButton),
      this.help,
    );
  }

  say(text: string, isError = false): void {
    this.status.value = text;
    this.status.classList.toggle("error", isError);
  }

  switchTheme(): void {
    const root = document.documentElement;
    const isDark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = isDark ? "light" : "dark";
    forgetTheme();
    this.redraw();
  }

  /** Keys that work unless something is being typed. */
  listen(viewer: Viewer, more: readonly Shortcut[]): void {
    const shortcuts: Shortcut[] = [
      { key: " ", about: "Space: play, pause", run: () => void viewer.toggle() },
      { key: ",", about: ", one row back", run: () => void viewer.step(-1) },
      { key: ".", about: ". one row on", run: () => void viewer.step(1) },
      {
        key: "Home",
        about: "Home: to the start",
        run: () => void viewer.player.seek(0).then(() => viewer.step(0)),
      },
      { key: "l", about: "L: loop", run: () => void viewer.toggleLoop() },
      { key: "s", about: "S: speed", run: () => viewer.cycleSpeed() },
      { key: "/", about: "/ search curves", run: () => document.getElementById("curve-search")?.focus() },
      { key: "t", about: "T: dark, light", run: () => this.switchTheme() },
      { key: "?", about: "? these keys", run: () => this.help.showModal() },
      ...more,
    ];
    const mouse = [
      "Sound: drag to scrub, shift and drag for a loop, wheel to zoom",
      "Face: drag to turn, double click to face it",
      "Sliders: double click takes one back",
    ];
    this.help.replaceChildren(
      el("h2", {}, "Keys"),
      el("ul", {}, ...[...shortcuts.map(({ about }) => about), ...mouse].map((about) => el("li", {}, about))),
      el("form", { method: "dialog" }, el("button", {}, "Close")),
    );
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || this.help.open) return;
      const target = event.target as HTMLElement;
      const isTyping = target.matches("input:not([type=range]):not([type=checkbox]), select, textarea");
      const pressesButton = event.key === " " && target.matches("button, summary, input");
      if (isTyping || pressesButton) return;
      const wanted = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const shortcut = shortcuts.find(({ key }) => key === wanted);
      if (!shortcut) return;
      event.preventDefault();
      shortcut.run();
    });
  }
}
