import { type FileHandle, open } from 'node:fs/promises';
import type { BlobReader } from '../ports.ts';
import { CHUNK_BYTES, chunkCount, damagedBlob, HEADER, openChunk, sealedSize, TAG_BYTES } from './sealed-format.ts';

const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES;

/**
 * Opens a sealed file that must hold `size` clear bytes. Takes `dataKey` over and zeroes it on close (or failure).
 * Errors: `workspace.damaged` here and from `read`.
 */
export async function openSealedFile(path: string, dataKey: Buffer, size: number): Promise<BlobReader> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const header = Buffer.alloc(HEADER.length);
    await file.read(header, 0, header.length, 0);
    if (!header.equals(HEADER) || (await file.stat()).size !== sealedSize(size)) throw damagedBlob();
  } catch (error) {
    dataKey.fill(0);
    await file?.close();
    throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? damagedBlob(error) : error;
  }
  return createReader(file, dataKey, size);
}

function createReader(file: FileHandle, dataKey: Buffer, size: number): BlobReader {
  const chunks = chunkCount(size);
  // Small reads mostly stay in one chunk; the newest is kept so that it is opened once.
  let newest: { index: number; clear: Promise<Buffer> } | undefined;
  let closing: Promise<void> | undefined;

  const readChunk = async (index: number): Promise<Buffer> => {
    const start = index * CHUNK_BYTES;
    const sealed = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size - start) + TAG_BYTES);
    const { bytesRead } = await file.read(sealed, 0, sealed.length, HEADER.length + index * SEALED_CHUNK_BYTES);
    if (bytesRead !== sealed.length) throw damagedBlob();
    return openChunk(dataKey, index, index === chunks - 1, sealed);
  };

  const chunkAt = (index: number): Promise<Buffer> => {
    if (newest?.index !== index) newest = { index, clear: readChunk(index) };
    return newest.clear;
  };

  return {
    size,
    async read(offset, length) {
      if (closing) throw new Error('read from a closed blob');
      if (!(offset >= 0 && length >= 0)) throw new RangeError('a blob is read at an offset and length of 0 or more');
      const end = Math.min(size, offset + length);
      // An empty blob has a tag too: reading it must notice a changed one.
      if (size === 0) await chunkAt(0);
      if (offset >= end) return new Uint8Array(0);
      const out = new Uint8Array(end - offset);
      for (let at = offset; at < end; ) {
        const index = Math.floor(at / CHUNK_BYTES);
        const clear = await chunkAt(index);
        const part = clear.subarray(at - index * CHUNK_BYTES, Math.min(clear.length, end - index * CHUNK_BYTES));
        out.set(part, at - offset);
        at += part.length;
      }
      return out;
    },
    close() {
      closing ??= (async () => {
        await newest?.clear.catch(() => undefined);
        newest = undefined;
        dataKey.fill(0);
        await file.close();
      })();
      return closing;
    },
  };
}
