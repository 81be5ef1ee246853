import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

/** The largest file artifact that is kept, in bytes. */
const MAX_ARTIFACT_FILE = 256 * 2 ** 20;

const PIECE = 2 ** 20;

/**
 * Opens a file that a report names: directly inside output/, regular, no link of either kind, not too large. Returns why
 * not in words otherwise. The stream closes the file at its end.
 */
export function openArtifactFile(
  folder: string,
  name: string,
): { size: number; stream: AsyncIterable<Uint8Array> } | string {
  if (name === '' || name === '.' || name === '..' || name.length > 255 || /[/\\\0]/.test(name))
    return 'it is not a name inside output/';
  let fd: number;
  try {
    fd = openSync(join(folder, 'output', name), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ELOOP' ? 'it is a link' : 'it is not there';
  }
  const stat = fstatSync(fd);
  const problem = !stat.isFile()
    ? 'it is not a file'
    : stat.nlink !== 1
      ? 'it is a hard link'
      : stat.size > MAX_ARTIFACT_FILE
        ? `it has more than ${MAX_ARTIFACT_FILE / 2 ** 20} MiB`
        : undefined;
  if (problem !== undefined) {
    closeSync(fd);
    return problem;
  }
  return { size: stat.size, stream: pieces(fd, stat.size) };
}

async function* pieces(fd: number, size: number): AsyncGenerator<Uint8Array> {
  try {
    for (let at = 0; at < size; ) {
      const piece = Buffer.allocUnsafe(Math.min(PIECE, size - at));
      const read = readSync(fd, piece, 0, piece.length, at);
      if (read === 0) return;
      at += read;
      yield piece.subarray(0, read);
    }
  } finally {
    closeSync(fd);
  }
}
