import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { AppError } from '../shared/errors.ts';
import { printable } from './terminal.ts';

/**
 * An export names clients and victims, so that only the user can read the file, also where one with other rights stood
 * before. It appears when it is whole: an export that is refused halfway leaves nothing. Returns its bytes.
 */
export async function writePieces(path: string, pieces: AsyncIterable<string>): Promise<number> {
  const partial = `${path}.${process.pid}.part`;
  let bytes = 0;
  let file: number | undefined;
  try {
    file = openSync(partial, 'wx', 0o600);
    for await (const piece of pieces) bytes += writeSync(file, piece);
    closeSync(file);
    renameSync(partial, path);
  } catch (cause) {
    if (file !== undefined) rmSync(partial, { force: true });
    if (cause instanceof AppError) throw cause;
    throw new AppError('file.unreadable', `${printable(path)} cannot be written.`, { cause });
  }
  return bytes;
}
