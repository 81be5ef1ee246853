import { ASCII_LETTER, charClass, DIGIT, URL_END, WORD } from './char-class.ts';
import { passed } from './checked.ts';
import { checkHost } from './host-name.ts';
import { checkIpv4, checkIpv6 } from './ip-address.ts';
import { sliceWindow, type TokenWindow } from './token-window.ts';

/** What stands at `start..end` of the window and begins with a scheme and two slashes. */
export interface UrlFound {
  start: number;
  end: number;
  value: string;
  marks: string[];
  host: { start: number; end: number; dataType: 'ip' | 'domain' | 'fqdn'; value: string; marks: string[] } | undefined;
}

export interface UrlRefused {
  start: number;
  end: number;
  reason: string;
}

export const MAX_URL = 2048;
const MAX_AUTHORITY = 512;
/** The longest scheme there is here: `hxxps`. */
const MAX_SCHEME = 5;

/** Schemes as written and as meant; the letters between h and p are what defanging replaces. */
const SCHEME = /(?:h(?:tt|xx|tx|xt|__|zz|tt_|xx_)ps?|s?ftp|ftps|fxps?)$/;

const isSlash = (code: number): boolean => code === 0x2f || code === 0x5c;

function meantScheme(written: string): string {
  const secure = written.endsWith('s') ? 's' : '';
  if (written.startsWith('h')) return `http${secure}`;
  if (written === 'sftp') return written;
  return `ftp${secure}`;
}

type Host = { value: string; dataType: 'ip' | 'domain' | 'fqdn'; marks: string[] } | { reason: string } | 'local';

/** A host where a scheme says that one must stand: names, addresses, `localhost`, numbers browsers read as IPv4. */
function checkUrlHost(text: string): Host {
  if (text.toLowerCase() === 'localhost') return 'local';
  if (/^\d+(?:\.\d+){3}$/.test(text)) {
    const address = checkIpv4(text);
    return passed(address) ? { ...address, dataType: 'ip' } : address;
  }
  if (/^(?:0x[0-9a-f]{7,8}|\d{8,10})$/i.test(text) && Number(text) >= 2 ** 24 && Number(text) < 2 ** 32) {
    // http://3232235777/ is http://192.168.1.1/ to every browser (URL standard, "IPv4 parser").
    const number = Number(text);
    const quad = [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255].join('.');
    const address = checkIpv4(quad);
    return passed(address) ? { ...address, dataType: 'ip', marks: [...address.marks, 'obfuscated'] } : address;
  }
  const host = checkHost(text);
  return 'reason' in host ? host : { value: host.value, dataType: host.kind, marks: host.marks };
}

/** Up to which unit letters, digits, dots and hyphens run from `from`; the ideographic full stops count as dots. */
function hostEnd(window: TokenWindow, from: number, limit: number): number {
  let at = from;
  for (; at < limit; at++) {
    const code = window.codes[at] as number;
    if ((charClass(code) & WORD) === 0 && code !== 0x3002 && code !== 0xff0e && code !== 0xff61) break;
  }
  while (at > from) {
    const code = window.codes[at - 1] as number;
    if (code !== 0x2e && code !== 0x2d && code !== 0x5f && code < 0x3000) break;
    if (code >= 0x3000 && code !== 0x3002 && code !== 0xff0e && code !== 0xff61) break;
    at--;
  }
  return at;
}

/** The digits after a colon at `at` when they are a port; 0 when there is none. */
export function portAt(window: TokenWindow, at: number): { port: number; end: number } {
  if (at >= window.length || window.codes[at] !== 0x3a) return { port: 0, end: at };
  let end = at + 1;
  let port = 0;
  while (end < window.length && end - at <= 5 && (charClass(window.codes[end] as number) & DIGIT) !== 0) {
    port = port * 10 + (window.codes[end] as number) - 0x30;
    end++;
  }
  const after = end < window.length ? charClass(window.codes[end] as number) : 0;
  const sign = end < window.length ? (window.codes[end] as number) : 0;
  const loose =
    (sign === 0x2e || sign === 0x2d) &&
    (end + 1 >= window.length || (charClass(window.codes[end + 1] as number) & WORD) === 0);
  if (port === 0 || port > 65535 || ((after & WORD) !== 0 && !loose)) return { port: 0, end: at };
  return { port, end };
}

const KNOWN_PORTS: ReadonlySet<number> = new Set([21, 22, 25, 53, 80, 81, 88, 443, 465, 587, 993, 995]);

/** Whether a number behind `name.py:` or `name.pl:` is a port. Small ones, and those with more behind, count lines. */
export const isLikelyPort = (port: number, next: number): boolean =>
  next !== 0x3a && next !== 0x29 && (port > 1023 || KNOWN_PORTS.has(port));

/** Whether `,` `;` or a closing bracket at `at` is followed by another URL, as in lists with no blanks. */
function listBreak(window: TokenWindow, at: number): boolean {
  const first = (window.codes[at + 1] ?? 0) | 0x20;
  if (at + 6 >= window.length || (first !== 0x68 && first !== 0x66)) return false;
  return /^(?:h..ps?|fxp|ftp):[/\\]/i.test(sliceWindow(window, at + 1, Math.min(window.length, at + 9)));
}

/**
 * Where a URL that has run to `from` ends: at a blank, quote or angle bracket, at a closing bracket that was not
 * opened in it, before another URL in a list; sentence punctuation at the end is not part of it.
 */
export function urlEnd(window: TokenWindow, start: number, from: number): number {
  const quoted = start > 0 && window.codes[start - 1] === 0x27;
  const limit = Math.min(window.length, start + MAX_URL);
  let round = 0;
  let square = 0;
  let curly = 0;
  let at = from;
  for (; at < limit; at++) {
    const code = window.codes[at] as number;
    if ((charClass(code) & URL_END) !== 0) break;
    if (code === 0x28) round++;
    else if (code === 0x5b) square++;
    else if (code === 0x7b) curly++;
    else if (code === 0x29 && --round < 0) break;
    else if (code === 0x5d && --square < 0) break;
    else if (code === 0x7d && --curly < 0) break;
    else if (code === 0x27 && quoted) break;
    else if ((code === 0x2c || code === 0x3b) && listBreak(window, at)) break;
  }
  // Emphasis around an address (`_http://…_`) is no part of it.
  const around = start > 0 ? window.codes[start - 1] : 0;
  if ((around === 0x5f || around === 0x7e) && at > from && window.codes[at - 1] === around) at--;
  while (at > from && ".,;:!?'*([{".includes(String.fromCharCode(window.codes[at - 1] as number))) at--;
  return at;
}

/** The URL whose scheme ends at `colon`, within the run that began at `runStart`; undefined when it is no scheme of ours. */
export function urlAt(window: TokenWindow, runStart: number, colon: number): UrlFound | UrlRefused | undefined {
  const { codes } = window;
  if (colon + 3 > window.length || !isSlash(codes[colon + 1] as number) || !isSlash(codes[colon + 2] as number))
    return undefined;
  const tail = sliceWindow(window, Math.max(runStart, colon - MAX_SCHEME), colon).toLowerCase();
  const written = SCHEME.exec(tail)?.[0];
  if (written === undefined) return undefined;
  const start = colon - written.length;
  if (start > runStart && !written.startsWith('h') && (charClass(codes[start - 1] as number) & ASCII_LETTER) !== 0)
    return undefined;

  let from = colon + 3;
  if (from < window.length && isSlash(codes[from] as number)) from++;
  const limit = Math.min(window.length, from + MAX_AUTHORITY);
  let hostStart = from;
  for (let at = from; at < limit; at++) {
    const code = codes[at] as number;
    if (isSlash(code) || code === 0x3f || code === 0x23 || (charClass(code) & URL_END) !== 0) break;
    if (code === 0x40) hostStart = at + 1;
  }

  let end: number;
  let host: Host;
  let shown: string;
  if (codes[hostStart] === 0x5b && hostStart < window.length) {
    end = hostStart + 1;
    while (
      end < window.length &&
      end - hostStart < 64 &&
      codes[end] !== 0x5d &&
      (charClass(codes[end] as number) & URL_END) === 0
    )
      end++;
    const address = checkIpv6(sliceWindow(window, hostStart + 1, end));
    if (end < window.length && codes[end] === 0x5d) end++;
    host = passed(address) ? { ...address, dataType: 'ip' } : address;
    shown = passed(address) ? `[${address.value}]` : '';
  } else {
    end = hostEnd(window, hostStart, limit);
    let text = sliceWindow(window, hostStart, end).replace(/[\u3002\uff0e\uff61]/g, '.');
    host = end === hostStart ? { reason: 'no host after the scheme' } : checkUrlHost(text);
    if (host !== 'local' && 'reason' in host) {
      // Prose in a script without blanks may follow the name directly.
      const ascii = /^[a-z0-9._-]+/i.exec(text)?.[0] ?? '';
      const retry = ascii === '' || ascii.length === text.length ? host : checkUrlHost(ascii.replace(/[.-]+$/, ''));
      if (retry === 'local' || !('reason' in retry)) {
        host = retry;
        text = ascii.replace(/[.-]+$/, '');
        end = hostStart + text.length;
      }
    }
    shown =
      host === 'local' || 'reason' in host ? text.toLowerCase() : host.marks.includes('obfuscated') ? text : host.value;
  }
  if (host !== 'local' && 'reason' in host) return { start, end: Math.max(end, from), reason: host.reason };

  const hostStop = end;
  const port = portAt(window, end);
  end = port.end;
  const next = end < window.length ? (codes[end] as number) : 0;
  const path = next === 0x2f || next === 0x3f || next === 0x23;
  const stop = path ? urlEnd(window, start, end) : end;
  const user = sliceWindow(window, from, hostStart);
  const rest = sliceWindow(window, hostStop, stop);
  const marks = host === 'local' ? ['private'] : [...host.marks];
  if (written !== meantScheme(written) || codes[colon + 1] === 0x5c) marks.push('defanged');
  return {
    start,
    end: stop,
    value: `${meantScheme(written)}://${user}${shown}${rest}`,
    marks,
    host:
      host === 'local'
        ? undefined
        : { start: hostStart, end: hostStop, dataType: host.dataType, value: host.value, marks: host.marks },
  };
}
