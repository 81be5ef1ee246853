import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { AppError } from '../shared/errors.ts';

const LONGEST_BYTES = 4_096;

/** The passphrase in a file: all of it but one trailing newline. A file that others can read is refused. */
export function readPassphraseFile(path: string): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    throw code === 'ENOENT'
      ? new AppError('file.not_found', `There is no passphrase file ${path}.`, { cause })
      : new AppError('file.unreadable', `The passphrase file ${path} cannot be read (${code ?? 'unknown'}).`, {
          cause,
        });
  }
  try {
    // Of the file that was opened, not of the name: a name can be changed in between.
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new AppError('file.not_a_file', `The passphrase file ${path} is not a file.`);
    if (process.platform !== 'win32' && (stat.mode & 0o077) !== 0) {
      throw new AppError('passphrase.file_exposed', `Others can read ${path}. Make it yours alone: chmod 600 ${path}`);
    }
    const buffer = Buffer.alloc(LONGEST_BYTES + 1);
    const length = readSync(file, buffer, 0, buffer.length, 0);
    if (length > LONGEST_BYTES) throw new AppError('too_large', `${path} is too long for a passphrase.`);
    const text = buffer.toString('utf8', 0, length).replace(/\r?\n$/, '');
    buffer.fill(0);
    if (text === '') throw new AppError('invalid_input', `The passphrase file ${path} is empty.`);
    return text;
  } finally {
    closeSync(file);
  }
}

/** Asks on the terminal without showing what is typed. Rejects with `cancelled` on Ctrl+C or Ctrl+D. */
export function promptHidden(question: string): Promise<string> {
  const { stdin, stderr } = process;
  return new Promise((resolve, reject) => {
    let typed = '';
    const end = (): void => {
      stdin.off('data', onData);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
    };
    const onData = (chunk: string): void => {
      for (const key of chunk) {
        if (key === '\r' || key === '\n') {
          end();
          return resolve(typed);
        }
        if (key === '\u0003' || key === '\u0004') {
          end();
          return reject(new AppError('cancelled', 'No passphrase was given.'));
        }
        if (key === '\u007f' || key === '\b') typed = Array.from(typed).slice(0, -1).join('');
        else if (key >= ' ') typed += key;
      }
    };
    stderr.write(question);
    stdin.setEncoding('utf8');
    stdin.setRawMode(true);
    stdin.on('data', onData);
    stdin.resume();
  });
}
