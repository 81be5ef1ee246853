import { toDataType, type DataType, DATA_TYPES } from './data-type.ts';
import { refang } from './refang.ts';
import { LEVELS, type Level } from './report.ts';
import { TLP_LABELS, type Tlp } from './marking.ts';

/** What can be found. The order is the one in which groups are shown. */
export const SEARCH_KINDS = ['observable', 'case', 'task', 'note', 'alert', 'evidence', 'event', 'report'] as const;
export type SearchKind = (typeof SEARCH_KINDS)[number];

export const SEARCH_STATES = ['ioc', 'sighted', 'starred', 'open', 'closed', 'unread'] as const;
export type SearchState = (typeof SEARCH_STATES)[number];

/** Where something stands in the text as typed, in UTF-16 units. */
export interface Span {
  from: number;
  to: number;
}

export interface SearchTerm extends Span {
  /** Refanged. */
  text: string;
  /** In quotation marks: found as it stands, its end is not taken as the beginning of a longer word. */
  isPhrase: boolean;
  isNegated: boolean;
}

export type SearchFilter = Span & { isNegated: boolean } & (
    | { key: 'type'; value: DataType }
    | { key: 'tag'; value: string }
    | { key: 'is'; value: SearchState }
    | { key: 'case'; value: number }
    | { key: 'in'; value: SearchKind }
    | { key: 'tlp'; value: Tlp }
    | { key: 'verdict'; value: Level }
    | { key: 'assignee'; value: string }
    /** UTC milliseconds: earlier than, or from then on. */
    | { key: 'before' | 'after'; value: number }
  );
type FilterKey = SearchFilter['key'];

/** What could not be understood; the rest of the query still counts. */
export interface SearchProblem extends Span {
  message: string;
  hint: string;
}

export interface SearchQuery {
  terms: SearchTerm[];
  filters: SearchFilter[];
  problems: SearchProblem[];
}

/** Beyond these a query is cut, and says so. */
const MAX_TERMS = 20;
const MAX_FILTERS = 20;

const DAY = 86_400_000;
const KEYS = ['type', 'tag', 'is', 'case', 'in', 'tlp', 'verdict', 'assignee', 'before', 'after'] as const;

const KIND_WORDS: Readonly<Record<string, SearchKind>> = {
  cases: 'case',
  tasks: 'task',
  notes: 'note',
  observables: 'observable',
  alerts: 'alert',
  reports: 'report',
  files: 'evidence',
  events: 'event',
  timeline: 'event',
};
const STATE_WORDS: Readonly<Record<string, SearchState>> = { flagged: 'starred', star: 'starred', new: 'unread' };

/**
 * The language of the search box: words, `"phrases"`, `-negation` and `key:value` filters. Never throws: what it cannot
 * read is a problem with its place and a hint, and is left out. `now` (UTC ms) is what `before:7d` counts from.
 */
export function parseSearch(text: string, now: number): SearchQuery {
  const query: SearchQuery = { terms: [], filters: [], problems: [] };
  for (const piece of cut(text, query.problems)) {
    const filter = piece.isPhrase ? undefined : readFilter(piece, now, query.problems);
    if (filter === 'refused') continue;
    if (filter !== undefined) {
      if (query.filters.length < MAX_FILTERS) query.filters.push(filter);
      else tooMany(query.problems, piece, `Only the first ${MAX_FILTERS} filters count.`);
      continue;
    }
    const words = refang(piece.text);
    if (!/[\p{L}\p{N}]/u.test(words)) continue;
    const { from, to, isPhrase, isNegated } = piece;
    if (query.terms.length < MAX_TERMS) query.terms.push({ text: words, isPhrase, isNegated, from, to });
    else tooMany(query.problems, piece, `Only the first ${MAX_TERMS} words count.`);
  }
  return query;
}

interface Piece extends Span {
  /** Without its sign and quotation marks. */
  text: string;
  isPhrase: boolean;
  isNegated: boolean;
}

/** Cuts at white space; quotation marks keep together what stands between them, after a filter's colon too. */
function cut(text: string, problems: SearchProblem[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  while (at < text.length) {
    if (/[\s\0]/.test(text[at]!)) {
      at += 1;
      continue;
    }
    const from = at;
    const isNegated = text[at] === '-' && at + 1 < text.length && !/[\s\0-]/.test(text[at + 1]!);
    if (isNegated) at += 1;
    const isPhrase = text[at] === '"';
    let value = '';
    while (at < text.length && !/[\s\0]/.test(text[at]!)) {
      const opens = text[at] === '"' && (value === '' || value.endsWith(':'));
      if (!opens) {
        value += text[at]!;
        at += 1;
        continue;
      }
      const end = text.indexOf('"', at + 1);
      if (end < 0) {
        problems.push({
          from: at,
          to: text.length,
          message: 'This quotation mark has no partner.',
          hint: 'Everything after it is taken as one phrase. Add a closing ".',
        });
      }
      value += text.slice(at + 1, end < 0 ? text.length : end);
      at = end < 0 ? text.length : end + 1;
      if (isPhrase) break;
    }
    pieces.push({ text: value, isPhrase, isNegated, from, to: at });
  }
  return pieces;
}

/** A filter, nothing where the piece is only words (`C:\x`, `http://…`), or `refused` where a problem was noted. */
function readFilter(piece: Piece, now: number, problems: SearchProblem[]): SearchFilter | undefined | 'refused' {
  const colon = piece.text.indexOf(':');
  if (colon < 1) return undefined;
  const name = piece.text.slice(0, colon).toLowerCase();
  const raw = piece.text.slice(colon + 1);
  const refuse = (message: string, hint: string): 'refused' => {
    problems.push({ from: piece.from, to: piece.to, message, hint });
    return 'refused';
  };
  const key = KEYS.find((each) => each === name);
  if (key === undefined) {
    const near = /^[a-z]{2,12}$/.test(name) && !raw.startsWith('//') ? nearest(name) : undefined;
    return near === undefined
      ? undefined
      : refuse(
          `There is no filter “${name}:”.`,
          `Did you mean ${near}:? To search for the text itself, put it in quotation marks.`,
        );
  }
  if (raw === '') return refuse(`“${key}:” says nothing yet.`, `Write for example ${EXAMPLES[key]}.`);
  const value = readValue(key, raw, now);
  if (value === undefined) return refuse(`“${raw.slice(0, 60)}” does not go with ${key}:.`, HINTS[key]);
  const { from, to, isNegated } = piece;
  return { from, to, isNegated, key, value } as SearchFilter;
}

function readValue(key: FilterKey, raw: string, now: number): unknown {
  const word = raw.toLowerCase();
  switch (key) {
    case 'type':
      return toDataType(word);
    case 'tag':
    case 'assignee':
      return raw;
    case 'is':
      return STATE_WORDS[word] ?? SEARCH_STATES.find((each) => each === word);
    case 'case':
      return /^#?\d{1,12}$/.test(raw) ? Number(raw.replace('#', '')) : undefined;
    case 'in':
      return KIND_WORDS[word] ?? SEARCH_KINDS.find((each) => each === word);
    case 'tlp':
      return TLP_LABELS.find((each) => each === word);
    case 'verdict':
      return LEVELS.find((each) => each === word);
    case 'before':
    case 'after':
      return readTime(word, now);
  }
}

/** A day (UTC, its beginning) or an age: `2026-11-01`, `24h`, `7d`, `2w`. */
function readTime(word: string, now: number): number | undefined {
  const age = /^(\d{1,4})([hdw])$/.exec(word);
  if (age) return now - Number(age[1]) * (age[2] === 'h' ? DAY / 24 : age[2] === 'd' ? DAY : 7 * DAY);
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(word);
  if (!day) return undefined;
  const at = Date.parse(`${word}T00:00:00Z`);
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== word ? undefined : at;
}

const EXAMPLES: Readonly<Record<FilterKey, string>> = {
  type: 'type:ip',
  tag: 'tag:apt',
  is: 'is:ioc',
  case: 'case:12',
  in: 'in:notes',
  tlp: 'tlp:amber',
  verdict: 'verdict:malicious',
  assignee: 'assignee:ana',
  before: 'before:2026-11-01',
  after: 'after:7d',
};
const TIME_HINT = 'Write a day such as 2026-11-01, or an age such as 24h, 7d or 2w.';
const HINTS: Readonly<Record<FilterKey, string>> = {
  type: `One of ${DATA_TYPES.join(', ')}.`,
  tag: 'Write a tag.',
  is: `One of ${SEARCH_STATES.join(', ')}.`,
  case: 'Write the number of a case.',
  in: `One of ${Object.keys(KIND_WORDS).slice(0, 7).join(', ')}, timeline.`,
  tlp: `One of ${TLP_LABELS.join(', ')}.`,
  verdict: `One of ${LEVELS.join(', ')}.`,
  assignee: 'Write a name.',
  before: TIME_HINT,
  after: TIME_HINT,
};

/** The filter that a mistyped name most likely meant: one letter more, less, other or changed places. */
const nearest = (name: string): FilterKey | undefined =>
  KEYS.find((key) => (name.startsWith(key) && name.length === key.length + 1) || isOneOff(name, key));

function isOneOff(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || Math.max(a.length, b.length) < 4) return false;
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA -= 1;
    endB -= 1;
  }
  const [leftA, leftB] = [a.slice(start, endA), b.slice(start, endB)];
  return (
    (leftA.length <= 1 && leftB.length <= 1) || (leftA.length === 2 && leftA === `${leftB[1] ?? ''}${leftB[0] ?? ''}`)
  );
}

function tooMany(problems: SearchProblem[], { from, to }: Span, message: string): void {
  if (problems.some((problem) => problem.message === message)) return;
  problems.push({ from, to, message, hint: 'Leave some out.' });
}
