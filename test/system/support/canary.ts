import { randomBytes } from 'node:crypto';
import { closeSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join, sep } from 'node:path';

/** A word that occurs nowhere else: lower-case letters and digits, as a host name or a tag may hold them. */
export const newWord = (): string => `k${BigInt(`0x${randomBytes(12).toString('hex')}`).toString(36)}`;

/** Every way in which a word may lie on disk: as it is, upper-case, UTF-16LE, hex, and base64 at each of its three offsets. */
function formsOf(word: string): Buffer[] {
  const bytes = Buffer.from(word, 'utf8');
  const hex = bytes.toString('hex');
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // The first and last characters also depend on the neighbours.
    return text.slice(shift === 0 ? 0 : shift + 1, -1);
  });
  return [
    bytes,
    Buffer.from(word.toUpperCase(), 'utf8'),
    Buffer.from(word, 'utf16le'),
    Buffer.from(hex, 'latin1'),
    Buffer.from(hex.toUpperCase(), 'latin1'),
    ...base64.map((text) => Buffer.from(text, 'latin1')),
  ];
}

export interface Canaries {
  /** Where a canary is: `kind in place`, one line each. */
  inBytes(bytes: Buffer, place: string): string[];
  /** Names and contents of everything below the folders. */
  inFolders(folders: readonly string[], options?: { except?: readonly string[]; changedSince?: number }): string[];
}

const PIECE = 8 * 2 ** 20;
/** Longer than any form. */
const OVERLAP = 512;

/**
 * A search for the words of `kinds`. Those that begin with `stem` are looked for by it first: one pass for all of them,
 * where gigabytes are to be read.
 */
export function createCanaries(kinds: Readonly<Record<string, string>>, stem = newWord()): Canaries {
  const quick = [
    ...formsOf(stem),
    ...Object.values(kinds)
      .filter((word) => !word.startsWith(stem))
      .flatMap(formsOf),
  ];
  const forms = Object.entries(kinds).map(([kind, word]) => ({ kind, forms: formsOf(word) }));

  const inBytes = (bytes: Buffer, place: string): string[] => {
    if (!quick.some((form) => bytes.includes(form))) return [];
    const found = forms.filter((each) => each.forms.some((form) => bytes.includes(form))).map(({ kind }) => kind);
    return (found.length > 0 ? found : ['part of a canary']).map((kind) => `${kind} in ${place}`);
  };

  const inFile = (path: string): string[] => {
    const fd = openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(PIECE);
      const found = new Set<string>();
      for (let at = 0; ; at += PIECE - OVERLAP) {
        const length = readSync(fd, buffer, 0, PIECE, at);
        for (const hit of inBytes(buffer.subarray(0, length), path)) found.add(hit);
        if (length < PIECE) return [...found];
      }
    } finally {
      closeSync(fd);
    }
  };

  return {
    inBytes,
    inFolders(folders, { except = [], changedSince = 0 } = {}) {
      const found: string[] = [];
      const visit = (path: string): void => {
        if (except.some((each) => path === each || path.startsWith(each + sep))) return;
        try {
          const stat = lstatSync(path);
          found.push(...inBytes(Buffer.from(path, 'utf8'), `the name ${path}`));
          if (stat.isDirectory()) for (const name of readdirSync(path)) visit(join(path, name));
          else if (stat.isFile() && Math.max(stat.mtimeMs, stat.ctimeMs) >= changedSince) found.push(...inFile(path));
        } catch (error) {
          // Gone in between, or another user's. Anything else is a defect of this search and must not pass as "nothing".
          const { code } = error as NodeJS.ErrnoException;
          if (code !== 'ENOENT' && code !== 'EACCES' && code !== 'ENOTDIR') throw error;
        }
      };
      for (const folder of folders) visit(folder);
      return found;
    },
  };
}
