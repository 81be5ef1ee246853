import type { TaskTemplate } from '../../shared/contract/tasks.ts';
import type { Db } from '../db/open.ts';

interface Row extends Omit<TaskTemplate, 'isMandatory'> {
  isMandatory: number;
  deletedAt: number | null;
}

export type StoredTaskTemplate = TaskTemplate & { deletedAt: number | null };

export interface TaskTemplatesRepo {
  /** By group and title; without those in the trash. */
  list(): TaskTemplate[];
  /** In the trash too. */
  find(id: string): StoredTaskTemplate | undefined;
}

const MOST = 2_000;

export function createTaskTemplatesRepo(db: Db): TaskTemplatesRepo {
  const columns = `id, title, description, task_group AS "group", is_mandatory AS isMandatory, due_hours AS dueHours,
    created_at AS createdAt, updated_at AS updatedAt, deleted_at AS deletedAt`;
  const list = db.prepare<[number], Row>(
    `SELECT ${columns} FROM task_template WHERE deleted_at IS NULL
     ORDER BY task_group COLLATE NOCASE, title COLLATE NOCASE, id LIMIT ?`,
  );
  const find = db.prepare<[string], Row>(`SELECT ${columns} FROM task_template WHERE id = ?`);
  return {
    list: () => list.all(MOST).map(rowToStored).map(asTaskTemplate),
    find(id) {
      const row = find.get(id);
      return row && rowToStored(row);
    },
  };
}

const rowToStored = (row: Row): StoredTaskTemplate => ({ ...row, isMandatory: row.isMandatory === 1 });

export function asTaskTemplate(stored: StoredTaskTemplate): TaskTemplate {
  const { deletedAt: _, ...template } = stored;
  return template;
}
