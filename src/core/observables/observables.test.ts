import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeCore, type TestCore } from '../../../test/support/make-core.ts';
import { subjectHash } from './subject-hash.ts';

const newCase = async ({ api }: TestCore, title = 'x'): Promise<string> => (await api['cases.create']({ title })).id;

test('what is typed is refanged, given a type and kept as it was typed', async () => {
  const core = await makeCore();
  const caseId = await newCase(core);
  const result = await core.api['observables.add']({
    caseId,
    items: [
      { value: ' hxxps://login[.]evil-portal[.]com/a ' },
      { value: '45.77.1[.]9', isIoc: true, tags: ['c2', 'c2'] },
      { value: '999.888.777.666' },
      { value: 'not an ip', dataType: 'ip' },
      { value: 'a.bin', dataType: 'file' },
      { value: '45.77.1.9' },
    ],
  });
  expect(result.added).toHaveLength(2);
  expect(result.alreadyThere).toEqual([{ index: 5, id: result.added[1], merged: false }]);
  expect(result.refused.map(({ index }) => index)).toEqual([2, 3, 4]);
  for (const { reason } of result.refused) expect(reason).not.toBe('');
  const { observable } = await core.api['observables.get']({ id: result.added[0]! });
  expect(observable).toMatchObject({ dataType: 'url', value: 'https://login.evil-portal.com/a', verdict: null });
  expect(observable).toMatchObject({ message: 'Typed as hxxps://login[.]evil-portal[.]com/a', tlp: 'amber' });
  expect((await core.api['observables.get']({ id: result.added[1]! })).observable).toMatchObject({
    isIoc: true,
    tags: ['c2'],
  });
  expect((await core.api['cases.get']({ id: caseId })).counts).toMatchObject({ observables: 2, notAnalysed: 2 });
});

test('what went to the trash comes back when it is added again, or restored', async () => {
  const core = await makeCore();
  const caseId = await newCase(core);
  const { added } = await core.api['observables.add']({
    caseId,
    items: [{ value: '45.77.1.9' }, { value: '45.77.1.10' }],
  });
  expect(await core.api['observables.remove']({ ids: [...added, added[0]!] })).toEqual({ removed: 2 });
  expect(await core.api['observables.remove']({ ids: added })).toEqual({ removed: 0 });
  expect(await core.api['observables.list']({ caseId })).toMatchObject({
    items: [],
    total: 0,
    facets: { dataTypes: {} },
  });
  await expect(core.api['observables.get']({ id: added[0]! })).rejects.toMatchObject({ code: 'not_found' });
  const again = await core.api['observables.add']({
    caseId,
    items: [{ value: '45.77.1.9', isIoc: true, message: 'back' }],
  });
  expect(again).toEqual({ added: [added[0]], alreadyThere: [], refused: [] });
  expect(await core.api['observables.restore']({ ids: added })).toEqual({ restored: 1 });
  const list = await core.api['observables.list']({ caseId });
  expect(list).toMatchObject({ total: 2, facets: { dataTypes: { ip: 2 }, ioc: 1, sighted: 0 } });
  expect((await core.api['observables.list']({ caseId, text: 'back' })).items).toHaveLength(1);
});

test('filters, words and pages agree with each other and with the facets', async () => {
  const core = await makeCore();
  const caseId = await newCase(core);
  const items = Array.from({ length: 30 }, (_, i) => ({
    value: i % 2 === 0 ? `45.77.1.${i}` : `host${i}.evil-portal.com`,
    isIoc: i % 5 === 0,
    message: i === 7 ? 'seen at the harbour' : '',
  }));
  await core.api['observables.add']({ caseId, items });
  const list = (input: object) => core.api['observables.list']({ caseId, ...input });
  expect(await list({ dataTypes: ['ip'] })).toMatchObject({ total: 15 });
  expect(await list({ dataTypes: ['ip'], isIoc: true })).toMatchObject({ total: 3 });
  expect(await list({ isIoc: false })).toMatchObject({ total: 24 });
  expect(await list({ isNotAnalysed: true })).toMatchObject({ total: 30 });
  expect(await list({ isNotAnalysed: false })).toMatchObject({ total: 0, items: [] });
  expect((await list({ text: 'HARB' })).items.map((item) => item.value)).toEqual(['host7.evil-portal.com']);
  expect(await list({ text: 'host9[.]evil-portal' })).toMatchObject({ total: 1 });
  expect(await list({ text: '"AND OR* NEAR(' })).toMatchObject({ total: 0 });
  expect((await list({ text: '...' })).total).toBe(30);
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await list({ limit: 7, ...(cursor === undefined ? {} : { cursor }) });
    seen.push(...page.items.map((item) => item.id));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  expect(new Set(seen).size).toBe(30);
  expect(seen).toHaveLength(30);
});

test('any text is a search, never an error', async () => {
  const core = await makeCore();
  const caseId = await newCase(core);
  await core.api['observables.add']({ caseId, items: [{ value: '45.77.1.9' }] });
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), async (text) => {
      await core.api['observables.list']({ caseId, text });
      await core.api['observables.list']({ caseId, notText: text, valueStart: text, valuePart: text });
    }),
    { numRuns: 300 },
  );
});

test('the newest report of each flavor makes the verdict, and counters follow it', async () => {
  const core = await makeCore();
  const caseId = await newCase(core);
  const { added } = await core.api['observables.add']({
    caseId,
    items: [{ value: '45.77.1.9' }, { value: '45.77.1.10' }],
  });
  const id = added[0]!;
  const record = (flavorId: string, level: 'info' | 'safe' | 'malicious', reportedAt: number, jobId = id) =>
    core.records.observables.recordReport({
      observableId: id,
      flavorId,
      jobId,
      taxonomies: [{ level, namespace: 'T', predicate: 'p', value: reportedAt }],
      reportedAt,
    });
  record('a', 'safe', 10);
  record('b', 'malicious', 20);
  const list = await core.api['observables.list']({ caseId, verdicts: ['malicious'] });
  expect(list).toMatchObject({ total: 1, facets: { verdicts: { malicious: 1, safe: 0, notAnalysed: 1 } } });
  expect(list.items[0]).toMatchObject({ verdict: 'malicious', analysedAt: 20 });
  expect(list.items[0]!.taxonomies.map((taxonomy) => taxonomy.flavorId)).toEqual(['b', 'a']);
  expect((await core.api['observables.list']({ caseId, verdicts: ['malicious'], isNotAnalysed: true })).total).toBe(2);
  record('b', 'info', 15);
  expect((await core.api['observables.get']({ id })).observable.verdict).toBe('malicious');
  record('b', 'info', 30);
  expect((await core.api['observables.get']({ id })).observable.verdict).toBe('safe');
  await core.api['observables.remove']({ ids: [id] });
  record('c', 'malicious', 40);
  expect((await core.api['cases.get']({ id: caseId })).counts).toMatchObject({ observables: 1, malicious: 0, safe: 0 });
  await core.api['observables.restore']({ ids: [id] });
  expect((await core.api['cases.get']({ id: caseId })).counts).toMatchObject({ malicious: 1, notAnalysed: 1 });
});

test('seen in: other cases of the same engagement, never those of another', async () => {
  const core = await makeCore();
  const other = await core.api['engagements.create']({ name: 'Another client' });
  const cases = [
    await newCase(core),
    await newCase(core),
    (await core.api['cases.create']({ title: 'o', engagementId: other.id })).id,
  ];
  const ids: string[] = [];
  for (const caseId of cases) {
    ids.push(...(await core.api['observables.add']({ caseId, items: [{ value: '45.77.1.9' }] })).added);
  }
  const seenIn = async (id: string) => (await core.api['observables.get']({ id })).observable.seenIn;
  expect(await seenIn(ids[0]!)).toEqual([2]);
  expect(await seenIn(ids[1]!)).toEqual([1]);
  expect(await seenIn(ids[2]!)).toEqual([]);
  await core.api['observables.remove']({ ids: [ids[1]!] });
  expect(await seenIn(ids[0]!)).toEqual([]);
  expect((await core.api['observables.list']({ engagementId: other.id })).total).toBe(1);
});

test('bulk edits reach every row once and keep the counters right', async () => {
  const core = await makeCore();
  const caseId = await newCase(core);
  const items = Array.from({ length: 1_500 }, (_, i) => ({
    value: `45.77.${i >> 8}.${i & 255}`,
    dataType: 'ip' as const,
  }));
  const { added } = await core.api['observables.add']({ caseId, items });
  expect(added).toHaveLength(1_500);
  expect(await core.api['observables.update']({ ids: added, patch: { isIoc: true, tlp: 'red' } })).toEqual({
    changed: 1_500,
  });
  expect(await core.api['observables.update']({ ids: added.slice(0, 10), patch: { isIoc: true } })).toEqual({
    changed: 0,
  });
  expect(await core.api['observables.update']({ ids: added.slice(0, 10), patch: { isIoc: false } })).toEqual({
    changed: 10,
  });
  expect((await core.api['observables.list']({ caseId, limit: 1 })).facets.ioc).toBe(1_490);
  expect(core.db.prepare(`SELECT count(DISTINCT txn_id) FROM change WHERE entity = 'observable'`).pluck().get()).toBe(
    3,
  );
});

test('counters equal what counting would say, after any history', async () => {
  const core = await makeCore();
  const caseId = await newCase(core);
  const values = ['45.77.1.9', '45.77.1.10', 'cdn.evil-portal.com', 'CVE-2024-3094'];
  const step = fc.record({
    op: fc.constantFrom('add', 'remove', 'restore', 'ioc', 'sighted', 'report'),
    which: fc.nat(3),
    flag: fc.boolean(),
  });
  const ids = new Map<number, string>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      for (const { op, which, flag } of steps) {
        const id = ids.get(which);
        if (op === 'add') {
          const { added, alreadyThere } = await core.api['observables.add']({
            caseId,
            items: [{ value: values[which]!, isIoc: flag }],
          });
          ids.set(which, added[0] ?? alreadyThere[0]!.id);
        } else if (id === undefined) continue;
        else if (op === 'remove') await core.api['observables.remove']({ ids: [id] });
        else if (op === 'restore') await core.api['observables.restore']({ ids: [id] });
        else if (op === 'ioc') await core.api['observables.update']({ ids: [id], patch: { isIoc: flag } });
        else if (op === 'sighted') await core.api['observables.update']({ ids: [id], patch: { isSighted: flag } });
        else {
          core.clock.advance(1);
          core.records.observables.recordReport({
            observableId: id,
            flavorId: 'f',
            jobId: id,
            taxonomies: flag ? [{ level: 'suspicious', namespace: 'n', predicate: 'p', value: 1 }] : [],
            reportedAt: core.clock.now(),
          });
        }
      }
      const page = await core.api['observables.list']({ caseId });
      const count = (test: (item: (typeof page.items)[number]) => boolean) => page.items.filter(test).length;
      expect(page.total).toBe(page.items.length);
      expect(page.facets.ioc).toBe(count((item) => item.isIoc));
      expect(page.facets.sighted).toBe(count((item) => item.isSighted));
      expect(page.facets.verdicts['suspicious']).toBe(count((item) => item.verdict === 'suspicious'));
      expect(page.facets.verdicts['notAnalysed']).toBe(count((item) => item.verdict === null));
      expect(page.facets.dataTypes['ip'] ?? 0).toBe(count((item) => item.dataType === 'ip'));
    }),
    { numRuns: 20 },
  );
});

test('one value, one subject; the type is part of it, a file is its bytes', () => {
  expect(subjectHash({ dataType: 'domain', value: 'a.com' })).not.toBe(
    subjectHash({ dataType: 'fqdn', value: 'a.com' }),
  );
  expect(subjectHash({ dataType: 'ip', value: '1.1.1.1' })).toMatch(/^[0-9a-f]{64}$/);
  expect(subjectHash({ sha256: 'AB'.repeat(32) })).toBe('ab'.repeat(32));
});
