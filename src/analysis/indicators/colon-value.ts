import { ASCII_LETTER, charClass, DIGIT, HEX, WORD } from './char-class.ts';
import { passed } from './checked.ts';
import { checkSsdeep } from './hash-value.ts';
import { checkCidr, checkIpv6, looksLikeIpv6 } from './ip-address.ts';
import { isTrimmed } from './mail-address.ts';
import { sliceWindow, type TokenWindow } from './token-window.ts';
import { portAt } from './url-scan.ts';
import { readMac } from './word-value.ts';

/** What has colons within: a value, or what looks like one and is none. Scanning goes on at `stop`. */
export type ColonValue =
  | { dataType: 'ip' | 'hash' | 'other'; value: string; marks: string[]; end: number; stop: number }
  | { reason: string | undefined; end: number; stop: number };

const COLON = 0x3a;
const MAC_LENGTH = 17;
/** The second address of a frame and the type of what it carries. */
const FRAME_TAIL = /^(?:[0-9a-f]{2}:){6}(?:08:0[06]|86:dd|81:00)$/i;
const DOT = 0x2e;
const SLASH = 0x2f;

const codeAt = (window: TokenWindow, at: number): number =>
  at >= 0 && at < window.length ? (window.codes[at] as number) : 0;
const is = (window: TokenWindow, at: number, bits: number): boolean =>
  at >= 0 && at < window.length && (charClass(window.codes[at] as number) & bits) !== 0;

/** A MAC or IPv6 address (with port, zone or prefix length) that begins at `start`. */
export function colonsAt(window: TokenWindow, start: number): ColonValue | undefined {
  let end = start;
  while (
    end < window.length &&
    end - start < 64 &&
    (is(window, end, HEX) || codeAt(window, end) === COLON || codeAt(window, end) === DOT)
  )
    end++;
  const zone = codeAt(window, end) === 0x25 && end - start < 46;
  if (is(window, end, WORD) || codeAt(window, end) === 0x40) return undefined;
  while (
    end > start &&
    (codeAt(window, end - 1) === DOT || (codeAt(window, end - 1) === COLON && codeAt(window, end - 2) !== COLON))
  )
    end--;
  const text = sliceWindow(window, start, end);
  if (text.length < 3) return undefined;
  // A firewall's log writes both addresses of a frame and its type as one run of pairs.
  const frame = /^(?:[0-9a-f]{2}:){13}[0-9a-f]{2}$/i.test(text);
  if (frame || (FRAME_TAIL.test(text) && codeAt(window, start - 1) === COLON)) {
    const value = readMac(text.slice(0, MAC_LENGTH));
    const stop = frame ? start + MAC_LENGTH + 1 : end;
    if (value !== undefined) return { dataType: 'other', value, marks: ['mac'], end: start + MAC_LENGTH, stop };
  }
  const mac = readMac(text);
  if (mac !== undefined) return { dataType: 'other', value: mac, marks: ['mac'], end, stop: end };
  const address = checkIpv6(text);
  if (!passed(address)) return undefined;
  if (!looksLikeIpv6(text)) {
    return { reason: text.length > 4 ? 'reads like code, not like an IPv6 address' : undefined, end, stop: end };
  }
  if (codeAt(window, end) === SLASH && is(window, end + 1, DIGIT)) return cidrAt(window, start, end);
  let port = 0;
  let stop = end;
  if (codeAt(window, start - 1) === 0x5b && codeAt(window, end) === 0x5d) {
    const found = portAt(window, end + 1);
    port = found.port;
    if (port > 0) stop = found.end;
  }
  if (zone)
    while (stop < window.length && stop - end < 20 && (codeAt(window, stop) === 0x25 || is(window, stop, WORD))) stop++;
  const marks = port > 0 ? [...address.marks, `port:${port}`] : [...address.marks];
  return { dataType: 'ip', value: address.value, marks, end, stop };
}

/** An ssdeep hash that begins at `start`. */
export function ssdeepAt(window: TokenWindow, start: number): ColonValue | undefined {
  let end = start;
  let colons = 0;
  for (; end < window.length && end - start < 145; end++) {
    const code = codeAt(window, end);
    if (code === COLON) {
      if (++colons > 2) break;
    } else if (!is(window, end, DIGIT | ASCII_LETTER) && code !== SLASH && code !== 0x2b) break;
  }
  if (colons < 2 || end - start < 16) return undefined;
  const text = sliceWindow(window, start, end);
  const hash = checkSsdeep(text);
  if (!passed(hash) || !/[A-Za-z]/.test(text)) return undefined;
  return { dataType: 'hash', value: hash.value, marks: [...hash.marks], end, stop: end };
}

/** The block of an address at `start` whose prefix length stands behind the slash at `slash`. */
export function cidrAt(
  window: TokenWindow,
  start: number,
  slash: number,
): Extract<ColonValue, { value: string }> | undefined {
  let end = slash + 1;
  while (end < window.length && end - slash <= 3 && is(window, end, DIGIT)) end++;
  const bounded = !is(window, end, WORD) || (isTrimmed(codeAt(window, end)) && !is(window, end + 1, WORD));
  const block = bounded ? checkCidr(sliceWindow(window, start, end)) : { reason: '' };
  return passed(block) ? { dataType: 'other', value: block.value, marks: [...block.marks], end, stop: end } : undefined;
}
