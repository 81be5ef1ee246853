import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeCore, type TestCore } from '../../../test/support/make-core.ts';
import { MIGRATIONS } from '../db/migrate.ts';
import { openDatabase } from '../db/open.ts';
import { join } from 'node:path';
import { makeTempDir } from '../../../test/support/make-db.ts';

const kept = ({ db }: TestCore) =>
  db.prepare('SELECT observable_id AS id, others FROM observable_elsewhere ORDER BY id').all() as {
    id: string;
    others: number;
  }[];

test('seen elsewhere: the other cases with what they say of it, and how rare it is', async () => {
  const core = await makeCore();
  const cases = await Promise.all(['one', 'two', 'three'].map((title) => core.api['cases.create']({ title })));
  const theirs = await core.api['engagements.create']({ name: 'Another client' });
  const foreign = await core.api['cases.create']({ title: 'foreign', engagementId: theirs.id });
  const ids: string[] = [];
  for (const { id: caseId } of [cases[0]!, cases[1]!, foreign]) {
    const items = [{ value: '45.77.1.9', isIoc: caseId === cases[1]!.id }];
    ids.push(...(await core.api['observables.add']({ caseId, items })).added);
  }
  const here = await core.api['observables.elsewhere']({ id: ids[0]! });
  expect(here).toMatchObject({ cases: 2, ofCases: 3, isMore: false, isIgnored: false });
  expect(here.items).toMatchObject([{ caseNumber: 2, title: 'two', isIoc: true, match: 'same', tlp: 'amber' }]);
  const everywhere = await core.api['observables.elsewhere']({ id: ids[0]!, isEverywhere: true });
  expect(everywhere.items.map((each) => each.engagementName)).toContain('Another client');
  expect(everywhere).toMatchObject({ cases: 3, ofCases: 4 });
  await core.api['observables.update']({ ids: [ids[1]!], patch: { ignoreSimilarity: true } });
  expect((await core.api['observables.elsewhere']({ id: ids[0]! })).items).toEqual([]);
  expect(await core.api['observables.elsewhere']({ id: ids[1]! })).toMatchObject({ isIgnored: true, items: [] });
});

test('what is kept equals what looking would say, after any history', async () => {
  const core = await makeCore();
  const cases: string[] = [];
  for (const title of ['a', 'b', 'c']) cases.push((await core.api['cases.create']({ title })).id);
  const values = ['45.77.1.9', '45.77.1.10'];
  const ids = new Map<string, string>();
  const step = fc.record({
    op: fc.constantFrom('add', 'remove', 'restore', 'ignore'),
    inCase: fc.nat(2),
    which: fc.nat(1),
    flag: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
      for (const { op, inCase, which, flag } of steps) {
        const key = `${inCase} ${which}`;
        const id = ids.get(key);
        if (op === 'add') {
          const { added } = await core.api['observables.add']({
            caseId: cases[inCase]!,
            items: [{ value: values[which]! }],
          });
          if (added[0]) ids.set(key, added[0]);
        } else if (id === undefined) continue;
        else if (op === 'ignore')
          await core.api['observables.update']({ ids: [id], patch: { ignoreSimilarity: flag } });
        else await core.api['observables.edit']({ target: { ids: [id] }, patch: { isInTrash: op === 'remove' } });
      }
      const rows = (await core.api['observables.list']({})).items;
      const expected = rows
        .filter((row) => row.seenIn.length > 0)
        .map(({ id, seenIn }) => ({ id, others: seenIn.length }))
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      expect(kept(core)).toEqual(expected);
      for (const caseId of cases) {
        const { facets } = await core.api['observables.index']({ caseId });
        expect(facets.elsewhere).toBe(
          expected.filter(({ id }) => rows.find((row) => row.id === id)!.caseId === caseId).length,
        );
      }
    }),
    { numRuns: 25 },
  );
});

test('a file meets the hashes somebody typed in another case', async () => {
  const core = await makeCore();
  const bytes = Buffer.from('MZ the same bytes');
  const { id } = await core.api['intake.begin']({ name: 'a.exe', origin: 'file' });
  await core.api['intake.append']({ id, base64: bytes.toString('base64') });
  const { md5, sha1 } = await core.api['intake.finish']({ id });
  await core.api['intake.wait']({ id });
  const { caseId } = await core.api['intake.accept']({ id, newCaseTitle: 'file' });
  const { id: other } = await core.api['cases.create']({ title: 'hashes' });
  const { added } = await core.api['observables.add']({ caseId: other, items: [{ value: md5 }, { value: sha1 }] });
  const [file] = (await core.api['observables.list']({ caseId, dataTypes: ['file'] })).items;
  expect(kept(core)).toEqual([...added, file!.id].sort().map((each) => ({ id: each, others: 1 })));
  const found = await core.api['observables.elsewhere']({ id: added[0]! });
  expect(found.items).toMatchObject([{ caseId, match: 'hash', dataType: 'file', value: 'a.exe' }]);
});

test('a case in the trash is not elsewhere, and is again when it comes back', async () => {
  const core = await makeCore();
  const cases: string[] = [];
  for (const title of ['a', 'b']) cases.push((await core.api['cases.create']({ title })).id);
  for (const caseId of cases) await core.api['observables.add']({ caseId, items: [{ value: '45.77.1.9' }] });
  const meta = { actor: 'ana', caseId: cases[1]! };
  expect(kept(core)).toHaveLength(2);
  core.records.store.update('case', cases[1]!, { deletedAt: 5 }, meta);
  expect(kept(core)).toEqual([]);
  expect((await core.api['observables.list']({})).items).toHaveLength(1);
  core.records.store.update('case', cases[1]!, { deletedAt: null }, meta);
  expect(kept(core)).toHaveLength(2);
});

/** What looking at each living row would say, but for those of cases whose rows are another case's by now. */
async function looked(core: TestCore): Promise<{ id: string; others: number }[]> {
  const found: { id: string; others: number }[] = [];
  for (let cursor: string | undefined; ; ) {
    const { items, next } = await core.api['observables.list']({ ...(cursor !== undefined && { cursor }) });
    for (const { id, caseId, seenIn } of items) {
      const { into } = await core.api['cases.mergeLinks']({ id: caseId });
      const isMergedAway = into?.isInTrash === false;
      if (!isMergedAway && seenIn.length > 0) found.push({ id, others: seenIn.length });
    }
    if (next === null) return found.sort((a, b) => (a.id < b.id ? -1 : 1));
    cursor = next;
  }
}

test('merged, taken apart, taken back: what is kept is what looking says', async () => {
  const core = await makeCore();
  const { api } = core;
  const cases: string[] = [];
  for (const title of ['a', 'b', 'c']) cases.push((await api['cases.create']({ title })).id);
  for (const [at, caseId] of cases.entries()) {
    const items = ['45.77.1.9', at === 0 ? '45.77.1.10' : '45.77.1.11'].map((value) => ({ value }));
    await api['observables.add']({ caseId, items });
  }
  const check = async (): Promise<void> => expect(kept(core)).toEqual(await looked(core));
  await check();
  const { id } = await api['cases.merge']({ ids: cases.slice(0, 2) });
  await check();
  await api['changes.undo']({});
  await check();
  await api['changes.redo']({});
  await check();
  await api['cases.trash']({ ids: [id] });
  await check();
  await api['trash.restore']({ items: [{ kind: 'case', id }] });
  await check();
  await api['cases.unmerge']({ id, carryTo: null });
  await check();
  await api['changes.undo']({});
  await check();
});

test('a case with what is in more than fifty others has it again when it comes back', async () => {
  const core = await makeCore();
  const cases: string[] = [];
  for (let at = 0; at < 54; at += 1) cases.push((await core.api['cases.create']({ title: `${at}` })).id);
  for (const caseId of cases) await core.api['observables.add']({ caseId, items: [{ value: '45.77.1.9' }] });
  const all = kept(core);
  expect(all).toHaveLength(54);
  await core.api['cases.trash']({ ids: [cases[0]!] });
  expect(kept(core)).toHaveLength(53);
  await core.api['trash.restore']({ items: [{ kind: 'case', id: cases[0]! }] });
  expect(kept(core)).toEqual(all);
});

test('a workspace of before is filled in: tags and seen elsewhere', () => {
  const db = openDatabase(join(makeTempDir(), 'old.db'), Buffer.alloc(32, 7));
  const run = (from: number, to: number): void => {
    for (const { id, sql } of MIGRATIONS) if (id > from && id <= to) db.exec(sql);
  };
  run(0, 13);
  db.exec(`INSERT INTO engagement VALUES ('e', 'E', 'amber', 'amber', 1, 1, 1, NULL, '{}')`);
  const sha = 'a'.repeat(64);
  db.exec(`INSERT INTO blob VALUES ('b', '${sha}', '${'b'.repeat(40)}', '${'c'.repeat(32)}', 1, 'f', 1)`);
  const insertCase = db.prepare(
    `INSERT INTO case_record (id, number, engagement_id, title, description, severity, status, tlp, pap, tags, is_flagged,
       assignee, start_at, created_at, updated_at, stamps)
     VALUES (?, ?, 'e', 't', '', 2, 'open', 'amber', 'amber', '[]', 0, '', 1, 1, 1, '{}')`,
  );
  for (const [i, id] of ['c1', 'c2', 'c3'].entries()) insertCase.run(id, i + 1);
  const insert = db.prepare(
    `INSERT INTO observable (id, case_id, engagement_id, data_type, value, subject_hash, tlp, pap, tags, marks, is_ioc,
       is_sighted, message, places, created_at, updated_at, stamps)
     VALUES (?, ?, 'e', ?, ?, ?, 'amber', 'amber', ?, '[]', 0, 0, '', '[]', 1, 1, '{}')`,
  );
  insert.run('o1', 'c1', 'ip', '1.1.1.1', 'h1', '["x","y"]');
  insert.run('o2', 'c2', 'ip', '1.1.1.1', 'h1', '["x"]');
  insert.run('o3', 'c3', 'ip', '1.1.1.1', 'h1', '[]');
  insert.run('o4', 'c1', 'ip', '2.2.2.2', 'h2', '[]');
  insert.run('o5', 'c1', 'file', 'a.exe', sha, '[]');
  insert.run('o6', 'c2', 'hash', 'C'.repeat(32), 'h6', '[]');
  run(13, 14);
  const all = (sql: string): unknown[] => db.prepare(sql).raw().all();
  expect(all('SELECT observable_id, others FROM observable_elsewhere ORDER BY 1')).toEqual([
    ['o1', 2],
    ['o2', 2],
    ['o3', 2],
    ['o5', 1],
    ['o6', 1],
  ]);
  expect(all("SELECT tag, n FROM observable_tag_count WHERE scope_id = 'e' ORDER BY tag")).toEqual([
    ['x', 2],
    ['y', 1],
  ]);
  expect(all(`SELECT case_id, value FROM case_counter WHERE name = 'elsewhere' ORDER BY 1`)).toEqual([
    ['c1', 2],
    ['c2', 2],
    ['c3', 1],
  ]);
  run(14, MIGRATIONS.at(-1)!.id);
  const tagged = `SELECT l.scope_id, l.tag, l.n, group_concat(o.id, ' ' ORDER BY o.id) FROM observable_tag_list l
    JOIN observable_tagged t ON t.list = l.num JOIN observable o ON o.num = t.num GROUP BY l.num ORDER BY 1, 2`;
  expect(all(tagged)).toEqual([
    ['c1', 'x', 1, 'o1'],
    ['c1', 'y', 1, 'o1'],
    ['c2', 'x', 1, 'o2'],
    ['e', 'x', 2, 'o1 o2'],
    ['e', 'y', 1, 'o1'],
  ]);
  db.close();
});
