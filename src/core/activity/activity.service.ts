import type { ActivityGroup, ChangedField } from '../../shared/contract/activity.ts';
import type { ChangeRow } from '../sync/change-log.ts';
import type { ActivityRepo } from './activity.repo.ts';

export interface ActivityService {
  list(input: { caseId: string; cursor?: string | undefined; limit: number }): {
    items: ActivityGroup[];
    next: string | null;
  };
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
  return {
    list({ caseId, cursor, limit }) {
      const items: ActivityGroup[] = [];
      let current: { group: ActivityGroup; txnId: string } | undefined;
      let read = 0;
      let last = cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(cursor);
      for (const row of repo.changes(caseId, last)) {
        const before = row.before === null ? undefined : (JSON.parse(row.before) as Values);
        const after = row.after === null ? undefined : (JSON.parse(row.after) as Values);
        const kind = kindOf(before, after);
        const isSame =
          current?.txnId === row.txn_id && current.group.entity === row.entity && current.group.kind === kind;
        if (!isSame && (items.length === limit || read >= MAX_READ)) return { items, next: String(last) };
        if (!isSame) {
          current = { txnId: row.txn_id, group: newGroup(row, kind) };
          items.push(current.group);
        }
        read += 1;
        last = row.seq;
        const { group } = current!;
        group.count += 1;
        if (group.things.length < THINGS_SHOWN && !group.things.some(({ id }) => id === row.row_id)) {
          const label = repo.labelOf(row.entity, row.row_id);
          group.things.push({
            id: row.row_id,
            label: (label?.text ?? '').slice(0, VALUE_CAP),
            dataType: label?.dataType ?? null,
          });
        }
        group.fields = group.count > 1 || kind !== 'changed' ? [] : fieldsOf(before ?? {}, after ?? {});
      }
      return { items, next: null };
    },
  };
}

function kindOf(before: Values | undefined, after: Values | undefined): ActivityGroup['kind'] {
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
