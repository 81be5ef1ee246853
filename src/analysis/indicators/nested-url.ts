import { createWindow, fillWindow, sliceWindow } from './token-window.ts';
import { urlAt } from './url-scan.ts';

/** A URL inside another one, as redirectors and link scanners carry them. `from..to` is where it stands in the outer one. */
export interface NestedUrl {
  value: string;
  marks: string[];
  from: number;
  to: number;
}

/** How often an address is unwrapped, and how often percent signs were encoded again. */
const MAX_DEPTH = 3;

/** A scheme with its colon and slashes, plain or percent-encoded up to four times. */
const INNER = /(?:h(?:tt|xx)ps?|ftp)(?::|%(?:25){0,3}3a)(?:\/|%(?:25){0,3}2f){2}/gi;
/** Proofpoint's second format: `-3A` for a colon, an underscore for a slash. */
const PROOFPOINT = /[?&]u=(https?-3A__[\w.-]+)/;

const window = createWindow();

function read(text: string): { value: string; marks: string[] } | undefined {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length > 4096) return undefined;
  fillWindow(window, bytes, 0, bytes.length, 'text');
  const colon = sliceWindow(window, 0, Math.min(window.length, 8)).indexOf(':');
  const url = colon < 0 ? undefined : urlAt(window, 0, colon);
  return url === undefined || 'reason' in url || url.start !== 0 ? undefined : { value: url.value, marks: url.marks };
}

function decoded(text: string): string {
  let now = text;
  for (let times = 0; times < 4 && /^\w{3,5}(?:%|:%|:\/%)/.test(now); times++) {
    try {
      now = decodeURIComponent(now);
    } catch {
      return '';
    }
  }
  return now;
}

/** The URLs inside a URL, outermost first; time is linear in its length. */
export function nestedUrls(url: string): NestedUrl[] {
  const found: NestedUrl[] = [];
  let text = url;
  let place: { from: number; to: number } | undefined;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const next = innerOf(text);
    if (next === undefined) break;
    // What was encoded has no place of its own in the outer text: it keeps that of the address around it.
    place ??= { from: next.from, to: next.to };
    const inner = read(next.text);
    if (inner === undefined) break;
    found.push({ ...inner, ...place });
    text = next.text;
  }
  return found;
}

function innerOf(url: string): { text: string; from: number; to: number } | undefined {
  INNER.lastIndex = 8;
  const match = INNER.exec(url);
  if (match === null) {
    const proofpoint = PROOFPOINT.exec(url);
    if (proofpoint === null || !/urldefense/.test(url)) return undefined;
    const from = proofpoint.index + 3;
    const written = proofpoint[1] as string;
    const text = decoded(written.replaceAll('_', '/').replace(/-([0-9A-F]{2})/g, '%$1'));
    return { text, from, to: from + written.length };
  }
  const from = match.index;
  const rest = url.slice(from);
  const inQuery = url.lastIndexOf('?', from) >= 0;
  const stop = match[0].includes('%') || inQuery ? rest.search(/[&#;]/) : rest.indexOf('__;');
  const written = stop < 0 ? rest : rest.slice(0, stop);
  return { text: decoded(written), from, to: from + written.length };
}
