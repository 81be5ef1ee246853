import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { makeCore } from '../../../test/support/make-core.ts';
import { makeTempDir } from '../../../test/support/make-db.ts';
import { growth } from '../../../test/support/growth.ts';
import { MIGRATIONS, migrate } from '../db/migrate.ts';
import { openDatabase } from '../db/open.ts';

test('my tasks are looked up, not searched for: as soon among many of others as among few', async () => {
  const { api, records } = await makeCore();
  const size = 1_000;
  const engagements = new Map<number, string>();
  for (const tasks of [size >> 2, size, 4 * size]) {
    const { id: engagementId } = await api['engagements.create']({ name: `of ${tasks}` });
    const { id: caseId } = await api['cases.create']({ title: 'x', engagementId });
    engagements.set(tasks, engagementId);
    records.store.transaction({}, () => {
      for (let i = 0; i < tasks; i += 1) {
        const assignee = i < 5 ? 'ana' : `colleague ${i % 7}`;
        const task = { caseId, title: `t${i}`, description: '', group: 'x', position: i, assignee, dueAt: i + 1 };
        records.tasks.create({ actor: 'ana' }, task);
      }
    });
  }
  const ratio = await growth((tasks) => {
    const engagementId = engagements.get(tasks)!;
    for (let i = 0; i < 300; i += 1) {
      expect(records.tasks.mine({ engagementId, assignee: 'ana', limit: 10 }).items).toHaveLength(5);
      expect(records.tasks.mineCounts('ana', engagementId, 10).mine).toBe(5);
      expect(records.tasks.assignees(engagementId)).toHaveLength(8);
    }
  }, size);
  // A search through them would take four times as long.
  expect(ratio).toBeLessThan(2.5);
});

test('a workspace of before gets its open tasks, its counts, and keeps its drafts', () => {
  const db = openDatabase(join(makeTempDir(), 'workspace.db'), randomBytes(32));
  const engagementId = 'e';
  for (const migration of MIGRATIONS.filter(({ id }) => id < 13)) {
    db.exec(migration.sql);
    db.pragma(`user_version=${migration.id}`);
  }
  const now = Date.UTC(2026, 0, 1);
  db.prepare(`INSERT INTO engagement VALUES (?, 'One', 'amber', 'amber', 1, ?, ?, NULL, '{}')`).run(
    engagementId,
    now,
    now,
  );
  db.prepare(
    `INSERT INTO case_record (id, number, engagement_id, title, description, severity, status, tlp, pap, tags, is_flagged,
       assignee, start_at, created_at, updated_at, stamps)
     VALUES ('c', 1, ?, 'x', '', 2, 'open', 'amber', 'amber', '[]', 0, 'ana', ?, ?, ?, '{}')`,
  ).run(engagementId, now, now, now);
  const task = db.prepare(
    `INSERT INTO task (id, case_id, title, description, task_group, status, assignee, position, is_mandatory, due_at,
       created_at, updated_at, deleted_at, stamps)
     VALUES (?, 'c', ?, '', 'default', ?, 'ana', 0, 0, ?, ?, ?, ?, '{}')`,
  );
  task.run('t1', 'waits', 'waiting', null, now, now, null);
  task.run('t2', 'due', 'in_progress', 5, now, now, null);
  task.run('t3', 'done', 'completed', null, now, now, null);
  task.run('t4', 'in the trash', 'waiting', null, now, now, now);
  db.prepare(`INSERT INTO draft VALUES ('c', '', 'T', 'half a thought', ?)`).run(now);
  migrate(db, () => undefined);
  expect(db.prepare('SELECT task_id, due_sort FROM open_task ORDER BY due_sort').all()).toEqual([
    { task_id: 't2', due_sort: 5 },
    { task_id: 't1', due_sort: Number.MAX_SAFE_INTEGER },
  ]);
  const counted = db.prepare(`SELECT name, value FROM case_counter WHERE name LIKE 'tasks%' ORDER BY name`).all();
  expect(counted).toEqual([
    { name: 'tasks', value: 3 },
    { name: 'tasksDone', value: 1 },
    { name: 'tasksOpen', value: 2 },
  ]);
  expect(db.prepare('SELECT note_id, writer, body FROM draft').get()).toEqual({
    note_id: '',
    writer: '',
    body: 'half a thought',
  });
  db.close();
});
