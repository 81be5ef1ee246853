import { expect, test } from 'vitest';
import { makeCore } from '../../../test/support/make-core.ts';

test('counters that are gathered follow a transaction, and a part of one, that is rolled back', async () => {
  const core = await makeCore();
  const { store, observables, cases } = core.records;
  const { id } = await core.api['cases.create']({ title: 'One' });
  const caseRow = cases.get(id);
  const add = (value: string): void => {
    const item = { dataType: 'domain' as const, value, tags: ['x'], marks: [], message: '', places: [] };
    const flags = { tlp: 'amber' as const, pap: 'amber' as const, isIoc: true, isSighted: false };
    observables.addInTransaction(caseRow, { ...item, ...flags }, { actor: 'ana' });
  };
  const failing = (fn: () => void) => (): void => {
    fn();
    throw new Error('no');
  };
  const counts = (): unknown => {
    const { total, facets } = observables.list({ caseId: id, limit: 1 });
    const used = core.db
      .prepare(`SELECT observables FROM tag_use WHERE engagement_id = '' AND tag = 'x'`)
      .pluck()
      .get();
    return { total, ioc: facets.ioc, tag: facets.tags[0]?.n, used };
  };

  expect(() =>
    store.transaction(
      {},
      failing(() => add('a.example')),
    ),
  ).toThrow('no');
  store.transaction({}, () => {
    add('b.example');
    expect(() =>
      store.transaction(
        {},
        failing(() => add('c.example')),
      ),
    ).toThrow('no');
    // Read in the middle of it: what was gathered counts.
    expect(counts()).toEqual({ total: 1, ioc: 1, tag: 1, used: 1 });
    add('d.example');
  });
  expect(counts()).toEqual({ total: 2, ioc: 2, tag: 2, used: 2 });

  // In somebody else's transaction nothing says when it ends.
  const theirs = core.db.transaction(failing(() => add('e.example')));
  expect(() => theirs()).toThrow('no');
  core.db.transaction(() => add('f.example'))();
  expect(counts()).toEqual({ total: 3, ioc: 3, tag: 3, used: 3 });
});
