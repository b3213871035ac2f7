/** Building elements, and a slider with its name and value. */

type Attributes = Record<string, string | number | boolean | EventListener>;

/** An element with attributes (`on...` are listeners, `false` leaves one out) and children. */
export function el<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false) element.setAttribute(key, String(value));
  }
  element.append(...children);
  return element;
}

export interface Slider {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  set(value: number): void;
}

export interface SliderWish {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly value: number;
  readonly step?: number;
  readonly title?: string;
  onInput(value: number): void;
}

/** A slider; a double click takes it back to where it began. */
export function slider(wish: SliderWish): Slider {
  const output = el("output");
  const input = el("input", {
    type: "range",
    min: wish.min,
    max: wish.max,
    step: wish.step ?? 0.01,
    value: wish.value,
    "aria-label": wish.title ?? wish.name,
  });
  const show = (): void => {
    output.textContent = Number(input.value).toFixed(2);
  };
  const told = (): void => {
    show();
    wish.onInput(Number(input.value));
  };
  input.addEventListener("input", told);
  input.addEventListener("dblclick", () => {
    input.value = String(wish.value);
    told();
  });
  show();
  const element = el(
    "label",
    { class: "slider", title: wish.title ?? "" },
    el("span", {}, wish.name),
    input,
    output,
  );
  return {
    element,
    input,
    set(value: number): void {
      input.value = String(value);
      show();
    },
  };
}

/** A part of the page under a heading that folds. */
export function section(title: string, isOpen: boolean, ...children: (Node | string)[]): HTMLDetailsElement {
  return el("details", { open: isOpen }, el("summary", {}, title), ...children);
}

/** A canvas that is as fine as the screen; returns its context and size in CSS pixels, or null while it has none. */
export function fit(
  canvas: HTMLCanvasElement,
): { draw: CanvasRenderingContext2D; width: number; height: number } | null {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const draw = canvas.getContext("2d");
  if (!draw || width === 0 || height === 0) return null;
  const ratio = window.devicePixelRatio || 1;
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
  draw.setTransform(ratio, 0, 0, ratio, 0, 0);
  draw.clearRect(0, 0, width, height);
  return { draw, width, height };
}

const colors = new Map<string, string>();

/** A colour of the theme. */
export function theme(name: string): string {
  let color = colors.get(name);
  if (color === undefined) {
    color = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
    colors.set(name, color);
  }
  return color;
}

/** Asks for the colours again: the theme is another one. */
export const forgetTheme = (): void => colors.clear();

/** Lets a person save bytes as a file. */
export function save(name: string, bytes: BlobPart, kind = "application/octet-stream"): void {
  const address = URL.createObjectURL(new Blob([bytes], { type: kind }));
  el("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
