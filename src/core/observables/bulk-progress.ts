interface Progress {
  done: number;
  total: number;
}

/** How far long changes are, by the token that their caller chose; nothing is left of one that has ended. */
export interface BulkProgress {
  get(token: string): Progress | null;
  during<T>(token: string | undefined, work: (told: (done: number, total: number) => void) => Promise<T>): Promise<T>;
}

export function createBulkProgress(): BulkProgress {
  const running = new Map<string, Progress>();
  return {
    get: (token) => running.get(token) ?? null,
    async during(token, work) {
      if (token === undefined) return work(() => undefined);
      running.set(token, { done: 0, total: 0 });
      try {
        return await work((done, total) => running.set(token, { done, total }));
      } finally {
        running.delete(token);
      }
    },
  };
}
