import { charClass, WORD } from './char-class.ts';
import type { TextFormat } from './text-format.ts';
import { createWindow, fillWindow, sliceWindow } from './token-window.ts';

/** A value with blanks in it, which no single token holds. `end` is a byte offset. */
export interface LongValue {
  value: string;
  end: number;
}

const MAX_BYTES = 1024;
/** Most values end within so many bytes; the longer look is taken only when one does not. */
const FIRST_LOOK = 224;
const MARGIN = 96;
const MAX_COMMENT = 256;
const QUOTE = 0x22;

const ROOTS: ReadonlySet<string> = new Set(
  'HKLM HKCU HKCR HKU HKCC HKPD HKEY_LOCAL_MACHINE HKEY_CURRENT_USER HKEY_CLASSES_ROOT HKEY_USERS HKEY_CURRENT_CONFIG HKEY_PERFORMANCE_DATA'.split(
    ' ',
  ),
);

export const isRegistryRoot = (word: string): boolean => ROOTS.has(word.toUpperCase());

/** Names that user agents begin with, in lower case, when a version follows. */
const AGENTS: ReadonlySet<string> = new Set(
  'mozilla opera curl wget python-requests python-urllib python-httpx aiohttp go-http-client okhttp postmanruntime libwww-perl lwp winhttp wininet axios node-fetch apache-httpclient powershell sqlmap nikto masscan zgrab nuclei gobuster feroxbuster wpscan microsoft-cryptoapi dalvik certutil'.split(
    ' ',
  ),
);

export const isAgentName = (word: string): boolean => AGENTS.has(word.toLowerCase());

const window = createWindow();

/** The rest of the line from `start`, decoded and refanged, cut at quotes and other ends of a field. */
function lineFrom(bytes: Uint8Array, start: number, end: number, format: TextFormat, most: number): string {
  const limit = Math.min(end, start + most);
  let stop = start;
  while (
    stop < limit &&
    (bytes[stop] as number) >= 0x20 &&
    bytes[stop] !== 0x22 &&
    bytes[stop] !== 0x3c &&
    bytes[stop] !== 0x7c
  )
    stop++;
  fillWindow(window, bytes, start, stop, format);
  return sliceWindow(window, 0, window.length);
}

const byteEnd = (length: number): number => window.ends[length - 1] as number;

/** One name between backslashes. A blank belongs to it only when a backslash still follows (see `registryAt`). */
const SEGMENT = /[^\\\s"'<>|,;()[\]]/;

/**
 * A registry path. Blanks are part of a key (`Windows NT`) only where the words after them run on to a further
 * backslash with nothing but word characters between; so the sentence after a path is not taken for a key.
 */
export function registryAt(bytes: Uint8Array, start: number, end: number, format: TextFormat): LongValue | undefined {
  const found = registryWithin(bytes, start, end, format, FIRST_LOOK);
  if (found === undefined || found.end - start < FIRST_LOOK - MARGIN) return found;
  return registryWithin(bytes, start, end, format, MAX_BYTES);
}

/**
 * The length of the blanks and words that end a path with its line: any words in quotes; else up to three that begin with
 * a capital or a digit (`Run\\My Updater`), which seldom go on a sentence.
 */
function lastWords(rest: string, quoted: boolean): number {
  const shape = quoted ? /^(?: [^\\ ]{1,40}){1,8}$/ : /^(?: [\p{Lu}\p{N}][\p{L}\p{N}_+-]{0,24}){1,3}(?=\s*$)/u;
  return shape.exec(rest)?.[0].length ?? 0;
}

function isQuoteBehind(bytes: Uint8Array, start: number, limit: number): boolean {
  for (let at = start; at < limit && (bytes[at] as number) >= 0x20; at++) if (bytes[at] === QUOTE) return true;
  return false;
}

function registryWithin(
  bytes: Uint8Array,
  start: number,
  end: number,
  format: TextFormat,
  most: number,
): LongValue | undefined {
  const text = lineFrom(bytes, start, end, format, most);
  const quoted = bytes[start - 1] === QUOTE && isQuoteBehind(bytes, start, Math.min(end, start + most));
  const root = /^([A-Z_]{3,21}):?(?=\\)/i.exec(text);
  if (root === null || !isRegistryRoot(root[1] as string)) return undefined;
  let at = root[0].length;
  let value = (root[1] as string).toUpperCase();
  let stop = at;
  let depth = 0;
  while (text[at] === '\\' && depth < 64) {
    while (text[at] === '\\') at++;
    const from = at;
    if (text[at] === '{') at = Math.max(text.indexOf('}', at) + 1, at);
    while (at < text.length && SEGMENT.test(text[at] as string)) at++;
    const words = /^(?: (?!HK)[\p{L}\p{N}_.+-]{1,24}){1,3}(?=\\)/u.exec(text.slice(at, at + MARGIN));
    if (words !== null) at += words[0].length;
    else if (text.length < most - 1) at += lastWords(text.slice(at), quoted);
    if (at === from) break;
    value += `\\${text.slice(from, at)}`;
    stop = at;
    depth++;
  }
  if (depth === 0) return undefined;
  const trimmed = value.replace(/[.:!?*]+$/, '');
  return { value: trimmed, end: byteEnd(stop - (value.length - trimmed.length)) };
}

/** The product words that a browser's user agent may hold beside `name/version` and comments. */
const LOOSE_WORDS: ReadonlySet<string> = new Set(['like', 'gecko', 'gecko)', 'mobile', 'safari', 'khtml,']);

/** A user agent: a product with a version, then comments in brackets and further products, as RFC 9110 10.1.5 has it. */
export function userAgentAt(bytes: Uint8Array, start: number, end: number, format: TextFormat): LongValue | undefined {
  const found = userAgentWithin(bytes, start, end, format, FIRST_LOOK);
  if (found === undefined || (found.end - start < FIRST_LOOK - MARGIN && !found.open)) return found;
  return userAgentWithin(bytes, start, end, format, MAX_BYTES);
}

function userAgentWithin(
  bytes: Uint8Array,
  start: number,
  end: number,
  format: TextFormat,
  most: number,
): (LongValue & { open: boolean }) | undefined {
  const line = lineFrom(bytes, start, end, format, most);
  // W3C logs (IIS) write a plus for each blank.
  const plus = /^[\w.-]{1,40}\/[\d.]{1,20}\+\(/.test(line);
  const text = plus ? (line.split(' ', 1)[0] as string).replaceAll('+', ' ') : line;
  const first = /^[\w.-]{1,40}\/v?\d[\w.-]{0,40}/.exec(text);
  if (first === null) return undefined;
  let stop = first[0].length;
  let open = false;
  for (let at = stop; text[at] === ' '; at = stop) {
    if (text[at + 1] === '(') {
      const close = closing(text, at + 1);
      if (close < 0) {
        // A comment that the short look cut off, rather than one that is never closed.
        open = close === CUT_OFF && text.length - at < MAX_COMMENT;
        break;
      }
      stop = close + 1;
      continue;
    }
    const word = /^\S{1,80}/.exec(text.slice(at + 1, at + 81))?.[0] ?? '';
    if (!/^[A-Za-z][\w.:-]*\/[\w.+-]+$/.test(word) && !LOOSE_WORDS.has(word.toLowerCase())) break;
    stop = at + 1 + word.length;
  }
  while (stop > 0 && ".,;:'".includes(text[stop - 1] as string)) stop--;
  return { value: text.slice(0, stop), end: byteEnd(stop), open };
}

/** Answers of `closing` when no bracket closes: the text ended first, or brackets nest as in no comment. */
const CUT_OFF = -1;
const NESTED = -2;
const MAX_DEPTH = 6;

/** The index of the bracket that closes the one at `at`, or CUT_OFF or NESTED. */
function closing(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length && i - at < MAX_COMMENT; i++) {
    if (text[i] === '(' && ++depth > MAX_DEPTH) return NESTED;
    if (text[i] === ')' && --depth === 0) return i;
  }
  return CUT_OFF;
}

/** First folders of absolute paths on Unix systems. */
const UNIX_ROOTS: ReadonlySet<string> = new Set(
  'tmp var usr etc opt home root bin sbin dev lib lib64 mnt srv proc run boot media data system vendor sdcard Users Library Applications Volumes private'.split(
    ' ',
  ),
);
const DROP_FOLDERS: ReadonlySet<string> = new Set([
  'tmp',
  'shm',
  '.X11-unix',
  'LaunchAgents',
  'LaunchDaemons',
  'cron.d',
  'init.d',
]);

/** A path with its last part; `from` and `to` bound that part within `text`. */
export function unixFileName(text: string): { from: number; to: number } | undefined {
  const parts = text.split('/');
  if (parts.length < 3 || parts[0] !== '' || !UNIX_ROOTS.has(parts[1] as string)) return undefined;
  const name = parts[parts.length - 1] as string;
  const trimmed = name.replace(/[.,:_-]+$/, '');
  if (trimmed === '' || trimmed.length > 255) return undefined;
  const folder = parts[parts.length - 2] as string;
  const dropped =
    DROP_FOLDERS.has(folder) || DROP_FOLDERS.has(parts[1] as string) || DROP_FOLDERS.has(parts[2] as string);
  if (!/[^.]\.[A-Za-z0-9]{1,12}$/.test(trimmed) && !dropped) return undefined;
  const from = text.length - name.length;
  return { from, to: from + trimmed.length };
}

/** Whether a unit may stand in a Unix path. */
export const isPathUnit = (code: number): boolean =>
  code === 0x2f || code === 0x2b || code === 0x7e || code === 0x25 || code === 0x40 || (charClass(code) & WORD) !== 0;
