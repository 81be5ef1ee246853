import type { Evidence } from '../../shared/contract/entities.ts';
import type { TaskLog } from '../../shared/contract/tasks.ts';
import type { Db } from '../db/open.ts';
import type { Keyset } from '../db/keyset.ts';

interface Row {
  id: string;
  taskId: string;
  caseId: string;
  message: string;
  attachments: string;
  createdAt: number;
  updatedAt: number;
  deletedAt: number | null;
}

export type StoredLog = TaskLog & { deletedAt: number | null };

export interface TaskLogsRepo {
  /** Also finds one in the trash. */
  find(id: string): StoredLog | undefined;
  list(taskId: string, isNewestFirst: boolean, after: Keyset | undefined, limit: number): TaskLog[];
}

/** Lines of tasks are notes with a task; their files are evidence of the case. */
export function createTaskLogsRepo(db: Db, evidence: (id: string) => Evidence | undefined): TaskLogsRepo {
  const select = `SELECT id, task_id AS taskId, case_id AS caseId, body AS message, attachments, created_at AS createdAt,
    updated_at AS updatedAt, deleted_at AS deletedAt FROM note`;
  const byId = db.prepare<[string], Row>(`${select} WHERE id = ? AND task_id IS NOT NULL`);
  const page = (sign: '<' | '>', order: 'ASC' | 'DESC') =>
    db.prepare<[string, number, string, number], Row>(
      `${select} WHERE task_id = ? AND deleted_at IS NULL AND (created_at, id) ${sign} (?, ?)
       ORDER BY created_at ${order}, id ${order} LIMIT ?`,
    );
  const oldest = page('>', 'ASC');
  const newest = page('<', 'DESC');

  const rowToLog = (row: Row): StoredLog => ({
    ...row,
    attachments: (JSON.parse(row.attachments) as string[])
      .map(evidence)
      // What went to the trash with the evidence is not shown, and comes back with it.
      .filter((file) => file !== undefined)
      .map(({ id, name, size, mediaType, observableId }) => ({ id, name, size, mediaType, observableId })),
  });
  return {
    find(id) {
      const row = byId.get(id);
      return row && rowToLog(row);
    },
    list(taskId, isNewestFirst, after, limit) {
      const rows = isNewestFirst
        ? newest.all(taskId, after?.at ?? Number.MAX_SAFE_INTEGER, after?.id ?? '', limit)
        : oldest.all(taskId, after?.at ?? -1, after?.id ?? '', limit);
      return rows.map(rowToLog).map(asLog);
    },
  };
}

export function asLog(stored: StoredLog): TaskLog {
  const { deletedAt: _, ...log } = stored;
  return log;
}
