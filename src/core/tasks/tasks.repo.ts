import type { Task, TaskOfCase, TaskStatus } from '../../shared/contract/tasks.ts';
import { notMergedAway } from '../db/merged-away.ts';
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
  is_flagged: number;
  start_at: number | null;
  end_at: number | null;
  due_at: number | null;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
  logs: number;
}

export type StoredTask = Task & { deletedAt: number | null };

export interface TasksRepo {
  /** Also finds one in the trash. */
  find(id: string): StoredTask | undefined;
  /** In the order in which they came, each with the beginning of its description. */
  list(caseId: string): Task[];
  /** Open ones of the case. */
  openOf(caseId: string): Task[];
  /** After the last one of the case. */
  lastPosition(caseId: string): number | undefined;
  /** Ids and positions of a group of the case, in order. */
  group(caseId: string, group: string): { id: string; position: number }[];
  /** Open ones of an engagement by whose they are; what is due first comes first. `after` is where the last page ended. */
  openBy(
    engagementId: string,
    assignee: string,
    after: { dueSort: number; id: string } | undefined,
    limit: number,
  ): (TaskOfCase & { dueSort: number })[];
  /** How many there are that are due before `dueBefore`, up to `most`. */
  countOpen(engagementId: string, assignee: string, dueBefore: number, most: number): number;
  /** Different assignees of open tasks, by name. */
  assignees(engagementId: string, limit: number): string[];
}

const DESCRIPTION_IN_LISTS = 2_000;
const MOST_IN_CASE = 10_000;

export function createTasksRepo(db: Db): TasksRepo {
  const select = (description: string): string => `SELECT t.id, t.case_id, t.title, ${description} AS description,
    t.task_group, t.status, t.assignee, t.position, t.is_mandatory, t.is_flagged, t.start_at, t.end_at, t.due_at,
    t.created_at, t.updated_at, t.deleted_at,
    (SELECT count(*) FROM note n WHERE n.task_id = t.id AND n.deleted_at IS NULL) AS logs`;
  const cut = `substr(t.description, 1, ${DESCRIPTION_IN_LISTS})`;
  const byId = db.prepare<[string], Row>(`${select('t.description')} FROM task t WHERE t.id = ?`);
  const byCase = db.prepare<[string, number], Row>(
    `${select(cut)} FROM task t WHERE t.case_id = ? AND t.deleted_at IS NULL ORDER BY t.id LIMIT ?`,
  );
  const openOf = db.prepare<[string, number], Row>(
    `${select(cut)} FROM task t WHERE t.case_id = ? AND t.deleted_at IS NULL AND t.status IN ('waiting','in_progress')
     ORDER BY t.id LIMIT ?`,
  );
  const last = db
    .prepare<[string], number | null>('SELECT max(position) FROM task WHERE case_id = ? AND deleted_at IS NULL')
    .pluck();
  const group = db.prepare<[string, string], { id: string; position: number }>(
    `SELECT id, position FROM task WHERE case_id = ? AND task_group = ? AND deleted_at IS NULL ORDER BY position, id`,
  );
  const openBy = db.prepare<
    [string, string, number, string, number],
    Row & { case_number: number; case_title: string; due_sort: number }
  >(
    `${select(cut)}, c.number AS case_number, c.title AS case_title, o.due_sort
     FROM open_task o JOIN task t ON t.id = o.task_id JOIN case_record c ON c.id = o.case_id
     WHERE o.engagement_id = ? AND o.assignee = ? AND (o.due_sort, o.task_id) > (?, ?) AND c.deleted_at IS NULL
       AND ${notMergedAway('c')}
     ORDER BY o.due_sort, o.task_id LIMIT ?`,
  );
  const countOpen = db
    .prepare<[string, string, number, number], number>(
      `SELECT count(*) FROM (SELECT 1 FROM open_task o JOIN case_record c ON c.id = o.case_id
       WHERE o.engagement_id = ? AND o.assignee = ? AND o.due_sort < ? AND c.deleted_at IS NULL
         AND ${notMergedAway('c')} LIMIT ?)`,
    )
    .pluck();
  const nextAssignee = db
    .prepare<[string, string], string | null>(
      'SELECT min(assignee) FROM open_task WHERE engagement_id = ? AND assignee > ?',
    )
    .pluck();
  return {
    find(id) {
      const row = byId.get(id);
      return row && rowToTask(row);
    },
    list: (caseId) => byCase.all(caseId, MOST_IN_CASE).map(rowToTask).map(asTask),
    openOf: (caseId) => openOf.all(caseId, MOST_IN_CASE).map(rowToTask).map(asTask),
    lastPosition: (caseId) => last.get(caseId) ?? undefined,
    group: (caseId, name) => group.all(caseId, name),
    openBy: (engagementId, assignee, after, limit) =>
      openBy
        .all(engagementId, assignee, after?.dueSort ?? -1, after?.id ?? '', limit)
        .map(({ case_number: caseNumber, case_title: caseTitle, due_sort: dueSort, ...row }) => ({
          ...asTask(rowToTask(row)),
          caseNumber,
          caseTitle,
          dueSort,
        })),
    countOpen: (engagementId, assignee, dueBefore, most) => countOpen.get(engagementId, assignee, dueBefore, most) ?? 0,
    assignees(engagementId, limit) {
      // A step of the index for each name, however many tasks each has.
      const names: string[] = [];
      let name = nextAssignee.get(engagementId, '');
      while (typeof name === 'string' && names.length < limit) {
        names.push(name);
        name = nextAssignee.get(engagementId, name);
      }
      return names;
    },
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
  isFlagged: row.is_flagged === 1,
  startAt: row.start_at,
  endAt: row.end_at,
  dueAt: row.due_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  deletedAt: row.deleted_at,
  logs: row.logs,
});

export function asTask(stored: StoredTask): Task {
  const { deletedAt: _, ...task } = stored;
  return task;
}
