import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildAttackBundle } from '../../../test/support/build-attack-bundle.ts';
import { makeCore, type TestCore } from '../../../test/support/make-core.ts';

function bundleFile(core: TestCore, text = buildAttackBundle()): string {
  const path = join(core.dir, 'enterprise-attack.json');
  writeFileSync(path, text);
  return path;
}

test('without a pack ids are taken by their form; with one they get names, tactics and a search', async () => {
  const core = await makeCore();
  const { id: caseId } = await core.api['cases.create']({ title: 'x' });
  const added = await core.api['techniques.add']({ caseId, technique: 't1566.001' });
  expect(added).toMatchObject({ technique: 'T1566.001', name: '', tactic: '', events: 0 });
  for (const technique of ['T15', 'T1566.1', 'TA0001', 'T1566; DROP'])
    await expect(core.api['techniques.add']({ caseId, technique })).rejects.toMatchObject({ code: 'invalid_input' });
  expect(await core.api['attack.pack']({})).toBeNull();
  expect(await core.api['attack.search']({ text: 'lure' })).toEqual([]);

  const pack = await core.api['attack.import']({ path: bundleFile(core) });
  expect(pack).toMatchObject({
    name: 'Enterprise test',
    version: '9.1',
    notice: 'Copyright of the test.',
    techniques: 4,
    tactics: 3,
  });
  expect(await core.api['techniques.list']({ caseId })).toMatchObject([{ name: 'Lure with an attachment' }]);
  expect((await core.api['attack.search']({ text: 'attach lure' })).map((each) => each.id)).toEqual(['T1566.001']);
  expect((await core.api['attack.search']({ text: 't1566' })).map((each) => each.id)).toEqual(['T1566', 'T1566.001']);
  // Withdrawn ones come last, and are still found.
  expect((await core.api['attack.search']({ text: 't10' })).map((each) => each.id)).toEqual(['T1053', 'T1064']);
  // With one tactic there is no question which it was; with two nobody guesses.
  expect(await core.api['techniques.add']({ caseId, technique: 'T1204.002' })).toMatchObject({ tactic: 'execution' });
  expect(await core.api['techniques.add']({ caseId, technique: 'T1053' })).toMatchObject({ tactic: '' });
});

test('a file that is no bundle leaves the pack as it was, and says why', async () => {
  const core = await makeCore();
  await core.api['attack.import']({ path: bundleFile(core) });
  await expect(core.api['attack.import']({ path: bundleFile(core, '{"objects":[]}') })).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringContaining('no STIX bundle'),
  });
  expect(await core.api['attack.pack']({})).toMatchObject({ version: '9.1', techniques: 4 });
  await expect(core.api['attack.import']({ path: join(core.dir, 'gone.json') })).rejects.toMatchObject({
    code: 'file.not_found',
  });
});

test('a window names no path: it shows a grant, or sends the file in pieces', async () => {
  const core = await makeCore();
  const path = bundleFile(core);
  const window = core.as({ client: 'window', resolveGrant: (token) => (token === 'chosen' ? path : undefined) });
  await expect(window['attack.import']({ path })).rejects.toMatchObject({ code: 'forbidden' });
  await expect(window['attack.import']({ token: 'other' })).rejects.toMatchObject({ code: 'forbidden' });
  expect(await window['attack.import']({ token: 'chosen' })).toMatchObject({ version: '9.1' });

  const bytes = Buffer.from(buildAttackBundle());
  const { upload } = await window['attack.importBegin']({ name: 'mobile-attack.json', size: bytes.length });
  await expect(window['attack.importBegin']({ name: 'x', size: 1 })).rejects.toMatchObject({ code: 'conflict' });
  for (let at = 0; at < bytes.length; at += 1_000)
    await window['attack.importAppend']({ upload, base64: bytes.subarray(at, at + 1_000).toString('base64') });
  expect(await window['attack.importFinish']({ upload })).toMatchObject({ fileName: 'mobile-attack.json' });
  await expect(window['attack.importFinish']({ upload })).rejects.toMatchObject({ code: 'not_found' });

  const short = await window['attack.importBegin']({ name: 'x.json', size: 10 });
  await expect(window['attack.importFinish'](short)).rejects.toMatchObject({ code: 'file.changed' });
  const long = await window['attack.importBegin']({ name: 'x.json', size: 2 });
  await expect(
    window['attack.importAppend']({ ...long, base64: Buffer.from('abc').toString('base64') }),
  ).rejects.toMatchObject({ code: 'file.changed' });
  await expect(window['attack.importBegin']({ name: 'x', size: 2 ** 40 })).rejects.toMatchObject({ code: 'too_large' });
});

test('cases are found by a technique, and by the technique of a sub-technique, in their engagement only', async () => {
  const core = await makeCore();
  const other = await core.api['engagements.create']({ name: 'Other client' });
  const made = async (title: string, techniques: string[], engagementId?: string): Promise<number> => {
    const found = await core.api['cases.create']({ title, ...(engagementId === undefined ? {} : { engagementId }) });
    for (const technique of techniques) await core.api['techniques.add']({ caseId: found.id, technique });
    return found.number;
  };
  const first = await made('a', ['T1566.001', 'T1566.002', 'T1053']);
  const second = await made('b', ['T1566']);
  await made('c', ['T1053']);
  const abroad = await made('d', ['T1566'], other.id);
  const numbers = async (technique: string, more: object = {}): Promise<number[]> =>
    (await core.api['techniques.cases']({ technique, ...more })).items.map((each) => each.number);
  expect(await numbers('T1566')).toEqual([second, first]);
  expect(await numbers('T1566.002')).toEqual([first]);
  expect(await numbers('T1566', { engagementId: other.id })).toEqual([abroad]);
  const page = await core.api['techniques.cases']({ technique: 'T1566', limit: 1 });
  expect(page.items).toMatchObject([{ number: second, techniques: ['T1566'] }]);
  const next = await core.api['techniques.cases']({ technique: 'T1566', limit: 1, cursor: page.next ?? '' });
  expect(next).toMatchObject({ items: [{ number: first, techniques: ['T1566.001', 'T1566.002'] }], next: null });
});

test('a technique taken off is brought back by undo', async () => {
  const core = await makeCore();
  const { id: caseId } = await core.api['cases.create']({ title: 'x' });
  const { id } = await core.api['techniques.add']({ caseId, technique: 'T1053', description: 'schtasks' });
  await core.api['techniques.update']({ id, patch: { tactic: 'persistence', occurredAt: Date.UTC(2026, 10, 20) } });
  await core.api['techniques.remove']({ id });
  expect(await core.api['techniques.list']({ caseId })).toEqual([]);
  await expect(core.api['techniques.update']({ id, patch: { tactic: '' } })).rejects.toMatchObject({
    code: 'not_found',
  });
  await core.api['changes.undo']({});
  expect(await core.api['techniques.list']({ caseId })).toMatchObject([
    { tactic: 'persistence', description: 'schtasks' },
  ]);
});
