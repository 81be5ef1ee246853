import type { Trashed, TrashKind } from '../../shared/contract/trash.ts';
import type { Keyset } from '../db/keyset.ts';
import type { Db } from '../db/open.ts';

/** Where the trash of a case is looked for: the table, and what a row of it is called by. One line for each kind. */
const KINDS: Readonly<Record<Exclude<TrashKind, 'case'>, { table: string; label: string }>> = {
  observable: { table: 'observable', label: 'x.value' },
  note: { table: 'note', label: `CASE WHEN x.title = '' THEN substr(x.body, 1, 200) ELSE x.title END` },
  task: { table: 'task', label: 'x.title' },
  evidence: { table: 'evidence', label: 'x.name' },
};

const MOST_OF_A_KIND = 500;

export interface TrashRepo {
  /** The last that went there first. */
  cases(engagementId: string, after: Keyset | undefined, limit: number): Trashed[];
  ofCase(caseId: string): Trashed[];
  /** Where a thing belongs and whether it is in the trash. */
  find(kind: TrashKind, id: string): { caseId: string; engagementId: string; deletedAt: number | null } | undefined;
}

export function createTrashRepo(db: Db): TrashRepo {
  const cases = db.prepare<
    [{ engagementId: string; at: number; id: string; limit: number }],
    Omit<Trashed, 'deletedBy'>
  >(
    `SELECT 'case' AS kind, id, title AS label, number AS caseNumber, title AS caseTitle, deleted_at AS deletedAt
     FROM case_record WHERE engagement_id = @engagementId AND deleted_at IS NOT NULL AND (deleted_at, id) < (@at, @id)
     ORDER BY deleted_at DESC, id DESC LIMIT @limit`,
  );
  const kinds = Object.entries(KINDS).map(([kind, { table, label }]) => ({
    list: db.prepare<[string], Omit<Trashed, 'deletedBy'>>(
      `SELECT '${kind}' AS kind, x.id, ${label} AS label, c.number AS caseNumber, c.title AS caseTitle,
         x.deleted_at AS deletedAt
       FROM ${table} x JOIN case_record c ON c.id = x.case_id
       WHERE x.case_id = ? AND x.deleted_at IS NOT NULL ORDER BY x.deleted_at DESC LIMIT ${MOST_OF_A_KIND}`,
    ),
  }));
  const place = (table: string) =>
    db.prepare<[string], { caseId: string; engagementId: string; deletedAt: number | null }>(
      table === 'case_record'
        ? 'SELECT id AS caseId, engagement_id AS engagementId, deleted_at AS deletedAt FROM case_record WHERE id = ?'
        : `SELECT x.case_id AS caseId, c.engagement_id AS engagementId, x.deleted_at AS deletedAt
           FROM ${table} x JOIN case_record c ON c.id = x.case_id WHERE x.id = ?`,
    );
  const places: Record<TrashKind, ReturnType<typeof place>> = {
    case: place('case_record'),
    observable: place('observable'),
    note: place('note'),
    task: place('task'),
    evidence: place('evidence'),
  };
  const actor = db
    .prepare<[string, string], string>(
      'SELECT actor FROM change WHERE entity = ? AND row_id = ? ORDER BY seq DESC LIMIT 1',
    )
    .pluck();
  // Nothing in the trash changes, so the last change is what put it there.
  const withActor = (row: Omit<Trashed, 'deletedBy'>): Trashed => ({
    ...row,
    deletedBy: actor.get(row.kind, row.id) ?? '',
  });
  return {
    cases: (engagementId, after, limit) =>
      cases.all({ engagementId, at: after?.at ?? Number.MAX_SAFE_INTEGER, id: after?.id ?? '', limit }).map(withActor),
    ofCase: (caseId) =>
      kinds
        .flatMap(({ list }) => list.all(caseId))
        .sort((a, b) => b.deletedAt - a.deletedAt)
        .map(withActor),
    find: (kind, id) => places[kind].get(id),
  };
}
