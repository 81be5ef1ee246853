import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeCore, type TestCore } from '../../../test/support/make-core.ts';
import { CASE_SORTS, type CaseFilter, type CaseSort } from '../../shared/contract/case-list.ts';
import { DATE_PRESETS } from '../../shared/contract/case-list.ts';

const DAY = 86_400_000;

/** Nine cases that differ in everything a list filters by. */
async function nine(core: TestCore): Promise<string> {
  const { api, clock } = core;
  const titles = ['Invoice fraud', 'Invoice phishing', 'Stolen laptop', 'USB stick', 'Web shell', 'Odd login'];
  const ids: string[] = [];
  for (let i = 1; i <= 9; i += 1) {
    const { id, startAt } = await api['cases.create']({
      title: titles[(i - 1) % titles.length]!,
      severity: (i % 4) + 1,
      tlp: i % 2 ? 'red' : 'green',
      pap: i % 3 ? 'amber' : 'clear',
      tags: i % 3 === 0 ? [] : [`t${i % 3}`, 'all'],
    });
    ids.push(id);
    await api['cases.update']({
      id,
      patch: { assignee: ['ana', 'bo', ''][i % 3]!, startAt: startAt - i * 5 * DAY, isFlagged: i === 4 },
    });
    clock.advance(1_000);
  }
  const close = { closing: { resolution: 'true_positive' as const, impact: 'no_impact' as const, summary: 'Done.' } };
  await api['cases.close']({ id: ids[1]!, ...close });
  await api['cases.close']({ id: ids[6]!, closing: { resolution: 'false_positive', summary: 'Noise.' } });
  const [engagement] = await api['engagements.list']({});
  return engagement!.id;
}

const numbers = async (core: TestCore, filter: CaseFilter, sort?: CaseSort): Promise<number[]> =>
  (await core.api['cases.list']({ filter, ...(sort ? { sort } : {}) })).items.map(({ number }) => number);

test('every filter finds what it says, and filters are combined', async () => {
  const core = await makeCore();
  await nine(core);
  const sorted = async (filter: CaseFilter): Promise<number[]> => (await numbers(core, filter)).sort((a, b) => a - b);
  expect(await sorted({ isOpen: false })).toEqual([2, 7]);
  expect(await sorted({ statuses: ['resolved'], resolutions: ['false_positive'] })).toEqual([7]);
  expect(await sorted({ resolutions: ['none'], severities: [2] })).toEqual([1, 5, 9]);
  expect(await sorted({ tlps: ['green'], paps: ['clear'] })).toEqual([6]);
  expect(await sorted({ isMine: true })).toEqual([3, 6, 9]);
  expect(await sorted({ assignees: ['bo', ''], isOpen: true })).toEqual([1, 4, 5, 8]);
  expect(await sorted({ tags: { any: ['t1', 't2'] }, isOpen: true })).toEqual([1, 4, 5, 8]);
  expect(await sorted({ tags: { all: ['t1', 'all'] } })).toEqual([1, 4, 7]);
  expect(await sorted({ tags: { none: ['t1'], isEmpty: false } })).toEqual([2, 5, 8]);
  expect(await sorted({ tags: { isEmpty: true } })).toEqual([3, 6, 9]);
  expect(await sorted({ isFlagged: true })).toEqual([4]);
  expect(await sorted({ text: 'inv' })).toEqual([1, 2, 7, 8]);
  expect(await sorted({ text: 'invoice fra' })).toEqual([1, 7]);
  expect(await sorted({ text: 'laptop usb', textMatch: 'any' })).toEqual([3, 4, 9]);
  expect(await sorted({ text: 'invoice', textMatch: 'none' })).toEqual([3, 4, 5, 6, 9]);
  expect(await sorted({ text: '#5' })).toEqual([5]);
  expect(await sorted({ number: { min: 8 } })).toEqual([8, 9]);
  expect(await sorted({ number: { max: 2, not: 1 } })).toEqual([2]);
  expect(await sorted({ startAt: { preset: '7d' } })).toEqual([1]);
  expect(await sorted({ endAt: { isEmpty: false } })).toEqual([2, 7]);
  expect(await sorted({ handling: { min: 39 * DAY } })).toEqual([8, 9]);
  for (const preset of DATE_PRESETS) {
    expect(await sorted({ createdAt: { preset } }), preset).toHaveLength(9);
  }
  // What looks like SQL or a query is text.
  expect(await sorted({ text: `" OR title:* '; DROP TABLE case_record --` })).toEqual([]);
  expect(await sorted({ tags: { any: [`'); DELETE FROM case_record; --`] } })).toEqual([]);
});

test('each order puts stars first and pages without gaps or repeats, whatever the filter', async () => {
  const core = await makeCore();
  const engagementId = await nine(core);
  const filters: CaseFilter[] = [
    {},
    { isOpen: true },
    { text: 'invoice' },
    { tags: { any: ['all'] } },
    { tlps: ['red'] },
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...CASE_SORTS),
      fc.constantFrom(...filters),
      fc.integer({ min: 1, max: 4 }),
      fc.boolean(),
      async (sort, filter, limit, isScoped) => {
        const scope = isScoped ? { engagementId } : {};
        const whole = (await core.api['cases.list']({ ...scope, filter, sort })).items;
        const paged: number[] = [];
        let cursor: string | undefined;
        do {
          const page = await core.api['cases.list']({ ...scope, filter, sort, limit, ...(cursor ? { cursor } : {}) });
          paged.push(...page.items.map(({ number }) => number));
          cursor = page.next ?? undefined;
        } while (cursor !== undefined);
        expect(paged).toEqual(whole.map(({ number }) => number));
        const { n } = await core.api['cases.count']({ ...scope, filter });
        expect(n).toBe(whole.length);
        const flags = whole.map(({ isFlagged }) => isFlagged);
        expect(flags).toEqual([...flags].sort((a, b) => Number(b) - Number(a)));
        const plain = whole.filter(({ isFlagged }) => !isFlagged);
        const values = plain.map(
          (row) =>
            ({
              start: row.startAt,
              severity: row.severity,
              updated: row.updatedAt,
              assignee: row.assignee,
              number: row.number,
            })[sort.replace('-', '') as 'start'],
        );
        const way = sort.startsWith('-') ? -1 : 1;
        expect(values).toEqual(values.toSorted((a, b) => (a < b ? -way : a > b ? way : 0)));
      },
    ),
    { numRuns: 60 },
  );
  await expect(core.api['cases.list']({ cursor: '[0,"x","y"]' })).rejects.toMatchObject({ code: 'invalid_input' });
  await expect(core.api['cases.list']({ cursor: '{' })).rejects.toMatchObject({ code: 'invalid_input' });
});

test('the counts are those of the rows, after every kind of change and its undo', async () => {
  const core = await makeCore();
  const { api } = core;
  const engagementId = await nine(core);
  const check = async (): Promise<void> => {
    const stats = await api['cases.stats']({ engagementId });
    const { items } = await api['cases.list']({ engagementId });
    const tally = (values: (string | null)[]): Record<string, number> => {
      const counts: Record<string, number> = {};
      for (const value of values) if (value !== null) counts[value] = (counts[value] ?? 0) + 1;
      return counts;
    };
    expect(stats.all).toBe(items.length);
    expect(stats.statuses).toEqual(tally(items.map(({ status }) => status)));
    expect(stats.resolutions).toEqual(tally(items.map(({ resolution }) => resolution)));
    expect(stats.tlps).toEqual(tally(items.map(({ tlp }) => tlp)));
    expect(Object.fromEntries(stats.tags.map(({ value, n }) => [value, n]))).toEqual(
      tally(items.flatMap(({ tags }) => tags)),
    );
    expect(stats.mine).toBe(items.filter(({ assignee, endAt }) => assignee === 'ana' && endAt === null).length);
    expect(stats.flagged).toBe(items.filter(({ isFlagged }) => isFlagged).length);
  };
  await check();
  const selection = { engagementId, filter: { tags: { any: ['t1', 't2'] } } };
  const edit = { kind: 'edit' as const, tlp: 'amber' as const, addTags: ['new'], removeTags: ['all'], assignee: 'cy' };
  expect(await api['cases.bulk']({ selection, change: edit })).toMatchObject({ changed: 6, skipped: 0 });
  await check();
  expect((await api['cases.stats']({ engagementId })).tags[0]).toEqual({ value: 'new', n: 6 });
  await api['changes.undo']({});
  await check();
  expect((await api['cases.stats']({ engagementId })).tags.map(({ value }) => value)).not.toContain('new');
  expect(await api['cases.bulk']({ selection, change: { kind: 'trash' } })).toMatchObject({ changed: 6 });
  await check();
  expect(await api['cases.stats']({ engagementId })).toMatchObject({ all: 3, inTrash: 6 });
  const { items } = await api['trash.cases']({ engagementId, limit: 4 });
  expect(items).toHaveLength(4);
  expect(items[0]).toMatchObject({ kind: 'case', deletedBy: 'ana' });
  await api['trash.restore']({ items: items.map(({ kind, id }) => ({ kind, id })) });
  await check();
  expect(await numbers(core, { text: 'invoice' })).toHaveLength(
    (await api['cases.list']({})).items.filter(({ title }) => title.startsWith('Invoice')).length,
  );
});

test('a bulk change leaves what cannot take it, and says why', async () => {
  const core = await makeCore();
  const { api } = core;
  const engagementId = await nine(core);
  const { items } = await api['cases.list']({ engagementId, filter: { number: { max: 4 } }, sort: 'number' });
  const [one] = items.filter(({ number }) => number === 1);
  await api['tasks.create']({ caseId: one!.id, title: 'Call the client' });
  const closing = { resolution: 'other' as const, summary: 'Cleared out.' };
  const answer = await api['cases.bulk']({
    selection: { ids: items.map(({ id }) => id) },
    change: { kind: 'close', closing },
  });
  expect(answer).toMatchObject({ changed: 2, skipped: 2 });
  expect(answer.reasons).toEqual(
    [
      { number: 1, reason: expect.stringContaining('Call the client') },
      { number: 2, reason: expect.stringContaining('closed already') },
    ].sort(
      (a, b) =>
        items.findIndex(({ number }) => number === a.number) - items.findIndex(({ number }) => number === b.number),
    ),
  );
  expect((await api['tasks.list']({ caseId: one!.id }))[0]).toMatchObject({ status: 'waiting' });
});

test('a change of hundreds goes in turns, and goes back in one step', async () => {
  const { api, records } = await makeCore();
  const [engagement] = await api['engagements.list']({});
  const engagementId = engagement!.id;
  for (let i = 0; i < 230; i += 1) {
    records.cases.create('ana', { engagementId, title: `Case ${i}`, description: '', severity: 2, tags: [] });
  }
  const selection = { engagementId, filter: { severities: [2] } };
  // What the change moves out of the filter is neither missed nor met twice.
  const answer = await api['cases.bulk']({ selection, change: { kind: 'edit', severity: 4, isFlagged: true } });
  expect(answer).toEqual({ changed: 230, skipped: 0, reasons: [] });
  expect(await api['cases.stats']({ engagementId })).toMatchObject({ severities: { 4: 230 }, flagged: 230 });
  await api['changes.undo']({});
  expect(await api['cases.stats']({ engagementId })).toMatchObject({ severities: { 2: 230 }, flagged: 0 });
});

test('a view is there once under its name, and what was shown last is kept', async () => {
  const { api } = await makeCore();
  const [engagement] = await api['engagements.list']({});
  const engagementId = engagement!.id;
  const view = { engagementId, screen: 'cases' as const, name: ' Red ', filter: { tlps: ['red' as const] } };
  const made = await api['views.save']({ ...view, sort: '-updated' });
  expect(made).toMatchObject({ name: 'Red', filter: { tlps: ['red'] }, sort: '-updated' });
  expect(await api['views.save']({ ...view, sort: 'number' })).toMatchObject({ id: made.id, sort: 'number' });
  expect(await api['views.list']({ engagementId, screen: 'cases' })).toHaveLength(1);
  await api['views.save']({ ...view, name: 'Other', sort: 'number' });
  await expect(api['views.rename']({ id: made.id, name: 'Other' })).rejects.toMatchObject({ code: 'conflict' });
  await api['views.remove']({ id: made.id });
  expect((await api['views.list']({ engagementId, screen: 'cases' })).map(({ name }) => name)).toEqual(['Other']);
  expect(await api['views.last']({ engagementId, screen: 'cases' })).toBeNull();
  await api['views.remember']({ engagementId, screen: 'cases', filter: { isMine: true }, sort: 'assignee' });
  expect(await api['views.last']({ engagementId, screen: 'cases' })).toEqual({
    filter: { isMine: true },
    sort: 'assignee',
  });
});
