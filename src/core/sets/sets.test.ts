import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeSession, type TestSession } from '../../../test/support/make-session.ts';
import { writeFlavor } from '../../../test/support/make-settings.ts';

let session: TestSession;
let root: string;

beforeAll(async () => {
  session = await makeSession();
  root = join(session.dir, '..', 'kit');
  writeFlavor(root, { name: 'Names', version: '1.0' });
  writeFlavor(root, { name: 'Other', version: '1.0', items: [{ name: 'key', required: true }] });
  await session.api['analyzers.addSource']({ path: root });
});
afterAll(() => session.close());

test('a set runs each analyzer on the types that it is for, and says why one cannot', async () => {
  const { api } = session;
  const made = await api['sets.create']({
    name: 'Triage',
    members: [
      { flavorId: 'osmia/Indicators_1_0', dataTypes: ['url'] },
      { flavorId: 'kit/Names_1_0' },
      { flavorId: 'kit/Other_1_0' },
    ],
  });
  expect(made).toMatchObject({ name: 'Triage', description: '', dataTypes: expect.arrayContaining(['ip', 'url']) });
  const { refused, local, destinations } = await api['jobs.plan']({
    setId: made.id,
    subjects: [
      { dataType: 'ip', value: '192.0.2.1' },
      { dataType: 'domain', value: 'a.example' },
    ],
  });
  const rows = [...local, ...destinations.flatMap((group) => group.rows), ...refused];
  // The domain is nobody's in this set; the address is not what Indicators was put there for.
  expect(rows.map(({ flavorId, value }) => `${flavorId} ${value}`).sort()).toEqual([
    'kit/Names_1_0 192.0.2.1',
    'kit/Other_1_0 192.0.2.1',
  ]);
  expect(refused.map(({ reason }) => reason?.code)).toContain('settings_missing');
  await expect(
    api['jobs.plan']({
      setId: '019aa000-0000-7000-8000-000000000001',
      subjects: [{ dataType: 'ip', value: '192.0.2.1' }],
    }),
  ).rejects.toMatchObject({ code: 'not_found' });
});

test('a set outlives another version of its analyzers, and says which one it runs', async () => {
  const { api } = session;
  const { id } = await api['sets.create']({ name: 'Later', members: [{ flavorId: 'kit/Names_1_0' }] });
  rmSync(join(root, 'Kit/Names_1.0.json'));
  for (const version of ['1.9', '1.10']) writeFlavor(root, { name: 'Names', version });
  await api['analyzers.removeSource']({ name: 'kit' });
  expect((await api['sets.list']({})).find((set) => set.id === id)?.members).toMatchObject([
    { flavorId: 'kit/Names_1_0', runsId: null, name: 'Names_1_0' },
  ]);
  const subjects = [{ dataType: 'ip' as const, value: '192.0.2.1' }];
  await expect(api['jobs.plan']({ setId: id, subjects })).rejects.toMatchObject({ code: 'conflict' });
  await api['analyzers.addSource']({ path: root });
  expect((await api['sets.list']({})).find((set) => set.id === id)?.members).toMatchObject([
    { flavorId: 'kit/Names_1_0', runsId: 'kit/Names_1_10', name: 'Names', version: '1.10' },
  ]);
});

test('names are unique, a change changes only what it names, and what was removed comes back', async () => {
  const { api } = session;
  const { id } = await api['sets.create']({ name: 'One', description: 'first', members: [] });
  await expect(api['sets.create']({ name: ' one ', members: [] })).rejects.toMatchObject({ code: 'conflict' });
  const changed = await api['sets.update']({ id, patch: { members: [{ flavorId: 'osmia/FileInfo_1_0' }] } });
  expect(changed).toMatchObject({ name: 'One', description: 'first', dataTypes: ['file'] });
  await api['sets.remove']({ id });
  expect((await api['sets.list']({})).map((set) => set.id)).not.toContain(id);
  await expect(api['sets.update']({ id, patch: { name: 'Two' } })).rejects.toMatchObject({ code: 'not_found' });
  expect(await api['sets.restore']({ id })).toMatchObject({ name: 'One', description: 'first' });
});
