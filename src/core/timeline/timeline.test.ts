import { expect, test } from 'vitest';
import { makeCore, type TestCore } from '../../../test/support/make-core.ts';
import { EVENT_KINDS } from '../../shared/model/event-kind.ts';

const T = Date.UTC(2026, 10, 20, 7, 12);
const event = (caseId: string, title: string, at: number, more: object = {}) => ({
  caseId,
  title,
  at,
  zone: 'UTC',
  precision: 'minute' as const,
  ...more,
});

async function newCase(core: TestCore, title = 'Invoice'): Promise<string> {
  return (await core.api['cases.create']({ title })).id;
}

test('events are kept in the order they happened, or in the order they were recorded', async () => {
  const core = await makeCore();
  const caseId = await newCase(core);
  const late = await core.api['timeline.add'](event(caseId, 'Host isolated', T + 3_600_000, { kind: 'response' }));
  core.clock.advance(1_000);
  const early = await core.api['timeline.add'](
    event(caseId, 'Mail delivered', T, { kind: 'delivery', isStarred: true }),
  );
  const byEvent = await core.api['timeline.index']({ caseId });
  expect(byEvent).toMatchObject({
    ids: [early.id, late.id],
    at: [T, T + 3_600_000],
    starred: [true, false],
    isCut: false,
  });
  expect(byEvent.kinds).toEqual([EVENT_KINDS.indexOf('delivery'), EVENT_KINDS.indexOf('response')]);
  expect((await core.api['timeline.index']({ caseId, order: 'recorded' })).ids).toEqual([late.id, early.id]);
  const rows = await core.api['timeline.rows']({ ids: [late.id, early.id] });
  expect(rows.map((row) => row.title)).toEqual(['Host isolated', 'Mail delivered']);
  expect(await core.api['timeline.counts']({ caseId })).toMatchObject({
    events: 2,
    starred: 1,
    kinds: { delivery: 1, response: 1 },
    sources: { manual: 2 },
  });
});

test('what an event names can be filtered by, and undo, trash and redo keep the filters right', async () => {
  const core = await makeCore();
  const caseId = await newCase(core);
  const asset = await core.api['assets.create']({ caseId, name: 'WS-7' });
  const { added } = await core.api['observables.add']({ caseId, items: [{ value: 'evil.example.com' }] });
  const made = await core.api['timeline.add'](
    event(caseId, 'Beacon to evil', T, {
      assetIds: [asset.id],
      observableIds: added,
      techniques: ['t1071.001'],
      kind: 'command',
    }),
  );
  expect(made.techniques).toEqual(['T1071.001']);
  // What an event names is on its case from then on.
  expect(await core.api['techniques.list']({ caseId })).toMatchObject([
    { technique: 'T1071.001', events: 1, firstAt: T },
  ]);
  const found = async (filter: object): Promise<number> =>
    (await core.api['timeline.index']({ caseId, filter })).ids.length;
  const filters = [
    { assetId: asset.id },
    { observableId: added[0] },
    { technique: 'T1071.001' },
    { text: 'beac' },
    { kinds: ['command'] },
    { sources: ['manual'] },
  ];
  for (const filter of filters) expect(await found(filter)).toBe(1);
  expect(await found({ text: 'nothing' })).toBe(0);
  await core.api['timeline.remove']({ ids: [made.id] });
  for (const filter of [...filters, {}]) expect(await found(filter)).toBe(0);
  expect((await core.api['timeline.counts']({ caseId })).events).toBe(0);
  await core.api['changes.undo']({});
  for (const filter of filters) expect(await found(filter)).toBe(1);
  await core.api['timeline.update']({ ids: [made.id], patch: { title: 'Check-in', assetIds: [], techniques: [] } });
  expect([await found({ text: 'beac' }), await found({ text: 'check' }), await found({ assetId: asset.id })]).toEqual([
    0, 1, 0,
  ]);
  await core.api['changes.undo']({});
  expect([await found({ text: 'beac' }), await found({ assetId: asset.id })]).toEqual([1, 1]);
});

test('adding an event with a new technique is one step back', async () => {
  const core = await makeCore();
  const caseId = await newCase(core);
  await core.api['timeline.add'](event(caseId, 'Macro ran', T, { techniques: ['T1204.002'] }));
  await core.api['changes.undo']({});
  expect(await core.api['timeline.counts']({ caseId })).toMatchObject({ events: 0, techniques: 0 });
});

test('many are starred and thrown away at once', async () => {
  const core = await makeCore();
  const caseId = await newCase(core);
  const ids: string[] = [];
  for (let i = 0; i < 250; i += 1) ids.push((await core.api['timeline.add'](event(caseId, `e${i}`, T + i))).id);
  expect(await core.api['timeline.update']({ ids, patch: { isStarred: true } })).toEqual({ changed: 250, event: null });
  expect((await core.api['timeline.counts']({ caseId })).starred).toBe(250);
  await core.api['changes.undo']({});
  expect((await core.api['timeline.counts']({ caseId })).starred).toBe(0);
  expect((await core.api['timeline.remove']({ ids })).changed).toBe(250);
  expect((await core.api['timeline.index']({ caseId })).ids).toEqual([]);
});

test('a range that ends before it begins, and a zone that nobody knows, are refused', async () => {
  const core = await makeCore();
  const caseId = await newCase(core);
  await expect(core.api['timeline.add'](event(caseId, 'x', T, { endAt: T - 1 }))).rejects.toMatchObject({
    code: 'invalid_input',
  });
  await expect(core.api['timeline.add'](event(caseId, 'x', T, { zone: 'Mars/Base' }))).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringContaining('Mars/Base'),
  });
  const { id } = await core.api['timeline.add'](event(caseId, 'x', T));
  await expect(core.api['timeline.update']({ ids: [id], patch: { endAt: T - 1 } })).rejects.toMatchObject({
    code: 'invalid_input',
  });
});

test('the timeline is written out for a spreadsheet and for a report, in the asked zone', async () => {
  const core = await makeCore();
  const caseId = await newCase(core);
  await core.api['timeline.add'](
    event(caseId, '=HYPERLINK("x")', T, { given: '2026-11-20 08:12 CET', zone: '+01:00' }),
  );
  await core.api['timeline.add'](event(caseId, 'Pipe | and [link](http://x)', T + 60_000, { precision: 'day' }));
  const csv = await core.api['timeline.export']({ caseId, format: 'csv', zone: 'Europe/Madrid' });
  expect(csv.events).toBe(2);
  expect(csv.text).toContain('"2026-11-20T08:12:00+01:00"');
  expect(csv.text).toContain('"2026-11-20T07:12:00.000Z"');
  expect(csv.text).toContain(`"'=HYPERLINK(""x"")"`);
  const { text } = await core.api['timeline.export']({ caseId, format: 'markdown', zone: 'UTC' });
  expect(text.split('\n')[0]).toBe('| Time (UTC) | Event | Kind | Assets | ATT&CK |');
  expect(text).toContain(String.raw`| 2026-11-20 | Pipe \| and \[link\](http://x) |`);
});
