import { createPortEnds, type Port } from './port.ts';

/**
 * Two connected ports in one process. Every frame is round-tripped through JSON, so that a Date or a Map that would
 * die on a socket dies in a unit test too.
 */
export function createInProcessPair(): [Port, Port] {
  const a = createPortEnds({
    send: (frame) => carry(frame, b),
    close: () => queueMicrotask(() => b.closed()),
  });
  const b: ReturnType<typeof createPortEnds> = createPortEnds({
    send: (frame) => carry(frame, a),
    close: () => queueMicrotask(() => a.closed()),
  });
  return [a, b];
}

function carry(frame: unknown, to: { deliver(frame: unknown): void }): void {
  const text = JSON.stringify(frame);
  queueMicrotask(() => to.deliver(JSON.parse(text)));
}
