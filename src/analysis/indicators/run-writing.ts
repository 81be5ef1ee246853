import { ASCII_LETTER, charClass, DIGIT, UNSPACED, URL_END } from './char-class.ts';
import { DEFANGED, HIDDEN, type TokenWindow } from './token-window.ts';

/*
 * How a run of a window is written: what was done to its characters, which scripts it mixes, and whether it stands in a
 * path. Nothing here decides what the run is.
 */

const MAX_PATH = 60;
const DOT = 0x2e;
const COLON = 0x3a;
const PERCENT = 0x25;
const BACKSLASH = 0x5c;

/** The marks, with those for the way the units `from..to` are written added to them. */
export function withWriting(window: TokenWindow, marks: string[], from: number, to: number): string[] {
  let seen = 0;
  for (let i = from; i < to; i++) seen |= window.touched[i] as number;
  if ((seen & DEFANGED) !== 0 && !marks.includes('defanged')) marks.push('defanged');
  if ((seen & HIDDEN) !== 0 && !marks.includes('obfuscated')) marks.push('obfuscated');
  return marks;
}

export function isDefanged(window: TokenWindow, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if ((window.touched[i] as number) === DEFANGED) return true;
  return false;
}

/** Whether a label has letters of a script without spaces beside ASCII: words that run together, not one name. */
export function isMixed(window: TokenWindow, start: number, end: number): boolean {
  let unspaced = false;
  let latin = false;
  for (let i = start; i < end; i++) {
    const code = window.codes[i] as number;
    if (code === DOT) {
      unspaced = false;
      latin = false;
      continue;
    }
    const bits = charClass(code);
    unspaced ||= (bits & UNSPACED) !== 0;
    latin ||= (bits & (ASCII_LETTER | DIGIT)) !== 0;
    if (unspaced && latin) return true;
  }
  return false;
}

/** Whether the backslash before `start` belongs to a path with a drive or a variable, not to `DOMAIN\first.last`. */
export function inWindowsPath(window: TokenWindow, start: number): boolean {
  for (let at = start - 1; at >= 0 && start - at <= MAX_PATH; at--) {
    const code = window.codes[at] as number;
    if (code === PERCENT || (code === COLON && at + 1 < window.length && window.codes[at + 1] === BACKSLASH))
      return true;
    if (code !== BACKSLASH && (charClass(code) & URL_END) !== 0) return false;
  }
  return false;
}
