import { expect, test } from 'vitest';
import { makeCore, type TestCore } from '../../../test/support/make-core.ts';
import { putAlert } from '../../../test/support/put-alert.ts';

interface Kit extends TestCore {
  engagementId: string;
  /** One that brings a value known in a case, an IOC and a plain one. */
  alert(facts?: Partial<Parameters<typeof putAlert>[1]>): string;
  caseOf(title: string, values: string[]): Promise<{ id: string; number: number }>;
  statusOf(id: string): Promise<string>;
}

async function makeKit(): Promise<Kit> {
  const core = await makeCore();
  const [engagement] = await core.api['engagements.list']({});
  const engagementId = engagement!.id;
  return {
    ...core,
    engagementId,
    alert: (facts = {}) =>
      putAlert(core, {
        engagementId,
        title: 'Beacon on a host',
        description: 'Seen by the sensor.',
        tags: ['sensor'],
        observables: [
          { dataType: 'ip', value: '198.51.100.7', tags: ['c2'], isIoc: true, tlp: 'green' },
          { dataType: 'domain', value: 'bad.example' },
          { dataType: 'hash', value: 'd41d8cd98f00b204e9800998ecf8427e' },
        ],
        ...facts,
      }),
    async caseOf(title, values) {
      const found = await core.api['cases.create']({ title });
      await core.api['observables.add']({ caseId: found.id, items: values.map((value) => ({ value })) });
      return found;
    },
    statusOf: async (id) => (await core.api['alerts.get']({ id })).status,
  };
}

test('life cycle: read, unread, ignored, imported; the trash of the case sets it free and brings it back', async () => {
  const { api, alert, statusOf } = await makeKit();
  const id = alert();
  expect(await statusOf(id)).toBe('new');
  await api['alerts.mark']({ ids: [id], isRead: true });
  expect(await statusOf(id)).toBe('ignored');
  await api['alerts.mark']({ ids: [id], isRead: false });
  expect(await statusOf(id)).toBe('new');
  const { case: made } = await api['alerts.createCase']({ ids: [id] });
  expect(await api['alerts.get']({ id })).toMatchObject({
    status: 'imported',
    caseNumber: made.number,
    importedAs: 'new',
  });
  await api['alerts.mark']({ ids: [id], isRead: false });
  expect(await statusOf(id)).toBe('updated');
  await api['alerts.mark']({ ids: [id], isRead: true });
  expect(await statusOf(id)).toBe('imported');

  await api['cases.trash']({ ids: [made.id] });
  expect(await api['alerts.get']({ id })).toMatchObject({ status: 'new', caseId: null, caseNumber: null });
  await api['trash.restore']({ items: [{ kind: 'case', id: made.id }] });
  expect(await api['alerts.get']({ id })).toMatchObject({ status: 'imported', caseId: made.id });
  await api['alerts.follow']({ ids: [id], isFollowed: false });
  await api['cases.trash']({ ids: [made.id] });
  expect(await statusOf(id)).toBe('ignored');
});

test('counters follow every change, undo too', async () => {
  const { api, alert } = await makeKit();
  const [a, b] = [alert({ source: 'one' }), alert({ source: 'two', severity: 4 })];
  expect(await api['alerts.counts']({})).toMatchObject({
    total: 2,
    unread: 2,
    sources: { one: 1, two: 1 },
    severities: { 2: 1, 4: 1 },
    tags: [{ tag: 'sensor', count: 2 }],
  });
  const group = '01999999-9999-7999-8999-999999999999';
  await api['alerts.ignore']({ ids: [a, b] }, { group });
  expect(await api['alerts.counts']({})).toMatchObject({ unread: 0, followed: 0, statuses: { ignored: 2 } });
  await api['changes.undo']({ group });
  expect(await api['alerts.counts']({})).toMatchObject({ unread: 2, followed: 2, statuses: { new: 2 } });
  await api['alerts.trash']({ ids: [a] });
  expect(await api['alerts.counts']({})).toMatchObject({ total: 1, sources: { two: 1 }, tags: [{ count: 1 }] });
  await expect(api['alerts.get']({ id: a })).rejects.toMatchObject({ code: 'not_found' });
  expect(await api['alerts.trashed']({})).toMatchObject([{ id: a, source: 'one' }]);
  await api['alerts.restore']({ ids: [a] });
  expect(await api['alerts.counts']({})).toMatchObject({ total: 2, sources: { one: 1, two: 1 } });
});

test('the list: filters, words, a value it brings, pages', async () => {
  const { api, alert, clock } = await makeKit();
  const ids: string[] = [];
  for (let at = 0; at < 5; at += 1) {
    clock.advance(1_000);
    ids.unshift(alert({ title: `Alert number ${at}`, type: at % 2 === 0 ? 'misp' : 'csv', severity: (at % 4) + 1 }));
  }
  const other = alert({ title: 'Odd', date: 1, observables: [{ dataType: 'fqdn', value: 'only.here.example' }] });
  const list = async (input: object): Promise<string[]> => (await api['alerts.list'](input)).items.map((row) => row.id);
  expect(await list({})).toEqual([...ids, other]);
  expect(await list({ type: 'csv' })).toEqual([ids[1], ids[3]]);
  expect(await list({ severities: [4] })).toEqual([ids[1]]);
  expect(await list({ text: 'number 3' })).toEqual([ids[1]]);
  expect(await list({ text: 'only[.]here.example' })).toEqual([other]);
  expect(await list({ tag: 'none' })).toEqual([]);
  expect(await list({ isRead: true })).toEqual([]);
  const first = await api['alerts.list']({ limit: 4 });
  const second = await api['alerts.list']({ limit: 4, cursor: first.next! });
  expect([...first.items, ...second.items].map((row) => row.id)).toEqual([...ids, other]);
  expect(second.next).toBeNull();
});

test('preview: which observable hits which case, and similar cases with shared of all', async () => {
  const { api, alert, caseOf } = await makeKit();
  const near = await caseOf('Near', ['198.51.100.7', 'bad.example']);
  const far = await caseOf('Far', ['198.51.100.7']);
  const id = alert();
  const { items, types } = await api['alerts.observables']({ id });
  expect(types).toEqual({ ip: 1, domain: 1, hash: 1 });
  const ip = items.find(({ dataType }) => dataType === 'ip')!;
  expect(ip.cases.map(({ number }) => number)).toEqual([far.number, near.number]);
  expect(items.find(({ dataType }) => dataType === 'hash')!.cases).toEqual([]);
  const similar = await api['alerts.similar']({ id });
  expect(similar.map((one) => [one.title, one.observables, one.iocs])).toEqual([
    ['Near', { shared: 2, of: 3 }, { shared: 1, of: 1 }],
    ['Far', { shared: 1, of: 3 }, { shared: 1, of: 1 }],
  ]);
  expect((await api['alerts.similar']({ id, minPercent: 50 })).map(({ title }) => title)).toEqual(['Near']);
  await api['cases.close']({ id: near.id, closing: { resolution: 'other', summary: 'x' } });
  expect((await api['alerts.similar']({ id, isOpenOnly: true })).map(({ title }) => title)).toEqual(['Far']);
});

test('import: the case starts when the alert happened and is as strict; what is there takes over tags and marks', async () => {
  const { api, alert, caseOf } = await makeKit();
  const id = alert({ tlp: 'red', date: 1_700_000_000_000 });
  const second = alert({
    tags: ['edr'],
    severity: 4,
    date: 1_600_000_000_000,
    observables: [{ dataType: 'ip', value: '203.0.113.5' }],
  });
  const { case: made, added } = await api['alerts.createCase']({ ids: [id, second] });
  expect(made).toMatchObject({ startAt: 1_600_000_000_000, tlp: 'red', severity: 4 });
  expect([...made.tags].sort()).toEqual(['edr', 'sensor']);
  expect(added).toBe(4);
  const { items } = await api['observables.list']({ caseId: made.id });
  expect(items.find(({ value }) => value === '198.51.100.7')).toMatchObject({
    tags: ['c2', 'src:misp'],
    isIoc: true,
    tlp: 'green',
    marks: ['alert:misp'],
  });
  await expect(api['alerts.createCase']({ ids: [id] })).rejects.toMatchObject({ code: 'conflict' });

  const target = await caseOf('Known', ['198.51.100.7']);
  const third = alert();
  const merged = await api['alerts.merge']({ ids: [third], caseId: target.id });
  expect([merged.added, merged.alreadyThere]).toEqual([2, 1]);
  expect(merged.case.description).toContain('#### Merged with alert #');
  const there = await api['observables.list']({ caseId: target.id });
  expect(there.items.find(({ value }) => value === '198.51.100.7')).toMatchObject({
    tags: ['c2', 'src:misp'],
    isIoc: true,
  });
});

test('detach takes back what the alert brought, and nothing else; undo of a merge does so too', async () => {
  const { api, alert, caseOf } = await makeKit();
  const target = await caseOf('Known', ['198.51.100.7']);
  await api['cases.update']({ id: target.id, patch: { description: 'Mine.', tags: ['mine'] } });
  const [id, other] = [alert(), alert({ observables: [{ dataType: 'domain', value: 'bad.example' }] })];
  await api['alerts.merge']({ ids: [id, other], caseId: target.id });
  expect(await api['alerts.detach']({ ids: [id] })).toEqual({ changed: 1, removed: 1 });
  const values = async (): Promise<string[]> =>
    (await api['observables.list']({ caseId: target.id })).items.map(({ value }) => value).sort();
  // The other alert of the case brings the domain as well, so that stays.
  expect(await values()).toEqual(['198.51.100.7', 'bad.example']);
  const after = await api['cases.get']({ id: target.id });
  expect(after.description.startsWith('Mine.')).toBe(true);
  expect(after.description.match(/#### Merged/g)).toHaveLength(1);
  expect(await api['alerts.get']({ id })).toMatchObject({ status: 'new', caseId: null });

  const group = '01999999-9999-7999-8999-99999999aaaa';
  const third = alert({ observables: [{ dataType: 'ip', value: '203.0.113.77' }] });
  const before = await api['cases.get']({ id: target.id });
  await api['alerts.merge']({ ids: [third], caseId: target.id }, { group });
  await api['changes.undo']({ group });
  expect(await values()).toEqual(['198.51.100.7', 'bad.example']);
  expect(await api['cases.get']({ id: target.id })).toMatchObject({
    description: before.description,
    tags: before.tags,
  });
  expect(await api['alerts.get']({ id: third })).toMatchObject({ status: 'new', caseId: null });
});
