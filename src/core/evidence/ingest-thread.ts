import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync, rmSync, writevSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { AppError } from '../../shared/errors.ts';
import * as ring from './chunk-ring.ts';
import type { IngestAnswer, IngestJob } from './ingest-job.ts';
import { asWriteError, cancelledIngest, type Digests, tooLarge } from './ingest-pass.ts';
import { CHUNK_BYTES, HEADER, sealChunk } from './sealed-format.ts';
import { openSourceFile, readable, type SourceFile } from './source-file.ts';

const PROGRESS_BYTES = 8 * 1024 * 1024;

const answer = (message: IngestAnswer): void => parentPort?.postMessage(message);

/** Two chunks are enough without a ring: the one being sealed and the one that tells whether it is the last. */
const ownBuffer = new Uint8Array(2 * CHUNK_BYTES);

parentPort?.on('message', (job: IngestJob) => {
  try {
    answer({ t: 'done', digests: ingest(job) });
  } catch (error) {
    if (job.ring) ring.abandonRing(job.ring);
    answer(asAnswer(error));
  } finally {
    job.dataKey.fill(0);
  }
});

function asAnswer(error: unknown): IngestAnswer {
  if (error instanceof AppError) {
    const { code, message, details } = error;
    return { t: 'failed', error: details === undefined ? { code, message } : { code, message, details } };
  }
  const bug = error instanceof Error ? error : new Error(String(error));
  return { t: 'bug', message: bug.message, stack: bug.stack ?? '' };
}

function ingest(job: IngestJob): Digests {
  const source = openSourceFile(job.path);
  try {
    if (source.size > job.maxBytes) throw tooLarge(job.maxBytes);
    const target = attempt(() => openSync(job.target, 'wx', 0o600));
    try {
      const digests = seal(job, source, target);
      source.assertUnchanged(digests.size);
      attempt(() => fsyncSync(target));
      return digests;
    } catch (error) {
      rmSync(job.target, { force: true });
      throw error;
    } finally {
      closeSync(target);
    }
  } finally {
    closeSync(source.fd);
  }
}

/** One pass: read, hand to the digests, seal, write. */
function seal(job: IngestJob, source: SourceFile, target: number): Digests {
  const sha256 = createHash('sha256');
  const sha1 = createHash('sha1');
  const md5 = job.ring ? digestElsewhere(job.ring) : digestHere();
  const cancel = new Int32Array(job.cancel);
  let size = 0;
  let reported = 0;
  let writing: Uint8Array[] = [HEADER];

  let length = fill(job.path, source.fd, md5.slot(0));
  for (let index = 0; ; index += 1) {
    if (Atomics.load(cancel, 0) !== 0) throw cancelledIngest();
    const clear = md5.slot(index).subarray(0, length);
    md5.publish(index, length);
    // Only the next read tells whether this chunk is the last.
    const next = length < CHUNK_BYTES ? 0 : fill(job.path, source.fd, md5.free(index + 1));
    sha1.update(clear);
    sha256.update(clear);
    writing.push(...sealChunk(job.dataKey, index, next === 0, clear));
    writeAll(target, writing);
    writing = [];
    size += length;
    if (size > job.maxBytes) throw tooLarge(job.maxBytes);
    if (size - reported >= PROGRESS_BYTES) {
      reported = size;
      answer({ t: 'progress', done: size, total: source.size });
    }
    if (next === 0) break;
    length = next;
  }
  return { sha256: sha256.digest('hex'), sha1: sha1.digest('hex'), md5: md5.digest(), size };
}

interface Md5 {
  /** The buffer of a chunk. */
  slot(index: number): Uint8Array;
  /** The same, once nobody reads it any more. */
  free(index: number): Uint8Array;
  publish(index: number, length: number): void;
  digest(): string;
}

function digestHere(): Md5 {
  const hash = createHash('md5');
  const slot = (index: number): Uint8Array =>
    ownBuffer.subarray((index % 2) * CHUNK_BYTES, ((index % 2) + 1) * CHUNK_BYTES);
  return {
    slot,
    free: slot,
    publish: (index, length) => void hash.update(slot(index).subarray(0, length)),
    digest: () => hash.digest('hex'),
  };
}

function digestElsewhere(shared: ring.ChunkRing): Md5 {
  const control = new Int32Array(shared.control);
  const data = new Uint8Array(shared.data);
  const slot = (index: number): Uint8Array => {
    const start = (index % ring.RING_SLOTS) * CHUNK_BYTES;
    return data.subarray(start, start + CHUNK_BYTES);
  };
  const waitUntil = (isReady: () => boolean): void => {
    for (;;) {
      const seen = Atomics.load(control, ring.WAKE_READER);
      if (isReady()) return;
      if (Atomics.load(control, ring.STATE) === ring.ABANDONED) throw cancelledIngest();
      Atomics.wait(control, ring.WAKE_READER, seen);
    }
  };
  return {
    slot,
    free(index) {
      waitUntil(() => Atomics.load(control, ring.CONSUMED) > index - ring.RING_SLOTS);
      return slot(index);
    },
    publish(index, length) {
      Atomics.store(control, ring.LENGTHS + (index % ring.RING_SLOTS), length);
      Atomics.store(control, ring.PUBLISHED, index + 1);
      ring.wake(control, ring.WAKE_DIGEST);
    },
    digest() {
      Atomics.store(control, ring.STATE, ring.ENDED);
      ring.wake(control, ring.WAKE_DIGEST);
      waitUntil(() => Atomics.load(control, ring.STATE) === ring.DONE);
      return Buffer.from(new Uint8Array(shared.digest)).toString('hex');
    },
  };
}

/** Reads until the buffer is full or the file ends. */
function fill(path: string, fd: number, buffer: Uint8Array): number {
  let length = 0;
  while (length < buffer.length) {
    const count = readable(path, () => readSync(fd, buffer, length, buffer.length - length, null));
    if (count === 0) break;
    length += count;
  }
  return length;
}

function writeAll(fd: number, parts: Uint8Array[]): void {
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  const written = attempt(() => writevSync(fd, parts));
  if (written < total) {
    // The disk took a part only; asking for the rest gives the reason.
    const rest = Buffer.concat(parts).subarray(written);
    writeAll(fd, [rest]);
  }
}

function attempt<T>(write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw asWriteError(error);
  }
}
