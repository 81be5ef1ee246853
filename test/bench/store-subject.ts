import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../../src/core/db/migrate.ts';
import { type Db, openDatabase } from '../../src/core/db/open.ts';
import { createEventBus } from '../../src/core/events/bus.ts';
import { createBlobStore } from '../../src/core/evidence/blob-store.ts';
import { createObservablesRepo } from '../../src/core/observables/observables.repo.ts';
import type { NewObservable } from '../../src/core/observables/observables.service.ts';
import type { Clock } from '../../src/core/ports.ts';
import { createRecords, type Records } from '../../src/core/records.ts';
import { createWorkspaceKeys } from '../../src/core/workspace/keys.ts';
import type { Case } from '../../src/shared/contract/entities.ts';
import type { DataType } from '../../src/shared/model/data-type.ts';
import { type Figure, random, time } from './timing.ts';

interface Options {
  /** Where the databases lie: the disk is part of what is measured. */
  dir?: string;
  /** Sizes of the look-ups. */
  sizes?: readonly number[];
  /** Single inserts, each in a transaction of its own. */
  singles?: number;
}

const OBSERVABLES_A_CASE = 100;

/**
 * The store's figures under the names of the floor scripts 02 and 03: adding one observable durably (D3), bulk adds, and
 * look-ups at growing sizes (D5). Everything goes through the services, on a sealed database: row, four indexes, words,
 * counters, hash-chained change record.
 */
export async function storeFigures(options: Options = {}): Promise<Record<string, Figure>> {
  const { dir, sizes = [1_000, 10_000, 100_000], singles = 2_000 } = options;
  const home = mkdtempSync(join(dir ?? tmpdir(), 'osmia-bench-store-'));
  try {
    const figures: Record<string, Figure> = {};
    Object.assign(figures, await addFigures(join(home, 'add'), singles));
    for (const size of sizes) Object.assign(figures, await lookUpFigures(join(home, String(size)), size));
    return figures;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function addFigures(dir: string, singles: number): Promise<Record<string, Figure>> {
  const { db, records, newCase } = openStore(dir);
  const next = observables(7);
  const cases = Array.from({ length: 20 }, newCase);
  const meta = { actor: 'bench' };
  const single = time(singles, 100, (i) => {
    records.store.transaction({}, () => records.observables.addInTransaction(cases[i % 20]!, next(), meta));
  });
  const many = 10_000;
  const items = Array.from({ length: many }, next);
  const bulkCase = newCase();
  const startedAt = performance.now();
  await records.observables.add(bulkCase, items, meta);
  const rate = many / ((performance.now() - startedAt) / 1_000);
  db.close();
  return {
    'insert+commit.FULL': single,
    'bulk.3idx+words.trigger.chunk-100': { unit: 'rows/s', value: rate },
  };
}

async function lookUpFigures(dir: string, size: number): Promise<Record<string, Figure>> {
  const { db, records, newCase } = openStore(dir);
  const next = observables(11);
  const meta = { actor: 'bench' };
  const cases: Case[] = [];
  const ids: string[] = [];
  const kept: NewObservable[] = [];
  db.pragma('synchronous=OFF');
  for (let at = 0; at < size; at += 1_000) {
    const group = Array.from({ length: Math.min(1_000, size - at) }, next);
    records.store.transaction({}, () => {
      for (const [i, item] of group.entries()) {
        if (i % OBSERVABLES_A_CASE === 0) cases.push(newCase());
        ids.push(records.observables.addInTransaction(cases.at(-1)!, item, meta).id);
        kept.push(item);
      }
    });
  }
  db.pragma('synchronous=FULL');
  db.pragma('wal_checkpoint(TRUNCATE)');
  const pick = random(5);
  const any = <T>(list: readonly T[]): T => list[Math.floor(pick() * list.length)]!;
  const { observables: service, engagements } = records;
  const repo = createObservablesRepo(db);
  const engagementId = engagements.resolve(undefined).id;
  const key = (name: string): string => `n=${size}.${name}`;
  const count = 3_000;
  const figures = {
    // The floor reads one row; so does this. What a screen asks for (reports, jobs, other cases) is the row after it.
    [key('lookup.id')]: time(count, 100, () => repo.findState(any(ids))),
    [key('observables.get')]: time(count, 100, () => service.get(any(ids))),
    [key('lookup.value.hit')]: time(count, 100, () => {
      const { dataType, value } = any(kept);
      service.casesWith(engagementId, dataType, value);
    }),
    [key('lookup.value.miss')]: time(count, 100, (i) => service.casesWith(engagementId, 'fqdn', `${i}.absent.example`)),
    [key('case.100-observables')]: time(200, 10, () => service.list({ caseId: any(cases).id, limit: 100 })),
    [key('page.keyset')]: time(200, 10, () => service.list({ engagementId, limit: 50 })),
    [key('count.kept-counter')]: time(count, 10, () => records.counters.ofCase(any(cases).id)),
  };
  db.close();
  return figures;
}

function openStore(dir: string): { db: Db; records: Records; newCase(): Case } {
  const path = mkdtempSync(`${dir}-`);
  const clock: Clock = { now: Date.now, monotonic: () => performance.now(), zone: () => 'UTC' };
  const keys = createWorkspaceKeys(randomBytes(32));
  const db = openDatabase(join(path, 'workspace.db'), keys.database);
  migrate(db, () => undefined);
  const blobs = createBlobStore({ db, dir: join(path, 'blobs'), keys, clock });
  const records = createRecords({ db, blobs, events: createEventBus(), clock, osmiaVersion: 'bench' });
  return {
    db,
    records,
    newCase: () => records.cases.create('bench', { title: 'Bench', description: '', severity: 2, tags: [] }),
  };
}

/** Observables of the types and sizes that a phishing case has. */
function observables(seed: number): () => NewObservable {
  const next = random(seed);
  const int = (n: number): number => Math.floor(next() * n);
  const hex = (n: number): string => Array.from({ length: n }, () => int(16).toString(16)).join('');
  const host = (): string => `${hex(6)}-login.${hex(5)}portal.com`;
  const make = (): { dataType: DataType; value: string } => {
    const kind = next();
    if (kind < 0.3) return { dataType: 'ip', value: `${1 + int(223)}.${int(256)}.${int(256)}.${1 + int(254)}` };
    if (kind < 0.55) return { dataType: 'fqdn', value: host() };
    if (kind < 0.75) return { dataType: 'url', value: `http://${host()}/a/${hex(8)}.php?id=${int(1e6)}` };
    if (kind < 0.9) return { dataType: 'hash', value: hex(64) };
    return { dataType: 'mail', value: `ann.${hex(4)}@${host()}` };
  };
  return () => ({
    ...make(),
    tlp: 'amber',
    pap: 'amber',
    tags: ['src:mail', 'fam:loader'],
    marks: [],
    isIoc: next() < 0.5,
    isSighted: false,
    message: 'alert host user login failed beacon payload dropper',
    places: [],
  });
}
