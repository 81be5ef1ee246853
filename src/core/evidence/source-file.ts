import { type BigIntStats, closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import { AppError } from '../../shared/errors.ts';

export interface SourceFile {
  fd: number;
  size: number;
  /** Throws `file.changed` where the file is no longer the one that was opened, or other than `bytesRead` long. */
  assertUnchanged(bytesRead: number): void;
}

/**
 * Opens what the user dropped for one pass. A link to a file is read; anything that is no plain file is refused without
 * being opened (opening a FIFO blocks, opening a device may act on it).
 * Errors: `file.not_found`, `file.unreadable`, `file.not_a_file`.
 */
export function openSourceFile(path: string): SourceFile {
  const fd = readable(path, () => {
    assertPlainFile(statSync(path, { bigint: true }));
    // Non-blocking: between the two calls the name may have become a FIFO.
    return openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  });
  try {
    const before = fstatSync(fd, { bigint: true });
    assertPlainFile(before);
    return {
      fd,
      size: Number(before.size),
      assertUnchanged(bytesRead) {
        const after = fstatSync(fd, { bigint: true });
        if (after.size !== before.size || after.mtimeNs !== before.mtimeNs || Number(after.size) !== bytesRead) {
          throw new AppError(
            'file.changed',
            'The file changed while it was read, so it was not stored. Try again when nothing writes to it.',
          );
        }
      },
    };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** Runs a read and says its failure in our words. */
export function readable<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw asReadError(path, error);
  }
}

function asReadError(path: string, error: unknown): AppError {
  const { code } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ENAMETOOLONG':
    case 'ERR_INVALID_ARG_VALUE':
      return new AppError('file.not_found', `There is no file ${path}.`, { cause: error });
    case 'ELOOP':
      return new AppError('file.unreadable', `${path} is a symbolic link that leads back to itself.`, { cause: error });
    case 'EACCES':
    case 'EPERM':
      return new AppError('file.unreadable', `You may not read ${path}.`, { cause: error });
    case 'EISDIR':
      return notAFile('a folder');
    case 'ENXIO':
      return notAFile('a device or socket');
    default:
      return new AppError('file.unreadable', `${path} cannot be read (${code ?? 'unknown reason'}).`, { cause: error });
  }
}

function assertPlainFile(stats: BigIntStats): void {
  if (stats.isFile()) return;
  if (stats.isDirectory()) throw notAFile('a folder');
  if (stats.isFIFO()) throw notAFile('a named pipe');
  if (stats.isSocket()) throw notAFile('a socket');
  throw notAFile('a device');
}

function notAFile(what: string): AppError {
  return new AppError('file.not_a_file', `This is ${what}, not a file.`);
}
