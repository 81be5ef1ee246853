import { readdirSync, readFileSync } from 'node:fs';

/** What all processes of a run may use together. */
export interface TreeCaps {
  processes: number;
  memoryBytes: number;
}

/** Between two looks, in milliseconds; longer where a look takes long. */
const EVERY_MS = 200;
const REST_FACTOR = 10;
const PAGE_BYTES = 4_096;

/**
 * Looks from time to time at how many processes a tree has and how much memory is theirs alone, and calls `over` once when
 * that is too much. The system's own limits hold for one process each, and the one on their number not for root. Where
 * /proc does not tell, nothing is found. Returns what ends it.
 */
export function watchTree(
  root: number,
  caps: TreeCaps,
  over: (what: 'process_cap' | 'memory_cap') => void,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    const began = performance.now();
    const tree = [root];
    let pages = 0;
    // The list grows while it is gone through.
    for (const pid of tree) {
      tree.push(...childrenOf(pid));
      if (tree.length > caps.processes) return over('process_cap');
      pages += privatePages(pid);
      if (pages * PAGE_BYTES > caps.memoryBytes) return over('memory_cap');
    }
    again(Math.max(EVERY_MS, (performance.now() - began) * REST_FACTOR));
  };
  const again = (ms: number): void => {
    timer = setTimeout(look, ms).unref();
  };
  again(EVERY_MS);
  return () => clearTimeout(timer);
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return []; // Gone in between, or not Linux.
  }
}

function privatePages(pid: number): number {
  try {
    const [, resident = 0, shared = 0] = readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ').map(Number);
    return Math.max(0, resident - shared);
  } catch {
    return 0;
  }
}
