import type { StatFilter } from '../../../shared/contract/dashboards.ts';
import { statField, statValueLabel } from '../../../shared/model/stat-fields.ts';
import { ALL, type ListFilter } from '../alerts/list-state.ts';
import type { Counted, TableColumn, TableRow } from './widget-table.ts';

export interface CountedList {
  /** Where the list is. Its filter stands behind the `#` too, where no server sees it. */
  path: string;
  /** What the queue of alerts is to show: it keeps its filter itself. */
  alerts?: ListFilter;
  /** Parts of the filter that the list does not know, in words. */
  left: readonly string[];
}

/** What one cell of a widget's table counts. */
export function countedAt(row: TableRow, column: TableColumn): Counted {
  const { entity, date, filters } = row.counted ?? column.counted;
  return { entity, date, filters: row.filter === undefined ? filters : [...filters, row.filter] };
}

type Known = Readonly<Record<string, (filter: StatFilter) => boolean>>;

const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
const quoted = (value: string): string => (/^[\w.+-]+$/.test(value) ? value : `"${value.replaceAll('"', '')}"`);

/** The list that shows what is counted, as far as it can be filtered so; undefined where there is none. */
export function listOf(counted: Counted, span: { from: number; to: number } | null): CountedList | undefined {
  const left: string[] = [];
  const take = (known: Known): void => {
    for (const one of counted.filters) if (known[one.field]?.(one) !== true) left.push(filterWords(counted, one));
  };
  switch (counted.entity) {
    case 'case':
      return { path: casesPath(counted, span, take), left };
    case 'observable':
      return { path: observablesPath(span, take), left };
    case 'alert': {
      const alerts: ListFilter = { ...ALL };
      const one =
        (put: (value: string) => void) =>
        ({ values: [value, ...more], isNot }: StatFilter): boolean => {
          if (value === undefined || more.length > 0 || isNot) return false;
          put(value);
          return true;
        };
      take({
        state: ({ values, isNot }) => {
          const [value] = values;
          if (isNot || value === undefined) return false;
          // Unread is what nobody has looked at: the new ones and those that their source changed.
          if ([...values].sort().join() === 'new,updated') alerts.which = 'unread';
          else if (values.length === 1) alerts.which = value as ListFilter['which'];
          else return false;
          return true;
        },
        source: one((value) => (alerts.source = value)),
        type: one((value) => (alerts.type = value)),
        severity: one((value) => (alerts.severity = Number(value))),
      });
      if (span !== null) left.push('the period');
      return { path: '/alerts', alerts, left };
    }
    case 'job': {
      let status = '';
      take({
        status: ({ values: [value, ...more], isNot }) => {
          if (value === undefined || more.length > 0 || isNot) return false;
          status = value;
          return true;
        },
      });
      if (span !== null) left.push('the period');
      return { path: status === '' ? '/jobs' : `/jobs/list/${status}`, left };
    }
    case 'task':
      take({});
      return { path: '/tasks', left };
    case 'egress':
      take({});
      return { path: '/quota/egress', left };
    case 'quota':
      return { path: '/quota', left };
    case 'note':
      return undefined;
  }
}

function casesPath({ date }: Counted, span: { from: number; to: number } | null, take: (known: Known) => void): string {
  const filter: Record<string, unknown> = {};
  const put =
    (name: string, map: (value: string) => unknown = (value) => value) =>
    ({ values, isNot }: StatFilter): boolean => {
      if (!isNot) filter[name] = values.map(map);
      return !isNot;
    };
  if (span !== null) filter[date === 'closed' ? 'endAt' : 'createdAt'] = { from: span.from, to: span.to - 1 };
  take({
    status: put('statuses'),
    severity: put('severities', Number),
    tlp: put('tlps'),
    pap: put('paps'),
    assignee: put('assignees'),
    resolution: put('resolutions'),
    tags({ values, isNot }) {
      filter['tags'] = isNot ? { none: values } : { any: values };
      return true;
    },
  });
  return `/cases/list/${encodeURIComponent(JSON.stringify(filter))}`;
}

/** In the words of the list's own filter field, where the analyst can go on with them. */
function observablesPath(span: { from: number; to: number } | null, take: (known: Known) => void): string {
  const words: string[] = span === null ? [] : [`after:${day(span.from)}`, `before:${day(span.to)}`];
  const put =
    (key: string, map: (value: string) => string = (value) => value) =>
    ({ values, isNot }: StatFilter): boolean => {
      for (const value of values) words.push(`${isNot ? '-' : ''}${key}:${quoted(map(value))}`);
      return true;
    };
  const flag =
    (name: string) =>
    ({ values, isNot }: StatFilter): boolean => {
      if (values.length === 1) words.push(`${(values[0] === 'yes') === isNot ? '-' : ''}is:${name}`);
      return true;
    };
  take({
    ioc: flag('ioc'),
    sighted: flag('sighted'),
    dataType: put('type'),
    tlp: put('tlp'),
    tags: put('tag'),
    verdict: put('verdict'),
  });
  return `/observables/list/${encodeURIComponent(words.join(' '))}`;
}

/** "Status: Open, In progress". */
export function filterWords({ entity }: Pick<Counted, 'entity'>, { field, values, isNot }: StatFilter): string {
  const label = statField(entity, field)?.label ?? field;
  const words = values.map((value) => statValueLabel(entity, field, value)).join(', ');
  return `${label} ${isNot ? 'is not' : 'is'} ${words}`;
}
