import { AsyncLocalStorage } from 'node:async_hooks';

/** What one call of a client changes: undone in one step. */
export interface CallGroup {
  /** The `txn_id` of its changes. */
  id: string;
  client: 'window' | 'local';
}

const calls = new AsyncLocalStorage<{ group: CallGroup; isOpen: boolean }>();

/**
 * Runs a call so that whatever it changes is one group in the change log. What it only set going (a job that ends
 * later) is not the caller's gesture any more: the group ends when `fn` has settled.
 */
export async function inCallGroup<T>(group: CallGroup, fn: () => T | Promise<T>): Promise<T> {
  const call = { group, isOpen: true };
  try {
    return await calls.run(call, async () => await fn());
  } finally {
    call.isOpen = false;
  }
}

/** The group of the call that is under way here; undefined in work that nobody's call is waiting for. */
export function currentCallGroup(): CallGroup | undefined {
  const call = calls.getStore();
  return call?.isOpen ? call.group : undefined;
}
