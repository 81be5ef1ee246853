import type { Interner } from './report-intern.ts';
import { natureOf } from './report-noise.ts';

/** What items of one list became in the other. A label names an item for a reader; '' where it is a bare value. */
export interface Matched {
  /** `isSame` where that is known already. */
  pairs: { label: string; before: unknown; after: unknown; isSame: boolean }[];
  removed: { label: string; value: unknown }[];
  added: { label: string; value: unknown }[];
}

type Rec = Readonly<Record<string, unknown>>;

/** Fields, alone or together, that name an item in the reports of known analyzers; the first that fits is taken. */
const NATURAL_KEYS: readonly (readonly string[])[] = [
  ['dataType', 'data'],
  ['dataType', 'sha256'],
  ['namespace', 'predicate'],
  ['id'],
  ['_id'],
  ['uuid'],
  ['engine_name'],
  ['engine'],
  ['engineName'],
  ['scanner'],
  ['vendor'],
  ['av'],
  ['source', 'name'],
  ['sha256'],
  ['md5'],
  ['part'],
  ['path'],
  ['type', 'value'],
  ['rule'],
  ['rule_name'],
  ['signature'],
  ['cve'],
  ['ip'],
  ['ip_address'],
  ['address'],
  ['hostname'],
  ['host'],
  ['domain'],
  ['url'],
  ['port', 'protocol'],
  ['port'],
  ['key'],
  ['name'],
  ['title'],
  ['value'],
  ['code'],
  ['indicator'],
  ['field'],
]; // prettier-ignore

/** Fields tried when none of those fits, and how much of the shorter list they must find again. */
const MAX_TRIED = 12;
const MIN_FOUND = 0.5;
const MAX_LABEL = 120;

const isRecord = (value: unknown): value is Rec => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Items of two lists, matched by what names them, else by being equal, else by having something in common. */
export function matchItems(before: readonly unknown[], after: readonly unknown[], intern: Interner): Matched {
  if (before.every(isRecord) && after.every(isRecord)) {
    const key = naturalKey(before, after) ?? likelyKey(before, after);
    if (key !== undefined) return byKey(before, after, key);
  }
  return byContent(before, after, intern);
}

/** The text under which an item is known by these fields; undefined where one of them says nothing. */
function nameOf(item: Rec, key: readonly string[]): string | undefined {
  const parts: string[] = [];
  for (const field of key) {
    const value = Object.hasOwn(item, field) ? item[field] : undefined;
    if ((typeof value !== 'string' && typeof value !== 'number') || value === '') return undefined;
    parts.push(String(value));
  }
  return parts.join(' ');
}

/** Each item by its name; undefined where two have the same or one has none. */
function namesOf(items: readonly Rec[], key: readonly string[]): Map<string, Rec> | undefined {
  const names = new Map<string, Rec>();
  for (const item of items) {
    const name = nameOf(item, key);
    if (name === undefined || names.has(name)) return undefined;
    names.set(name, item);
  }
  return names;
}

const naturalKey = (a: readonly Rec[], b: readonly Rec[]): readonly string[] | undefined =>
  NATURAL_KEYS.find((key) => namesOf(a, key) !== undefined && namesOf(b, key) !== undefined);

/** A field that we do not know, but that names every item once and most of them in both lists. */
function likelyKey(a: readonly Rec[], b: readonly Rec[]): readonly string[] | undefined {
  const fields = Object.keys(b[0] ?? {})
    .filter((field) => natureOf(field) === 'plain')
    .slice(0, MAX_TRIED);
  for (const field of fields) {
    const [inA, inB] = [namesOf(a, [field]), namesOf(b, [field])];
    if (inA === undefined || inB === undefined) continue;
    let found = 0;
    for (const name of inB.keys()) if (inA.has(name)) found += 1;
    if (found > 0 && found >= MIN_FOUND * Math.min(inA.size, inB.size)) return [field];
  }
  return undefined;
}

function byKey(before: readonly Rec[], after: readonly Rec[], key: readonly string[]): Matched {
  const matched: Matched = { pairs: [], removed: [], added: [] };
  const inBefore = namesOf(before, key) ?? new Map<string, Rec>();
  const seen = new Set<string>();
  for (const item of after) {
    const name = nameOf(item, key) ?? '';
    seen.add(name);
    const known = inBefore.get(name);
    const label = name.slice(0, MAX_LABEL);
    if (known === undefined) matched.added.push({ label, value: item });
    else matched.pairs.push({ label, before: known, after: item, isSame: false });
  }
  for (const [name, item] of inBefore)
    if (!seen.has(name)) matched.removed.push({ label: name.slice(0, MAX_LABEL), value: item });
  return matched;
}

/** Equal ones first, then those that differ in noise only, then in order those that share a field. */
function byContent(before: readonly unknown[], after: readonly unknown[], intern: Interner): Matched {
  const matched: Matched = { pairs: [], removed: [], added: [] };
  let [left, right] = take(
    before.map(indexed),
    after.map(indexed),
    (item) => intern.of(item.value).id,
    (x, y) => {
      matched.pairs.push({ label: labelOf(y), before: x.value, after: y.value, isSame: true });
    },
  );
  [left, right] = take(
    left,
    right,
    (item) => intern.of(item.value).quiet,
    (x, y) => {
      matched.pairs.push({ label: labelOf(y), before: x.value, after: y.value, isSame: false });
    },
  );
  const both = Math.min(left.length, right.length);
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const [x, y] = [left[at], right[at]];
    if (at < both && x && y && sharesField(x.value, y.value, intern)) {
      matched.pairs.push({ label: labelOf(y), before: x.value, after: y.value, isSame: false });
      continue;
    }
    if (x) matched.removed.push({ label: labelOf(x), value: x.value });
    if (y) matched.added.push({ label: labelOf(y), value: y.value });
  }
  return matched;
}

interface Indexed {
  value: unknown;
  at: number;
}

const indexed = (value: unknown, at: number): Indexed => ({ value, at });

/** A bare value is its own name; anything else is named by where it stands. */
const labelOf = ({ value, at }: Indexed): string => (typeof value === 'object' && value !== null ? `#${at + 1}` : '');

/** Pairs what has the same mark, one to one; returns what is left of both. */
function take(
  left: readonly Indexed[],
  right: readonly Indexed[],
  mark: (item: Indexed) => number,
  pair: (x: Indexed, y: Indexed) => void,
): [Indexed[], Indexed[]] {
  const waiting = new Map<number, Indexed[]>();
  for (const item of left) {
    const key = mark(item);
    const list = waiting.get(key);
    if (list === undefined) waiting.set(key, [item]);
    else list.push(item);
  }
  // Taken from the end: a queue's front would cost the length of the list each time.
  for (const list of waiting.values()) list.reverse();
  const rest: Indexed[] = [];
  for (const item of right) {
    const found = waiting.get(mark(item))?.pop();
    if (found === undefined) rest.push(item);
    else pair(found, item);
  }
  const over = [...waiting.values()].flatMap((list) => list.reverse()).sort((x, y) => x.at - y.at);
  return [over, rest];
}

function sharesField(a: unknown, b: unknown, intern: Interner): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return true;
  if (!isRecord(a) || !isRecord(b)) return false;
  return Object.keys(b).some(
    (field) =>
      intern.nature(field) !== 'noise' && Object.hasOwn(a, field) && intern.of(a[field]).id === intern.of(b[field]).id,
  );
}
