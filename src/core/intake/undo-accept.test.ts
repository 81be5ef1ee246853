import { expect, test } from 'vitest';
import { makeCore, type TestCore } from '../../../test/support/make-core.ts';
import { createRunStore } from '../../../test/support/report-rows.ts';

async function dropped(core: TestCore, text = 'Please pay to evil.example.com\n'): Promise<string> {
  const { id } = await core.api['intake.begin']({ name: 'invoice.txt', origin: 'file' });
  await core.api['intake.append']({ id, base64: Buffer.from(text).toString('base64') });
  await core.api['intake.finish']({ id });
  await core.api['intake.wait']({ id });
  return id;
}

test('an acceptance that is taken back leaves the file to be accepted again, bytes and all', async () => {
  const core = await makeCore();
  const { api } = core;
  const id = await dropped(core);
  const first = await api['intake.accept']({ id, newCaseTitle: 'By mistake' });
  await api['changes.undo']({});
  expect(await api['intake.get']({ id })).toMatchObject({ state: 'ready', caseId: null });
  const { id: caseId } = await api['cases.create']({ title: 'The right one' });
  const again = await api['intake.accept']({ id, caseId });
  expect(again).toMatchObject({ caseId, added: first.added });
  expect(await api['intake.get']({ id })).toMatchObject({ state: 'accepted', caseId });
  const [file] = await api['evidence.list']({ caseId });
  expect(file).toMatchObject({ name: 'invoice.txt' });
  const reader = await core.blobs.open(core.blobs.findBySha256(file!.sha256)!.id);
  expect(Buffer.from(await reader.read(0, 6)).toString()).toBe('Please');
  await reader.close();
});

test('taken back and brought again it is accepted again, and owns nothing twice', async () => {
  const core = await makeCore();
  const { api, db } = core;
  const id = await dropped(core);
  const { caseId } = await api['intake.accept']({ id, newCaseTitle: 'Invoice' });
  const owners = (): unknown => db.prepare('SELECT owner, owner_id FROM blob_key ORDER BY 1, 2').all();
  const before = owners();
  await api['changes.undo']({});
  await api['changes.redo']({});
  expect(await api['intake.get']({ id })).toMatchObject({ state: 'accepted', caseId });
  expect(owners()).toEqual(before);
});

test('what was taken back and then thrown away stays so when the case comes back', async () => {
  const core = await makeCore();
  const { api } = core;
  const id = await dropped(core);
  const { caseId } = await api['intake.accept']({ id, newCaseTitle: 'Invoice' });
  await api['changes.undo']({});
  await api['intake.discard']({ id });
  await api['changes.redo']({});
  expect(await api['evidence.list']({ caseId })).toMatchObject([{ name: 'invoice.txt' }]);
  await expect(api['intake.get']({ id })).rejects.toMatchObject({ code: 'not_found' });
});

test('jobs that ran on the file come back with it, and go along again', async () => {
  const core = await makeCore();
  const { api, db } = core;
  const id = await dropped(core);
  const { engagementId } = await api['intake.get']({ id });
  const { jobId } = createRunStore(db)({ engagementId, dataType: 'file', value: 'invoice.txt', at: 1 });
  db.prepare('UPDATE job SET intake_id = ? WHERE id = ?').run(id, jobId);
  const jobs = async (caseId: string): Promise<number> => (await api['cases.get']({ id: caseId })).counts.jobs;
  const first = await api['intake.accept']({ id, newCaseTitle: 'By mistake' });
  expect(await jobs(first.caseId)).toBe(1);
  await api['changes.undo']({});
  expect(db.prepare('SELECT case_id, observable_id FROM job WHERE id = ?').get(jobId)).toEqual({
    case_id: null,
    observable_id: null,
  });
  await api['changes.redo']({});
  expect(await jobs(first.caseId)).toBe(1);
  await api['changes.undo']({});
  const { caseId } = await api['intake.accept']({ id, newCaseTitle: 'The right one' });
  expect(await jobs(caseId)).toBe(1);
});
