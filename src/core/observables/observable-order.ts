import type { ObservableSort } from '../../shared/contract/observables.ts';
import { AppError } from '../../shared/errors.ts';
import { DATA_TYPES } from '../../shared/model/data-type.ts';
import { LEVELS } from '../../shared/model/report.ts';
import { type ObservableFilter, type ObservableScope, scopeOf } from './observable-filter.ts';

/**
 * One stretch of an ordered list: it has one index that gives its rows in order, and a key that says where a page
 * ended in it. A list is its stretches one after the other (first what is malicious, then what is suspicious, …).
 */
export interface Stretch {
  from: string;
  /** Beside the filter's conditions. */
  where: string[];
  values: unknown[];
  /** Expressions that order the rows and tell any two apart. */
  key: readonly [string] | readonly [string, string];
  isDescending: boolean;
  /** Whether `v` is joined already. */
  hasVerdict: boolean;
}

const NEWEST = { key: ['o.created_at', 'o.num'], isDescending: true } as const;

/** `by` is the index that walks in this order; without it SQLite chooses. */
const plain = (by: string | undefined): Pick<Stretch, 'from' | 'hasVerdict'> => ({
  from: `observable o${by === undefined ? '' : ` INDEXED BY ${by}`}`,
  hasVerdict: false,
});

/** `namesRows`: a condition of the filter names its rows, so that no index is forced on the walk. */
export function stretchesOf(
  sort: ObservableSort,
  scope: ObservableScope,
  filter: ObservableFilter,
  namesRows: boolean,
): Stretch[] {
  const { column, id } = scopeOf(scope);
  const index = (name: string): string | undefined =>
    namesRows ? undefined : column === 'case_id' ? `observable_${name}` : `observable_engagement_${name}`;
  const newest = (): Stretch => ({ ...plain(index(sparse(filter))), where: [], values: [], ...NEWEST });
  switch (sort) {
    case 'newest':
      return [newest()];
    case 'oldest':
      return [{ ...newest(), isDescending: false }];
    case 'value':
      return [{ ...plain(index('value')), where: [], values: [], key: ['o.sort_value', 'o.num'], isDescending: false }];
    case 'type':
      return [...DATA_TYPES]
        .filter((type) => !filter.dataTypes?.length || filter.dataTypes.includes(type))
        .sort()
        .map((type) => ({ ...plain(index('type')), where: ['o.data_type = ?'], values: [type], ...NEWEST }));
    case 'verdict':
      return [
        ...LEVELS.toReversed().map(
          (level): Stretch => ({
            from: 'observable_verdict v CROSS JOIN observable o ON o.id = v.observable_id',
            where: [`v.${column} = ?`, 'v.level = ?'],
            values: [id, level],
            key: ['v.observable_id'],
            isDescending: true,
            hasVerdict: true,
          }),
        ),
        {
          ...newest(),
          where: ['NOT EXISTS (SELECT 1 FROM observable_verdict n WHERE n.observable_id = o.id)'],
        },
      ];
    case 'seen':
      return [
        {
          from: 'observable_elsewhere e CROSS JOIN observable o ON o.id = e.observable_id',
          where: [`e.${column} = ?`],
          values: [id],
          key: ['e.others', 'e.observable_id'],
          isDescending: true,
          hasVerdict: false,
        },
        {
          ...newest(),
          where: ['NOT EXISTS (SELECT 1 FROM observable_elsewhere n WHERE n.observable_id = o.id)'],
        },
      ];
  }
}

/** Few rows are IOCs or sighted: they have lists of their own. */
const sparse = (filter: ObservableFilter): string =>
  filter.isIoc === true
    ? 'ioc'
    : filter.isSighted === true
      ? 'sighted'
      : filter.dataTypes?.length === 1
        ? 'type'
        : 'list';

/** Where a page ended: the stretch, and the key of its last row there. */
export interface Ended {
  stretch: number;
  key: (string | number)[];
}

export const cursorOf = ({ stretch, key }: Ended): string =>
  Buffer.from(JSON.stringify([stretch, ...key]), 'utf8').toString('base64url');

/** `invalid_input` for what `cursorOf` did not make. */
export function parseCursor(cursor: string, stretches: readonly Stretch[]): Ended {
  const gone = (): AppError => new AppError('invalid_input', 'That page no longer exists. Read the list again.');
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw gone();
  }
  if (!Array.isArray(parsed)) throw gone();
  const [stretch, ...key] = parsed as unknown[];
  const found = typeof stretch === 'number' ? stretches[stretch] : undefined;
  const isKey = (each: unknown): each is string | number => typeof each === 'string' || typeof each === 'number';
  if (!found || key.length !== found.key.length || !key.every(isKey)) throw gone();
  return { stretch: stretch as number, key };
}
