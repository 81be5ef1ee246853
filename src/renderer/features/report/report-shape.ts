/** How a piece of somebody else's JSON is best shown. */
export type Shape =
  | { kind: 'empty' }
  | { kind: 'scalar'; text: string }
  | { kind: 'list'; items: readonly unknown[] }
  | { kind: 'table'; columns: readonly string[]; rows: readonly Record<string, unknown>[] }
  | { kind: 'record'; entries: readonly (readonly [string, unknown])[] };

/** Columns beyond this make no readable table; such rows are shown one after the other. */
const MOST_COLUMNS = 8;
/** Rows looked at to find the columns; a table of a million rows must not be walked for its head. */
const SAMPLE = 200;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isScalar = (value: unknown): boolean => typeof value !== 'object' || value === null;

const hasContent = (value: unknown): boolean =>
  value !== null &&
  value !== undefined &&
  value !== '' &&
  !(Array.isArray(value) && value.length === 0) &&
  !(isRecord(value) && Object.keys(value).length === 0);

export function shapeOf(value: unknown): Shape {
  if (!hasContent(value)) return { kind: 'empty' };
  if (isScalar(value)) return { kind: 'scalar', text: scalarText(value) };
  if (Array.isArray(value)) {
    const columns = tableColumns(value);
    if (columns) return { kind: 'table', columns, rows: value as Record<string, unknown>[] };
    return { kind: 'list', items: value };
  }
  return { kind: 'record', entries: Object.entries(value as Record<string, unknown>) };
}

function tableColumns(items: readonly unknown[]): string[] | undefined {
  const columns = new Set<string>();
  for (const item of items.slice(0, SAMPLE)) {
    if (!isRecord(item)) return undefined;
    for (const [key, value] of Object.entries(item)) {
      if (isRecord(value) && Object.keys(value).length > 0) return undefined;
      columns.add(key);
    }
    if (columns.size > MOST_COLUMNS) return undefined;
  }
  return items.every(isRecord) && columns.size > 0 ? [...columns] : undefined;
}

export function scalarText(value: unknown): string {
  if (value === true) return 'yes';
  if (value === false) return 'no';
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : JSON.stringify(value);
}

const ACRONYMS: Readonly<Record<string, string>> = {
  md5: 'MD5',
  sha1: 'SHA-1',
  sha256: 'SHA-256',
  sha512: 'SHA-512',
  ssdeep: 'ssdeep',
  imphash: 'Import hash',
  messageId: 'Message-ID',
  url: 'URL',
  ip: 'IP',
};

/** `first_seen`, `firstSeen` → "first seen"; all capitals stay. */
export function labelWords(key: string): string {
  const fixed = Object.hasOwn(ACRONYMS, key) ? ACRONYMS[key] : undefined;
  if (fixed !== undefined) return fixed;
  if (key === key.toUpperCase()) return key;
  return key
    .slice(0, 200)
    .replaceAll(
      /([a-z0-9])([A-Z])(?=[a-z])/g,
      (_, before: string, letter: string) => `${before} ${letter.toLowerCase()}`,
    )
    .replaceAll(/[_-]+/g, ' ')
    .trim();
}
