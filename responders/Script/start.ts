import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { extname, isAbsolute } from 'node:path';

const INTERPRETERS: Readonly<Record<string, string>> = {
  '.py': 'python3',
  '.sh': 'sh',
  '.pl': 'perl',
  '.rb': 'ruby',
  '.js': process.execPath,
  '.mjs': process.execPath,
  '.ts': process.execPath,
};

/**
 * The command line that starts a program: itself where it can be executed, else what its first line or its ending names.
 * Throws an Error in words when it is not there or nothing tells how to start it.
 */
export function startOf(program: string): string[] {
  if (!isAbsolute(program)) throw new Error(`"program" needs a full path, and this is none: ${program.slice(0, 200)}`);
  let isFile: boolean;
  try {
    isFile = statSync(program).isFile();
  } catch {
    throw new Error(`${program} is not there, or cannot be read.`);
  }
  if (!isFile) throw new Error(`${program} is not a file.`);
  const line = firstLine(program);
  const interpreter = INTERPRETERS[extname(program).toLowerCase()];
  // An execute bit on a script without a first line makes a shell of it, whatever it is written in.
  if (canExecute(program) && (line.startsWith('#!') || interpreter === undefined)) return [program];
  const words = line.startsWith('#!') ? line.slice(2).trim().split(/\s+/) : [];
  if (words[0]?.endsWith('/env') === true) words.shift();
  if (words[0] !== undefined && words[0] !== '') return [...words, program];
  if (interpreter === undefined)
    throw new Error(`${program} cannot be executed, and neither its first line nor its ending says what runs it.`);
  return [interpreter, program];
}

function canExecute(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function firstLine(path: string): string {
  const head = Buffer.alloc(256);
  const fd = openSync(path, 'r');
  try {
    return head.toString('utf8', 0, readSync(fd, head, 0, head.length, 0)).split(/\r?\n/, 1)[0] ?? '';
  } finally {
    closeSync(fd);
  }
}
