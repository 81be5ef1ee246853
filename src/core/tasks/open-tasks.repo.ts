import type { Db } from '../db/open.ts';

/** The kept list of what is open (table open_task). Written in the transaction that changes a task. */
export interface OpenTasksRepo {
  put(id: string, task: { caseId: string; assignee: string; dueAt: number | null }): void;
  remove(id: string): void;
}

/** Stands for no due date: such tasks come last. */
export const NEVER_DUE = Number.MAX_SAFE_INTEGER;

export function createOpenTasksRepo(db: Db): OpenTasksRepo {
  const put = db.prepare<[string, string, string, number, string]>(
    `INSERT INTO open_task (task_id, case_id, engagement_id, assignee, due_sort)
     SELECT ?, ?, engagement_id, ?, ? FROM case_record WHERE id = ?
     ON CONFLICT (task_id) DO UPDATE SET case_id = excluded.case_id, engagement_id = excluded.engagement_id,
       assignee = excluded.assignee, due_sort = excluded.due_sort`,
  );
  const remove = db.prepare<[string]>('DELETE FROM open_task WHERE task_id = ?');
  return {
    put(id, { caseId, assignee, dueAt }) {
      put.run(id, caseId, assignee, dueAt ?? NEVER_DUE, caseId);
    },
    remove(id) {
      remove.run(id);
    },
  };
}
