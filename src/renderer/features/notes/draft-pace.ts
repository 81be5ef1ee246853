/** What is typed is stored this long after the first key that is not yet stored, in milliseconds; typing on moves nothing. */
export const DRAFT_AFTER = 700;
/** A full disk may have room again: what is typed is not given up. */
const RETRY_AFTER = 5_000;

export interface Timers {
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

export interface DraftPace {
  /** Something was typed that is not stored. */
  touch(): void;
  /** Stores at once what waits, where anything does. */
  flush(): void;
  /** Forgets what waits. */
  stop(): void;
}

/** When drafts are stored: soon after the first key, however long the typing goes on. `save` answers whether it did. */
export function createDraftPace(save: () => Promise<boolean>, timers: Timers): DraftPace {
  let timer: unknown;
  const run = async (): Promise<void> => {
    stop();
    if (!(await save())) timer ??= timers.setTimeout(() => void run(), RETRY_AFTER);
  };
  const stop = (): void => {
    if (timer !== undefined) timers.clearTimeout(timer);
    timer = undefined;
  };
  return {
    touch() {
      timer ??= timers.setTimeout(() => void run(), DRAFT_AFTER);
    },
    flush() {
      if (timer !== undefined) void run();
    },
    stop,
  };
}
