import { createHash } from 'node:crypto';
import { closeSync, fdatasync, fsyncSync, openSync, readSync, rmSync } from 'node:fs';
import { promisify } from 'node:util';
import { parentPort } from 'node:worker_threads';
import { AppError } from '../../shared/errors.ts';
import { abandonRing, awaitHelperLeft } from './chunk-ring.ts';
import type { IngestAnswer, IngestJob } from './ingest-job.ts';
import { asWriteError, cancelledIngest, type Digests, tooLarge } from './ingest-pass.ts';
import { workAlone, workWithHelper } from './ingest-share.ts';
import { CHUNK_BYTES, HEADER } from './sealed-format.ts';
import { openSourceFile, readable, type SourceFile } from './source-file.ts';
import { writeAll, writeSealedChunk } from './write-sealed.ts';

const PROGRESS_BYTES = 8 * 1024 * 1024;
/** The disk is sent on its way while hashing goes on, so that little is left to wait for at the end. */
const FLUSH_BYTES = 64 * 1024 * 1024;

const flush = promisify(fdatasync);
const answer = (message: IngestAnswer): void => parentPort?.postMessage(message);

parentPort?.on('message', (job: IngestJob) => {
  ingest(job)
    .then(
      (digests) => answer({ t: 'done', digests }),
      (error: unknown) => {
        if (job.ring) abandonRing(job.ring);
        answer(asAnswer(error));
      },
    )
    .finally(() => job.dataKey.fill(0));
});

function asAnswer(error: unknown): IngestAnswer {
  if (error instanceof AppError) {
    const { code, message, details } = error;
    return { t: 'failed', error: details === undefined ? { code, message } : { code, message, details } };
  }
  const bug = error instanceof Error ? error : new Error(String(error));
  return { t: 'bug', message: bug.message, stack: bug.stack ?? '' };
}

async function ingest(job: IngestJob): Promise<Digests> {
  const source = openSourceFile(job.path);
  try {
    if (source.size > job.maxBytes) throw tooLarge(job.maxBytes);
    const target = attempt(() => openSync(job.target, 'wx', 0o600));
    const flushes: Promise<void>[] = [];
    try {
      const digests = seal(job, source, target, () => flushes.push(flush(target)));
      source.assertUnchanged(digests.size);
      attempt(() => fsyncSync(target));
      return digests;
    } catch (error) {
      if (job.ring) abandonRing(job.ring);
      rmSync(job.target, { force: true });
      throw error;
    } finally {
      // Nobody may still use the file when it is closed: its number may be another file's the moment after.
      await Promise.allSettled(flushes);
      if (job.ring) awaitHelperLeft(job.ring);
      closeSync(target);
    }
  } finally {
    closeSync(source.fd);
  }
}

/** One pass: read, share with the helper, hash, seal, write. */
function seal(job: IngestJob, source: SourceFile, target: number, flushLater: () => void): Digests {
  const sha256 = createHash('sha256');
  const sha1 = createHash('sha1');
  const share = job.ring ? workWithHelper(job.ring, target) : workAlone();
  const cancel = new Int32Array(job.cancel);
  let size = 0;
  let reported = 0;
  let flushed = 0;
  attempt(() => writeAll(target, HEADER, 0));

  let length = fill(job.path, source.fd, share.free(0));
  for (let index = 0; ; index += 1) {
    if (Atomics.load(cancel, 0) !== 0) throw cancelledIngest();
    const clear = share.slot(index).subarray(0, length);
    // Only the next read tells whether this chunk is the last.
    const next = length < CHUNK_BYTES ? 0 : fill(job.path, source.fd, share.free(index + 1));
    const isLast = next === 0;
    share.publish(index, length, isLast);
    sha1.update(clear);
    sha256.update(clear);
    if (share.isOurs(index)) attempt(() => writeSealedChunk(target, job.dataKey, index, isLast, clear));
    size += length;
    if (size > job.maxBytes) throw tooLarge(job.maxBytes);
    if (size - reported >= PROGRESS_BYTES) {
      reported = size;
      answer({ t: 'progress', done: size, total: source.size });
    }
    if (size - flushed >= FLUSH_BYTES) {
      flushed = size;
      flushLater();
    }
    if (isLast) break;
    length = next;
  }
  return { sha256: sha256.digest('hex'), sha1: sha1.digest('hex'), md5: share.md5(), size };
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

function attempt<T>(write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw asWriteError(error);
  }
}
