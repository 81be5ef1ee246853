import { AppError, fromWireError } from '../errors.ts';
import type { CallOptions, Client, Contract } from './contract.ts';
import { CONTRACT_VERSION, parseFrame } from './frames.ts';
import type { Port } from './port.ts';

interface Pending {
  onItem?(value: unknown): void;
  onDone(output: unknown): void;
  onError(error: Error): void;
}

export interface Connection<C extends Contract> {
  api: Client<C>;
  /** Resolves with what the server said of itself; rejects when it speaks another contract version. */
  hello: Promise<{ app: string; capabilities: string[] }>;
  onClose(listener: () => void): void;
  close(): void;
}

/** A typed client on a port. Errors arrive as AppError; a lost connection rejects everything that waits. */
export function connect<C extends Contract>(contract: C, port: Port): Connection<C> {
  const pending = new Map<number, Pending>();
  const closeListeners: (() => void)[] = [];
  const hello = Promise.withResolvers<{ app: string; capabilities: string[] }>();
  hello.promise.catch(() => undefined); // a caller that never asks must not crash the process
  let nextId = 1;
  let isClosed = false;

  port.onClose(() => {
    isClosed = true;
    const lost = new AppError('unavailable', 'The connection to the Osmia core was lost.');
    hello.reject(lost);
    const waiting = [...pending.values()];
    pending.clear();
    for (const each of waiting) each.onError(lost);
    for (const listener of closeListeners) listener();
  });

  port.onFrame((raw) => {
    const frame = parseFrame(raw);
    if (!frame) return port.close();
    if (frame.t === 'hello') {
      if (frame.contract === CONTRACT_VERSION) hello.resolve({ app: frame.app, capabilities: frame.capabilities });
      else {
        hello.reject(
          new AppError('unavailable', `The running Osmia ${frame.app} is another version. Quit it and try again.`),
        );
        port.close();
      }
      return undefined;
    }
    if (frame.t === 'req' || frame.t === 'cancel') return undefined;
    const waiting = pending.get(frame.id);
    if (!waiting) return undefined;
    if (frame.t === 'item') {
      waiting.onItem?.(frame.value);
      return undefined;
    }
    pending.delete(frame.id);
    if (frame.t === 'ok') waiting.onDone(frame.output);
    else if (frame.t === 'end') waiting.onDone(undefined);
    else waiting.onError(fromWireError(frame.error));
    return undefined;
  });

  const request = (
    name: string,
    input: unknown,
    waiting: Pending,
    { signal, group }: CallOptions = {},
  ): (() => void) => {
    if (isClosed) {
      waiting.onError(new AppError('unavailable', 'The connection to the Osmia core was lost.'));
      return () => undefined;
    }
    const id = nextId++;
    pending.set(id, waiting);
    port.send({ t: 'req', id, name, input, ...(group === undefined ? {} : { group }) });
    const cancel = (): void => {
      if (!pending.delete(id)) return;
      port.send({ t: 'cancel', id });
      waiting.onError(new AppError('cancelled', 'The request was cancelled.'));
    };
    if (signal?.aborted) cancel();
    else signal?.addEventListener('abort', cancel, { once: true });
    return cancel;
  };

  const api: Record<string, unknown> = {};
  for (const [name, procedure] of Object.entries(contract)) {
    api[name] =
      procedure.kind === 'call'
        ? (input: unknown, options?: CallOptions) =>
            new Promise((resolve, reject) => {
              request(name, input, { onDone: resolve, onError: reject }, options);
            })
        : (input: unknown, options?: CallOptions) => openStream((waiting) => request(name, input, waiting, options));
  }

  return {
    api: api as Client<C>,
    hello: hello.promise,
    onClose(listener) {
      if (isClosed) listener();
      else closeListeners.push(listener);
    },
    close: () => port.close(),
  };
}

async function* openStream(start: (waiting: Pending) => () => void): AsyncGenerator {
  const items: unknown[] = [];
  let wake: (() => void) | undefined;
  let end: { error?: Error } | undefined;
  const cancel = start({
    onItem(value) {
      items.push(value);
      wake?.();
    },
    onDone() {
      end = {};
      wake?.();
    },
    onError(error) {
      end = { error };
      wake?.();
    },
  });
  try {
    for (;;) {
      while (items.length > 0) yield items.shift();
      if (end) {
        if (end.error) throw end.error;
        return;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    cancel();
  }
}
