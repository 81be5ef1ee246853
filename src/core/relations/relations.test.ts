import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import { makeCore, type TestCore } from '../../../test/support/make-core.ts';

async function four(core: TestCore): Promise<{ caseId: string; ids: string[] }> {
  const { id: caseId } = await core.api['cases.create']({ title: 'x' });
  const values = ['evil-portal.com', '45.77.1.9', 'https://evil-portal.com/a.exe', 'a.exe'];
  const { added } = await core.api['observables.add']({ caseId, items: values.map((value) => ({ value })) });
  return { caseId, ids: added };
}

test('a link is seen from both ends, changed, and goes to the trash and back', async () => {
  const core = await makeCore();
  const { caseId, ids } = await four(core);
  const [host, ip, url] = ids as [string, string, string];
  const [link] = await core.api['relations.add']({
    fromId: host,
    toIds: [ip],
    kind: 'resolves-to',
    note: 'passive DNS',
  });
  expect((await core.api['relations.of']({ observableId: host })).stored).toMatchObject([
    {
      direction: 'from',
      relation: { kind: 'resolves-to', note: 'passive DNS' },
      other: { id: ip, value: '45.77.1.9' },
    },
  ]);
  expect((await core.api['relations.of']({ observableId: ip })).stored).toMatchObject([
    { direction: 'to', other: { id: host } },
  ]);
  await core.api['relations.update']({ id: link!.id, patch: { kind: 'hosted-on', note: '' } });
  await core.api['relations.add']({ fromId: host, toIds: [ip, url], kind: 'related-to' });
  await expect(core.api['relations.update']({ id: link!.id, patch: { kind: 'related-to' } })).rejects.toMatchObject({
    code: 'conflict',
  });
  expect((await core.api['relations.list']({ caseId })).items).toHaveLength(3);
  expect(await core.api['relations.remove']({ ids: [link!.id, link!.id] })).toEqual({ removed: 1 });
  expect((await core.api['relations.list']({ caseId })).items).toHaveLength(2);
  expect(await core.api['relations.restore']({ ids: [link!.id] })).toEqual({ restored: 1 });
  // The same again, or the same read from the other side, is no second one.
  await core.api['relations.remove']({ ids: [link!.id] });
  const [again] = await core.api['relations.add']({ fromId: host, toIds: [ip], kind: 'hosted-on', note: 'again' });
  expect(again).toMatchObject({ id: link!.id, note: 'again' });
  await core.api['relations.add']({ fromId: url, toIds: [host], kind: 'related-to' });
  expect((await core.api['relations.list']({ caseId })).items).toHaveLength(3);
});

test('a link needs two observables of one case', async () => {
  const core = await makeCore();
  const { ids } = await four(core);
  const { ids: theirs } = await four(core);
  const add = (toId: string) => core.api['relations.add']({ fromId: ids[0]!, toIds: [ids[1]!, toId], kind: 'drops' });
  await expect(add(ids[0]!)).rejects.toMatchObject({ code: 'invalid_input' });
  await expect(add(theirs[0]!)).rejects.toMatchObject({ code: 'invalid_input' });
  await core.api['observables.remove']({ ids: [ids[2]!] });
  await expect(add(ids[2]!)).rejects.toMatchObject({ code: 'not_found' });
  // Nothing of a refused call is kept.
  expect((await core.api['relations.of']({ observableId: ids[0]! })).stored).toEqual([]);
});

test('what lies in the trash is no other end', async () => {
  const core = await makeCore();
  const { ids } = await four(core);
  await core.api['relations.add']({ fromId: ids[0]!, toIds: [ids[1]!], kind: 'resolves-to' });
  await core.api['observables.remove']({ ids: [ids[1]!] });
  expect((await core.api['relations.of']({ observableId: ids[0]! })).stored).toEqual([]);
  await core.api['observables.restore']({ ids: [ids[1]!] });
  expect((await core.api['relations.of']({ observableId: ids[0]! })).stored).toHaveLength(1);
});

test('what was found in a file is contained in it, and nobody has to say so', async () => {
  const core = await makeCore();
  const bytes = Buffer.from('see https://login.evil-portal.com/a and 45.77.1.9');
  const { id } = await core.api['intake.begin']({ name: 'a.txt', origin: 'file' });
  await core.api['intake.append']({ id, base64: bytes.toString('base64') });
  await core.api['intake.finish']({ id });
  await core.api['intake.wait']({ id });
  const { items } = await core.api['intake.candidates']({ id });
  await core.api['intake.decide']({ id, seqs: items.map(({ seq }) => seq), decision: 'accept' });
  const { caseId } = await core.api['intake.accept']({ id, newCaseTitle: 'x' });
  const rows = (await core.api['observables.list']({ caseId })).items;
  const file = rows.find((row) => row.dataType === 'file')!;
  const ip = rows.find((row) => row.dataType === 'ip')!;
  const of = await core.api['relations.of']({ observableId: file.id });
  expect(of.derived.map(({ kind, why, other }) => [kind, why, other.value])).toEqual(
    expect.arrayContaining([['contains', 'a.txt', '45.77.1.9']]),
  );
  expect((await core.api['relations.of']({ observableId: ip.id })).derived).toMatchObject([
    { kind: 'contained-in', other: { id: file.id } },
  ]);
  const where = await core.api['observables.occurrences']({ id: ip.id });
  expect(where).toMatchObject({ evidence: { name: 'a.txt' }, intakeId: id, report: null });
  expect(where.places).toHaveLength(1);
});

test('what a report proposed knows what was analysed', async () => {
  const core = await makeCore();
  const { caseId, ids } = await four(core);
  const jobId = v7();
  core.db
    .prepare(
      `INSERT INTO job (id, flavor_id, flavor_name, flavor_version, engagement_id, case_id, observable_id, data_type, value,
         subject_hash, tlp, pap, parameters, cache_key, status, run_at, analyzer_sha256, osmia_version, zone, queued_at)
       SELECT ?, 'f', 'Resolver', '1', engagement_id, case_id, id, data_type, value, subject_hash, tlp, pap, '{}', '', 'done',
         1, '', '', 'UTC', 1 FROM observable WHERE id = ?`,
    )
    .run(jobId, ids[0]!);
  const [row] = core.records.observables.rows(core.records.observables.index({ caseId, sort: 'newest' }).nums);
  core.records.store.transaction({}, () => {
    core.records.observables.addInTransaction(
      core.records.cases.get(caseId),
      { ...row!, dataType: 'ip', value: '45.77.1.77', places: [], sourceJobId: jobId },
      { actor: 'ana' },
    );
  });
  const [artifact] = (await core.api['observables.list']({ caseId, text: '45.77.1.77' })).items;
  expect((await core.api['relations.of']({ observableId: ids[0]! })).derived).toMatchObject([
    { kind: 'reported', why: 'Resolver', jobId, other: { id: artifact!.id } },
  ]);
  expect((await core.api['relations.of']({ observableId: artifact!.id })).derived).toMatchObject([
    { kind: 'reported-by', other: { id: ids[0] } },
  ]);
  expect((await core.api['observables.occurrences']({ id: artifact!.id })).report).toEqual({
    jobId,
    analyzer: 'Resolver',
  });
});
