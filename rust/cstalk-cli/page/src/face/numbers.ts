/** Small numeric helpers of the face. */

export const clamp = (value: number, low = 0, high = 1): number => Math.min(high, Math.max(low, value));
export const mix = (from: number, to: number, share: number): number => from + (to - from) * share;

/** 0 at `low`, 1 at `high`, flat at both ends; `low` may be the larger one. */
export function ease(low: number, high: number, value: number): number {
  const share = clamp((value - low) / (high - low));
  return share * share * (3 - 2 * share);
}

/** A bell of height 1 at 0 that has fallen to 1/e at `width`. */
export const bell = (distance: number, width: number): number => Math.exp(-((distance / width) ** 2));

/** Piecewise smooth curve through points `[at, value]` in rising order of `at`. */
export function through(points: readonly (readonly [number, number])[], at: number): number {
  const last = points.length - 1;
  if (at <= points[0][0]) return points[0][1];
  if (at >= points[last][0]) return points[last][1];
  let index = 0;
  while (points[index + 1][0] < at) index += 1;
  const [x0, y0] = points[index];
  const [x1, y1] = points[index + 1];
  const slope = (i: number): number => {
    const before = points[Math.max(0, i - 1)];
    const after = points[Math.min(last, i + 1)];
    return (after[1] - before[1]) / (after[0] - before[0]);
  };
  const span = x1 - x0;
  const t = (at - x0) / span;
  const t2 = t * t;
  const t3 = t2 * t;
  return (
    y0 * (2 * t3 - 3 * t2 + 1) +
    y1 * (3 * t2 - 2 * t3) +
    span * (slope(index) * (t3 - 2 * t2 + t) + slope(index + 1) * (t3 - t2))
  );
}
