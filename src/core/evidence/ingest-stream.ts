import { open, rm } from 'node:fs/promises';
import { AppError } from '../../shared/errors.ts';
import { asWriteError, cancelledIngest, createHasher, type Digests, tooLarge } from './ingest-pass.ts';
import { CHUNK_BYTES, HEADER, sealChunk } from './sealed-format.ts';

/**
 * Hashes and seals a stream into the new file `target`, in this thread, a chunk at a time; on failure the file is gone.
 * A stream that fails with something other than an AppError is `file.unreadable`.
 */
export async function ingestStream(job: {
  stream: AsyncIterable<Uint8Array>;
  target: string;
  dataKey: Uint8Array;
  maxBytes: number;
  signal: AbortSignal | undefined;
  onProgress: ((done: number, total: number | null) => void) | undefined;
}): Promise<Digests> {
  const file = await open(job.target, 'wx', 0o600).catch((error: unknown) => {
    throw asWriteError(error);
  });
  const hasher = createHasher();
  const chunk = new Uint8Array(CHUNK_BYTES);
  let filled = 0;
  let index = 0;
  let size = 0;

  const write = async (...parts: Uint8Array[]): Promise<void> => {
    try {
      // appendFile, unlike write, goes on after a short write.
      for (const part of parts) await file.appendFile(part);
    } catch (error) {
      throw asWriteError(error);
    }
  };
  const flush = async (isLast: boolean): Promise<void> => {
    await write(...sealChunk(job.dataKey, index, isLast, chunk.subarray(0, filled)));
    index += 1;
    filled = 0;
  };
  const take = async (bytes: Uint8Array): Promise<void> => {
    size += bytes.length;
    if (size > job.maxBytes) throw tooLarge(job.maxBytes);
    hasher.update(bytes);
    for (let at = 0; at < bytes.length; ) {
      // A full chunk waits for the next byte: only then it is known not to be the last.
      if (filled === CHUNK_BYTES) await flush(false);
      const part = bytes.subarray(at, at + CHUNK_BYTES - filled);
      chunk.set(part, filled);
      filled += part.length;
      at += part.length;
    }
  };

  try {
    await write(HEADER);
    for await (const bytes of readable(job.stream)) {
      if (job.signal?.aborted) throw cancelledIngest();
      await take(bytes);
      job.onProgress?.(size, null);
    }
    if (job.signal?.aborted) throw cancelledIngest();
    await flush(true);
    await file.sync().catch((error: unknown) => {
      throw asWriteError(error);
    });
    return hasher.digests();
  } catch (error) {
    await rm(job.target, { force: true });
    throw error;
  } finally {
    chunk.fill(0);
    await file.close();
  }
}

async function* readable(stream: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* stream;
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('file.unreadable', 'The bytes stopped coming before the end. Nothing was stored.', {
      cause: error,
    });
  }
}
