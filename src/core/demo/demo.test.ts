import { expect, test, afterAll, beforeAll } from 'vitest';
import { makeSession, type TestSession } from '../../../test/support/make-session.ts';

let session: TestSession;
beforeAll(async () => {
  session = await makeSession();
});
afterAll(() => session.close());

test('the demo case works offline: mail, observables with reports, tasks, a note; one undo takes it away', async () => {
  const { api } = session;
  const engagement = (await api['engagements.list']({}))[0]!;
  expect(engagement.isOffline).toBe(true);
  // Two windows at once get one case.
  const [one, two] = await Promise.all([api['demo.open']({}), api['demo.open']({})]);
  expect(two.caseId).toBe(one.caseId);
  const { caseId } = one;
  const jobs = await api['jobs.list']({ caseId, limit: 1_000 });
  expect(jobs.items.length).toBeGreaterThan(5);
  const done = await api['jobs.wait']({ ids: jobs.items.map(({ id }) => id) });
  expect(new Set(done.map(({ status }) => status))).toEqual(new Set(['done']));
  expect((await api['egress.list']({ engagementId: engagement.id })).items).toEqual([]);

  const made = await api['cases.get']({ id: caseId });
  expect(made).toMatchObject({ severity: 3, tags: ['demo', 'phishing'] });
  expect(made.counts.observables).toBeGreaterThan(10);
  expect(made.counts.evidence).toBeGreaterThan(0);
  const observables = await api['observables.list']({ caseId, limit: 1_000 });
  expect(observables.items.filter(({ isIoc }) => isIoc)).toHaveLength(3);
  expect(observables.items.some(({ taxonomies }) => taxonomies.length > 0)).toBe(true);
  const tasks = await api['tasks.list']({ caseId });
  expect(new Set(tasks.map(({ status }) => status))).toEqual(new Set(['completed', 'in_progress', 'waiting']));

  expect(await api['demo.open']({})).toEqual({ caseId, caseNumber: one.caseNumber, isNew: false });
  expect((await api['changes.undo']({}))?.caseId).toBe(caseId);
  await expect(api['cases.get']({ id: caseId })).rejects.toMatchObject({ code: 'not_found' });
  expect((await api['cases.list']({})).items).toEqual([]);
});
