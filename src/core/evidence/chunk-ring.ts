import { CHUNK_BYTES } from './sealed-format.ts';

/** Chunks on their way from the thread that reads a file to the one that takes its MD5. */
export interface ChunkRing {
  data: SharedArrayBuffer;
  /** Int32: the words below, then the length of each slot. */
  control: SharedArrayBuffer;
  /** 16 bytes. */
  digest: SharedArrayBuffer;
}

export const RING_SLOTS = 8;

/** Words of `control`. The two `WAKE` ones only ever grow: a side reads its own, looks around, and sleeps if it is unchanged. */
export const PUBLISHED = 0;
export const CONSUMED = 1;
export const STATE = 2;
export const WAKE_DIGEST = 3;
export const WAKE_READER = 4;
export const LENGTHS = 5;

/** Values of STATE. */
export const RUNNING = 0;
/** No further chunk; the digest is wanted. */
export const ENDED = 1;
/** The digest is there. */
export const DONE = 2;
/** One side gave up; the other must not wait. */
export const ABANDONED = 3;

export function createChunkRing(): ChunkRing {
  return {
    data: new SharedArrayBuffer(RING_SLOTS * CHUNK_BYTES),
    control: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * (LENGTHS + RING_SLOTS)),
    digest: new SharedArrayBuffer(16),
  };
}

export function wake(control: Int32Array, word: typeof WAKE_DIGEST | typeof WAKE_READER): void {
  Atomics.add(control, word, 1);
  Atomics.notify(control, word);
}

export function abandonRing(ring: ChunkRing): void {
  const control = new Int32Array(ring.control);
  Atomics.store(control, STATE, ABANDONED);
  wake(control, WAKE_DIGEST);
  wake(control, WAKE_READER);
}
