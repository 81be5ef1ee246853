import type { CaseFilter, CaseSort, DateFilter } from '../../shared/contract/case-list.ts';
import { AppError } from '../../shared/errors.ts';

/** What a filter is relative to. */
export interface Asker {
  actor: string;
  /** UTC milliseconds. */
  now: number;
  /** When the day of this machine began. */
  dayStart: number;
}

/** A filter as SQL over `case_record c`. Texts are built from fixed pieces; values only ever travel as parameters. */
export interface CaseTerms {
  where: string[];
  values: unknown[];
  /** Ranges of the list's indexes: open, closed, or both; starred, not, or both. */
  closed: readonly (0 | 1)[];
  flagged: readonly (0 | 1)[];
  /** Full-text query over titles, if a text has to occur. */
  match: string | undefined;
  /** The number that the text may be instead. */
  number: number | undefined;
  /** Tags of which one must be there, the narrowest reading of what is asked of tags. */
  anyTag: readonly string[] | undefined;
}

const DAY = 86_400_000;
const PRESET_DAYS = { '7d': 7, '30d': 30, '3m': 91, '6m': 182, '1y': 365 } as const;

export function termsOf(filter: CaseFilter, asker: Asker): CaseTerms {
  const where: string[] = [];
  const values: unknown[] = [];
  const add = (condition: string, ...list: unknown[]): void => {
    where.push(condition);
    values.push(...list);
  };
  const oneOf = (column: string, list: readonly unknown[] | undefined): void => {
    if (list?.length) add(`${column} IN (SELECT value FROM json_each(?))`, JSON.stringify(list));
  };

  oneOf('c.status', filter.statuses);
  oneOf('c.severity', filter.severities);
  oneOf('c.tlp', filter.tlps);
  oneOf('c.pap', filter.paps);
  oneOf('c.assignee', filter.assignees);
  if (filter.isMine === true) add('c.assignee = ?', asker.actor);
  if (filter.isMine === false) add('c.assignee <> ?', asker.actor);
  oneOf(`coalesce(c.resolution, 'none')`, filter.resolutions);
  addTags(filter.tags, add);
  addDates('c.start_at', filter.startAt, asker, add);
  addDates('c.end_at', filter.endAt, asker, add);
  addDates('c.updated_at', filter.updatedAt, asker, add);
  addDates('c.created_at', filter.createdAt, asker, add);
  addRange('c.number', filter.number, add);
  if (filter.number?.not !== undefined) add('c.number <> ?', filter.number.not);
  if (filter.handling) addRange(`coalesce(c.end_at, ${Math.trunc(asker.now)}) - c.start_at`, filter.handling, add);

  const words = wordsOf(filter.text ?? '');
  const isNone = filter.textMatch === 'none';
  if (isNone && words.length > 0) {
    add(
      'c.number NOT IN (SELECT rowid FROM case_words WHERE case_words MATCH ?)',
      words.map(({ phrase }) => phrase).join(' OR '),
    );
  }
  const number = /^\s*#?(\d{1,15})\s*$/.exec(filter.text ?? '')?.[1];
  return {
    where,
    values,
    closed: closedOf(filter),
    flagged: filter.isFlagged === undefined ? [1, 0] : [filter.isFlagged ? 1 : 0],
    match:
      words.length === 0 || isNone
        ? undefined
        : words.map(({ phrase }) => phrase).join(filter.textMatch === 'any' ? ' OR ' : ' '),
    number: number === undefined || isNone ? undefined : Number(number),
    anyTag: filter.tags?.all?.length
      ? filter.tags.all.slice(0, 1)
      : filter.tags?.any?.length
        ? filter.tags.any
        : undefined,
  };
}

function closedOf({ isOpen, statuses }: CaseFilter): readonly (0 | 1)[] {
  const both: readonly (0 | 1)[] = [0, 1];
  const byFlag = isOpen === undefined ? both : ([isOpen ? 0 : 1] as const);
  if (!statuses?.length) return byFlag;
  const asked = new Set<0 | 1>(statuses.map((status) => (status === 'open' || status === 'in_progress' ? 0 : 1)));
  return byFlag.filter((each) => asked.has(each));
}

type Add = (condition: string, ...values: unknown[]) => void;

const TAGGED = 'EXISTS (SELECT 1 FROM json_each(c.tags) t WHERE t.value';

function addTags(tags: CaseFilter['tags'], add: Add): void {
  if (tags === undefined) return;
  const list = (names: readonly string[]): string => JSON.stringify(names);
  if (tags.isEmpty !== undefined) add(`c.tags ${tags.isEmpty ? '=' : '<>'} '[]'`);
  if (tags.any?.length) add(`${TAGGED} IN (SELECT value FROM json_each(?)))`, list(tags.any));
  if (tags.none?.length) add(`NOT ${TAGGED} IN (SELECT value FROM json_each(?)))`, list(tags.none));
  for (const tag of tags.all ?? []) add(`${TAGGED} = ?)`, tag);
}

function addRange(column: string, range: { min?: number | undefined; max?: number | undefined } | undefined, add: Add) {
  if (range?.min !== undefined) add(`${column} >= ?`, range.min);
  if (range?.max !== undefined) add(`${column} <= ?`, range.max);
}

function addDates(column: string, dates: DateFilter | undefined, asker: Asker, add: Add): void {
  if (dates === undefined) return;
  if (dates.isEmpty !== undefined) add(`${column} IS ${dates.isEmpty ? '' : 'NOT '}NULL`);
  if (dates.preset !== undefined) {
    add(`${column} >= ?`, dates.preset === 'today' ? asker.dayStart : asker.now - PRESET_DAYS[dates.preset] * DAY);
  }
  addRange(column, { min: dates.from, max: dates.to }, add);
}

/** The words of a text, each as the beginning of one in a title. */
function wordsOf(text: string): { phrase: string }[] {
  return (
    text
      // A NUL would end the query inside a quoted phrase.
      .split(/[\s\0]+/)
      .filter((piece) => /[\p{L}\p{N}]/u.test(piece))
      .slice(0, 20)
      .map((piece) => ({ phrase: `"${piece.replaceAll('"', '""')}"*` }))
  );
}

/** What each order reads: its index, its column, and which way. */
export interface Order {
  index: string;
  column: 'start_at' | 'updated_at' | 'severity' | 'assignee' | 'number';
  isDescending: boolean;
}

const COLUMNS = {
  start: { index: 'case_by_start', column: 'start_at' },
  updated: { index: 'case_by_updated', column: 'updated_at' },
  severity: { index: 'case_by_severity', column: 'severity' },
  assignee: { index: 'case_by_assignee', column: 'assignee' },
  number: { index: 'case_by_number', column: 'number' },
} as const;

export function orderOf(sort: CaseSort): Order {
  const isDescending = sort.startsWith('-');
  return { ...COLUMNS[sort.replace('-', '') as keyof typeof COLUMNS], isDescending };
}

/** Where a page ended: starred or not, the value of the order's column, and the id. */
export interface CaseCursor {
  flagged: 0 | 1;
  value: number | string;
  id: string;
}

export const cursorText = ({ flagged, value, id }: CaseCursor): string => JSON.stringify([flagged, value, id]);

/** `invalid_input` for what `cursorText` did not make for this order. */
export function parseCaseCursor(text: string, order: Order): CaseCursor {
  const gone = (): AppError => new AppError('invalid_input', 'That page no longer exists. Read the list again.');
  let parts: unknown;
  try {
    parts = JSON.parse(text);
  } catch {
    throw gone();
  }
  if (!Array.isArray(parts) || parts.length !== 3) throw gone();
  const [flagged, value, id] = parts as unknown[];
  const isText = order.column === 'assignee';
  if ((flagged !== 0 && flagged !== 1) || typeof id !== 'string') throw gone();
  if (typeof value !== (isText ? 'string' : 'number')) throw gone();
  return { flagged, value: value as number | string, id };
}
