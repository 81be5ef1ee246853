import { toDataType } from '../../../shared/model/data-type.ts';
import { TLP_LABELS, PAP_LABELS, type Pap, type Tlp } from '../../../shared/model/marking.ts';

/** What a column of a table is taken for. */
export const TABLE_FIELDS = ['value', 'type', 'tags', 'message', 'ioc', 'sighted', 'tlp', 'pap'] as const;
export type TableField = (typeof TABLE_FIELDS)[number];

export interface Table {
  rows: string[][];
  /** Whether the first row names the columns. */
  hasHead: boolean;
  columns: number;
  /** What could not be read, and how much there is beyond the limits. */
  problems: string[];
}

/** By column; a field is taken from one column only. */
export type Mapping = readonly (TableField | null)[];

/** What one line of whatever was typed asks for. */
export interface NewLine {
  value: string;
  dataType?: string;
  tags?: string[];
  message?: string;
  isIoc?: boolean;
  isSighted?: boolean;
  tlp?: Tlp;
  pap?: Pap;
}

export const MAX_LINES = 100_000;
const MAX_COLUMNS = 100;
/** Characters of one file or paste: far more than so many values need. */
export const MAX_TEXT = 32 * 2 ** 20;
const MAX_RECORD = 200_000;

/** Heads by which other tools name a field. */
const HEADS: Readonly<Record<TableField, RegExp>> = {
  value: /^(value|values|ioc|indicator|observable|data|artifact|address|ip|domain|url|hash|name)$/,
  type: /^(type|datatype|data type|ioc type|indicator type|kind)$/,
  tags: /^(tags?|labels?)$/,
  message: /^(message|description|comment|comments|note|notes)$/,
  ioc: /^(is ?ioc|ioc\?|to ?ids|malicious)$/,
  sighted: /^(sighted|seen|observed)$/,
  tlp: /^tlp$/,
  pap: /^pap$/,
};

const headOf = (text: string): string => text.trim().toLowerCase().replaceAll('_', ' ');

function fieldOf(head: string): TableField | null {
  return TABLE_FIELDS.find((field) => HEADS[field].test(headOf(head))) ?? null;
}

/** Reads a table from text; what is no row is a problem and never stops the others. The parser is loaded when it is needed. */
export async function readTable(text: string): Promise<Table> {
  const { parse } = await import('csv-parse/browser/esm/sync');
  const problems: string[] = [];
  const rows = parse(text.slice(0, MAX_TEXT), {
    bom: true,
    delimiter: delimiterOf(text),
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: MAX_RECORD,
    to: MAX_LINES + 2,
    on_skip(error) {
      if (problems.length < 20) problems.push(`Line ${lineOf(error)} could not be read.`);
      return undefined;
    },
  }).map((row) => row.slice(0, MAX_COLUMNS));
  if (text.length > MAX_TEXT) problems.push('The text is longer than 32 MB; the rest was not read.');
  const hasHead = (rows[0] ?? []).some((cell) => fieldOf(cell) !== null);
  const most = MAX_LINES + (hasHead ? 1 : 0);
  if (rows.length > most) problems.push(`More than ${MAX_LINES.toLocaleString('en-GB')} rows; the rest was left out.`);
  const kept = rows.slice(0, most);
  return { rows: kept, hasHead, columns: kept.reduce((n, row) => Math.max(n, row.length), 0), problems };
}

/** The sign that splits the first lines most evenly. */
function delimiterOf(text: string): string {
  const lines = text.slice(0, 20_000).split(/\r?\n/).slice(0, 20);
  const score = (sign: string): number => {
    const counts = lines.filter((line) => line !== '').map((line) => line.split(sign).length - 1);
    const least = Math.min(...counts);
    return least === 0 || counts.length === 0 ? Math.max(0, counts[0] ?? 0) / 1_000 : least;
  };
  return [',', ';', '\t', '|'].reduce((best, sign) => (score(sign) > score(best) ? sign : best), ',');
}

/** By the heads, else the first column is the value. */
export function guessMapping({ rows, hasHead, columns }: Table): Mapping {
  const taken = new Set<TableField>();
  const mapping = Array.from({ length: columns }, (_, index) => {
    const field = hasHead ? fieldOf(rows[0]?.[index] ?? '') : null;
    if (field === null || taken.has(field)) return null;
    taken.add(field);
    return field;
  });
  return taken.has('value') || mapping.length === 0 ? mapping : mapping.map((field, i) => (i === 0 ? 'value' : field));
}

const isYes = (text: string): boolean => /^(1|y|yes|true|x|ioc|on)$/i.test(text.trim());
const tlpOf = (text: string): Tlp | undefined => {
  const label = text
    .trim()
    .toLowerCase()
    .replace(/^tlp[:\s]*/, '');
  return label === 'white' ? 'clear' : TLP_LABELS.find((each) => each === label);
};
const papOf = (text: string): Pap | undefined => {
  const label = text
    .trim()
    .toLowerCase()
    .replace(/^pap[:\s]*/, '');
  return label === 'white' ? 'clear' : PAP_LABELS.find((each) => each === label);
};

/** The rows as what they ask for; those without a value are left out. */
export function linesOf({ rows, hasHead }: Table, mapping: Mapping): NewLine[] {
  const at = (field: TableField): number => mapping.indexOf(field);
  const value = at('value');
  if (value < 0) return [];
  const cell = (row: string[], field: TableField): string => (at(field) < 0 ? '' : (row[at(field)] ?? '').trim());
  return rows.slice(hasHead ? 1 : 0).flatMap((row) => {
    const text = (row[value] ?? '').trim();
    if (text === '') return [];
    const type = toDataType(cell(row, 'type').toLowerCase());
    const tlp = tlpOf(cell(row, 'tlp'));
    const pap = papOf(cell(row, 'pap'));
    const tags = cell(row, 'tags')
      .split(/[;,|]/)
      .map((tag) => tag.trim().slice(0, 200))
      .filter((tag) => tag !== '');
    const message = cell(row, 'message').slice(0, 60_000);
    return {
      value: text.slice(0, 65_536),
      ...(type === undefined || type === 'file' ? {} : { dataType: type }),
      ...(tags.length === 0 ? {} : { tags }),
      ...(message === '' ? {} : { message }),
      ...(isYes(cell(row, 'ioc')) ? { isIoc: true } : {}),
      ...(isYes(cell(row, 'sighted')) ? { isSighted: true } : {}),
      ...(tlp === undefined ? {} : { tlp }),
      ...(pap === undefined ? {} : { pap }),
    };
  });
}

/** Where the parser gave up, as far as it says so. */
const lineOf = (error: object | undefined): string =>
  error && 'lines' in error && typeof error.lines === 'number' ? String(error.lines) : '?';
