import type { ActivityGroup, ChangedField } from '../../shared/contract/activity.ts';
import type { ChangeRow } from '../sync/change-log.ts';
import type { ActivityRepo } from './activity.repo.ts';

export interface ActivityService {
  list(input: { caseId: string; cursor?: string | undefined; limit: number }): {
    items: ActivityGroup[];
    next: string | null;
  };
  /** What some changes did, those of one kind in a row together. */
  describe(rows: readonly ChangeRow[]): ActivityGroup[];
}

/** Longer values are cut: the whole is in the thing itself, or in the log of a note. */
const VALUE_CAP = 300;
const THINGS_SHOWN = 5;
/** Changes read for one page, so that an import of a hundred thousand does not hold the core. */
const MAX_READ = 20_000;
/** Kept by the store itself, for each change: they say nothing. */
const BOOKKEEPING = new Set(['createdAt', 'updatedAt', 'deletedAt']);

type Values = Record<string, unknown>;

export function createActivityService(repo: ActivityRepo): ActivityService {
  const addTo = (group: ActivityGroup, row: ChangeRow, { before, after }: Decoded): void => {
    group.count += 1;
    if (group.things.length < THINGS_SHOWN && !group.things.some(({ id }) => id === row.row_id)) {
      const label = repo.labelOf(row.entity, row.row_id);
      group.things.push({
        id: row.row_id,
        label: (label?.text ?? '').slice(0, VALUE_CAP),
        dataType: label?.dataType ?? null,
      });
    }
    group.fields = group.count > 1 || group.kind !== 'changed' ? [] : fieldsOf(before ?? {}, after ?? {});
  };

  /** Gathers rows, the newest first, until there are `limit` groups; says where it stopped, or null at the end. */
  const gather = (
    rows: Iterable<ChangeRow>,
    limit: number,
  ): { items: ActivityGroup[]; stoppedAfter: number | null } => {
    const items: ActivityGroup[] = [];
    let current: { group: ActivityGroup; txnId: string } | undefined;
    let read = 0;
    let last = 0;
    for (const row of rows) {
      const decoded = decode(row);
      const kind = kindOf(decoded);
      const isSame =
        current?.txnId === row.txn_id && current.group.entity === row.entity && current.group.kind === kind;
      if (!isSame) {
        if (items.length === limit || read >= MAX_READ) return { items, stoppedAfter: last };
        current = { txnId: row.txn_id, group: newGroup(row, kind) };
        items.push(current.group);
      }
      read += 1;
      last = row.seq;
      addTo(current!.group, row, decoded);
    }
    return { items, stoppedAfter: null };
  };

  return {
    list({ caseId, cursor, limit }) {
      const from = cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(cursor);
      const { items, stoppedAfter } = gather(repo.changes(caseId, from), limit);
      return { items, next: stoppedAfter === null ? null : String(stoppedAfter) };
    },
    describe: (rows) => gather(rows, Number.MAX_SAFE_INTEGER).items,
  };
}

interface Decoded {
  before: Values | undefined;
  after: Values | undefined;
}

const decode = (row: ChangeRow): Decoded => ({
  before: row.before === null ? undefined : (JSON.parse(row.before) as Values),
  after: row.after === null ? undefined : (JSON.parse(row.after) as Values),
});

function kindOf({ before, after }: Decoded): ActivityGroup['kind'] {
  if (after === undefined) return 'purged';
  if (before === undefined) return 'added';
  if (!Object.hasOwn(after, 'deletedAt')) return 'changed';
  return after['deletedAt'] === null ? 'restored' : 'trashed';
}

const newGroup = (row: ChangeRow, kind: ActivityGroup['kind']): ActivityGroup => ({
  id: row.id,
  at: row.at,
  actor: row.actor,
  reason: row.reason,
  entity: row.entity,
  kind,
  count: 0,
  things: [],
  fields: [],
});

const fieldsOf = (before: Values, after: Values): ChangedField[] =>
  Object.keys(after)
    .filter((name) => !BOOKKEEPING.has(name))
    .map((name) => ({ name, before: cut(before[name]), after: cut(after[name]) }));

const cut = (value: unknown): string | null => {
  if (value === undefined || value === null) return null;
  const text = JSON.stringify(value);
  return text.length > VALUE_CAP ? `${text.slice(0, VALUE_CAP)}…` : text;
};
