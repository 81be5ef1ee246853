import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { CoreEvent as CoreEventSchema, Topic } from '../../shared/contract/jobs.ts';

export type CoreEvent = z.infer<typeof CoreEventSchema>;

export interface EventBus {
  /** Call after the commit, never before. Repeats within a tick become one event. */
  publish(topic: Topic, id: string, caseId?: string | null): void;
  /** Ends when the signal aborts. A subscriber that falls too far behind misses events and sees a gap in `seq`. */
  subscribe(signal: AbortSignal): AsyncIterable<CoreEvent>;
  /** Returns what ends it. A listener that throws hurts nobody else. */
  on(listener: (event: CoreEvent) => void): () => void;
}

/** A window that does not read for so long refetches everything anyway. */
const MAX_BEHIND = 10_000;

export function createEventBus(): EventBus {
  const life = randomUUID();
  const listeners = new Set<(event: CoreEvent) => void>();
  let pending = new Map<string, { topic: Topic; id: string; caseId: string | null }>();
  let seq = 0;

  const flush = (): void => {
    const facts = pending;
    pending = new Map();
    for (const fact of facts.values()) {
      seq += 1;
      const event: CoreEvent = { life, seq, ...fact };
      for (const listener of listeners) {
        try {
          listener(event);
        } catch {
          // Events announce, they do not steer: whoever could not listen refetches.
        }
      }
    }
  };

  const bus: EventBus = {
    publish(topic, id, caseId = null) {
      if (pending.size === 0) setImmediate(flush);
      pending.set(`${topic}\0${id}\0${caseId ?? ''}`, { topic, id, caseId });
    },
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async *subscribe(signal) {
      let waiting: CoreEvent[] = [];
      let wake: (() => void) | undefined;
      const rouse = (): void => wake?.();
      const off = bus.on((event) => {
        if (waiting.length >= MAX_BEHIND) waiting = [];
        waiting.push(event);
        rouse();
      });
      signal.addEventListener('abort', rouse, { once: true });
      try {
        while (!signal.aborted) {
          const batch = waiting;
          waiting = [];
          yield* batch;
          if (waiting.length === 0 && !signal.aborted) {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
        }
      } finally {
        off();
        signal.removeEventListener('abort', rouse);
      }
    },
  };
  return bus;
}
