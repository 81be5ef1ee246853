import { createHash } from 'node:crypto';
import { getSystemErrorName } from 'node:util';
import * as ring from './chunk-ring.ts';
import { asWriteError, cancelledIngest } from './ingest-pass.ts';
import { CHUNK_BYTES } from './sealed-format.ts';

/** The buffers of one file's chunks, and what a helper does with them. */
export interface Share {
  slot(index: number): Uint8Array;
  /** The same, once nobody needs what was in it before. */
  free(index: number): Uint8Array;
  /** The chunk may be hashed (and sealed, where it is not ours). */
  publish(index: number, length: number, isLast: boolean): void;
  /** Whether the caller has to seal the chunk. */
  isOurs(index: number): boolean;
  /** Hex, after the last chunk; whatever the helper had to write is written then. */
  md5(): string;
}

/** Two chunks: the one at work and the one that tells whether it is the last. Reused from file to file. */
const ownBuffer = new Uint8Array(2 * CHUNK_BYTES);

export function workAlone(): Share {
  const hash = createHash('md5');
  const slot = (index: number): Uint8Array => {
    const start = (index % 2) * CHUNK_BYTES;
    return ownBuffer.subarray(start, start + CHUNK_BYTES);
  };
  return {
    slot,
    free: slot,
    publish: (index, length) => void hash.update(slot(index).subarray(0, length)),
    isOurs: () => true,
    md5: () => hash.digest('hex'),
  };
}

/** The caller and the helper thread that was given the same ring. `target` is the open file for sealed chunks. */
export function workWithHelper(shared: ring.ChunkRing, target: number): Share {
  const control = new Int32Array(shared.control);
  const data = new Uint8Array(shared.data);
  Atomics.store(control, ring.TARGET, target);

  const slot = (index: number): Uint8Array => {
    const start = (index % ring.RING_SLOTS) * CHUNK_BYTES;
    return data.subarray(start, start + CHUNK_BYTES);
  };
  const waitUntil = (isReady: () => boolean): void => {
    for (;;) {
      const seen = Atomics.load(control, ring.WAKE_READER);
      if (isReady()) return;
      if (Atomics.load(control, ring.STATE) === ring.ABANDONED) throw reasonOf(Atomics.load(control, ring.ERRNO));
      Atomics.wait(control, ring.WAKE_READER, seen);
    }
  };
  return {
    slot,
    free(index) {
      waitUntil(() => Atomics.load(control, ring.CONSUMED) > index - ring.RING_SLOTS);
      return slot(index);
    },
    publish(index, length, isLast) {
      Atomics.store(control, ring.LENGTHS + (index % ring.RING_SLOTS), length);
      if (isLast) Atomics.store(control, ring.CHUNKS, index + 1);
      Atomics.store(control, ring.PUBLISHED, index + 1);
      ring.wake(control, ring.WAKE_HELPER);
    },
    isOurs: (index) => !ring.isHelpersShare(index),
    md5() {
      waitUntil(() => Atomics.load(control, ring.STATE) === ring.DONE);
      return Buffer.from(new Uint8Array(shared.digest)).toString('hex');
    },
  };
}

function reasonOf(errno: number): unknown {
  if (errno >= 0) return cancelledIngest();
  const code = getSystemErrorName(errno);
  return asWriteError(Object.assign(new Error(`the helper could not write: ${code}`), { code }));
}
