import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import * as ring from './chunk-ring.ts';
import type { HelperJob } from './ingest-job.ts';
import { CHUNK_BYTES } from './sealed-format.ts';
import { writeSealedChunk } from './write-sealed.ts';

/*
 * On a second core: takes the MD5 of a large file, which costs as much as the other two digests together, and seals and
 * writes every other chunk. Gets one ring per file and leaves the digest in it.
 */
parentPort?.on('message', (job: HelperJob) => {
  try {
    work(job);
  } catch (error) {
    Atomics.store(new Int32Array(job.ring.control), ring.ERRNO, (error as NodeJS.ErrnoException).errno ?? 0);
    ring.abandonRing(job.ring);
  } finally {
    job.dataKey.fill(0);
    ring.leaveRing(job.ring);
  }
});

function work(job: HelperJob): void {
  const control = new Int32Array(job.ring.control);
  const data = new Uint8Array(job.ring.data);
  const hash = createHash('md5');
  let consumed = 0;
  for (;;) {
    const seen = Atomics.load(control, ring.WAKE_HELPER);
    const published = Atomics.load(control, ring.PUBLISHED);
    // Read after the above: it is set before the last chunk is published.
    const chunks = Atomics.load(control, ring.CHUNKS);
    if (Atomics.load(control, ring.STATE) === ring.ABANDONED) return;
    if (consumed < published) {
      const slot = consumed % ring.RING_SLOTS;
      const start = slot * CHUNK_BYTES;
      const clear = data.subarray(start, start + Atomics.load(control, ring.LENGTHS + slot));
      hash.update(clear);
      if (ring.isHelpersShare(consumed)) {
        const isLast = consumed === chunks - 1;
        writeSealedChunk(Atomics.load(control, ring.TARGET), job.dataKey, consumed, isLast, clear);
      }
      consumed += 1;
      Atomics.store(control, ring.CONSUMED, consumed);
      ring.wake(control, ring.WAKE_READER);
    } else if (chunks > 0 && consumed === chunks) {
      new Uint8Array(job.ring.digest).set(hash.digest());
      Atomics.store(control, ring.STATE, ring.DONE);
      ring.wake(control, ring.WAKE_READER);
      return;
    } else Atomics.wait(control, ring.WAKE_HELPER, seen);
  }
}
