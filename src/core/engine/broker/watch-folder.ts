import { chmodSync, type Dir, lstatSync, opendirSync } from 'node:fs';
import { join } from 'node:path';

/** A job folder with more names in it is ended too: each costs memory of the system, and time to remove. */
const MAX_NAMES = 50_000;
const MAX_DEPTH = 100;
/** Between two looks, in milliseconds; longer where a look takes long. */
const EVERY_MS = 250;
const REST_FACTOR = 10;

/**
 * Looks from time to time at what a job folder holds and calls `over` once when that is more than `capBytes` (as the
 * disk counts it) or too many names. Returns what ends it.
 */
export function watchFolder(path: string, capBytes: number, over: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    const began = performance.now();
    const budget = { bytes: capBytes, names: MAX_NAMES };
    spend(path, budget, 0);
    if (budget.bytes < 0 || budget.names < 0) return over();
    again(Math.max(EVERY_MS, (performance.now() - began) * REST_FACTOR));
  };
  const again = (ms: number): void => {
    timer = setTimeout(look, ms).unref();
  };
  again(EVERY_MS);
  return () => clearTimeout(timer);
}

/** Takes what a folder holds from the budget; stops where that is used up. Links are not followed. */
function spend(path: string, budget: { bytes: number; names: number }, depth: number): void {
  if (depth > MAX_DEPTH) {
    budget.names = -1;
    return;
  }
  const folder = opened(path);
  if (folder === undefined) return;
  try {
    for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
      budget.names -= 1;
      if (budget.names < 0 || budget.bytes < 0) return;
      const inner = join(path, entry.name);
      if (entry.isDirectory()) spend(inner, budget, depth + 1);
      else {
        try {
          budget.bytes -= lstatSync(inner).blocks * 512;
        } catch {
          // Gone in between.
        }
      }
    }
  } catch {
    // Gone in between.
  } finally {
    folder.closeSync();
  }
}

function opened(path: string): Dir | undefined {
  try {
    return opendirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') return undefined;
  }
  try {
    // Its program took the permission away, and may still write through what it opened before.
    chmodSync(path, 0o700);
    return opendirSync(path);
  } catch {
    return undefined; // Gone in between.
  }
}
