/** One end of a connection. Whatever carries it, frames arrive whole, in order, at most once. */
export interface Port {
  send(frame: unknown): void;
  /** One listener; frames that arrived before it was set are delivered when it is. */
  onFrame(listener: (frame: unknown) => void): void;
  /** Called once, whoever closed. */
  onClose(listener: () => void): void;
  close(): void;
}

/** The shared half of every port: keeps early frames, closes once. */
export function createPortEnds(out: { send(frame: unknown): void; close(): void }): Port & {
  deliver(frame: unknown): void;
  closed(): void;
} {
  let onFrame: ((frame: unknown) => void) | undefined;
  let onClose: (() => void) | undefined;
  let isClosed = false;
  const early: unknown[] = [];

  const closed = (): void => {
    if (isClosed) return;
    isClosed = true;
    onClose?.();
  };

  return {
    send(frame) {
      if (!isClosed) out.send(frame);
    },
    onFrame(listener) {
      onFrame = listener;
      for (const frame of early.splice(0)) listener(frame);
    },
    onClose(listener) {
      onClose = listener;
      if (isClosed) listener();
    },
    close() {
      if (isClosed) return;
      out.close();
      closed();
    },
    deliver(frame) {
      if (isClosed) return;
      if (onFrame) onFrame(frame);
      else early.push(frame);
    },
    closed,
  };
}
