import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import * as ring from './chunk-ring.ts';
import { CHUNK_BYTES } from './sealed-format.ts';

/*
 * MD5 is the slowest of the three digests; on a second core it runs beside the other two. Gets one ring per file and
 * leaves the digest in it.
 */
parentPort?.on('message', (job: ring.ChunkRing) => {
  const control = new Int32Array(job.control);
  const data = new Uint8Array(job.data);
  const hash = createHash('md5');
  let consumed = 0;
  for (;;) {
    const seen = Atomics.load(control, ring.WAKE_DIGEST);
    const state = Atomics.load(control, ring.STATE);
    if (state === ring.ABANDONED) return;
    if (consumed < Atomics.load(control, ring.PUBLISHED)) {
      const slot = consumed % ring.RING_SLOTS;
      const start = slot * CHUNK_BYTES;
      hash.update(data.subarray(start, start + Atomics.load(control, ring.LENGTHS + slot)));
      consumed += 1;
      Atomics.store(control, ring.CONSUMED, consumed);
      ring.wake(control, ring.WAKE_READER);
    } else if (state === ring.ENDED) {
      new Uint8Array(job.digest).set(hash.digest());
      Atomics.store(control, ring.STATE, ring.DONE);
      ring.wake(control, ring.WAKE_READER);
      return;
    } else Atomics.wait(control, ring.WAKE_DIGEST, seen);
  }
});
