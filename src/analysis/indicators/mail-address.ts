import { charClass, WORD } from './char-class.ts';
import { checkHost } from './host-name.ts';
import { sliceWindow, type TokenWindow } from './token-window.ts';

export const MAX_LOCAL = 64;
const MAX_HOST = 512;
const DOT = 0x2e;
const HYPHEN = 0x2d;
const UNDERSCORE = 0x5f;

/** Dots, hyphens and underscores at the edge of a word are no part of a value. */
export const isTrimmed = (code: number): boolean => code === DOT || code === HYPHEN || code === UNDERSCORE;
/** What may stand in a local part besides run characters. */
export const isLocalExtra = (code: number): boolean => code === 0x2b || code === 0x25 || code === 0x7e || code === 0x26;

export type MailFound = {
  start: number;
  end: number;
  value: string;
  marks: string[];
  host: { kind: 'domain' | 'fqdn'; value: string; marks: readonly string[] };
};

/**
 * The mail address around the at sign at `at`, no further back than `runStart`; undefined when there is none. Anchored on
 * the sign, so a run of letters costs nothing.
 */
export function mailAt(
  window: TokenWindow,
  runStart: number,
  at: number,
): MailFound | { start: number; end: number; reason: string } | undefined {
  const codeAt = (index: number): number => (index >= 0 && index < window.length ? (window.codes[index] as number) : 0);
  const isWord = (index: number): boolean => (charClass(codeAt(index)) & WORD) !== 0;
  let local = at;
  while (local > runStart && at - local < MAX_LOCAL && (isWord(local - 1) || isLocalExtra(codeAt(local - 1)))) local--;
  if (local > runStart && isWord(local - 1)) return undefined;
  while (local < at && (isTrimmed(codeAt(local)) || isLocalExtra(codeAt(local))) && codeAt(local) !== UNDERSCORE)
    local++;
  let end = at + 1;
  while (end < window.length && end - at < MAX_HOST && isWord(end)) end++;
  while (end > at && isTrimmed(codeAt(end - 1))) end--;
  if (local === at || end <= at + 1 || codeAt(at - 1) === DOT) return undefined;
  let hostText = sliceWindow(window, at + 1, end);
  let host = checkHost(hostText);
  if ('reason' in host) {
    const ascii = (/^[a-z0-9._-]+/i.exec(hostText)?.[0] ?? '').replace(/[.-]+$/, '');
    if (ascii !== '' && ascii.length < hostText.length) {
      host = checkHost(ascii);
      hostText = ascii;
      end = at + 1 + ascii.length;
    }
  }
  if ('reason' in host) {
    return /[a-z]\.[a-z]/i.test(hostText) ? { start: local, end, reason: host.reason } : undefined;
  }
  const name = sliceWindow(window, local, at).toLowerCase();
  return { start: local, end, value: `${name}@${host.value}`, marks: [...host.marks], host };
}
