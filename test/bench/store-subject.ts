import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { migrate } from '../../src/core/db/migrate.ts';
import { type Db, openDatabase } from '../../src/core/db/open.ts';
import { createEventBus } from '../../src/core/events/bus.ts';
import { createBlobStore } from '../../src/core/evidence/blob-store.ts';
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
  /** Single inserts, each in a transaction of its own. */
  singles?: number;
  /** Observables of the import. */
  many?: number;
}

/**
 * The store's figures under the names of floor script 02: adding one observable durably (D3), and a large import with
 * duplicates in it (D4). Everything goes through the services, on a sealed database: row, indexes, words, counters,
 * hash-chained change record.
 */
export async function storeFigures(options: Options = {}): Promise<Record<string, Figure>> {
  const { dir, singles = 2_000, many = 10_000 } = options;
  const home = mkdtempSync(join(dir ?? tmpdir(), 'osmia-bench-store-'));
  try {
    return await addFigures(join(home, 'add'), singles, many);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function addFigures(dir: string, singles: number, many: number): Promise<Record<string, Figure>> {
  const { db, records, newCase } = openStore(dir);
  const next = observables(7);
  const cases = Array.from({ length: 20 }, newCase);
  const meta = { actor: 'bench' };
  const single = time(singles, 100, (i) => {
    records.store.transaction({}, () => records.observables.addInTransaction(cases[i % 20]!, next(), meta));
  });
  // One in a hundred comes twice, as in a list that people kept by hand.
  const items = Array.from({ length: many }, next);
  for (let i = 100; i < many; i += 100) items[i] = items[i - 50]!;
  const bulkCase = newCase();
  const reading = watchReaders(() => records.observables.list({ caseId: bulkCase.id, limit: 50 }));
  const startedAt = performance.now();
  await records.observables.add(bulkCase, items, meta);
  const rate = many / ((performance.now() - startedAt) / 1_000);
  const waits = await reading.end();
  db.close();
  return {
    'insert+commit.FULL': single,
    'insert+commit.p99-ms': { unit: 'ms', value: single.p99 ?? 0 },
    'bulk.3idx+words.sweep.chunk-1000': { unit: 'rows/s', value: rate },
    'import.readers-wait.p99-ms': { unit: 'ms', value: waits },
  };
}

/** Asks again and again while something else is written; what each waited for its turn and its answer. */
function watchReaders(ask: () => unknown): { end(): Promise<number> } {
  const waits: number[] = [];
  const ending = new AbortController();
  const reader = (async () => {
    while (!ending.signal.aborted) {
      const startedAt = performance.now();
      await nextTurn();
      ask();
      waits.push(performance.now() - startedAt);
    }
  })();
  return {
    async end() {
      ending.abort();
      await reader;
      waits.sort((a, b) => a - b);
      return waits[Math.floor(waits.length * 0.99)] ?? 0;
    },
  };
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
