import type { Query, QueryClient } from '@tanstack/react-query';
import type { CoreEvent } from '../../shared/contract/jobs.ts';
import type { Link } from './link.ts';

/** Events of one burst (a run of a thousand jobs) lead to one refetch, this many milliseconds later. */
const GATHER = 120;

/** A long list that was scrolled far is read again whole; while jobs finish by the hundred, this seldom. */
const GATHER_LONG = 4_000;
const LONG_PAGES = 4;

/** Whether reading a query again means many calls. */
function isLong(query: Query): boolean {
  const data: unknown = query.state.data;
  return typeof data === 'object' && data !== null && 'pages' in data && Array.isArray(data.pages)
    ? data.pages.length > LONG_PAGES
    : false;
}

/** Whether some events make a query stale. Queries without topics are never invalidated by events. */
export function isTouched(query: Pick<Query, 'meta'>, events: readonly Pick<CoreEvent, 'topic' | 'caseId'>[]): boolean {
  const meta = query.meta;
  if (!meta) return false;
  return events.some(
    (event) =>
      meta.topics.includes(event.topic) &&
      (meta.caseId === undefined || event.caseId === null || event.caseId === meta.caseId),
  );
}

/**
 * Follows the core's events while the workspace is open and marks queries stale. A gap in the numbers, another life of
 * the core or a new connection marks all of them. Returns the way to stop.
 */
export function followEvents(link: Link, queries: QueryClient): () => void {
  const stop = new AbortController();
  let gathered: CoreEvent[] = [];
  let gatheredLong: CoreEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let longTimer: ReturnType<typeof setTimeout> | undefined;
  let last: { life: string; seq: number } | undefined;

  const flush = (): void => {
    timer = undefined;
    const events = gathered;
    gathered = [];
    void queries.invalidateQueries({ predicate: (query) => isTouched(query, events) && !isLong(query) });
    gatheredLong.push(...events);
    longTimer ??= setTimeout(flushLong, GATHER_LONG);
  };

  const flushLong = (): void => {
    longTimer = undefined;
    const events = gatheredLong;
    gatheredLong = [];
    void queries.invalidateQueries({ predicate: (query) => isTouched(query, events) && isLong(query) });
  };

  const take = (event: CoreEvent): void => {
    const hasGap = last !== undefined && (event.life !== last.life || event.seq !== last.seq + 1);
    last = { life: event.life, seq: event.seq };
    if (hasGap) void queries.invalidateQueries();
    gathered.push(event);
    timer ??= setTimeout(flush, GATHER);
  };

  const follow = async (): Promise<void> => {
    try {
      const { api } = await link.connection();
      for await (const event of api['events.subscribe']({}, { signal: stop.signal })) take(event);
    } catch {
      // Lost, locked or stopped: the status says which, and the frame reacts to it.
    }
    if (!stop.signal.aborted) await queries.invalidateQueries({ queryKey: ['workspace.status'] });
  };
  void follow();

  return () => {
    stop.abort();
    clearTimeout(timer);
    clearTimeout(longTimer);
  };
}
