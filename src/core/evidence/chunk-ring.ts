import { CHUNK_BYTES } from './sealed-format.ts';

/** Chunks that the thread which reads a file shares with its helper. */
export interface ChunkRing {
  data: SharedArrayBuffer;
  /** Int32: the words below, then the length of each slot. */
  control: SharedArrayBuffer;
  /** 16 bytes: the MD5 in the end. */
  digest: SharedArrayBuffer;
}

export const RING_SLOTS = 8;

/** Words of `control`. The two `WAKE` ones only ever grow: a side reads its own, looks around, and sleeps if it is unchanged. */
export const PUBLISHED = 0;
export const CONSUMED = 1;
export const STATE = 2;
export const WAKE_HELPER = 3;
export const WAKE_READER = 4;
/** The open file that the sealed chunks go to. */
export const TARGET = 5;
/** The number of the system's error where the helper could not write. */
export const ERRNO = 6;
/** How many chunks the file has, set before its last one is published; 0 until then. */
export const CHUNKS = 7;
/** 1 when the helper has let go of the target: only then it may be closed. */
const HELPER_LEFT = 8;
export const LENGTHS = 9;

/** Values of STATE; it begins as 0. */
/** The digest is there, and the helper's share is written. */
export const DONE = 1;
/** One side gave up; the other must not wait. */
export const ABANDONED = 2;

/** Sealing is shared out evenly: hashing costs both sides about the same. */
export const isHelpersShare = (index: number): boolean => index % 2 === 1;

export function createChunkRing(): ChunkRing {
  return {
    data: new SharedArrayBuffer(RING_SLOTS * CHUNK_BYTES),
    control: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * (LENGTHS + RING_SLOTS)),
    digest: new SharedArrayBuffer(16),
  };
}

export function wake(control: Int32Array, word: typeof WAKE_HELPER | typeof WAKE_READER): void {
  Atomics.add(control, word, 1);
  Atomics.notify(control, word);
}

export function abandonRing(ring: ChunkRing): void {
  const control = new Int32Array(ring.control);
  Atomics.store(control, STATE, ABANDONED);
  wake(control, WAKE_HELPER);
  wake(control, WAKE_READER);
}

export function leaveRing(ring: ChunkRing): void {
  const control = new Int32Array(ring.control);
  Atomics.store(control, HELPER_LEFT, 1);
  wake(control, WAKE_READER);
}

/** Blocks until the helper can no longer touch the target. */
export function awaitHelperLeft(ring: ChunkRing): void {
  const control = new Int32Array(ring.control);
  for (;;) {
    const seen = Atomics.load(control, WAKE_READER);
    if (Atomics.load(control, HELPER_LEFT) === 1) return;
    Atomics.wait(control, WAKE_READER, seen);
  }
}
