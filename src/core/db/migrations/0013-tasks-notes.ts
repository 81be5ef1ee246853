import type { Migration } from '../migrate.ts';

/** Flags, pins and files of tasks and notes, templates of both, drafts of two windows, and who has what to do. */
export const migration0013: Migration = {
  id: 13,
  name: 'tasks-notes',
  sql: /* sql */ `
ALTER TABLE task ADD COLUMN is_flagged INTEGER NOT NULL DEFAULT 0 CHECK (is_flagged IN (0,1));
ALTER TABLE note ADD COLUMN is_pinned INTEGER NOT NULL DEFAULT 0 CHECK (is_pinned IN (0,1));
-- Ids of evidence of the case: files of a line of a task's log.
ALTER TABLE note ADD COLUMN attachments TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(attachments));
CREATE INDEX note_task ON note (task_id, created_at, id) WHERE task_id IS NOT NULL AND deleted_at IS NULL;

-- shared
CREATE TABLE note_template (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  stamps TEXT NOT NULL CHECK (json_valid(stamps))
) STRICT;

-- shared
CREATE TABLE task_template (
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  task_group TEXT NOT NULL,
  is_mandatory INTEGER NOT NULL CHECK (is_mandatory IN (0,1)),
  due_hours INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  stamps TEXT NOT NULL CHECK (json_valid(stamps))
) STRICT;

-- Not shared: follows from task. What is open over all cases of an engagement, by whose it is and when it is due.
CREATE TABLE open_task (
  task_id TEXT PRIMARY KEY REFERENCES task (id) ON DELETE CASCADE,
  case_id TEXT NOT NULL,
  engagement_id TEXT NOT NULL,
  assignee TEXT NOT NULL,
  -- The largest safe integer stands for no due date, so that one order serves.
  due_sort INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX open_task_whose ON open_task (engagement_id, assignee, due_sort, task_id);
INSERT INTO open_task (task_id, case_id, engagement_id, assignee, due_sort)
  SELECT t.id, t.case_id, c.engagement_id, t.assignee, coalesce(t.due_at, 9007199254740991)
  FROM task t JOIN case_record c ON c.id = t.case_id
  WHERE t.deleted_at IS NULL AND t.status IN ('waiting','in_progress');

INSERT INTO case_counter (case_id, name, value)
  SELECT case_id, 'tasks', count(*) FROM task WHERE deleted_at IS NULL GROUP BY case_id;
INSERT INTO case_counter (case_id, name, value)
  SELECT case_id, 'tasksOpen', count(*) FROM task
  WHERE deleted_at IS NULL AND status IN ('waiting','in_progress') GROUP BY case_id;
INSERT INTO case_counter (case_id, name, value)
  SELECT case_id, 'tasksDone', count(*) FROM task WHERE deleted_at IS NULL AND status = 'completed' GROUP BY case_id;

-- Two windows on one note each keep a draft of their own.
CREATE TABLE draft_by_writer (
  case_id TEXT NOT NULL,
  note_id TEXT NOT NULL,
  writer TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  saved_at INTEGER NOT NULL,
  PRIMARY KEY (case_id, note_id, writer)
) STRICT, WITHOUT ROWID;
INSERT INTO draft_by_writer (case_id, note_id, writer, title, body, saved_at)
  SELECT case_id, note_id, '', title, body, saved_at FROM draft;
DROP TABLE draft;
ALTER TABLE draft_by_writer RENAME TO draft;
`,
};
