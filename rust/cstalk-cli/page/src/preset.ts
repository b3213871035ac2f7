/** The settings of a face, in the form of the preset files that the command reads. */

export interface Key {
  time_s: number;
  weights: Record<string, number>;
}

export interface Preset {
  schema: "cstalk-preset/1";
  name?: string;
  model?: string;
  emotion: Record<string, number>;
  emotion_keys: Key[];
  emotion_strength: Record<string, number>;
  style: Record<string, number>;
  head_motion: number;
  blinks: boolean;
  gaze: boolean;
  seed: number;
  smoothing_ms: number;
}

/** A preset with everything that a file may leave out. */
export function whole(part: Partial<Preset>): Preset {
  return {
    schema: "cstalk-preset/1",
    emotion: {},
    emotion_keys: [],
    emotion_strength: {},
    style: {},
    head_motion: 0.5,
    blinks: true,
    gaze: true,
    seed: 0,
    smoothing_ms: 15,
    ...structuredClone(part),
  };
}

/** A deep copy. */
export const copied = (preset: Preset): Preset => structuredClone(preset);

/** Weights at a time: those of the keys, straight between two, or the constant ones. */
export function weightsAt(preset: Preset, time: number): Record<string, number> {
  const keys = preset.emotion_keys;
  if (keys.length === 0) return { ...preset.emotion };
  const after = keys.findIndex((key) => key.time_s > time);
  if (after === 0) return { ...keys[0].weights };
  if (after < 0) return { ...keys[keys.length - 1].weights };
  const [from, to] = [keys[after - 1], keys[after]];
  const share = (time - from.time_s) / (to.time_s - from.time_s);
  const weights: Record<string, number> = {};
  for (const name of new Set([...Object.keys(from.weights), ...Object.keys(to.weights)])) {
    const [a, b] = [from.weights[name] ?? 0, to.weights[name] ?? 0];
    weights[name] = Number((a + (b - a) * share).toFixed(3));
  }
  return weights;
}

/** Sets a named value, or forgets it where it is the default. */
export function setOrForget(
  values: Record<string, number>,
  name: string,
  value: number,
  usual: number,
): void {
  if (Math.abs(value - usual) < 1e-9) delete values[name];
  else values[name] = Number(value.toFixed(3));
}
