import { createHash } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { asWriteError } from '../evidence/ingest-pass.ts';

const BUFFER_BYTES = 1024 * 1024;

export interface Hashed {
  size: number;
  sha256: string;
}

/** Reads a file whole; with `target`, writes it there too (a new file, 0600, on disk when this resolves). */
export async function hashFile(source: string, target?: string, signal?: AbortSignal): Promise<Hashed> {
  const from = await open(source, 'r');
  try {
    if (target === undefined) return await pump(from, undefined, signal);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    const to = await open(target, 'wx', 0o600);
    try {
      const hashed = await pump(from, to, signal);
      await to.sync();
      return hashed;
    } finally {
      await to.close();
    }
  } catch (error) {
    throw asWriteError(error);
  } finally {
    await from.close();
  }
}

type Handle = Awaited<ReturnType<typeof open>>;

async function pump(from: Handle, to: Handle | undefined, signal: AbortSignal | undefined): Promise<Hashed> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  let size = 0;
  for (;;) {
    if (signal?.aborted) throw new AppError('cancelled', 'Copying was cancelled.');
    const { bytesRead } = await from.read(buffer, 0, buffer.length, null);
    if (bytesRead === 0) break;
    const bytes = buffer.subarray(0, bytesRead);
    hash.update(bytes);
    await to?.appendFile(bytes);
    size += bytesRead;
  }
  return { size, sha256: hash.digest('hex') };
}
