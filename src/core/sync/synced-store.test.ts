import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeClock, makeDb } from '../../../test/support/make-db.ts';
import type { Db } from '../db/open.ts';
import { type ChangeRow, verifyChangeLog } from './change-log.ts';
import { createHlc } from './hlc.ts';
import { SHARED_ENTITIES, type SharedRow } from './registry.ts';
import { createSyncedStore, type SyncedStore } from './synced-store.ts';

const ID = (n: number): string => `018f0000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const META = { actor: 'ana' };

const engagement = (n: number): SharedRow<'engagement'> => ({
  id: ID(n),
  name: `Engagement ${n}`,
  tlp: 'amber',
  pap: 'amber',
  isOffline: true,
  createdAt: 1,
  updatedAt: 1,
  deletedAt: null,
});

const makeStore = (db: Db = makeDb(), clock = makeClock()): { db: Db; store: SyncedStore } => ({
  db,
  store: createSyncedStore({ db, clock, device: 'laptop-1' }),
});

const changes = (db: Db): ChangeRow[] => db.prepare('SELECT * FROM change ORDER BY seq').all() as ChangeRow[];

test('a row, its stamps and its change record are written together', () => {
  const { db, store } = makeStore();
  store.transaction({}, () => {
    store.insert('engagement', engagement(1), META);
    expect(store.update('engagement', ID(1), { name: 'Harbour', isOffline: false }, { ...META, reason: 'typo' })).toBe(
      true,
    );
  });
  const [insert, update] = changes(db);
  expect(insert!.txn_id).toBe(update!.txn_id);
  expect(JSON.parse(update!.before!)).toMatchObject({ name: 'Engagement 1', isOffline: true });
  expect(JSON.parse(update!.after!)).toMatchObject({ name: 'Harbour', isOffline: false });
  expect(update).toMatchObject({ actor: 'ana', reason: 'typo', device: 'laptop-1' });
  const row = db.prepare('SELECT * FROM engagement').get() as { name: string; is_offline: number; stamps: string };
  expect(row).toMatchObject({ name: 'Harbour', is_offline: 0 });
  expect(JSON.parse(row.stamps)).toMatchObject({ '*': insert!.stamp, name: update!.stamp, isOffline: update!.stamp });
});

test('nothing is logged where nothing differs or no such row is', () => {
  const { db, store } = makeStore();
  store.insert('engagement', engagement(1), META);
  expect(store.update('engagement', ID(1), { name: 'Engagement 1' }, META)).toBe(false);
  expect(store.update('engagement', ID(2), { name: 'x' }, META)).toBe(false);
  expect(changes(db)).toHaveLength(1);
});

test('what is not in the registry never reaches SQL', () => {
  const { db, store } = makeStore();
  store.insert('engagement', engagement(1), META);
  const loose = store as unknown as {
    update(entity: string, id: string, patch: object, meta: object): boolean;
    insert(entity: string, row: object, meta: object): number;
  };
  for (const name of ['stamps', 'id', 'name = 1 --', 'constructor', '__proto__x']) {
    expect(() => loose.update('engagement', ID(1), { [name]: 'x' }, META)).toThrow(/no shared field/);
  }
  expect(() => loose.update('job', ID(1), { status: 'x' }, META)).toThrow(/not a shared entity/);
  expect(() => loose.insert('engagement', { ...engagement(2), extra: 1 }, META)).toThrow(/no shared field/);
  const { tlp: _, ...without } = engagement(3);
  expect(() => loose.insert('engagement', without, META)).toThrow(/needs the field tlp/);
  expect(changes(db)).toHaveLength(1);
});

test('a transaction that throws leaves neither rows nor changes, and the chain goes on', () => {
  const { db, store } = makeStore();
  store.insert('engagement', engagement(1), META);
  expect(() =>
    store.transaction({}, () => {
      store.insert('engagement', engagement(2), META);
      throw new Error('no');
    }),
  ).toThrow('no');
  store.insert('engagement', engagement(3), META);
  expect(db.prepare('SELECT count(*) FROM engagement').pluck().get()).toBe(2);
  expect(verifyChangeLog(db)).toEqual({ checked: 2, purged: 0, brokenAt: null });
});

test('replaying the change log rebuilds the rows, whatever was done', () => {
  const patch = fc.record(
    {
      name: fc.string(),
      tlp: fc.constantFrom('clear' as const, 'amber' as const, 'red' as const),
      isOffline: fc.boolean(),
      deletedAt: fc.option(fc.nat()),
    },
    { requiredKeys: [] },
  );
  const step = fc.record({ row: fc.nat(4), patch, jump: fc.integer({ min: -5_000, max: 5_000 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const clock = makeClock();
      const { db, store } = makeStore(makeDb(), clock);
      const there = new Set<number>();
      for (const { row, patch, jump } of steps) {
        clock.jump(clock.now() + jump);
        if (there.has(row)) store.update('engagement', ID(row), patch, META);
        else store.insert('engagement', { ...engagement(row), ...patch }, META);
        there.add(row);
      }
      const log = changes(db);
      const rebuilt = new Map<string, Record<string, unknown>>();
      for (const change of log) {
        rebuilt.set(change.row_id, {
          ...rebuilt.get(change.row_id),
          ...(JSON.parse(change.after!) as Record<string, unknown>),
        });
      }
      const fields = Object.entries(SHARED_ENTITIES.engagement.fields);
      for (const row of db.prepare('SELECT * FROM engagement').all() as Record<string, unknown>[]) {
        for (const [name, { column, kind }] of fields) {
          const value = kind === 'boolean' ? row[column] === 1 : row[column];
          expect(rebuilt.get(row['id'] as string)![name]).toEqual(value);
        }
      }
      const stamps = log.map((change) => change.stamp);
      expect(stamps).toEqual([...new Set(stamps)].sort());
      expect(verifyChangeLog(db).brokenAt).toBeNull();
      db.close();
    }),
    { numRuns: 25 },
  );
});

test('stamps only grow: clock set back, a full counter, a restart', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 44 }), { minLength: 1, maxLength: 200 }), (times) => {
      let now = 0;
      const hlc = createHlc({ clock: { now: () => now }, device: 'd' });
      const stamps = times.map((time) => {
        now = time;
        return hlc.tick();
      });
      expect(stamps).toEqual([...new Set(stamps)].sort());
      const later = createHlc({ clock: { now: () => 0 }, device: 'd' });
      later.observe(stamps.at(-1)!);
      expect(later.tick() > stamps.at(-1)!).toBe(true);
    }),
  );
  const stuck = createHlc({ clock: { now: () => 7 }, device: 'd' });
  let last = '';
  for (let i = 0; i < 70_000; i += 1) {
    const stamp = stuck.tick();
    if (stamp <= last) throw new Error(`${stamp} does not follow ${last}`);
    last = stamp;
  }
});

test('any edit, insertion or removal in the log is found; a purge is not an edit', () => {
  const { db, store } = makeStore();
  for (let i = 1; i <= 6; i += 1) store.insert('engagement', engagement(i), META);
  const at = (seq: number): ChangeRow => db.prepare('SELECT * FROM change WHERE seq = ?').get(seq) as ChangeRow;
  for (const column of ['actor', 'reason', 'after', 'stamp', 'row_id', 'txn_id', 'hash'] as const) {
    const original = at(3)[column];
    db.prepare(`UPDATE change SET ${column} = ? WHERE seq = 3`).run(column === 'after' ? '{"name":"x"}' : 'edited');
    expect(verifyChangeLog(db).brokenAt, column).toBe(3);
    db.prepare(`UPDATE change SET ${column} = ? WHERE seq = 3`).run(original);
  }
  db.prepare(`UPDATE change SET before = NULL, after = NULL WHERE seq = 2`).run();
  expect(verifyChangeLog(db)).toEqual({ checked: 6, purged: 1, brokenAt: null });
  expect(verifyChangeLog(db, 3)).toEqual({ checked: 3, purged: 0, brokenAt: null });
  db.prepare('DELETE FROM change WHERE seq = 4').run();
  expect(verifyChangeLog(db).brokenAt).toBe(5);
});

/** Statements that write a shared table outside the funnel. Dynamic SQL in the funnel itself names no table. */
function writesAroundTheFunnel(source: string): string[] {
  const tables = Object.values(SHARED_ENTITIES).map(({ table }) => table);
  const write = new RegExp(
    `\\b(?:INSERT(?:\\s+OR\\s+\\w+)?\\s+INTO|REPLACE\\s+INTO|UPDATE(?:\\s+OR\\s+\\w+)?|DELETE\\s+FROM)\\s+["'\`\\[]?(?:${tables.join('|')})\\b`,
    'gi',
  );
  return source.match(write) ?? [];
}

test('no source writes a shared table around the funnel', () => {
  const root = join(import.meta.dirname, '../..');
  const offenders: string[] = [];
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (!/\.tsx?$/.test(name) || /\.test\.tsx?$/.test(name)) continue;
    const path = join(root, name);
    for (const found of writesAroundTheFunnel(readFileSync(path, 'utf8'))) {
      offenders.push(`${relative(root, path).split(sep).join('/')}: ${found}`);
    }
  }
  expect(offenders).toEqual([]);
});

test('the search finds a planted write', () => {
  for (const planted of [
    'UPDATE observable SET tlp = ?',
    'INSERT INTO case_record (id) VALUES (?)',
    'insert or replace into\n  note VALUES (1)',
    'DELETE FROM "evidence" WHERE 1',
  ]) {
    expect(writesAroundTheFunnel(`db.prepare(\`${planted}\`)`)).toHaveLength(1);
  }
  expect(writesAroundTheFunnel('INSERT INTO observable_words (rowid) VALUES (1)')).toEqual([]);
});
