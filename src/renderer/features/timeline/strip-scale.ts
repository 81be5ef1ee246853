/** A stretch in which nothing happened, drawn short. */
export interface Gap {
  from: number;
  to: number;
  /** Where it is drawn, in units of the axis. */
  start: number;
  end: number;
}

/** An axis on which long silences are short: `toAxis` and `toTime` turn one into the other, piece by piece linear. */
export interface StripScale {
  length: number;
  gaps: readonly Gap[];
  toAxis(at: number): number;
  toTime(axis: number): number;
}

const MINUTE = 60_000;
/** A gap this much longer than the usual one (half are shorter) is a silence. */
const TIMES_USUAL = 12;
/** And is drawn this wide, of the whole. */
const DRAWN = 0.06;
/** Beside the first and the last event, of the whole. */
const MARGIN = 0.015;

/** `times` in order, in UTC milliseconds; at least one. A single instant gets a minute on each side. */
export function createStripScale(times: readonly number[]): StripScale {
  const begin = times[0] ?? 0;
  const end = times.at(-1) ?? 0;
  const gaps: number[] = [];
  for (let i = 1; i < times.length; i += 1) {
    const gap = (times[i] ?? 0) - (times[i - 1] ?? 0);
    if (gap > 0) gaps.push(gap);
  }
  const usual = gaps.toSorted((a, b) => a - b)[gaps.length >> 1] ?? 0;
  const limit = Math.max(5 * MINUTE, usual * TIMES_USUAL);
  const silent = gaps.filter((gap) => gap > limit);
  const busy = end - begin - silent.reduce((sum, gap) => sum + gap, 0);
  const drawn = Math.max(MINUTE, busy * DRAWN);
  const margin = Math.max(MINUTE, (busy + silent.length * drawn) * MARGIN);
  const first = begin - margin;
  const last = end + margin;

  // Knots: time and place on the axis, both growing.
  const at: number[] = [first];
  const axis: number[] = [0];
  const cut: Gap[] = [];
  const knot = (time: number, place: number): void => {
    at.push(time);
    axis.push(place);
  };
  for (let i = 1; i < times.length; i += 1) {
    const from = times[i - 1] ?? 0;
    const to = times[i] ?? 0;
    if (to - from <= limit) continue;
    const start = (axis.at(-1) ?? 0) + from - (at.at(-1) ?? 0);
    knot(from, start);
    knot(to, start + drawn);
    cut.push({ from, to, start, end: start + drawn });
  }
  knot(last, (axis.at(-1) ?? 0) + last - (at.at(-1) ?? 0));

  return {
    length: axis.at(-1) ?? 1,
    gaps: cut,
    toAxis: (time) => between(at, axis, time),
    toTime: (place) => between(axis, at, place),
  };
}

/** Linear between knots; beyond the ends the slope is one. */
function between(xs: readonly number[], ys: readonly number[], x: number): number {
  const lastAt = xs.length - 1;
  if (x <= (xs[0] ?? 0)) return (ys[0] ?? 0) + x - (xs[0] ?? 0);
  if (x >= (xs[lastAt] ?? 0)) return (ys[lastAt] ?? 0) + x - (xs[lastAt] ?? 0);
  let [low, high] = [0, lastAt];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((xs[middle] ?? 0) <= x) low = middle;
    else high = middle;
  }
  const [x0, x1, y0, y1] = [xs[low] ?? 0, xs[high] ?? 0, ys[low] ?? 0, ys[high] ?? 0];
  return x1 === x0 ? y0 : y0 + ((x - x0) / (x1 - x0)) * (y1 - y0);
}

const SECOND = 1_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  SECOND,
  5 * SECOND,
  15 * SECOND,
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  30 * DAY,
  90 * DAY,
  365 * DAY,
] as const;

/** Milliseconds from one label to the next, so that `room` of them fit into `span`. */
export const tickStep = (span: number, room: number): number =>
  STEPS.find((step) => span / step <= Math.max(1, room)) ??
  Math.ceil(span / Math.max(1, room) / (365 * DAY)) * 365 * DAY;
