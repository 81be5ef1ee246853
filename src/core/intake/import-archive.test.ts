import { expect, test } from 'vitest';
import { buildZip } from '../../../test/support/build-zip.ts';
import { makeCore, type TestCore } from '../../../test/support/make-core.ts';
import { sourceFromBytes } from '../../analysis/byte-source.ts';
import { makeLockedZip } from '../../analysis/containers/locked-zip.ts';

const lock = (password: string, method: 'aes' | 'classic', name = 'sub/dir/a.exe'): Promise<Uint8Array> =>
  makeLockedZip(sourceFromBytes(Buffer.from('MZ not really a program')), name, password, method);

async function takeIn({ api }: TestCore, name: string, bytes: Uint8Array): Promise<string> {
  const { id } = await api['intake.begin']({ name, origin: 'file' });
  await api['intake.append']({ id, base64: Buffer.from(bytes).toString('base64') });
  await api['intake.finish']({ id });
  await api['intake.wait']({ id });
  return id;
}

test.each([
  ['infected', 'aes'],
  ['malware', 'classic'],
] as const)('an archive under the usual password %s (%s) opens by itself', async (password, method) => {
  const core = await makeCore();
  const { id: caseId } = await core.api['cases.create']({ title: 'x', pap: 'red' });
  const intakeId = await takeIn(core, 'sample.zip', await lock(password, method));
  const done = await core.api['observables.addArchive']({
    caseId,
    intakeId,
    tags: ['sample'],
    message: 'From the host',
  });
  expect(done).toMatchObject({ needsPassword: false, added: [{ name: 'a.exe' }], alreadyThere: [], skipped: [] });
  const { items } = await core.api['observables.list']({ caseId });
  expect(items).toMatchObject([{ dataType: 'file', value: 'a.exe', pap: 'red', tags: ['sample'] }]);
  expect(items[0]!.message).toMatch(/^From the host\n\nFrom sample\.zip \(SHA-256 [0-9a-f]{64}\), sub\/dir\/a\.exe$/);
  expect((await core.api['evidence.list']({ caseId }))[0]).toMatchObject({ name: 'a.exe', size: 23 });
  // The archive was only the wrapping: without it the file still opens.
  await core.api['intake.discard']({ id: intakeId });
  const [evidence] = await core.api['evidence.list']({ caseId });
  const blob = core.blobs.findBySha256(evidence!.sha256)!;
  const reader = await core.blobs.open(blob.id);
  expect(Buffer.from(await reader.read(0, 2)).toString()).toBe('MZ');
  await reader.close();
});

test('another password is asked for, and nothing is kept until it is right', async () => {
  const core = await makeCore();
  const { id: caseId } = await core.api['cases.create']({ title: 'x' });
  const intakeId = await takeIn(core, 'sample.zip', await lock('a long one', 'aes'));
  const add = (password?: string) =>
    core.api['observables.addArchive']({ caseId, intakeId, ...(password === undefined ? {} : { password }) });
  expect(await add()).toEqual({ needsPassword: true, tried: ['infected', 'malware', ''] });
  expect(await add('wrong')).toMatchObject({ needsPassword: true });
  expect(await core.api['evidence.list']({ caseId })).toEqual([]);
  expect(await add('a long one')).toMatchObject({ needsPassword: false, added: [{ name: 'a.exe' }] });
  expect(await add('a long one')).toMatchObject({ added: [], alreadyThere: [{ name: 'a.exe' }] });
});

test('a bomb, a damaged file and a path that leads out: what cannot be taken is said, the rest is kept', async () => {
  const core = await makeCore();
  const { id: caseId } = await core.api['cases.create']({ title: 'x' });
  const zip = buildZip([
    { name: '../../etc/passwd', data: 'root' },
    { name: 'C:\\temp\\b.bin', data: 'second' },
    { name: 'bomb.bin', data: Buffer.alloc(8 * 2 ** 20) },
    { name: 'lying.bin', data: Buffer.alloc(4 * 2 ** 20), statedSize: 10 },
    { name: 'damaged.bin', data: 'text', crc: 1 },
    { name: 'empty/', data: '' },
  ]);
  const intakeId = await takeIn(core, 'odd.zip', zip);
  const done = await core.api['observables.addArchive']({ caseId, intakeId });
  if (done.needsPassword) throw new Error('no password is needed');
  expect(done.added.map(({ name }) => name)).toEqual(['passwd', 'b.bin']);
  expect(done.skipped.map(({ name }) => name)).toEqual(['bomb.bin', 'lying.bin', 'damaged.bin']);
  expect(done.skipped[0]!.reason).toMatch(/bomb/);
  for (const { reason } of done.skipped) expect(reason).not.toBe('');
});

test('what is no archive is refused in words', async () => {
  const core = await makeCore();
  const { id: caseId } = await core.api['cases.create']({ title: 'x' });
  const intakeId = await takeIn(core, 'a.zip', Buffer.from('PK but nothing more'));
  await expect(core.api['observables.addArchive']({ caseId, intakeId })).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringContaining('a.zip'),
  });
});

test('evidence leaves as an archive behind a password, and comes back as the same bytes', async () => {
  const core = await makeCore();
  const { id: caseId } = await core.api['cases.create']({ title: 'x' });
  const intakeId = await takeIn(core, 'first.zip', await lock('infected', 'aes'));
  await core.api['observables.addArchive']({ caseId, intakeId });
  const [evidence] = await core.api['evidence.list']({ caseId });
  for (const input of [{}, { method: 'classic' as const, password: 'other' }]) {
    const pieces: Buffer[] = [];
    let total = 0;
    for await (const piece of core.api['evidence.protectedZip']({ id: evidence!.id, ...input })) {
      pieces.push(Buffer.from(piece.base64, 'base64'));
      total = piece.total;
    }
    const zip = Buffer.concat(pieces);
    expect(zip).toHaveLength(total);
    const back = await takeIn(core, 'back.zip', zip);
    const done = await core.api['observables.addArchive']({
      caseId,
      intakeId: back,
      ...('password' in input ? { password: 'other' } : {}),
    });
    expect(done).toMatchObject({ added: [], alreadyThere: [{ name: 'a.exe' }] });
  }
});

test('what leaves behind a password stands in the custody log, by whom', async () => {
  const core = await makeCore();
  const { id: caseId } = await core.api['cases.create']({ title: 'x' });
  const intakeId = await takeIn(core, 'first.zip', await lock('infected', 'aes'));
  await core.api['observables.addArchive']({ caseId, intakeId });
  const [evidence] = await core.api['evidence.list']({ caseId });
  const bo = core.as({ actor: 'bo' });
  for await (const _ of bo['evidence.protectedZip']({ id: evidence!.id, method: 'classic' }));
  const { items } = core.records.custody.list({ caseId, evidenceId: evidence!.id, limit: 1 });
  expect(items).toMatchObject([{ event: 'exported', actor: 'bo', detail: { as: 'zip with a password' } }]);
  expect((await core.records.custody.verify(caseId)).brokenAt).toBeNull();
});
