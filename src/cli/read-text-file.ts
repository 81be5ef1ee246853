import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { AppError } from '../shared/errors.ts';
import { printable } from './terminal.ts';

/** A small text file whole. Errors: `file.not_found`, `file.not_a_file`, `file.unreadable`, `too_large`. */
export function readTextFile(path: string, maxBytes: number): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw isMissing
      ? new AppError('file.not_found', `There is no file ${printable(path)}.`, { cause })
      : new AppError('file.unreadable', `${printable(path)} cannot be read.`, { cause });
  }
  try {
    if (!fstatSync(file).isFile()) throw new AppError('file.not_a_file', `${printable(path)} is not a file.`);
    // Not by the size it says: a file may grow while it is read.
    const bytes = Buffer.alloc(maxBytes + 1);
    let length = 0;
    for (;;) {
      const read = readSync(file, bytes, length, bytes.length - length, null);
      length += read;
      if (length > maxBytes) {
        throw new AppError('too_large', `${printable(path)} is larger than ${Math.floor(maxBytes / 1_000_000)} MB.`);
      }
      if (read === 0) return bytes.toString('utf8', 0, length);
    }
  } finally {
    closeSync(file);
  }
}
