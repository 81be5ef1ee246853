import { createHash, type Hash } from 'node:crypto';
import { AppError } from '../../shared/errors.ts';

/** What one pass over the bytes gives; hex digests. */
export interface Digests {
  sha256: string;
  sha1: string;
  md5: string;
  size: number;
}

export interface Hasher {
  update(bytes: Uint8Array): void;
  digests(): Digests;
}

export function createHasher(): Hasher {
  const hashes: Record<'sha256' | 'sha1' | 'md5', Hash> = {
    sha256: createHash('sha256'),
    sha1: createHash('sha1'),
    md5: createHash('md5'),
  };
  let size = 0;
  return {
    update(bytes) {
      size += bytes.length;
      hashes.md5.update(bytes);
      hashes.sha1.update(bytes);
      hashes.sha256.update(bytes);
    },
    digests: () => ({
      sha256: hashes.sha256.digest('hex'),
      sha1: hashes.sha1.digest('hex'),
      md5: hashes.md5.digest('hex'),
      size,
    }),
  };
}

/** Says a failure of the file system in our words; what is none of them stays as it is (a bug). */
export function asWriteError(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return new AppError('disk.full', 'The disk is full. Nothing was stored; free some space and try again.', {
      cause: error,
    });
  }
  if (code === 'EIO' || code === 'EROFS') {
    return new AppError('unavailable', 'The disk of the workspace cannot be written. Nothing was stored.', {
      cause: error,
    });
  }
  return error;
}

export function tooLarge(maxBytes: number): AppError {
  return new AppError('too_large', `This is larger than the ${maxBytes} bytes that are taken in here.`, {
    details: { maxBytes },
  });
}

export function cancelledIngest(): AppError {
  return new AppError('cancelled', 'Taking in the file was cancelled. Nothing was stored.');
}
