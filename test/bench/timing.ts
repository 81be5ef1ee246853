export interface Figure {
  unit: string;
  value?: number;
  n?: number;
  p50?: number;
  p99?: number;
}

/** Times `step` `count` times after `warm` uncounted ones; milliseconds. */
export function time(count: number, warm: number, step: (i: number) => void): Figure {
  for (let i = 0; i < warm; i += 1) step(i);
  const times = new Float64Array(count);
  for (let i = 0; i < count; i += 1) {
    const startedAt = performance.now();
    step(warm + i);
    times[i] = performance.now() - startedAt;
  }
  times.sort();
  return { unit: 'ms', n: count, p50: times[Math.floor(count * 0.5)]!, p99: times[Math.floor(count * 0.99)]! };
}

/** Same for what answers later. */
export async function timeAsync(count: number, warm: number, step: (i: number) => Promise<unknown>): Promise<Figure> {
  for (let i = 0; i < warm; i += 1) await step(i);
  const times = new Float64Array(count);
  for (let i = 0; i < count; i += 1) {
    const startedAt = performance.now();
    await step(warm + i);
    times[i] = performance.now() - startedAt;
  }
  times.sort();
  return { unit: 'ms', n: count, p50: times[Math.floor(count * 0.5)]!, p99: times[Math.floor(count * 0.99)]! };
}

/** Seeded (mulberry32), so that each run and machine gets the same data. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
