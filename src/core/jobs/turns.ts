/** How long a piece of work may hold the core before everything else gets its turn, in milliseconds. */
const TURN_MS = 8;

export interface Turns {
  /** True when this turn has lasted long enough. Cheap: ask it for every row. */
  isOver(): boolean;
  /** Lets what waits run, then begins a new turn. */
  next(): Promise<void>;
}

/** Long work in short turns, so that the window and running jobs never wait for a large plan. */
export function createTurns(monotonic: () => number): Turns {
  let begun = monotonic();
  let asked = 0;
  return {
    // Reading the clock costs more than the work of most rows.
    isOver: () => (asked++ & 31) === 0 && monotonic() - begun > TURN_MS,
    async next() {
      await new Promise<void>((resolve) => setImmediate(resolve));
      begun = monotonic();
    },
  };
}
