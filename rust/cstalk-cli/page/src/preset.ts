/** The settings of a face, in the form of the preset files that command and plugin read. */

type Values = Record<string, number>;

export interface Key {
  time_s: number;
  weights: Values;
  /** Strength of the emotion by part of the face; 1 where a part is not named. */
  strength?: Values;
}

/** The emotion is what a model hears in the voice. */
export interface EmotionFromVoice {
  model: string;
  strength: number;
}

export interface Preset {
  schema: "cstalk-preset/1";
  name?: string;
  model?: string;
  emotion: Values;
  emotion_keys: Key[];
  emotion_from_voice?: EmotionFromVoice;
  emotion_strength: Values;
  /** How much of each part's motion is shown, 0 to 1; 1 where a part is not named. */
  part_weights: Values;
  style: Values;
  head_motion: number;
  blinks: number;
  gaze: number;
  seed: number;
  smoothing_ms: number;
}

/** Largest strength of an emotion in a part of the face. */
const MOST_STRENGTH = 1.5;

/** A preset with everything that a file may leave out. Where there are keys, they hold the strengths by part. */
export function whole(part: Partial<Preset>): Preset {
  const preset: Preset = {
    schema: "cstalk-preset/1",
    emotion: {},
    emotion_keys: [],
    emotion_strength: {},
    part_weights: {},
    style: {},
    head_motion: 0.5,
    blinks: 1,
    gaze: 1,
    seed: 0,
    smoothing_ms: 15,
    ...structuredClone(part),
  };
  if (preset.emotion_keys.length > 0) {
    for (const key of preset.emotion_keys)
      key.strength = scaled(key.strength ?? {}, preset.emotion_strength);
    preset.emotion_strength = {};
  }
  return preset;
}

/** A deep copy. */
export const copied = (preset: Preset): Preset => structuredClone(preset);

/** Weights and strengths at a time: those of the keys, straight between two, or the constant ones. */
export function keyAt(preset: Preset, time: number): Required<Key> {
  const keys = preset.emotion_keys;
  const at = (weights: Values, strength: Values = {}): Required<Key> => ({
    time_s: time,
    weights: { ...weights },
    strength: { ...strength },
  });
  if (keys.length === 0) return at(preset.emotion, preset.emotion_strength);
  const after = keys.findIndex((key) => key.time_s > time);
  if (after <= 0) {
    const key = keys[after < 0 ? keys.length - 1 : 0];
    return at(key.weights, key.strength);
  }
  const [from, to] = [keys[after - 1], keys[after]];
  const share = (time - from.time_s) / (to.time_s - from.time_s);
  return at(
    between(from.weights, to.weights, share, 0),
    between(from.strength ?? {}, to.strength ?? {}, share, 1),
  );
}

export const weightsAt = (preset: Preset, time: number): Values => keyAt(preset, time).weights;

/** Without keys the emotion is constant: that of `key`. */
export function keepConstant(preset: Preset, key: Key): void {
  preset.emotion_keys = [];
  preset.emotion = { ...key.weights };
  preset.emotion_strength = { ...key.strength };
}

/** Sets a named value, or forgets it where it is the default. */
export function setOrForget(values: Values, name: string, value: number, usual: number): void {
  if (Math.abs(value - usual) < 1e-9) delete values[name];
  else values[name] = Number(value.toFixed(3));
}

/**
 * The fewest keys of these, by Ramer, Douglas and Peucker's way of halving, that lie within `tolerance` of all of them in
 * every weight.
 */
export function fewerKeys(keys: readonly Key[], tolerance: number): Key[] {
  const kept = new Set([0, keys.length - 1]);
  const spans: [number, number][] = [[0, keys.length - 1]];
  for (let span = spans.pop(); span; span = spans.pop()) {
    const [first, last] = span;
    let [worst, most] = [-1, tolerance];
    for (let at = first + 1; at < last; at += 1) {
      const share = (keys[at].time_s - keys[first].time_s) / (keys[last].time_s - keys[first].time_s);
      const straight = between(keys[first].weights, keys[last].weights, share, 0);
      for (const name of new Set([...Object.keys(straight), ...Object.keys(keys[at].weights)])) {
        const off = Math.abs((straight[name] ?? 0) - (keys[at].weights[name] ?? 0));
        if (off > most) [worst, most] = [at, off];
      }
    }
    if (worst < 0) continue;
    kept.add(worst);
    spans.push([first, worst], [worst, last]);
  }
  return keys.filter((_, at) => kept.has(at));
}

function between(from: Values, to: Values, share: number, usual: number): Values {
  const values: Values = {};
  for (const name of new Set([...Object.keys(from), ...Object.keys(to)])) {
    const [a, b] = [from[name] ?? usual, to[name] ?? usual];
    setOrForget(values, name, a + (b - a) * share, usual);
  }
  return values;
}

function scaled(strength: Values, by: Values): Values {
  const values: Values = {};
  for (const name of new Set([...Object.keys(strength), ...Object.keys(by)]))
    setOrForget(values, name, Math.min(MOST_STRENGTH, (strength[name] ?? 1) * (by[name] ?? 1)), 1);
  return values;
}
