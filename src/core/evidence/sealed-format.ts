import { createCipheriv, createDecipheriv } from 'node:crypto';
import { AppError } from '../../shared/errors.ts';

/*
 * A sealed blob is a header of 8 bytes and chunks. Each chunk is AES-256-GCM under the blob's own random key: its nonce
 * is the chunk's number and whether it is the last one, its associated data the header. So a byte changed anywhere, a
 * chunk moved, dropped or added, and a file cut at a chunk's end are all found. The key seals one file, once, which is
 * what makes a counting nonce safe. Every chunk but the last is full; an empty file is one empty last chunk.
 */
const CHUNK_LOG2 = 18;
/** Clear bytes of a full chunk. */
export const CHUNK_BYTES = 1 << CHUNK_LOG2;
export const TAG_BYTES = 16;
/** No known file begins like this, and nothing runs it. */
export const HEADER = Buffer.from([0x0f, 0x53, 0x4d, 0x42, 1, CHUNK_LOG2, 0, 0]);

/** Bytes on disk of a blob of `size` clear bytes. */
export function sealedSize(size: number): number {
  return HEADER.length + size + TAG_BYTES * chunkCount(size);
}

export function chunkCount(size: number): number {
  return Math.max(1, Math.ceil(size / CHUNK_BYTES));
}

/** Seals one chunk: the sealed bytes, as long as the clear ones, and the tag that follows them in the file. */
export function sealChunk(key: Uint8Array, index: number, isLast: boolean, clear: Uint8Array): [Buffer, Buffer] {
  const cipher = createCipheriv('aes-256-gcm', key, nonce(index, isLast));
  cipher.setAAD(HEADER);
  const sealed = cipher.update(clear);
  cipher.final();
  return [sealed, cipher.getAuthTag()];
}

/** Opens sealed bytes and tag; `workspace.damaged` unless they are exactly what was sealed at this place. */
export function openChunk(key: Uint8Array, index: number, isLast: boolean, sealed: Uint8Array): Buffer {
  const end = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', key, nonce(index, isLast), { authTagLength: TAG_BYTES });
  decipher.setAAD(HEADER);
  try {
    decipher.setAuthTag(sealed.subarray(end));
    const clear = decipher.update(sealed.subarray(0, end));
    decipher.final();
    return clear;
  } catch (error) {
    throw damagedBlob(error);
  }
}

export function damagedBlob(cause?: unknown): AppError {
  return new AppError(
    'workspace.damaged',
    'A stored file is damaged or was changed from outside, so it was not opened. Restore it from a backup: osmia restore.',
    { cause },
  );
}

function nonce(index: number, isLast: boolean): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUIntBE(index, 5, 6);
  bytes[11] = isLast ? 1 : 0;
  return bytes;
}
