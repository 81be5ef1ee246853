import type { Task, TaskLog, TaskStatus } from '../../shared/contract/tasks.ts';
import type { Db } from '../db/open.ts';

interface Row {
  id: string;
  case_id: string;
  title: string;
  description: string;
  task_group: string;
  status: TaskStatus;
  assignee: string;
  position: number;
  is_mandatory: number;
  start_at: number | null;
  end_at: number | null;
  due_at: number | null;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
  logs: number;
}

export type StoredTask = Task & { deletedAt: number | null };
export type StoredLog = TaskLog & { deletedAt: number | null };

export interface TasksRepo {
  /** Also finds one in the trash. */
  find(id: string): StoredTask | undefined;
  list(caseId: string): Task[];
  /** After the last one of the case. */
  nextPosition(caseId: string): number;
  logs(taskId: string): TaskLog[];
  findLog(id: string): StoredLog | undefined;
}

export function createTasksRepo(db: Db): TasksRepo {
  const select = `SELECT t.id, t.case_id, t.title, t.description, t.task_group, t.status, t.assignee, t.position, t.is_mandatory,
    t.start_at, t.end_at, t.due_at, t.created_at, t.updated_at, t.deleted_at,
    (SELECT count(*) FROM note n WHERE n.case_id = t.case_id AND n.task_id = t.id AND n.deleted_at IS NULL) AS logs
    FROM task t`;
  const byId = db.prepare<[string], Row>(`${select} WHERE t.id = ?`);
  const byCase = db.prepare<[string], Row>(
    `${select} WHERE t.case_id = ? AND t.deleted_at IS NULL ORDER BY t.task_group, t.position, t.id`,
  );
  const last = db.prepare<[string], number | null>('SELECT max(position) FROM task WHERE case_id = ?').pluck();
  const logSelect = `SELECT id, task_id AS taskId, case_id AS caseId, body AS message, created_at AS createdAt,
    deleted_at AS deletedAt FROM note`;
  const logs = db.prepare<[string, string], StoredLog>(
    `${logSelect} WHERE case_id = ? AND task_id = ? AND deleted_at IS NULL ORDER BY created_at, id`,
  );
  const log = db.prepare<[string], StoredLog>(`${logSelect} WHERE id = ? AND task_id IS NOT NULL`);
  return {
    find(id) {
      const row = byId.get(id);
      return row && rowToTask(row);
    },
    list: (caseId) => byCase.all(caseId).map(rowToTask).map(asTask),
    nextPosition: (caseId) => (last.get(caseId) ?? -1) + 1,
    logs(taskId) {
      const task = byId.get(taskId);
      return task === undefined ? [] : logs.all(task.case_id, taskId).map(asLog);
    },
    findLog: (id) => log.get(id),
  };
}

const rowToTask = (row: Row): StoredTask => ({
  id: row.id,
  caseId: row.case_id,
  title: row.title,
  description: row.description,
  group: row.task_group,
  status: row.status,
  assignee: row.assignee,
  position: row.position,
  isMandatory: row.is_mandatory === 1,
  startAt: row.start_at,
  endAt: row.end_at,
  dueAt: row.due_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  deletedAt: row.deleted_at,
  logs: row.logs,
});

export const asTask = (stored: StoredTask): Task => withoutTrash(stored);
export const asLog = (stored: StoredLog): TaskLog => withoutTrash(stored);

function withoutTrash<T extends { deletedAt: number | null }>(stored: T): Omit<T, 'deletedAt'> {
  const { deletedAt, ...row } = stored;
  if (deletedAt !== null) throw new Error('What is in the trash is not shown.');
  return row;
}
