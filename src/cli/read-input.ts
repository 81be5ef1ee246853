import { type Stats, statSync } from 'node:fs';
import { AppError } from '../shared/errors.ts';
import { printable } from './terminal.ts';

export type Input = { kind: 'file'; path: string } | { kind: 'stdin' } | { kind: 'value'; value: string };

/** What is at a path, or undefined where nothing is. Errors: `file.unreadable`, `file.not_a_file`. */
function fileAt(path: string): { path: string } | undefined {
  let stat: Stats;
  try {
    stat = statSync(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    // A value may be longer than any path.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return undefined;
    const why =
      code === 'ELOOP'
        ? 'its symbolic links lead in a circle'
        : code === 'EACCES'
          ? 'you may not open a folder on its way'
          : (code ?? 'unknown error');
    throw new AppError('file.unreadable', `${printable(path)} cannot be read: ${why}.`, { cause });
  }
  if (stat.isFile()) return { path };
  const what = stat.isDirectory()
    ? 'a folder. Name a file in it'
    : stat.isFIFO()
      ? 'a pipe. Pass it on standard input: osmia … - < pipe'
      : stat.isSocket()
        ? 'a socket'
        : 'a device';
  throw new AppError('file.not_a_file', `${printable(path)} is ${what}.`);
}

/** For a command that takes a file or `-`. */
export function readFileArgument(argument: string): Exclude<Input, { kind: 'value' }> {
  if (argument === '-') return { kind: 'stdin' };
  const file = fileAt(argument);
  if (!file) throw new AppError('file.not_found', `There is no file ${printable(argument)}.`);
  return { kind: 'file', path: file.path };
}

/** Written as only a path is written. */
const LOOKS_LIKE_PATH = /^(\.{0,2}[\\/]|~[\\/]|[a-z]:[\\/])/i;

/**
 * For a command that also takes a value: an existing path is a file, `--value` forces a value, `--type` says that a value
 * is meant where no file has that name.
 */
export function readFileOrValue(argument: string, options: { isValue: boolean; isTyped: boolean }): Input {
  if (argument === '-') return { kind: 'stdin' };
  if (options.isValue) return { kind: 'value', value: argument };
  const file = fileAt(argument);
  if (file && options.isTyped) {
    throw new AppError(
      'invalid_input',
      `${printable(argument)} is a file here. To analyse its name as a value of that type, add --value.`,
    );
  }
  if (file) return { kind: 'file', path: file.path };
  if (!options.isTyped && LOOKS_LIKE_PATH.test(argument)) throw noSuchFile(argument);
  return { kind: 'value', value: argument };
}

/** A mistyped file name must not become a value that nobody meant. */
export const noSuchFile = (argument: string): AppError =>
  new AppError('file.not_found', `There is no file ${printable(argument)}. To analyse the text itself, add --value.`);

/** How the classifier may call what was meant as a file: a name, or a path of a URL. */
const FILE_LIKE: ReadonlySet<string> = new Set(['filename', 'uri_path']);

/** Whether a value that was not forced is more likely a file that is not there. */
export const isProbablyMissingFile = (value: string, dataType: string | undefined): boolean =>
  dataType === undefined ? /[\\/]/.test(value) && !value.includes('://') : FILE_LIKE.has(dataType);
