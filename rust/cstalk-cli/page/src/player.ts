/** Plays the sound of a take: anywhere, in a loop, slowly, step by step. Its clock is the sound card's. */

export class Player {
  /** Length of the take in seconds; 0 without one. */
  duration = 0;
  loop: { from: number; to: number } | null = null;
  private context: AudioContext | null = null;
  private buffer: AudioBuffer | null = null;
  private source: AudioBufferSourceNode | null = null;
  private samples: Float32Array<ArrayBuffer> = new Float32Array(0);
  private rateHz = 16_000;
  private speed = 1;
  /** Place in the take at the time `startedAt` of the sound card. */
  private place = 0;
  private startedAt = 0;

  /** Takes 16-bit samples. */
  load(bytes: Uint8Array, rateHz: number): void {
    this.pause();
    const whole = new Int16Array(bytes.slice().buffer);
    this.samples = Float32Array.from(whole, (sample) => sample / 32_767);
    this.rateHz = rateHz;
    this.duration = this.samples.length / rateHz;
    this.buffer = null;
    this.loop = null;
    this.place = 0;
  }

  get isPlaying(): boolean {
    return this.source !== null;
  }

  /** Loudest sample between two times, 0..1, for the picture of the sound. */
  peak(from: number, to: number): number {
    const first = Math.max(0, Math.floor(from * this.rateHz));
    const last = Math.min(this.samples.length, Math.ceil(to * this.rateHz));
    const step = Math.max(1, Math.floor((last - first) / 200));
    let peak = 0;
    for (let i = first; i < last; i += step) peak = Math.max(peak, Math.abs(this.samples[i]));
    return peak;
  }

  /** The time that is heard now. */
  get time(): number {
    if (!this.context || !this.source) return this.place;
    const heard = this.context.currentTime - (this.context.outputLatency || 0) - this.startedAt;
    let time = this.place + Math.max(0, heard) * this.speed;
    if (this.loop && time >= this.loop.to) {
      const span = this.loop.to - this.loop.from;
      time = this.loop.from + ((time - this.loop.from) % span);
    }
    return Math.min(time, this.duration);
  }

  async play(): Promise<void> {
    if (this.duration === 0) return;
    this.context ??= new AudioContext();
    await this.context.resume();
    if (!this.buffer) {
      this.buffer = this.context.createBuffer(1, this.samples.length, this.rateHz);
      this.buffer.copyToChannel(this.samples, 0);
    }
    this.pause();
    const end = this.loop?.to ?? this.duration;
    if (this.place >= end - 0.01) this.place = this.loop?.from ?? 0;
    const source = this.context.createBufferSource();
    source.buffer = this.buffer;
    source.playbackRate.value = this.speed;
    if (this.loop) {
      source.loop = true;
      source.loopStart = this.loop.from;
      source.loopEnd = this.loop.to;
      this.place = Math.max(this.loop.from, this.place);
    }
    source.connect(this.context.destination);
    source.addEventListener("ended", () => {
      if (this.source !== source) return;
      this.source = null;
      this.place = this.duration;
    });
    source.start(0, this.place);
    this.startedAt = this.context.currentTime;
    this.source = source;
  }

  pause(): void {
    const time = this.time;
    const source = this.source;
    this.source = null;
    source?.stop();
    this.place = time;
  }

  async toggle(): Promise<void> {
    if (this.isPlaying) this.pause();
    else await this.play();
  }

  async seek(time: number): Promise<void> {
    const wasPlaying = this.isPlaying;
    this.pause();
    this.place = Math.min(this.duration, Math.max(0, time));
    if (wasPlaying) await this.play();
  }

  async setSpeed(speed: number): Promise<void> {
    await this.around(() => {
      this.speed = speed;
    });
  }

  async setLoop(loop: { from: number; to: number } | null): Promise<void> {
    await this.around(() => {
      this.loop = loop;
    });
  }

  private async around(change: () => void): Promise<void> {
    const wasPlaying = this.isPlaying;
    this.pause();
    change();
    if (wasPlaying) await this.play();
  }
}
