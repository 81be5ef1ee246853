import { v7 } from 'uuid';
import { AppError } from '../../shared/errors.ts';
import type { BlobReader, Clock } from '../ports.ts';

/** More than any ATT&CK bundle (about 50 MB); in memory until it is read. */
const MOST_BYTES = 256 * 2 ** 20;
/** One that nobody goes on with makes room for the next. */
const IDLE_MS = 2 * 60_000;

export interface BundleUploads {
  /** `too_large` · `conflict` while another one is coming in. */
  begin(name: string, size: number): string;
  append(upload: string, bytes: Buffer): void;
  /** Hands it over and forgets it; `invalid_input` where pieces are missing. */
  finish(upload: string): { name: string; reader: BlobReader };
}

/** A file that comes in pieces, one at a time: for pages whose host cannot name a path. */
export function createBundleUploads(clock: Pick<Clock, 'monotonic'>): BundleUploads {
  let current: { id: string; name: string; size: number; pieces: Buffer[]; got: number; at: number } | undefined;

  const known = (upload: string): NonNullable<typeof current> => {
    if (current?.id !== upload) throw new AppError('not_found', 'That upload ended. Choose the file again.');
    return current;
  };
  return {
    begin(name, size) {
      if (size > MOST_BYTES) throw new AppError('too_large', 'No ATT&CK bundle is over 256 MiB.');
      if (current && clock.monotonic() - current.at < IDLE_MS)
        throw new AppError('conflict', 'A bundle is being imported already. Wait for its end.');
      current = { id: v7(), name, size, pieces: [], got: 0, at: clock.monotonic() };
      return current.id;
    },
    append(upload, bytes) {
      const coming = known(upload);
      coming.got += bytes.length;
      coming.at = clock.monotonic();
      if (coming.got > coming.size) {
        current = undefined;
        throw new AppError('file.changed', 'The file grew while it was read. Choose it again.');
      }
      coming.pieces.push(bytes);
    },
    finish(upload) {
      const { name, size, got, pieces } = known(upload);
      current = undefined;
      if (got !== size) throw new AppError('file.changed', 'The file is shorter than it was. Choose it again.');
      return { name, reader: readerOf(Buffer.concat(pieces)) };
    },
  };
}

const readerOf = (bytes: Buffer): BlobReader => ({
  size: bytes.length,
  read: async (offset, length) => bytes.subarray(offset, offset + length),
  close: async () => undefined,
});
