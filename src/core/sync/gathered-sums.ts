import type { Gathered } from './synced-store.ts';

/** Counters that are added up in memory and written once a transaction: a hundred new rows change the same few. */
export interface GatheredSums<Key extends readonly string[]> extends Gathered {
  /** Only the last part of a key may hold a space. */
  add(key: Key, by: number): void;
}

/** `put` is called by `write`, once for each key whose sum is not 0. */
export function createGatheredSums<const Key extends readonly string[]>(
  put: (key: Key, sum: number) => void,
): GatheredSums<Key> {
  let sums = new Map<string, { key: Key; sum: number }>();
  return {
    add(key, by) {
      const name = key.join(' ');
      const known = sums.get(name);
      if (known) known.sum += by;
      else sums.set(name, { key, sum: by });
    },
    write() {
      if (sums.size === 0) return;
      const gathered = sums.values();
      sums = new Map();
      for (const { key, sum } of gathered) if (sum !== 0) put(key, sum);
    },
    forget: () => sums.clear(),
  };
}
