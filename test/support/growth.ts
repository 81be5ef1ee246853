/** Below so many microseconds a measurement says nothing. */
const NOISE = 4000;
const TRIES = 4;

/** What `growth` may be at most: linear work gives 4, quadratic work 16. */
export const LINEAR = 8;

function spent(since: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(since);
  return user + system;
}

/**
 * How many times as much processor time four times the size takes. The time of this thread alone is counted, so that a
 * busy machine changes little; the least of a few tries counts, because a collection of garbage can spoil one, hardly all.
 */
export async function growth(work: (size: number) => unknown, size: number): Promise<number> {
  const timeOf = async (wanted: number): Promise<number> => {
    const start = process.threadCpuUsage();
    await work(wanted);
    return spent(start);
  };
  // Compiled code and caches first.
  await work(size >> 2);
  let ratio = Number.POSITIVE_INFINITY;
  for (let tried = 0; tried < TRIES && ratio > LINEAR; tried += 1) {
    const once = await timeOf(size);
    ratio = Math.min(ratio, (await timeOf(4 * size)) / Math.max(once, NOISE));
  }
  return ratio;
}
