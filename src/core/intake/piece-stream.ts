import { AppError } from '../../shared/errors.ts';

/** Bytes pushed by one side and pulled by the other; a push resolves when the piece was taken. */
export interface PieceStream extends AsyncIterable<Uint8Array> {
  push(piece: Uint8Array): Promise<void>;
  end(): void;
}

export function createPieceStream(signal: AbortSignal): PieceStream {
  const waiting: { piece: Uint8Array; taken(): void; refused(error: Error): void }[] = [];
  let wake: (() => void) | undefined;
  let isEnded = false;
  const stopped = (): AppError => new AppError('cancelled', 'Taking in the file was stopped.');
  signal.addEventListener(
    'abort',
    () => {
      wake?.();
      for (const { refused } of waiting.splice(0)) refused(stopped());
    },
    { once: true },
  );
  return {
    push(piece) {
      if (signal.aborted) return Promise.reject(stopped());
      if (isEnded) return Promise.reject(new AppError('conflict', 'This intake has all its bytes already.'));
      return new Promise((taken, refused) => {
        waiting.push({ piece, taken, refused });
        wake?.();
      });
    },
    end() {
      isEnded = true;
      wake?.();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        if (signal.aborted) throw stopped();
        const next = waiting.shift();
        if (next) {
          yield next.piece;
          next.taken();
        } else if (isEnded) return;
        else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    },
  };
}
