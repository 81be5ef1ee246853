import { setImmediate as nextTurn } from 'node:timers/promises';
import { v7 } from 'uuid';
import { AppError } from '../../shared/errors.ts';
import { currentCallGroup } from '../sync/call-group.ts';
import type { ChangeMeta, SyncedStore } from '../sync/synced-store.ts';

/** Above this a change is cut into transactions of CHUNK rows, so that nobody waits long for the database. */
const ONE_TRANSACTION = 1_000;
const CHUNK = 100;

/**
 * Runs `step` on every item: one transaction, or many small ones with a turn of the event loop between them, all of
 * them one group in the change log. `signal` stops it between two of them (`cancelled`); what was done stays.
 */
export async function inGroups<T>(
  store: Pick<SyncedStore, 'transaction'>,
  items: readonly T[],
  step: (item: T) => void,
  options: Pick<ChangeMeta, 'txnId'> & { signal?: AbortSignal; onProgress?(done: number): void } = {},
): Promise<void> {
  const size = items.length > ONE_TRANSACTION ? CHUNK : items.length;
  const txnId = options.txnId ?? currentCallGroup()?.id ?? v7();
  for (let at = 0; at < items.length; at += size) {
    if (at > 0) await nextTurn();
    if (options.signal?.aborted) throw new AppError('cancelled', 'It was stopped. What was changed until then stays.');
    store.transaction({ txnId }, () => {
      for (const item of items.slice(at, at + size)) step(item);
    });
    options.onProgress?.(Math.min(items.length, at + size));
  }
}
