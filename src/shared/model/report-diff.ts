import { createInterner, MAX_DEPTH } from './report-intern.ts';
import { matchItems } from './report-match.ts';
import { type FieldNature, looksLikeMoment } from './report-noise.ts';

/** One difference. `path` leads to it from the root: field names, and for an item of a list what names it. */
export interface ReportChange {
  kind: 'added' | 'removed' | 'changed';
  path: readonly string[];
  /** Absent where it was added. */
  before?: unknown;
  /** Absent where it was removed. */
  after?: unknown;
  isNoise: boolean;
}

export interface ReportDiff {
  /** In the order of the later report; at most `MAX_CHANGES` that mean something and as many that are noise. */
  changes: ReportChange[];
  /** All that were found, kept or not. */
  counts: { added: number; removed: number; changed: number; noise: number; same: number };
  /** The reports were too large or too deep to be compared to the end. */
  isCut: boolean;
}

export const MAX_CHANGES = 2_000;
/** Values looked at in both reports together; some tenths of a second at worst. */
export const MAX_NODES = 400_000;

type Rec = Readonly<Record<string, unknown>>;

const isScalar = (value: unknown): boolean => typeof value !== 'object' || value === null;

const isRecord = (value: unknown): value is Rec => typeof value === 'object' && value !== null && !Array.isArray(value);

const isTable = (value: unknown): boolean => Array.isArray(value) && value.length > 0 && value.every(isRecord);

/** Nothing said: a field that is missing, null or empty is the same to a reader. */
const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (isRecord(value) && Object.keys(value).length === 0);

/**
 * What changed between two JSON values, field by field. Items of lists are matched by what names them (an engine's name,
 * an id, type and value), never by their position, so that a list in another order is the same list. Time is linear in
 * the size of both (but for the sorting of names); values are bounded by `MAX_NODES`.
 */
export function diffReports(before: unknown, after: unknown, maxNodes = MAX_NODES): ReportDiff {
  const intern = createInterner(maxNodes);
  const changes: ReportChange[] = [];
  const counts = { added: 0, removed: 0, changed: 0, noise: 0, same: 0 };
  let kept = 0;
  let keptNoise = 0;
  let nodes = 0;
  let isCut = false;

  const put = (change: ReportChange): void => {
    if (change.isNoise) counts.noise += 1;
    else counts[change.kind] += 1;
    if (change.isNoise ? keptNoise >= MAX_CHANGES : kept >= MAX_CHANGES) return;
    if (change.isNoise) keptNoise += 1;
    else kept += 1;
    changes.push(change);
  };

  /** Whether there is still time to look at two more values. */
  const mayGoOn = (path: readonly string[]): boolean => {
    if (path.length <= MAX_DEPTH && (nodes += 1) <= maxNodes) return true;
    isCut = true;
    return false;
  };

  const compare = (path: readonly string[], a: unknown, b: unknown, nature: FieldNature): void => {
    if (isScalar(a) && a === b) {
      if (!isEmpty(a)) counts.same += 1;
      return;
    }
    if (!mayGoOn(path)) return;
    const [emptyA, emptyB] = [isEmpty(a), isEmpty(b)];
    if (emptyA && emptyB) return;
    // Each item of a list that came or went is news of its own; bare values are one line together.
    if (isTable(emptyA ? b : a) && (emptyA || emptyB))
      return compareLists(path, emptyA ? [] : (a as unknown[]), emptyB ? [] : (b as unknown[]), nature);
    if (emptyA) return put({ kind: 'added', path, after: b, isNoise: isQuiet(nature, b) });
    if (emptyB) return put({ kind: 'removed', path, before: a, isNoise: isQuiet(nature, a) });
    if (isRecord(a) && isRecord(b)) return compareRecords(path, a, b, nature);
    if (Array.isArray(a) && Array.isArray(b)) return compareLists(path, a, b, nature);
    put({ kind: 'changed', path, before: a, after: b, isNoise: isQuiet(nature, a) && isQuiet(nature, b) });
  };

  /** What lies inside noise is noise. */
  const under = (nature: FieldNature, key: string): FieldNature => (nature === 'noise' ? nature : intern.nature(key));

  const isQuiet = (nature: FieldNature, value: unknown): boolean =>
    nature === 'noise' || (nature === 'plain' && looksLikeMoment(value));

  const compareRecords = (path: readonly string[], a: Rec, b: Rec, nature: FieldNature): void => {
    for (const key of Object.keys(b)) {
      const known = Object.hasOwn(a, key) ? a[key] : undefined;
      compare([...path, key], known, b[key], under(nature, key));
    }
    for (const key of Object.keys(a)) {
      if (!Object.hasOwn(b, key)) compare([...path, key], a[key], undefined, under(nature, key));
    }
  };

  const compareLists = (
    path: readonly string[],
    a: readonly unknown[],
    b: readonly unknown[],
    nature: FieldNature,
  ): void => {
    const { pairs, removed, added } = matchItems(a, b, intern);
    const [gone, come] = [removed[0], added[0]];
    for (const { label, before: x, after: y, isSame } of pairs) {
      if (isSame) counts.same += intern.of(y).leaves;
      else compare([...path, label], x, y, nature);
    }
    // One value that gave way to one other is a change of the field itself.
    if (removed.length === 1 && added.length === 1 && gone?.label === '' && come?.label === '')
      return compare(path, gone.value, come.value, nature);
    for (const { label, value } of added) compare(label === '' ? path : [...path, label], undefined, value, nature);
    for (const { label, value } of removed) compare(label === '' ? path : [...path, label], value, undefined, nature);
  };

  // At the root even an empty report is one: its fields are what came or went.
  if (isRecord(before) && isRecord(after)) compareRecords([], before, after, 'plain');
  else compare([], before, after, 'plain');
  return { changes, counts, isCut: isCut || intern.isCut() };
}
