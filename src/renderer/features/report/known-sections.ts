/** How the reports of our own analyzers read best: which parts first, under which name, as which columns. */
export interface SectionSpec {
  /** Keys into the report, outermost first. */
  path: readonly string[];
  title: string;
  /** Columns of a table, with their heads; absent is the generic view. */
  columns?: readonly (readonly [string, string])[];
  kind?: 'findings' | 'folded';
}

const EMAIL: readonly SectionSpec[] = [
  { path: ['findings'], title: 'What is odd about it', kind: 'findings' },
  { path: ['problems'], title: 'Problems while reading' },
  {
    path: ['authentication', 'results'],
    title: 'Authentication, as stated',
    columns: [
      ['method', 'Method'],
      ['result', 'Result'],
      ['by', 'Said by'],
      ['about', 'About'],
    ],
  },
  {
    path: ['received'],
    title: 'Path, newest hop first',
    columns: [
      ['from', 'From'],
      ['ip', 'Address'],
      ['by', 'Taken by'],
      ['at', 'At'],
    ],
  },
  {
    path: ['links'],
    title: 'Links',
    columns: [
      ['text', 'Shows'],
      ['href', 'Opens'],
    ],
  },
  {
    path: ['attachments'],
    title: 'Attachments',
    columns: [
      ['name', 'Name'],
      ['description', 'What it is'],
      ['size', 'Size'],
      ['sha256', 'SHA-256'],
      ['contains', 'Holds'],
    ],
  },
  { path: ['bodies'], title: 'Bodies', kind: 'folded' },
  {
    path: ['headers'],
    title: 'Headers',
    kind: 'folded',
    columns: [
      ['name', 'Name'],
      ['value', 'Value'],
    ],
  },
];

const INDICATORS: readonly SectionSpec[] = [
  {
    path: ['observables'],
    title: 'Observables',
    columns: [
      ['dataType', 'Type'],
      ['value', 'Value'],
      ['marks', 'Marks'],
      ['places', 'Found in'],
    ],
  },
  { path: ['counts'], title: 'Counts' },
];

const SPECS: Readonly<Record<string, readonly SectionSpec[]>> = { Email: EMAIL, Indicators: INDICATORS };

/** Sections of a known analyzer; a foreign one of the same name merely shows those that it happens to have. */
export const knownSections = (flavorName: string): readonly SectionSpec[] => SPECS[flavorName] ?? [];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function valueAt(full: Record<string, unknown>, path: readonly string[]): unknown {
  let value: unknown = full;
  for (const key of path) value = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}

/** The rows of a table section, or undefined where the report holds something else there. */
export function rowsOf(value: unknown): Record<string, unknown>[] | undefined {
  return Array.isArray(value) && value.length > 0 && value.every(isRecord) ? value : undefined;
}

/** A list of names with addresses reads as one line: `Accounts Desk <billing@…>`. */
export function addressLine(value: unknown): string | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const lines: string[] = [];
  for (const each of value.slice(0, 50)) {
    if (!isRecord(each) || typeof each['address'] !== 'string' || Object.keys(each).length > 2) return undefined;
    const name = typeof each['name'] === 'string' ? each['name'] : '';
    lines.push(name === '' ? each['address'] : `${name} <${each['address']}>`);
  }
  return value.length > 50 ? `${lines.join(', ')}, and ${value.length - 50} more` : lines.join(', ');
}
