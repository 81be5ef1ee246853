import { open } from 'node:fs/promises';
import type { BlobReader } from '../ports.ts';
import { AppError } from '../../shared/errors.ts';

/** A file that a user named, read piece by piece for the worker. Rejects with `file.unreadable` or `file.not_a_file`. */
export async function openFileOnDisk(path: string): Promise<BlobReader> {
  const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new AppError('file.unreadable', `It cannot be read (${error.code ?? 'no reason is known'}).`);
  });
  const facts = await handle.stat();
  if (!facts.isFile()) {
    await handle.close();
    throw new AppError('file.not_a_file', 'It is no file.');
  }
  return {
    size: facts.size,
    async read(offset, length) {
      const wanted = Math.max(0, Math.min(length, facts.size - offset));
      const buffer = Buffer.alloc(wanted);
      const { bytesRead } = await handle.read(buffer, 0, wanted, offset);
      return buffer.subarray(0, bytesRead);
    },
    close: () => handle.close(),
  };
}

/** Bytes that are in memory, in the same form. */
export const openBytes = (bytes: Uint8Array): BlobReader => ({
  size: bytes.length,
  read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
  close: () => Promise.resolve(),
});
