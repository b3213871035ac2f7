/** The span of the take that is drawn, shared by the sound, the timeline and the curves. */

export class View {
  from = 0;
  to = 1;
  private readonly listeners: (() => void)[] = [];

  constructor(private duration = 1) {}

  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  reset(duration: number): void {
    this.duration = Math.max(0.1, duration);
    this.show(0, Math.min(this.duration, 30));
  }

  show(from: number, to: number): void {
    const span = Math.min(this.duration, Math.max(0.2, to - from));
    this.from = Math.min(Math.max(0, from), this.duration - span);
    this.to = this.from + span;
    for (const listener of this.listeners) listener();
  }

  /** Keeps `time` in sight. */
  follow(time: number): void {
    if (time < this.from || time > this.to)
      this.show(time - 0.1 * (this.to - this.from), time + 0.9 * (this.to - this.from));
  }

  x(time: number, width: number): number {
    return ((time - this.from) / (this.to - this.from)) * width;
  }

  time(x: number, width: number): number {
    return this.from + (x / width) * (this.to - this.from);
  }

  /** Zooms with the wheel about the pointer, moves with shift or sideways. */
  wheel(event: WheelEvent, width: number): void {
    event.preventDefault();
    const span = this.to - this.from;
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      const shift = ((event.deltaX || event.deltaY) / width) * span;
      this.show(this.from + shift, this.to + shift);
      return;
    }
    const factor = Math.exp(0.0015 * event.deltaY);
    const at = this.time(event.offsetX, width);
    this.show(at - (at - this.from) * factor, at + (this.to - at) * factor);
  }
}

/** The line that marks the time that is heard, over something that is drawn for a view. */
export class Playhead {
  readonly element = document.createElement("i");

  constructor(private readonly view: View) {
    this.element.className = "playhead";
  }

  set(time: number): void {
    this.element.hidden = time < this.view.from || time > this.view.to;
    this.element.style.left = `${this.view.x(time, 100)}%`;
  }
}
