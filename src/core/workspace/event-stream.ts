import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { CoreEvent as CoreEventSchema } from '../../shared/contract/jobs.ts';

type CoreEvent = z.infer<typeof CoreEventSchema>;

export interface EventSources {
  /** Calls the listener after each change of the workspace's state. */
  onChange(listener: () => void): () => void;
  /** What is open now, if anything; another object each time it is opened. */
  current(): EventSource | undefined;
}

interface EventSource {
  /** Ends when the signal aborts or the session closes. */
  events(signal: AbortSignal): AsyncIterable<CoreEvent>;
}

const MAX_BEHIND = 10_000;

/**
 * One subscriber's events, across lock and unlock: `workspace` from here, the rest from whatever session is open. Each
 * change of state, and each gap in the session's own numbers, is a gap here, so that the subscriber fetches anew.
 */
export async function* mergeEvents(sources: EventSources, signal: AbortSignal): AsyncIterable<CoreEvent> {
  const life = randomUUID();
  let seq = 0;
  let waiting: CoreEvent[] = [];
  let wake: (() => void) | undefined;
  let failure: { error: unknown } | undefined;
  let following: EventSource | undefined;

  const push = (event: Pick<CoreEvent, 'topic' | 'id' | 'caseId'>, isGap: boolean): void => {
    if (waiting.length >= MAX_BEHIND) waiting = [];
    seq += isGap ? 2 : 1;
    waiting.push({ life, seq, topic: event.topic, id: event.id, caseId: event.caseId });
    wake?.();
  };

  const follow = async (events: AsyncIterable<CoreEvent>): Promise<void> => {
    let last: CoreEvent | undefined;
    for await (const event of events) {
      push(event, last !== undefined && (event.life !== last.life || event.seq !== last.seq + 1));
      last = event;
    }
  };

  const attach = (): void => {
    const source = sources.current();
    if (source === following) return;
    following = source;
    if (!source) return;
    follow(source.events(signal)).catch((error: unknown) => {
      // A session that was closed meanwhile may end its stream in any way.
      if (sources.current() !== source) return;
      failure = { error };
      wake?.();
    });
  };

  const off = sources.onChange(() => {
    push({ topic: 'workspace', id: 'workspace', caseId: null }, true);
    attach();
  });
  const onAbort = (): void => wake?.();
  signal.addEventListener('abort', onAbort);
  attach();
  try {
    while (!signal.aborted) {
      const batch = waiting;
      waiting = [];
      yield* batch;
      if (failure) throw failure.error;
      if (waiting.length > 0 || signal.aborted) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    off();
    signal.removeEventListener('abort', onAbort);
  }
}
