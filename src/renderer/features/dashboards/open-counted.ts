import type { StatFilter } from '../../../shared/contract/dashboards.ts';
import { statField, statValueLabel, STAT_FIELDS } from '../../../shared/model/stat-fields.ts';
import type { Counted, TableColumn, TableRow } from './widget-table.ts';

export interface CountedList {
  /** Where the list is; the filter stands behind the `#`, where no server sees it. */
  path: string;
  /** Parts of the filter that the list does not know, in words. */
  left: readonly string[];
}

/** What one cell of a widget's table counts. */
export function countedAt(row: TableRow, column: TableColumn): Counted {
  const { entity, date, filters } = row.counted ?? column.counted;
  return { entity, date, filters: row.filter === undefined ? filters : [...filters, row.filter] };
}

type Values = Record<string, unknown>;

/** The filter of a list that shows what is counted; undefined where no list has it (a value in many values, egress). */
export function listOf(counted: Counted, span: { from: number; to: number } | null): CountedList | undefined {
  const filter: Values = {};
  const left: string[] = [];
  const take = (known: Readonly<Record<string, (one: StatFilter) => Values | undefined>>): void => {
    for (const one of counted.filters) {
      const part = known[one.field]?.(one);
      if (part === undefined) left.push(filterWords(counted, one));
      else Object.assign(filter, part);
    }
  };
  const list =
    (field: string, map: (value: string) => unknown = (value) => value) =>
    ({ values, isNot }: StatFilter): Values | undefined =>
      isNot ? undefined : { [field]: values.map(map) };
  const range = span === null ? undefined : { from: span.from, to: span.to - 1 };
  const at = (screen: string): CountedList => {
    const parameters = new URLSearchParams({ filter: JSON.stringify(filter) });
    return { path: `/${screen}?${parameters.toString()}`, left };
  };
  switch (counted.entity) {
    case 'case':
      if (range) filter[counted.date === 'closed' ? 'endAt' : 'createdAt'] = range;
      take({
        status: list('statuses'),
        severity: list('severities', Number),
        tlp: list('tlps'),
        pap: list('paps'),
        assignee: list('assignees'),
        resolution: list('resolutions'),
        tags: ({ values, isNot }) => ({ tags: isNot ? { none: values } : { any: values } }),
      });
      return at('cases');
    case 'observable':
      if (span) Object.assign(filter, { addedFrom: span.from, addedBefore: span.to });
      take({
        ioc: ({ values, isNot }) => (values.length === 1 ? { isIoc: (values[0] === 'yes') !== isNot } : undefined),
        sighted: ({ values, isNot }) =>
          values.length === 1 ? { isSighted: (values[0] === 'yes') !== isNot } : undefined,
        dataType: ({ values, isNot }) => ({ [isNot ? 'notDataTypes' : 'dataTypes']: values }),
        tlp: ({ values, isNot }) => ({ [isNot ? 'notTlps' : 'tlps']: values }),
        tags: ({ values, isNot }) => ({ [isNot ? 'notTags' : 'tags']: values }),
        verdict: ({ values, isNot }) => {
          const levels = values.filter((value) => value !== 'none');
          const isNone = values.includes('none');
          if (isNot) return isNone ? undefined : { notVerdicts: levels };
          return { ...(levels.length > 0 ? { verdicts: levels } : {}), ...(isNone ? { isNotAnalysed: true } : {}) };
        },
      });
      return at('observables');
    case 'alert':
      take({
        state: list('statuses'),
        source: list('sources'),
        type: list('types'),
        severity: list('severities', Number),
      });
      if (range) left.push('the period');
      return at('alerts');
    case 'job':
      take({ status: list('statuses') });
      if (range) left.push('the period');
      return at('jobs');
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

/** "Status: Open, In progress". */
export function filterWords({ entity }: Pick<Counted, 'entity'>, { field, values, isNot }: StatFilter): string {
  const label = statField(entity, field)?.label ?? field;
  const words = values.map((value) => statValueLabel(entity, field, value)).join(', ');
  return `${label} ${isNot ? 'is not' : 'is'} ${words}`;
}

export const whatIsCounted = ({ entity, filters }: Counted): string =>
  [STAT_FIELDS[entity].label, ...filters.map((one) => filterWords({ entity }, one))].join(', ');
