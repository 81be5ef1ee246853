import { create } from 'zustand';
import type { ObservableSort } from '../../../shared/contract/observables.ts';

/** What the grid may show of an observable beside its value, in this order. */
export const COLUMNS = [
  'type',
  'flags',
  'verdict',
  'taxonomies',
  'tags',
  'tlp',
  'pap',
  'seen',
  'message',
  'added',
  'age',
] as const;
export type Column = (typeof COLUMNS)[number];

interface ColumnFacts {
  label: string;
  width: string;
  /** What a click on its head orders by. */
  sort?: ObservableSort;
  isNumber?: boolean;
}

export const COLUMN_FACTS: Readonly<Record<Column, ColumnFacts>> = {
  type: { label: 'Type', width: '84px', sort: 'type' },
  // Beside the value, so that the columns after it stay where their heads are.
  flags: { label: 'Flags', width: '0' },
  verdict: { label: 'Verdict', width: '96px', sort: 'verdict' },
  taxonomies: { label: 'Taxonomies', width: 'minmax(60px, 1fr)' },
  tags: { label: 'Tags', width: 'minmax(60px, 0.8fr)' },
  tlp: { label: 'TLP', width: '116px' },
  pap: { label: 'PAP', width: '92px' },
  seen: { label: 'Seen in', width: '64px', sort: 'seen', isNumber: true },
  message: { label: 'Description', width: 'minmax(60px, 1fr)' },
  added: { label: 'Added', width: '72px', sort: 'newest', isNumber: true },
  age: { label: 'Analysed', width: '64px', isNumber: true },
};

export const SORT_WORDS: Readonly<Record<ObservableSort, string>> = {
  newest: 'Newest first',
  oldest: 'Oldest first',
  verdict: 'Worst verdict first',
  type: 'By type',
  value: 'By value',
  seen: 'Most seen first',
};

const KEY = 'osmia-observable-columns';
const DEFAULTS: readonly Column[] = ['type', 'flags', 'verdict', 'taxonomies', 'age'];

/** Anything unreadable falls back to the design's own. */
function readColumns(): readonly Column[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    if (!Array.isArray(stored)) return DEFAULTS;
    return COLUMNS.filter((column) => stored.includes(column));
  } catch {
    return DEFAULTS;
  }
}

interface ColumnPrefs {
  shown: readonly Column[];
  toggle(column: Column): void;
  reset(): void;
}

/** Which columns this device shows. Holds nothing of a case. */
export const useColumns = create<ColumnPrefs>()((set, get) => ({
  shown: readColumns(),
  toggle: (column) => {
    const before = get().shown;
    const shown = COLUMNS.filter((each) => before.includes(each) !== (each === column));
    localStorage.setItem(KEY, JSON.stringify(shown));
    set({ shown });
  },
  reset: () => {
    localStorage.removeItem(KEY);
    set({ shown: DEFAULTS });
  },
}));
