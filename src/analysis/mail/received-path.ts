/** One hop of a mail, as the receiving server wrote it down. Only the hops of your own servers can be trusted. */
export interface Hop {
  /** The name the sender gave (HELO), or that the server found for it. */
  from: string;
  by: string;
  /** Address the server saw, the last one in the from part where several stand. */
  ip?: string;
  /** Protocol: `ESMTPS`, `HTTP` … */
  with?: string;
  /** UTC milliseconds. */
  at?: number;
  /** Seconds since the hop before; negative where a clock is wrong or a header is forged. */
  delaySeconds?: number;
}

const MAX_HOPS = 200;
const MAX_LENGTH = 16 * 1024;

/** Reads Received headers (given in the order of the message, newest first) into hops, oldest first. Never throws. */
export function receivedPath(headers: readonly { name: string; value: string }[]): Hop[] {
  const hops = headers
    .filter((header) => header.name.toLowerCase() === 'received')
    .slice(0, MAX_HOPS)
    .map((header) => parseHop(header.value.slice(0, MAX_LENGTH)))
    .reverse();
  let before: number | undefined;
  for (const hop of hops) {
    if (hop.at === undefined) continue;
    if (before !== undefined) hop.delaySeconds = Math.round((hop.at - before) / 1000);
    before = hop.at;
  }
  return hops;
}

const CLAUSES = new Set(['from', 'by', 'with', 'via', 'id', 'for']);

function parseHop(value: string): Hop {
  const dateAt = value.lastIndexOf(';');
  const clauses = readClauses(dateAt < 0 ? value : value.slice(0, dateAt));
  const from = clauses.get('from') ?? '';
  const hop: Hop = { from: firstWord(from), by: firstWord(clauses.get('by') ?? '') };
  const ip = lastAddress(from);
  if (ip !== undefined) hop.ip = ip;
  const protocol = firstWord(clauses.get('with') ?? clauses.get('via') ?? '');
  if (protocol !== '') hop.with = protocol;
  const at = parseDate(dateAt < 0 ? value : value.slice(dateAt + 1));
  if (at !== undefined) hop.at = at;
  return hop;
}

/** Splits at the clause words that stand outside comments; `from a (b [1.2.3.4] by mistake) by c` has one `by`. */
function readClauses(text: string): Map<string, string> {
  const clauses = new Map<string, string>();
  let current: string | undefined;
  let words: string[] = [];
  let depth = 0;
  for (const word of text.split(/\s+/)) {
    const lower = word.toLowerCase();
    if (depth === 0 && CLAUSES.has(lower) && !clauses.has(lower)) {
      if (current !== undefined) clauses.set(current, words.join(' '));
      [current, words] = [lower, []];
      // Held, so that a second clause of the same name does not overwrite the first.
      clauses.set(lower, '');
      continue;
    }
    for (const character of word) {
      if (character === '(') depth += 1;
      else if (character === ')') depth = Math.max(0, depth - 1);
    }
    words.push(word);
  }
  if (current !== undefined) clauses.set(current, words.join(' '));
  return clauses;
}

const firstWord = (text: string): string => (text.split(' ', 1)[0] ?? '').replace(/[;,()]+$/g, '').slice(0, 255);

function lastAddress(text: string): string | undefined {
  let found: string | undefined;
  for (const match of text.matchAll(/\[(?:IPv6:)?([0-9a-f:.]{2,45})\]/gi)) found = match[1];
  if (found === undefined) {
    for (const match of text.matchAll(/(?<![\w.])(\d{1,3}(?:\.\d{1,3}){3})(?![\w.])/g)) found = match[1];
  }
  return found !== undefined && /[.:]/.test(found) ? found : undefined;
}

/** RFC 5322 dates as they are found: with comments, without seconds, with names of zones. */
export function parseDate(text: string): number | undefined {
  const plain = text
    .slice(-1000)
    .replace(/\([^()]{0,100}\)/g, ' ')
    .trim()
    .slice(0, 100);
  if (!/\d{1,2}:\d{2}/.test(plain)) return undefined;
  const at = Date.parse(plain);
  return Number.isNaN(at) ? undefined : at;
}
