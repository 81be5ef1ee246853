import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import { makeCore, type TestCore } from '../../../../test/support/make-core.ts';
import { makeTempDir } from '../../../../test/support/make-db.ts';
import { putAlert } from '../../../../test/support/put-alert.ts';
import { createRunStore } from '../../../../test/support/report-rows.ts';
import { createKeptCounts } from '../../stats/kept-counts.repo.ts';
import { verifyChangeLog } from '../../sync/change-log.ts';
import { SHARED_ENTITIES } from '../../sync/registry.ts';
import { DESTROY_RULES } from './what-goes.ts';

/** In every text of the case, and nowhere else. */
const CANARY = 'qxzcanary';
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').toString('base64');
const ALSO = 'shared.example.com';

async function dropFile(core: TestCore, name: string, text: string, into: object): Promise<string> {
  const dir = makeTempDir();
  writeFileSync(join(dir, name), text);
  const { id } = await core.api['intake.fromPath']({ path: join(dir, name) });
  await core.api['intake.wait']({ id });
  return (await core.api['intake.accept']({ id, ...into })).caseId;
}

/** A case with something of every kind in it, each with the canary. */
async function fullCase(core: TestCore): Promise<{ caseId: string; number: number; alertId: string }> {
  const { api, records, clock, db } = core;
  const caseId = await dropFile(core, `${CANARY}.txt`, `Letter: ${CANARY} pay to ${CANARY}-host.example.com`, {
    newCaseTitle: `${CANARY} case`,
  });
  const { number, engagementId } = await api['cases.get']({ id: caseId });
  await api['cases.update']({
    id: caseId,
    patch: { description: CANARY, summary: CANARY, tags: [`${CANARY}:tag`], assignee: `${CANARY}-person` },
  });
  const { added } = await api['observables.add']({
    caseId,
    items: [
      { dataType: 'fqdn', value: `${CANARY}.example.org`, tags: [`${CANARY}-o`], message: CANARY, isIoc: true },
      { dataType: 'fqdn', value: ALSO },
      { dataType: 'other', value: `${CANARY} in the trash` },
    ],
  });
  await api['observables.remove']({ ids: [added[2]!] });
  await api['relations.add']({ fromId: added[0]!, toIds: [added[1]!], kind: 'related-to', note: CANARY });
  const task = await api['tasks.create']({ caseId, title: CANARY, description: CANARY, group: CANARY });
  await api['tasks.addLog']({ taskId: task.id, message: CANARY });
  const { imageId } = await api['notes.addImage']({ caseId, name: `${CANARY}.png`, base64: PNG });
  const note = await api['notes.save']({ caseId, title: CANARY, body: `${CANARY} ![](osmia-image:${imageId})` });
  await api['drafts.save']({ caseId, noteId: note.id, writer: v7(), title: CANARY, body: CANARY });
  const asset = await api['assets.create']({ caseId, name: CANARY, note: CANARY });
  await api['timeline.add']({
    caseId,
    title: CANARY,
    description: CANARY,
    at: clock.now(),
    zone: 'UTC',
    precision: 'minute',
    assetIds: [asset.id],
    observableIds: [added[0]!],
    tags: [CANARY],
  });
  await api['techniques.add']({ caseId, technique: 'T1071', description: CANARY });
  const taxonomies = [{ level: 'malicious' as const, namespace: CANARY, predicate: 'is', value: CANARY }];
  const run = { engagementId, caseId, observableId: added[0]!, value: `${CANARY}.example.org`, at: clock.now() };
  const { jobId } = createRunStore(db)({ ...run, taxonomies, full: { said: CANARY } });
  const about = { observableId: added[0]!, flavorId: 'kit/Lookup_1_0', jobId, taxonomies, reportedAt: clock.now() };
  records.observables.recordReport(about);
  records.counters.add(caseId, 'jobs', 1);
  const alertId = putAlert(core, { engagementId, observables: [{ dataType: 'fqdn', value: 'alert.example.com' }] });
  await api['alerts.merge']({ ids: [alertId], caseId });
  return { caseId, number, alertId };
}

/** Every table that holds the canary, the shadow tables of the indexes and their words too. */
function whereCanary(core: TestCore): string[] {
  const { db } = core;
  const found = new Set<string>();
  const look = (table: string, value: unknown): void => {
    const texts = [Buffer.isBuffer(value) ? value.toString('latin1') : String(value)];
    if (Buffer.isBuffer(value)) {
      try {
        texts.push(inflateSync(value).toString('latin1'));
      } catch {
        // Not packed.
      }
    }
    if (texts.some((text) => text.toLowerCase().includes(CANARY))) found.add(table);
  };
  const tables = db.prepare(`SELECT name, sql FROM sqlite_master WHERE type = 'table'`).all() as {
    name: string;
    sql: string;
  }[];
  for (const { name, sql } of tables) {
    if (sql.startsWith('CREATE VIRTUAL')) {
      db.exec(`CREATE VIRTUAL TABLE temp.v_${name} USING fts5vocab('main', '${name}', 'row')`);
      for (const term of db.prepare(`SELECT term FROM temp.v_${name}`).pluck().iterate()) {
        if (String(term).includes('qxz')) found.add(name);
      }
      db.exec(`DROP TABLE temp.v_${name}`);
      continue;
    }
    for (const row of db.prepare(`SELECT * FROM ${name}`).iterate()) {
      for (const value of Object.values(row as object)) look(name, value);
    }
  }
  return [...found].sort();
}

const filesOf = (core: TestCore): string[] =>
  readdirSync(join(core.dir, 'blobs'), { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);

/** Files whose last key went are removed after the commit. */
const afterTurn = (): Promise<void> => new Promise((done) => setImmediate(() => setImmediate(done)));

async function expectSound(core: TestCore): Promise<void> {
  expect(verifyChangeLog(core.db).brokenAt).toBeNull();
  expect(createKeptCounts(core.db).differences()).toEqual([]);
  expect(core.db.pragma('foreign_key_check')).toEqual([]);
}

test('nothing of a destroyed case is left, in any table, index or file', async () => {
  const core = await makeCore();
  const { caseId, number, alertId } = await fullCase(core);
  // What left is written down for good; so is that a destroyed case had sent it.
  core.db.exec(`INSERT INTO egress_entry (id, case_id, engagement_id, flavor_id, destination, hosts, data_type, value,
    subject_hash, what, tlp, pap, at, zone) SELECT 'e', id, engagement_id, 'f', 'Service', '[]', 'fqdn',
    '${CANARY}.example.org', '', 'the value', 'amber', 'amber', 0, 'UTC' FROM case_record`);
  expect(whereCanary(core)).toEqual(
    expect.arrayContaining([
      'case_record',
      'change',
      'custody',
      'draft',
      'intake',
      'observable',
      'search_note',
      'task',
    ]),
  );
  await core.api['cases.trash']({ ids: [caseId] });
  const { files, ...plan } = await core.api['trash.planDestroy']({ caseId });
  expect(plan).toMatchObject({ number, sent: 1, alerts: 1, sources: [], handedOver: 0, unfinishedJobs: 0 });
  expect(Object.fromEntries(plan.goes.map(({ what, n }) => [what, n]))).toMatchObject({
    'files of evidence': 1,
    notes: 2,
    pictures: 1,
    relations: 1,
    tasks: 1,
    techniques: 1,
    'runs with their reports': 1,
  });
  expect(files).toBe(2);

  const done = await core.api['trash.destroy']({ caseId, confirm: ` #${number} ` });
  expect(done).toMatchObject({ number, files: 2 });
  await afterTurn();
  expect(whereCanary(core)).toEqual(['egress_entry']);
  expect(filesOf(core)).toEqual([]);
  expect(readFileSync(join(core.dir, 'workspace.db-wal'))).toHaveLength(0);
  expect(core.db.prepare('SELECT count(*) FROM blob').pluck().get()).toBe(0);

  const byCase = core.db
    .prepare(
      `SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'case_id'`,
    )
    .pluck()
    .all() as string[];
  const left = byCase.filter((name) => core.db.prepare(`SELECT 1 FROM ${name} WHERE case_id = ?`).get(caseId));
  expect(left.sort()).toEqual(['change', 'custody', 'egress_entry']);
  const keys = core.db.prepare('SELECT count(*) FROM owner_key WHERE owner_id = ?').pluck();
  expect(keys.get(caseId)).toBe(0);

  await expectSound(core);
  expect(await core.records.custody.verify(caseId)).toMatchObject({ brokenAt: null, entries: 3, purged: 3 });
  expect(core.db.prepare('SELECT entity, label, actor, hashes FROM deletion_record').all()).toMatchObject([
    { entity: 'case', label: `#${number}`, actor: 'ana', hashes: expect.stringMatching(/^\["[0-9a-f]{64}"\]$/) },
  ]);
  expect(await core.api['alerts.get']({ id: alertId })).toMatchObject({ caseId: null });
  expect((await core.api['trash.cases']({ engagementId: core.records.engagements.list()[0]!.id })).items).toEqual([]);

  // What was done before is answered, and brings nothing back.
  expect(await core.api['changes.undo']({})).toMatchObject({
    restored: 0,
    reasons: [{ why: 'It was destroyed since.' }],
  });
  expect(await core.api['changes.redo']({})).not.toMatchObject({ restored: 1 });
  expect(whereCanary(core)).toEqual(['egress_entry']);
  await expect(core.api['trash.destroy']({ caseId, confirm: '#1' })).rejects.toMatchObject({ code: 'not_found' });
  // Its number is not given again.
  expect((await core.api['cases.create']({ title: 'Next', severity: 2 })).number).toBe(number + 1);
});

test('only from the trash, and only with its number typed', async () => {
  const core = await makeCore();
  const { id, number } = await core.api['cases.create']({ title: 'Kept', severity: 2 });
  const destroy = (confirm: string) => core.api['trash.destroy']({ caseId: id, confirm });
  await expect(destroy(`#${number}`)).rejects.toMatchObject({ code: 'conflict' });
  await expect(core.api['trash.planDestroy']({ caseId: id })).rejects.toMatchObject({ code: 'conflict' });
  await core.api['cases.trash']({ ids: [id] });
  for (const wrong of ['', '#', '#99', 'Kept'])
    await expect(destroy(wrong)).rejects.toMatchObject({ code: 'invalid_input' });
  const job = { engagementId: core.records.engagements.list()[0]!.id, caseId: id, value: 'a.example.com', at: 1 };
  const { jobId } = createRunStore(core.db)(job);
  core.db.prepare(`UPDATE job SET status = 'waiting' WHERE id = ?`).run(jobId);
  await expect(destroy(`#${number}`)).rejects.toThrow('1 jobs that are not over');
  core.db.prepare(`UPDATE job SET status = 'cancelled' WHERE id = ?`).run(jobId);
  expect(await destroy(String(number))).toMatchObject({ number });
});

test('another case that has the same file, value or answer keeps them', async () => {
  const core = await makeCore();
  const { caseId, number } = await fullCase(core);
  const other = await dropFile(core, 'letter.txt', `Letter: ${CANARY} pay to ${CANARY}-host.example.com`, {
    newCaseTitle: 'Other',
  });
  const { added } = await core.api['observables.add']({ caseId: other, items: [{ dataType: 'fqdn', value: ALSO }] });
  // The other case was answered with the earlier report.
  const [job] = core.db.prepare('SELECT id, report_id FROM job WHERE case_id = ?').all(caseId) as {
    id: string;
    report_id: string;
  }[];
  const { jobId } = createRunStore(core.db)({
    engagementId: core.records.engagements.list()[0]!.id,
    caseId: other,
    observableId: added[0]!,
    value: ALSO,
    at: core.clock.now(),
  });
  core.db.prepare('UPDATE job SET report_id = ?, is_cached = 1 WHERE id = ?').run(job!.report_id, jobId);
  await core.api['cases.trash']({ ids: [caseId] });
  expect(await core.api['trash.planDestroy']({ caseId })).toMatchObject({ handedOver: 1 });
  await core.api['trash.destroy']({ caseId, confirm: `#${number}` });
  await afterTurn();

  const [file] = await core.api['evidence.list']({ caseId: other });
  const reader = await core.blobs.open(core.db.prepare('SELECT blob_id FROM evidence').pluck().get() as string);
  expect(Buffer.from(await reader.read(0, 100)).toString()).toContain(CANARY);
  await reader.close();
  expect(file).toMatchObject({ name: 'letter.txt' });
  expect(filesOf(core)).toHaveLength(1);
  expect(core.db.prepare('SELECT case_id FROM job WHERE id = ?').pluck().get(job!.id)).toBe(other);
  expect((await core.api['observables.list']({ caseId: other })).items.map(({ value }) => value)).toContain(ALSO);
  expect(core.db.prepare('SELECT count(*) FROM observable_elsewhere').pluck().get()).toBe(0);
  expect((await core.records.custody.verify(other)).brokenAt).toBeNull();
  await expectSound(core);
});

test('either side of a merge can be destroyed; the other stays whole', async () => {
  for (const side of ['source', 'result'] as const) {
    const core = await makeCore();
    const { caseId, alertId } = await fullCase(core);
    const second = await core.api['cases.create']({ title: 'Second', severity: 2 });
    const merged = await core.api['cases.merge']({ ids: [caseId, second.id] });
    const gone = side === 'source' ? caseId : merged.id;
    const stays = side === 'source' ? merged.id : caseId;
    const before = await core.api['observables.list']({ caseId: stays });
    const verdicts = before.items.map(({ value, verdict }) => [value, verdict]);
    await core.api['cases.trash']({ ids: [gone] });
    const plan = await core.api['trash.planDestroy']({ caseId: gone });
    if (side === 'result') expect(plan.sources).toHaveLength(2);
    else expect(plan.handedOver).toBe(1);
    await core.api['trash.destroy']({ caseId: gone, confirm: String(plan.number) });
    await afterTurn();
    const after = await core.api['observables.list']({ caseId: stays });
    expect(after.items.map(({ value, verdict }) => [value, verdict])).toEqual(verdicts);
    expect(core.db.prepare('SELECT count(*) FROM job WHERE case_id = ?').pluck().get(stays)).toBe(1);
    expect(core.records.counters.ofCase(stays)['jobs']).toBe(1);
    const blobId = core.db.prepare('SELECT blob_id FROM evidence WHERE case_id = ?').pluck().get(stays) as string;
    await (await core.blobs.open(blobId)).close();
    expect(core.db.prepare('SELECT case_id FROM alert WHERE id = ?').pluck().get(alertId)).toBe(stays);
    if (side === 'result') {
      expect(await core.api['cases.get']({ id: caseId })).toMatchObject({ status: 'open', mergedInto: null });
    }
    await expectSound(core);
    await core.drop();
  }
});

test('a destruction that was cut short goes on when asked again, and at the next start; nothing brings the case back', async () => {
  const first = await makeCore();
  const { caseId, number } = await fullCase(first);
  const items = Array.from({ length: 450 }, (_, i) => ({
    dataType: 'fqdn' as const,
    value: `${CANARY}${i}.example.net`,
  }));
  await first.api['observables.add']({ caseId, items });
  await first.api['cases.trash']({ ids: [caseId] });
  const cut = first.api['trash.destroy']({ caseId, confirm: `#${number}` });
  const isCut = expect(cut).rejects.toMatchObject({ code: 'cancelled' });
  const observables = first.db.prepare('SELECT count(*) FROM observable').pluck();
  const all = observables.get() as number;
  while ((observables.get() as number) === all) await new Promise((done) => setImmediate(done));
  await first.features.destroying.close();
  await isCut;
  expect(observables.get()).toBeGreaterThan(0);
  await expect(first.api['trash.restore']({ items: [{ kind: 'case', id: caseId }] })).rejects.toMatchObject({
    code: 'conflict',
  });
  await expect(first.api['changes.undo']({})).rejects.toMatchObject({ code: 'conflict' });
  await first.drop();

  const second = await makeCore({ dir: first.dir, master: first.master, clock: first.clock });
  expect(await second.api['trash.planDestroy']({ caseId })).toMatchObject({ isBegun: true });
  second.features.destroying.resume();
  await second.api['trash.destroy']({ caseId, confirm: `#${number}` });
  expect(whereCanary(second)).toEqual([]);
  await expectSound(second);
});

test('every kind that belongs to a case goes with it or no longer leads to it', () => {
  for (const [entity, { fields }] of Object.entries(SHARED_ENTITIES)) {
    const { how } = DESTROY_RULES[entity as keyof typeof DESTROY_RULES];
    expect('caseId' in fields, entity).toBe(how === 'erase' || how === 'unlink');
  }
});
