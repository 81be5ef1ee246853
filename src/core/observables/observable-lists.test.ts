import { expect, test } from 'vitest';
import { makeCore, type TestCore } from '../../../test/support/make-core.ts';
import { OBSERVABLE_SORTS } from '../../shared/contract/observables.ts';
import type { Observable } from '../../shared/contract/entities.ts';

const VALUES = Array.from({ length: 60 }, (_, i) =>
  i % 3 === 0 ? `45.77.1.${i}` : i % 3 === 1 ? `Host${i}.evil-portal.com` : `https://login${i}.evil-portal.com/a`,
);

/** 60 observables of three types; every fifth has a verdict, every fourth is also in a second or third case. */
async function aCase(core: TestCore): Promise<{ caseId: string; other: string; engagementId: string }> {
  const { api, records } = core;
  const { id: caseId, engagementId } = await api['cases.create']({ title: 'one' });
  const { id: other } = await api['cases.create']({ title: 'two' });
  const { id: third } = await api['cases.create']({ title: 'three' });
  const { added } = await api['observables.add']({
    caseId,
    items: VALUES.map((value, i) => ({
      value,
      isIoc: i % 7 === 0,
      isSighted: i % 11 === 0,
      tags: i % 2 === 0 ? ['even', `t${i % 6}`] : [],
      tlp: i % 10 === 0 ? ('red' as const) : ('amber' as const),
    })),
  });
  const seen = VALUES.filter((_, i) => i % 4 === 0).map((value) => ({ value }));
  await api['observables.add']({ caseId: other, items: seen });
  await api['observables.add']({ caseId: third, items: seen.slice(0, 5) });
  const levels = ['malicious', 'suspicious', 'safe', 'info'] as const;
  for (const [i, id] of added.entries()) {
    if (i % 5 !== 0) continue;
    const taxonomy = { level: levels[(i / 5) % 4]!, namespace: 'T', predicate: 'p', value: 1 };
    records.observables.recordReport({
      observableId: id,
      flavorId: 'f',
      jobId: id,
      taxonomies: [taxonomy],
      reportedAt: core.clock.now() + i,
    });
  }
  return { caseId, other, engagementId };
}

const rank = ({ verdict }: Observable): number =>
  ['info', 'safe', 'suspicious', 'malicious'].indexOf(verdict ?? '') + 1;

const IN_ORDER: Record<(typeof OBSERVABLE_SORTS)[number], (a: Observable, b: Observable) => boolean> = {
  newest: (a, b) => a.createdAt >= b.createdAt,
  oldest: (a, b) => a.createdAt <= b.createdAt,
  verdict: (a, b) => rank(a) >= rank(b),
  type: (a, b) => a.dataType <= b.dataType,
  value: (a, b) => a.value.toLowerCase() <= b.value.toLowerCase(),
  seen: (a, b) => a.seenIn.length >= b.seenIn.length,
};

test.each(OBSERVABLE_SORTS)('%s: pages in order, every row once, the same rows as the index', async (sort) => {
  const core = await makeCore();
  const { caseId, engagementId } = await aCase(core);
  for (const scope of [{ caseId }, { engagementId }]) {
    const rows: Observable[] = [];
    let cursor: string | undefined;
    do {
      const page = await core.api['observables.list']({ ...scope, sort, limit: 7, ...(cursor ? { cursor } : {}) });
      rows.push(...page.items);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length);
    for (const [i, row] of rows.entries()) if (i > 0) expect(IN_ORDER[sort](rows[i - 1]!, row)).toBe(true);
    const index = await core.api['observables.index']({ ...scope, sort });
    expect(index).toMatchObject({ isMore: false, all: rows.length, nums: rows.map((row) => row.num) });
    expect((await core.api['observables.rows']({ nums: index.nums.slice(3, 9) })).map((row) => row.id)).toEqual(
      rows.slice(3, 9).map((row) => row.id),
    );
  }
});

test('every filter and its opposite divide the case, in every order', async () => {
  const core = await makeCore();
  const { caseId } = await aCase(core);
  const all = (await core.api['observables.index']({ caseId })).nums;
  const at = (await core.api['observables.rows']({ nums: all })).map((row) => row.createdAt).sort((a, b) => a - b)[30]!;
  const pairs: [object, object, number][] = [
    [{ dataTypes: ['ip'] }, { notDataTypes: ['ip'] }, 20],
    [{ isIoc: true }, { isIoc: false }, 9],
    [{ isSighted: true }, { isSighted: false }, 6],
    [{ verdicts: ['malicious', 'suspicious'] }, { notVerdicts: ['malicious', 'suspicious'] }, 6],
    [{ isNotAnalysed: true }, { isNotAnalysed: false }, 48],
    [{ isSeenElsewhere: true }, { isSeenElsewhere: false }, 15],
    [{ tags: ['t0', 't4'] }, { notTags: ['t0', 't4'] }, 20],
    [{ tlps: ['red'] }, { notTlps: ['red'] }, 6],
    [{ text: 'login2' }, { notText: 'login2' }, 5],
    [{ valueStart: '45.77.1[.]1' }, { notValueStart: '45.77.1.1' }, 3],
    [{ valuePart: 'PORTAL' }, { notValuePart: 'portal' }, 40],
    [{ addedFrom: at }, { addedBefore: at }, all.length],
  ];
  for (const [filter, opposite, n] of pairs) {
    for (const sort of OBSERVABLE_SORTS) {
      const some = (await core.api['observables.index']({ caseId, sort, ...filter })).nums;
      const others = (await core.api['observables.index']({ caseId, sort, ...opposite })).nums;
      expect([JSON.stringify(filter), sort, some.length]).toEqual([JSON.stringify(filter), sort, n]);
      expect([...some, ...others].sort((a, b) => a - b)).toEqual(all.toSorted((a, b) => a - b));
    }
    expect((await core.api['observables.list']({ caseId, limit: 1, ...filter })).total).toBe(n);
  }
});

test('orders and sparse filters walk an index; nothing is sorted, nothing skipped', async () => {
  const core = await makeCore();
  const { caseId, engagementId } = await aCase(core);
  const plans: string[] = [];
  const prepare = core.db.prepare.bind(core.db);
  for (const scope of [{ caseId }, { engagementId }]) {
    for (const sort of OBSERVABLE_SORTS) {
      for (const filter of [{}, { isIoc: true }, { isSighted: true }, { dataTypes: ['ip' as const] }]) {
        const seen: string[] = [];
        const spy = Object.assign(core.db, {
          prepare: (sql: string) => {
            seen.push(sql);
            return prepare(sql);
          },
        });
        const { createObservableLists } = await import('./observable-lists.repo.ts');
        const lists = createObservableLists(spy);
        lists.page({ scope, sort, filter }, undefined, 5);
        for (const sql of seen.filter((each) => each.includes('ORDER BY'))) {
          const holes = sql.split('?').length - 1;
          const plan = prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...Array.from({ length: holes }, () => 1)) as {
            detail: string;
          }[];
          plans.push(...plan.map(({ detail }) => detail));
        }
      }
    }
  }
  expect(plans.length).toBeGreaterThan(50);
  expect(plans.filter((plan) => plan.includes('TEMP B-TREE'))).toEqual([]);
  expect(plans.filter((plan) => /^SCAN (?!.*(USING|CONSTANT))/.test(plan))).toEqual([]);
});

test('a cursor that no list made is refused', async () => {
  const core = await makeCore();
  const { caseId } = await aCase(core);
  for (const cursor of ['x', 'W10', 'WzAsMV0', Buffer.from('[9,1,2]').toString('base64url')]) {
    await expect(core.api['observables.list']({ caseId, cursor })).rejects.toMatchObject({ code: 'invalid_input' });
  }
});
