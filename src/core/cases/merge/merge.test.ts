import { expect, test } from 'vitest';
import { makeCore, type TestCore } from '../../../../test/support/make-core.ts';
import { putAlert } from '../../../../test/support/put-alert.ts';
import { createRunStore } from '../../../../test/support/report-rows.ts';
import { createJobsRepo } from '../../jobs/jobs.repo.ts';
import { keepEvidence } from '../../observables/keep-evidence.ts';

const OPEN_SERVICES = { pause: [], time: [] };

interface Two {
  core: TestCore;
  a: string;
  b: string;
  /** Observables of the same value in each. */
  same: { a: string; b: string };
}

/** Two cases that share one analysed value, with notes, a task with a line, a picture, evidence and an alert. */
async function two(): Promise<Two> {
  const core = await makeCore();
  const { api, records, blobs, clock, db } = core;
  const one = await api['cases.create']({
    title: 'Invoice',
    description: 'First.',
    severity: 2,
    tlp: 'green',
    tags: ['a'],
  });
  const other = await api['cases.create']({ title: 'Refund', severity: 3, tlp: 'red', pap: 'clear', tags: ['a', 'b'] });
  await api['cases.update']({ id: other.id, patch: { startAt: one.startAt - 9_000, isFlagged: true } });
  const add = async (caseId: string, value: string, more: object = {}): Promise<string> =>
    (await api['observables.add']({ caseId, items: [{ dataType: 'fqdn', value, ...more }] })).added[0]!;
  const same = {
    a: await add(one.id, 'shared.example.com', { tlp: 'green', tags: ['x'], message: 'Seen in the mail.' }),
    b: await add(other.id, 'shared.example.com', { tlp: 'red', isIoc: true, tags: ['y'], message: 'Seen in the log.' }),
  };
  await add(one.id, 'only.example.com');
  await add(other.id, 'other.example.com');
  const run = createRunStore(db);
  const report = (
    caseId: string,
    observableId: string,
    name: string,
    level: 'safe' | 'malicious',
    at: number,
  ): void => {
    const taxonomies = [{ level, namespace: name, predicate: 'is', value: 1 }];
    const { jobId } = run({
      engagementId: one.engagementId,
      caseId,
      observableId,
      dataType: 'fqdn',
      value: 'shared.example.com',
      at,
      name,
      taxonomies,
      full: { about: `${name} of ${caseId}` },
    });
    records.observables.recordReport({ observableId, flavorId: `kit/${name}_1_0`, jobId, taxonomies, reportedAt: at });
    records.counters.add(caseId, 'jobs', 1);
  };
  report(one.id, same.a, 'Lookup', 'malicious', clock.now() - 500);
  report(other.id, same.b, 'Lookup', 'safe', clock.now() - 100);
  report(other.id, same.b, 'Scan', 'malicious', clock.now() - 50);
  const task = await api['tasks.create']({ caseId: one.id, title: 'Call the client' });
  await api['tasks.addLog']({ taskId: task.id, message: `About ${same.a}.` });
  for (const caseId of [one.id, other.id]) await api['tasks.create']({ caseId, title: 'Write it down' });
  const { imageId } = await api['notes.addImage']({
    caseId: one.id,
    name: 'screen.png',
    base64: Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').toString('base64'),
  });
  await api['notes.save']({ caseId: one.id, title: 'Picture', body: `![](osmia-image:${imageId})` });
  for (const caseId of [one.id, other.id]) {
    const blob = await blobs.put(Buffer.from('a letter'), { owner: 'case', id: caseId });
    const file = { blobId: blob.id, name: 'letter.txt', mediaType: 'text/plain', typeLabel: 'text', intakeId: null };
    db.transaction(() =>
      keepEvidence(
        { ...records, blobs, clock, osmiaVersion: 'test' },
        caseId,
        { ...file, sourceJobId: null },
        { actor: 'ana', caseId },
      ),
    )();
  }
  return { core, a: one.id, b: other.id, same };
}

const values = async (core: TestCore, caseId: string) =>
  (await core.api['observables.list']({ caseId })).items.map(({ value }) => value).sort();

test('the result has everything, duplicates are joined under the stricter marking, and the sources stay', async () => {
  const { core, a, b, same } = await two();
  const { api } = core;
  const plan = await api['cases.planMerge']({ ids: [a, b] });
  expect(plan).toMatchObject({ title: 'Invoice / Refund', severity: 3, tlp: 'red', pap: 'amber', tags: ['a', 'b'] });
  expect(plan.rows).toEqual(
    expect.arrayContaining([
      { kind: 'observables', n: 4, same: 1 },
      { kind: 'tasks', n: 3, same: 1 },
      { kind: 'files of evidence', n: 2, same: 1 },
    ]),
  );
  const { id, number } = await api['cases.merge']({ ids: [a, b] });
  expect(number).toBe(3);
  const [first, second] = [await api['cases.get']({ id: a }), await api['cases.get']({ id: b })];
  const result = await api['cases.get']({ id });
  expect(result).toMatchObject({
    startAt: second.startAt,
    isFlagged: true,
    status: 'open',
    mergedFrom: [a, b],
    counts: { observables: 3, evidence: 1, jobs: 3, malicious: 1, safe: 0, notAnalysed: 2 },
  });
  for (const source of [first, second]) {
    expect(source).toMatchObject({ status: 'duplicated', resolution: 'duplicated', isFlagged: false, mergedInto: id });
  }
  expect(await values(core, id)).toEqual(['only.example.com', 'other.example.com', 'shared.example.com']);
  expect(await values(core, a)).toEqual(['only.example.com', 'shared.example.com']);

  const shared = (await api['observables.list']({ caseId: id })).items.find(({ value }) => value.startsWith('shared'))!;
  expect(shared).toMatchObject({
    tlp: 'red',
    pap: 'amber',
    isIoc: true,
    tags: ['x', 'y'],
    message: 'Seen in the mail.\n\nSeen in the log.',
    verdict: 'malicious',
    seenIn: [],
  });
  // The newest report of each analyzer, and the badge of the one that only the second case had (#446).
  expect(shared.taxonomies.map(({ namespace, level }) => `${namespace} ${level}`).sort()).toEqual([
    'Lookup safe',
    'Scan malicious',
  ]);
  const jobs = createJobsRepo(core.db);
  const history = jobs.list({ observableId: shared.id, limit: 10 }, OPEN_SERVICES).items;
  expect(history).toHaveLength(3);
  expect(history.every(({ reportId }) => reportId !== null)).toBe(true);
  expect(new Set(history.map(({ observableId }) => observableId))).toEqual(new Set([same.a, same.b]));
  expect(jobs.list({ caseId: id, limit: 10 }, OPEN_SERVICES).items).toHaveLength(3);
  expect(jobs.list({ caseId: a, limit: 10 }, OPEN_SERVICES).items).toHaveLength(1);

  const tasks = await api['tasks.list']({ caseId: id });
  expect(tasks.map(({ title }) => title).sort()).toEqual(['Call the client', 'Write it down']);
  const called = tasks.find(({ title }) => title === 'Call the client')!;
  // What a line names is the row of this case now.
  expect((await api['tasks.logs']({ taskId: called.id })).items[0]?.message).toBe(`About ${shared.id}.`);
  const [note] = await api['notes.list']({ caseId: id });
  const image = /osmia-image:([0-9a-f-]{36})/.exec(note!.body)![1]!;
  expect((await api['notes.image']({ imageId: image })).mediaType).toBe('image/png');
  // Nothing of the sources is needed to open what was copied.
  const [letter] = await api['evidence.list']({ caseId: id });
  core.db.transaction(() => {
    for (const owner of [a, b]) core.blobs.release({ owner: 'case', id: owner });
  })();
  const blobId = core.blobs.findBySha256(letter!.sha256)!.id;
  const reader = await core.blobs.open(blobId);
  expect(Buffer.from(await reader.read(0, 8)).toString()).toBe('a letter');
  await reader.close();

  expect(await api['cases.related']({ id })).toEqual([]);
  expect(await api['cases.related']({ id: a })).toEqual([]);
  expect(await api['cases.mergeLinks']({ id })).toMatchObject({ into: null, from: [{ number: 1 }, { number: 2 }] });
  expect(await api['cases.mergeLinks']({ id: a })).toMatchObject({ into: { number: 3, isInTrash: false }, from: [] });
});

test('a target is named by number or words; what cannot be merged says so in words', async () => {
  const { core, a, b } = await two();
  const { api } = core;
  const find = (text: string) => api['cases.findMergeTarget']({ id: a, text });
  expect(await find('2')).toMatchObject([{ case: { id: b }, problem: '' }]);
  expect(await find(' #2 ')).toMatchObject([{ case: { id: b }, problem: '' }]);
  expect(await find('refu')).toMatchObject([{ case: { id: b }, problem: '' }]);
  expect(await find('abc')).toEqual([]);
  expect(await find('-7')).toEqual([]);
  expect(await find('99999999999999999999')).toEqual([]);
  expect(await find('#1')).toMatchObject([{ problem: 'This is the case itself.' }]);
  await expect(api['cases.merge']({ ids: [a, a] })).rejects.toMatchObject({ code: 'invalid_input' });
  const client = await api['engagements.create']({ name: 'Another client' });
  const theirs = await api['cases.create']({ title: 'Theirs', engagementId: client.id });
  expect(await find(`#${theirs.number}`)).toMatchObject([{ problem: 'It belongs to another engagement.' }]);
  await expect(api['cases.merge']({ ids: [a, theirs.id] })).rejects.toMatchObject({ code: 'invalid_input' });
  const { number } = await api['cases.merge']({ ids: [a, b] });
  const third = await api['cases.create']({ title: 'Third' });
  expect(await api['cases.findMergeTarget']({ id: third.id, text: '1' })).toMatchObject([
    { problem: `It was merged into #${number} already.` },
  ]);
  await expect(api['cases.merge']({ ids: [third.id, a] })).rejects.toMatchObject({ code: 'conflict' });
});

test('taken apart, the sources are as they were, and what came since goes where it is wanted', async () => {
  const { core, a, b, same } = await two();
  const { api, db, records } = core;
  const before = [await api['cases.get']({ id: a }), await api['cases.get']({ id: b })];
  const { id } = await api['cases.merge']({ ids: [a, b] });
  expect(await api['cases.planUnmerge']({ id })).toMatchObject({
    changes: [],
    sources: [{ number: 1 }, { number: 2 }],
  });

  const { added } = await api['observables.add']({ caseId: id, items: [{ dataType: 'ip', value: '192.0.2.7' }] });
  await api['notes.save']({ caseId: id, title: 'Later', body: `See ${added[0]}.` });
  const list = (await api['observables.list']({ caseId: id })).items;
  const shared = list.find(({ value }) => value.startsWith('shared'))!;
  const gone = list.find(({ value }) => value.startsWith('other'))!;
  await api['observables.update']({ ids: [shared.id], patch: { isSighted: true } });
  await api['observables.remove']({ ids: [gone.id] });
  const taxonomies = [{ level: 'suspicious' as const, namespace: 'Later', predicate: 'is', value: 1 }];
  const { jobId } = createRunStore(db)({
    engagementId: before[0]!.engagementId,
    caseId: id,
    observableId: shared.id,
    dataType: 'fqdn',
    value: shared.value,
    at: core.clock.now(),
    name: 'Later',
    taxonomies,
  });
  const recorded = {
    observableId: shared.id,
    flavorId: 'kit/Later_1_0',
    jobId,
    taxonomies,
    reportedAt: core.clock.now(),
  };
  records.observables.recordReport(recorded);

  const { changes } = await api['cases.planUnmerge']({ id });
  expect(changes.map(({ kind, what, label }) => `${kind} ${what} ${label}`)).toEqual([
    'observables added 192.0.2.7',
    'observables changed shared.example.com',
    'observables removed other.example.com',
    'observables analysed shared.example.com',
    'notes added Later',
  ]);
  await expect(api['cases.unmerge']({ id, carryTo: id })).rejects.toMatchObject({ code: 'invalid_input' });
  const answer = await api['cases.unmerge']({ id, carryTo: a });
  expect(answer).toMatchObject({
    carried: 5,
    sources: [
      { number: 1, status: 'open' },
      { number: 2, status: 'open' },
    ],
  });
  await expect(api['cases.get']({ id })).rejects.toMatchObject({ code: 'not_found' });

  for (const was of before) {
    const now = await api['cases.get']({ id: was.id });
    const { counts: _, updatedAt: _at, ...rest } = was;
    expect(now).toMatchObject(rest);
  }
  expect(await values(core, a)).toEqual(['192.0.2.7', 'only.example.com', 'shared.example.com']);
  expect(await values(core, b)).toEqual(['shared.example.com']);
  const here = (await api['observables.list']({ caseId: a })).items;
  const carried = here.find(({ value }) => value === '192.0.2.7')!;
  const later = (await api['notes.list']({ caseId: a })).find(({ title }) => title === 'Later')!;
  expect(later.body).toBe(`See ${carried.id}.`);
  const back = here.find(({ id: each }) => each === same.a)!;
  expect(back).toMatchObject({ isSighted: true, tlp: 'green', isIoc: false });
  expect(back.taxonomies.map(({ namespace }) => namespace).sort()).toEqual(['Later', 'Lookup']);
  const history = createJobsRepo(db).list({ observableId: same.a, limit: 10 }, OPEN_SERVICES).items;
  expect(history.map(({ id: each }) => each)).toContain(jobId);
  // Nothing is left that says they belong together.
  expect(await api['cases.mergeLinks']({ id: a })).toEqual({ into: null, from: [] });
  await expect(api['cases.planUnmerge']({ id: a })).rejects.toMatchObject({ code: 'conflict' });
});

test('taken apart, an alert that came since goes along, and back when that is taken back', async () => {
  const { core, a, b } = await two();
  const { api, records } = core;
  const { id } = await api['cases.merge']({ ids: [a, b] });
  const { engagementId } = await api['cases.get']({ id });
  const alert = putAlert(core, { engagementId });
  await api['alerts.merge']({ ids: [alert], caseId: id });
  await api['cases.unmerge']({ id, carryTo: b });
  expect(records.store.find('alert', alert)).toMatchObject({ caseId: b });
  await api['changes.undo']({});
  expect(records.store.find('alert', alert)).toMatchObject({ caseId: id });
});

test('a merge is one step back: nothing of it shows, and forward again everything does', async () => {
  const { core, a, b } = await two();
  const { api } = core;
  const { id } = await api['cases.merge']({ ids: [a, b] });
  const whole = await api['cases.get']({ id });
  await api['changes.undo']({});
  await expect(api['cases.get']({ id })).rejects.toMatchObject({ code: 'not_found' });
  expect(await api['cases.get']({ id: b })).toMatchObject({ status: 'open', mergedInto: null, isFlagged: true });
  await api['changes.redo']({});
  const again = await api['cases.get']({ id });
  expect(again.counts).toEqual(whole.counts);
  expect(await api['cases.get']({ id: a })).toMatchObject({ status: 'duplicated', mergedInto: id });
});

test('whichever of them goes to the trash, every list and link works (#557)', async () => {
  const { core, a, b } = await two();
  const { api } = core;
  const { id, number } = await api['cases.merge']({ ids: [a, b] });
  const walk = async (): Promise<void> => {
    const { items } = await api['cases.list']({});
    for (const row of items) {
      await api['cases.related']({ id: row.id });
      await api['cases.mergeLinks']({ id: row.id });
      for (const { id: each } of (await api['observables.list']({ caseId: row.id })).items) {
        await api['observables.get']({ id: each });
      }
    }
  };
  await api['cases.trash']({ ids: [a] });
  await walk();
  expect(await api['cases.mergeLinks']({ id })).toMatchObject({ from: [{ isInTrash: true }, { isInTrash: false }] });
  expect(await api['cases.get']({ id })).toMatchObject({ counts: { observables: 3 } });
  await api['trash.restore']({ items: [{ kind: 'case', id: a }] });
  await api['cases.trash']({ ids: [id] });
  await walk();
  // With the result in the trash the sources are cases of their own again as far as others can tell.
  expect(await api['cases.related']({ id: a })).toMatchObject([{ id: b }]);
  await expect(api['cases.get']({ number })).rejects.toMatchObject({
    code: 'not_found',
    details: { trashedCaseId: id },
  });
  await api['cases.merge']({ ids: [a, b] });
  await walk();
});

test('a large merge takes turns, and is not there before it is whole', async () => {
  const core = await makeCore();
  const { api } = core;
  const ids: string[] = [];
  for (const title of ['a', 'b']) {
    const { id } = await api['cases.create']({ title });
    const items = Array.from({ length: 1_050 }, (_, i) => ({
      dataType: 'fqdn' as const,
      value: `${title}${i}.example.com`,
    }));
    await api['observables.add']({ caseId: id, items });
    ids.push(id);
  }
  const merging = api['cases.merge']({ ids });
  const during = await api['cases.list']({});
  expect(during.items).toHaveLength(2);
  const { id } = await merging;
  expect((await api['cases.get']({ id })).counts.observables).toBe(2_100);

  await api['changes.undo']({});
  const again = api['cases.merge']({ ids });
  await api['cases.update']({ id: ids[0]!, patch: { title: 'changed meanwhile' } });
  await expect(again).rejects.toMatchObject({ code: 'conflict' });
  expect((await api['cases.list']({})).items.map(({ title }) => title).sort()).toEqual(['b', 'changed meanwhile']);
});
