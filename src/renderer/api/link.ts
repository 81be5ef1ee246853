import { contract, type OsmiaContract } from '../../shared/contract/contract.ts';
import { AppError } from '../../shared/errors.ts';
import { connect, type Connection } from '../../shared/rpc/connect.ts';
import type { Port } from '../../shared/rpc/port.ts';

export type LinkState =
  | { kind: 'connecting' }
  | { kind: 'open'; app: string; capabilities: string[] }
  | { kind: 'lost'; attempt: number; retryAt: number }
  | { kind: 'refused'; message: string };

export interface Link {
  state(): LinkState;
  subscribe(listener: () => void): () => void;
  /** The open connection; waits for one while the first attempt is under way, rejects `unavailable` once it is lost. */
  connection(): Promise<Connection<OsmiaContract>>;
  retryNow(): void;
}

const FIRST_DELAY = 300;
const LONGEST_DELAY = 10_000;

/** Keeps one connection to the core open: a lost one is tried again with growing pauses, for ever. */
export function createLink(open: () => Promise<Port>, now: () => number = Date.now): Link {
  let state: LinkState = { kind: 'connecting' };
  let attempt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let current = Promise.withResolvers<Connection<OsmiaContract>>();
  current.promise.catch(() => undefined);
  const listeners = new Set<() => void>();

  const setState = (next: LinkState): void => {
    state = next;
    for (const listener of listeners) listener();
  };

  const lost = (): void => {
    if (state.kind === 'lost' || state.kind === 'refused') return;
    const error = new AppError('unavailable', 'The connection to the Osmia core was lost.');
    current.reject(error);
    current = Promise.withResolvers();
    current.promise.catch(() => undefined);
    current.reject(error);
    const delay = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** attempt);
    attempt += 1;
    setState({ kind: 'lost', attempt, retryAt: now() + delay });
    timer = setTimeout(() => void start(), delay);
  };

  const start = async (): Promise<void> => {
    clearTimeout(timer);
    if (state.kind !== 'connecting') {
      current = Promise.withResolvers();
      current.promise.catch(() => undefined);
      setState({ kind: 'connecting' });
    }
    try {
      const connection = connect(contract, await open());
      const hello = await connection.hello.catch((error: unknown) => {
        if (error instanceof AppError && error.message.includes('another version')) {
          setState({ kind: 'refused', message: error.message });
          current.reject(error);
        }
        throw error;
      });
      attempt = 0;
      connection.onClose(lost);
      current.resolve(connection);
      setState({ kind: 'open', ...hello });
    } catch {
      lost();
    }
  };
  void start();

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    connection: () => current.promise,
    retryNow: () => {
      if (state.kind === 'lost') void start();
    },
  };
}
