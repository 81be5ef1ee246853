import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeCore } from '../../../../test/support/make-core.ts';
import { makeClock, makeTempDir } from '../../../../test/support/make-db.ts';
import { createBlobStore } from '../../evidence/blob-store.ts';
import { createWorkspaceKeys } from '../../workspace/keys.ts';
import { MIGRATIONS } from '../migrate.ts';
import { openDatabase } from '../open.ts';

const ENGAGEMENT = '01900000-0000-7000-8000-000000000001';
const ALERT = '01900000-0000-7000-8000-000000000002';

test('a workspace of before: alerts keep all they had, their values become rows, and every file still opens', async () => {
  const [dir, master] = [makeTempDir(), randomBytes(32)];
  const keys = createWorkspaceKeys(master);
  const db = openDatabase(join(dir, 'workspace.db'), keys.database);
  for (const { id, sql } of MIGRATIONS.filter((each) => each.id < 15)) {
    db.exec(sql);
    db.pragma(`user_version=${id}`);
  }
  db.exec(`INSERT INTO engagement (id, name, tlp, pap, is_offline, created_at, updated_at, stamps)
    VALUES ('${ENGAGEMENT}', 'Old', 'amber', 'amber', 1, 1, 1, '{}')`);
  db.prepare(
    `INSERT INTO alert (id, engagement_id, type, source, source_ref, title, description, severity, date, tlp, pap, tags, is_read,
       is_updated, artifacts, created_at, updated_at, stamps)
     VALUES (?, ?, 'misp', 'hub', '7', 'Seen', 'Text', 3, 5, 'green', 'amber', '["a"]', 1, 0, ?, 1, 1, '{}')`,
  ).run(
    ALERT,
    ENGAGEMENT,
    JSON.stringify([
      { dataType: 'ip', data: '198.51.100.9', message: 'm', tlp: 'red', tags: ['t'], isIoc: true, isSighted: false },
      { dataType: 'ip', data: '198.51.100.9', message: '', tlp: 'red', tags: [], isIoc: true, isSighted: false },
    ]),
  );
  const blobs = createBlobStore({ db, dir: join(dir, 'blobs'), keys, clock: makeClock() });
  const blob = await blobs.put(Buffer.from('evidence'), { owner: 'case', id: ENGAGEMENT });
  await blobs.close();
  db.close();

  const core = await makeCore({ dir, master });
  onTestFinished(core.drop);
  expect(await core.api['alerts.get']({ id: ALERT })).toMatchObject({
    title: 'Seen',
    tags: ['a'],
    status: 'ignored',
    isFollowed: true,
    observables: 1,
    iocs: 1,
  });
  expect((await core.api['alerts.observables']({ id: ALERT })).items).toMatchObject([
    { dataType: 'ip', value: '198.51.100.9', message: 'm', tlp: 'red', tags: ['t'], isIoc: true },
  ]);
  expect(await core.api['alerts.counts']({})).toMatchObject({ total: 1, unread: 0, tags: [{ tag: 'a', count: 1 }] });
  expect((await core.api['alerts.list']({ text: 'seen' })).items).toHaveLength(1);
  const reader = await core.blobs.open(blob.id);
  expect(Buffer.from(await reader.read(0, 100)).toString()).toBe('evidence');
  await reader.close();
});
