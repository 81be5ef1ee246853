import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeCore } from '../../../test/support/make-core.ts';

const EVENT = '5e000000-0000-4000-8000-00000000000a';
const OTHER = '5e000000-0000-4000-8000-00000000000b';

const event = (uuid: string, ...values: string[]): string =>
  JSON.stringify({
    Event: {
      uuid,
      info: `Event ${uuid.slice(-1)}`,
      date: '2026-01-02',
      threat_level_id: '2',
      Attribute: values.map((value) => ({ type: 'domain', category: 'Network activity', value, to_ids: true })),
    },
  });

const attachment = (text: string): string => `a.txt;text/plain;${Buffer.from(text).toString('base64')}`;
const theHive = (observables: object[]): string =>
  JSON.stringify({
    customFields: { score: { integer: 7, order: 0 }, ticket: { string: 'T-1', order: 1 } },
    type: 'siem',
    source: 'splunk',
    sourceRef: '1',
    title: 'T',
    description: 'D',
    tlp: 1,
    artifacts: observables,
  });

test('a followed alert that is in a case: its update goes there and opens it again; one that nobody follows stays as it is', async () => {
  const { api, dir, as, records } = await makeCore();
  const file = join(dir, 'alert.json');
  const take = async (...observables: object[]) => {
    writeFileSync(file, theHive(observables));
    return api['alerts.import']({ place: { path: file } });
  };
  const ip = { dataType: 'ip', data: '198.51.100.1' };
  expect(await take(ip)).toMatchObject({ items: 1, made: 1, observables: 1, problems: 0, error: null });
  const { id } = await api['alerts.get']({ ref: '1' });
  expect(await api['alerts.get']({ id })).toMatchObject({ source: 'splunk', tlp: 'green', status: 'new' });
  const { case: made } = await api['alerts.createCase']({ ids: [id] });
  expect((await api['alerts.get']({ id })).customFields).toMatchObject([
    { name: 'score', value: 7 },
    { name: 'ticket', value: 'T-1' },
  ]);
  expect(records.customFields.values('case', made.id)).toMatchObject([
    { name: 'score', value: 7 },
    { name: 'ticket', value: 'T-1' },
  ]);
  await api['cases.close']({ id: made.id, closing: { resolution: 'other', summary: 'done' } });

  expect(await take(ip)).toMatchObject({ made: 0, updated: 0, unchanged: 1 });
  const added = await take(ip, { dataType: 'file', data: attachment('evil') });
  expect(added).toMatchObject({ updated: 1, observables: 1 });
  expect(await api['alerts.get']({ id })).toMatchObject({ status: 'updated', isRead: false, files: 1 });
  expect(await api['cases.get']({ id: made.id })).toMatchObject({ status: 'in_progress', endAt: null });
  const { items } = await api['observables.list']({ caseId: made.id, dataTypes: ['file'] });
  expect(items).toMatchObject([{ value: 'a.txt', evidenceId: expect.any(String) }]);

  await api['alerts.mark']({ ids: [id], isRead: true });
  await api['alerts.follow']({ ids: [id], isFollowed: false });
  expect(await take(ip, { dataType: 'domain', data: 'new.example' })).toMatchObject({ updated: 1 });
  expect(await api['alerts.get']({ id })).toMatchObject({ status: 'imported', observables: 3 });
  expect((await api['observables.list']({ caseId: made.id, dataTypes: ['domain'] })).items).toEqual([]);

  await api['alerts.trash']({ ids: [id] });
  const again = await take(ip);
  expect(again).toMatchObject({ unchanged: 1, problems: 1 });
  expect((await api['alerts.problems']({ runId: again.id })).items[0]!.reason).toContain('in the trash');
  await expect(as({ client: 'window' })['alerts.import']({ place: { path: file } })).rejects.toMatchObject({
    code: 'forbidden',
  });
});

test('a folder: every kind of file, broken ones are listed, what did not change is left alone', async () => {
  const { api, dir } = await makeCore();
  const folder = join(dir, 'drop');
  mkdirSync(folder);
  writeFileSync(join(folder, 'a.json'), event(EVENT, 'one.example'));
  writeFileSync(join(folder, 'b.json'), '{"Event":');
  writeFileSync(join(folder, 'c.csv'), 'ref,title,ioc\n9,Row,198.51.100.9\n');
  writeFileSync(join(folder, 'd.eml'), 'Subject: Hi\r\nMessage-ID: <m@x>\r\n\r\nsee two.example.com\r\n');
  const source = await api['alerts.addSource']({ kind: 'folder', name: 'Drop', place: { path: folder }, tlp: 'red' });
  const first = await api['alerts.runSource']({ id: source.id });
  expect(first).toMatchObject({ items: 4, skipped: 0, made: 3, problems: 1, sourceId: source.id });
  expect((await api['alerts.problems']({ runId: first.id })).items).toMatchObject([
    { item: 'b.json', reason: expect.stringContaining('no JSON') },
  ]);
  expect((await api['alerts.list']({})).items.map(({ type, tlp }) => `${type} ${tlp}`).toSorted()).toEqual([
    'csv red',
    'mail red',
    'misp red',
  ]);
  expect(await api['alerts.runSource']({ id: source.id })).toMatchObject({ items: 0, skipped: 4 });
  writeFileSync(join(folder, 'a.json'), event(EVENT, 'one.example', 'two.example'));
  expect(await api['alerts.runSource']({ id: source.id })).toMatchObject({ items: 1, skipped: 3, updated: 1 });
  const runs = await api['alerts.runs']({ sourceId: source.id });
  // The second found nothing to do and is not kept.
  expect(runs.items.map(({ items }) => items)).toEqual([1, 4]);
});

test('a MISP feed folder is read by its manifest, an event again when its time is newer', async () => {
  const { api, dir } = await makeCore();
  const folder = join(dir, 'feed');
  mkdirSync(folder);
  const manifest = (stamps: Record<string, number>): void =>
    writeFileSync(
      join(folder, 'manifest.json'),
      JSON.stringify(
        Object.fromEntries(Object.entries(stamps).map(([uuid, timestamp]) => [uuid, { timestamp, info: 'x' }])),
      ),
    );
  manifest({ [EVENT]: 100, [OTHER]: 50, '../etc/passwd': 1 });
  writeFileSync(join(folder, `${EVENT}.json`), event(EVENT, 'one.example'));
  const { id } = await api['alerts.addSource']({ kind: 'folder', name: 'Feed', place: { path: folder } });
  const first = await api['alerts.runSource']({ id });
  expect(first).toMatchObject({ items: 1, made: 1, problems: 2 });
  writeFileSync(join(folder, `${OTHER}.json`), event(OTHER, 'three.example'));
  writeFileSync(join(folder, `${EVENT}.json`), event(EVENT, 'one.example', 'two.example'));
  expect(await api['alerts.runSource']({ id })).toMatchObject({ items: 1, skipped: 1, made: 1 });
  manifest({ [EVENT]: 101, [OTHER]: 50 });
  expect(await api['alerts.runSource']({ id })).toMatchObject({ items: 1, skipped: 1, updated: 1, observables: 1 });
});

test('a feed is fetched on somebody’s word, never while OFFLINE; every request stands in the ledger first', async () => {
  const asked: string[] = [];
  const server = createServer((request, answer) => {
    asked.push(request.url ?? '');
    if (request.url === '/feed/manifest.json')
      answer.end(JSON.stringify({ [EVENT]: { timestamp: '7', info: 'x' }, [OTHER]: { timestamp: '8', info: 'gone' } }));
    else if (request.url === `/feed/${EVENT}.json`) answer.end(event(EVENT, 'one.example'));
    else {
      answer.statusCode = 404;
      answer.end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/feed/`;
  const { api, db, records } = await makeCore();
  const [engagement] = await api['engagements.list']({});
  const { id } = await api['alerts.addSource']({ kind: 'feed', name: 'Ours', url });
  const ledger = () => db.prepare('SELECT destination, value FROM egress_entry ORDER BY at, id').all();

  await expect(api['alerts.runSource']({ id })).rejects.toMatchObject({ code: 'forbidden' });
  expect([asked, ledger()]).toEqual([[], []]);

  await api['engagements.update']({ id: engagement!.id, patch: { isOffline: false } });
  const rule = '01999999-9999-7999-8999-9999999999ff';
  records.store.insert(
    'policyRule',
    {
      id: rule,
      engagementId: null,
      kind: 'service',
      target: '127.0.0.1',
      variant: 'deny',
      maxTlp: null,
      maxPap: null,
      note: '',
      createdAt: 1,
      updatedAt: 1,
      deletedAt: null,
    },
    { actor: 'ana' },
  );
  await expect(api['alerts.runSource']({ id })).rejects.toThrow(/gets? nothing/);
  expect([asked, ledger()]).toEqual([[], []]);
  records.store.update('policyRule', rule, { deletedAt: 2 }, { actor: 'ana' });
  const run = await api['alerts.runSource']({ id });
  expect(run).toMatchObject({ items: 1, made: 1, problems: 1, error: null });
  expect((await api['alerts.problems']({ runId: run.id })).items[0]).toMatchObject({
    item: `${OTHER}.json`,
    reason: expect.stringContaining('answered 404'),
  });
  expect(ledger()).toEqual(
    ['manifest.json', `${OTHER}.json`, `${EVENT}.json`].map((name) => ({
      destination: '127.0.0.1',
      value: `${url}${name}`,
    })),
  );
  expect(await api['alerts.get']({ ref: EVENT })).toMatchObject({ source: 'Ours', iocs: 1 });
  expect(await api['alerts.runSource']({ id })).toMatchObject({ items: 0, skipped: 1 });
});

test('what is switched on is read by the clock: a folder when something is there, a feed when its time has come and only ONLINE', async () => {
  const { api, dir, clock, features } = await makeCore();
  const folder = join(dir, 'drop');
  mkdirSync(folder);
  await api['alerts.addSource']({ kind: 'folder', place: { path: folder }, isOn: true });
  await api['alerts.addSource']({ kind: 'feed', name: 'Off', url: 'http://feed.example/', isOn: true });
  const watch = features.alerts.watch();
  await watch.tick();
  expect((await api['alerts.runs']({})).items).toEqual([]);
  const file = join(folder, 'a.json');
  writeFileSync(file, event(EVENT, 'one.example'));
  // Just written, by the core's clock: it may not be whole yet.
  utimesSync(file, clock.now() / 1_000, clock.now() / 1_000);
  await watch.tick();
  expect((await api['alerts.list']({})).items).toEqual([]);
  clock.advance(5_000);
  await watch.tick();
  await watch.close();
  expect((await api['alerts.list']({})).items).toHaveLength(1);
});
