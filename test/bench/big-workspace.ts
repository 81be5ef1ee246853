import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { migrate } from '../../src/core/db/migrate.ts';
import { type Db, openDatabase } from '../../src/core/db/open.ts';
import { createEventBus } from '../../src/core/events/bus.ts';
import { createBlobStore } from '../../src/core/evidence/blob-store.ts';
import type { NewObservable } from '../../src/core/observables/observables.service.ts';
import type { Clock } from '../../src/core/ports.ts';
import { createRecords, type Records } from '../../src/core/records.ts';
import { createWorkspaceKeys } from '../../src/core/workspace/keys.ts';
import { createRunStore } from '../support/report-rows.ts';
import { type Draw, drawFrom, observableFrom, words } from './seeded-values.ts';

/** How much a workspace holds. */
export interface Profile {
  cases: number;
  observables: number;
  tasks: number;
  notes: number;
  alerts: number;
  /** Finished jobs, each with a report of about 1 KiB. */
  reports: number;
}

/** What TheHive's users had when it became slow (reference: thehive.md 6.6): 25,000 cases and 400,000 observables. */
export const WHOLE: Profile = {
  cases: 25_000,
  observables: 400_000,
  tasks: 50_000,
  notes: 25_000,
  alerts: 5_000,
  reports: 20_000,
};

/** The same proportions, smaller; never less than one of each. */
export function shareOf(profile: Profile, share: number): Profile {
  const part = (n: number): number => Math.max(1, Math.round(n * share));
  return {
    cases: part(profile.cases),
    observables: part(profile.observables),
    tasks: part(profile.tasks),
    notes: part(profile.notes),
    alerts: part(profile.alerts),
    reports: part(profile.reports),
  };
}

/** Observables alone, a hundred a case, as the floor script 03 has them: for the curves over the size. */
export const observablesOnly = (observables: number): Profile => ({
  cases: Math.ceil(observables / 100),
  observables,
  tasks: 0,
  notes: 0,
  alerts: 0,
  reports: 0,
});

export interface BigWorkspace {
  dir: string;
  db: Db;
  records: Records;
  clock: BenchClock;
  engagementId: string;
  caseIds: string[];
  observables: { id: string; dataType: NewObservable['dataType']; value: string; caseId: string }[];
  close(): void;
}

export interface BenchClock extends Clock {
  set(now: number): void;
}

const START = Date.UTC(2024, 0, 1);
const PEOPLE = ['ana', 'ben', 'chloe', 'dan', ''];
const STATUSES = ['open', 'open', 'in_progress', 'resolved', 'resolved', 'resolved'] as const;
const META = { actor: 'bench' };
/** Rows written in one transaction while the workspace is made. */
const GROUP = 1_000;
/** Observables whose like comes again: what "seen elsewhere" has to find. */
const POOL = 5_000;
const SEEN_AGAIN = 0.05;

/** A bus that tells nobody: events of a million rows would only be kept for subscribers that there are none of. */
const newRecords = (db: Db, dir: string, keys: ReturnType<typeof createWorkspaceKeys>, clock: Clock): Records => {
  const blobs = createBlobStore({ db, dir: join(dir, 'blobs'), keys, clock });
  return createRecords({ db, blobs, events: createEventBus(), clock, osmiaVersion: '0.0.0-bench' });
};

/** One that `makeBigWorkspace` made with this key, opened again; its lists of ids are read from it by who needs them. */
export function openBigWorkspace(dir: string, key: Buffer): Omit<BigWorkspace, 'caseIds' | 'observables'> {
  const clock = newClock();
  const keys = createWorkspaceKeys(key);
  const db = openDatabase(join(dir, 'workspace.db'), keys.database);
  const records = newRecords(db, dir, keys, clock);
  const engagementId = records.engagements.resolve(undefined).id;
  return { dir, db, records, clock, engagementId, close: () => void db.close() };
}

function newClock(): BenchClock {
  let now = START;
  return {
    now: () => now,
    monotonic: () => performance.now(),
    zone: () => 'UTC',
    set: (to) => {
      now = to;
    },
  };
}

/**
 * A sealed workspace in `dir`, filled through the services and the shared store, as people and engine fill one: every
 * counter, index and change record is there. Seeded: two of the same profile hold the same.
 */
export function makeBigWorkspace(
  dir: string,
  profile: Profile,
  options: { seed?: number; key?: Buffer; onProgress?: (done: number) => void } = {},
): BigWorkspace {
  mkdirSync(dir, { recursive: true });
  let now = START;
  const clock = newClock();
  const keys = createWorkspaceKeys(options.key ?? randomBytes(32));
  const db = openDatabase(join(dir, 'workspace.db'), keys.database);
  migrate(db, () => undefined);
  const records = newRecords(db, dir, keys, clock);
  const engagementId = records.engagements.resolve(undefined).id;
  const draw = drawFrom(options.seed ?? 11);
  // The disk is not what is measured while the rows are made.
  db.pragma('synchronous=OFF');
  const inGroups = (count: number, step: (index: number) => void): void => {
    for (let from = 0; from < count; from += GROUP) {
      records.store.transaction({}, () => {
        for (let index = from; index < Math.min(count, from + GROUP); index += 1) {
          now += 1_000;
          clock.set(now);
          step(index);
        }
      });
      options.onProgress?.(Math.min(count, from + GROUP));
    }
  };

  const caseIds: string[] = [];
  inGroups(profile.cases, (index) => {
    const { id } = records.cases.create(META.actor, {
      title: `${words(draw, 4)} case${index}`,
      description: words(draw, 20),
      severity: 1 + draw.int(4),
      tags: [`kind:${words(draw, 1)}`, `client:${draw.int(50)}`],
    });
    caseIds.push(id);
    const status = draw.pick(STATUSES);
    const ended =
      status === 'resolved' ? { resolution: 'true_positive' as const, impact: 'no_impact' as const, endAt: now } : {};
    const meta = { ...META, engagementId, caseId: id };
    records.store.update('case', id, { status, assignee: draw.pick(PEOPLE), summary: words(draw, 6), ...ended }, meta);
  });
  const cases = caseIds.map((id) => ({ id, row: records.cases.get(id) }));
  const observables: BigWorkspace['observables'] = [];
  const pool: { dataType: NewObservable['dataType']; value: string }[] = [];
  inGroups(profile.observables, (index) => {
    const found = index > 100 && draw.next() < SEEN_AGAIN ? draw.pick(pool) : observableFrom(draw);
    if (pool.length < POOL) pool.push(found);
    const { id, row } = cases[Math.floor((index * cases.length) / profile.observables)]!;
    const added = records.observables.addInTransaction(row, bigObservable(draw, found, profile.observables), META);
    observables.push({ id: added.id, ...found, caseId: id });
  });
  inGroups(profile.tasks, () => {
    records.tasks.create(META, {
      caseId: draw.pick(caseIds),
      title: words(draw, 4),
      description: words(draw, 12),
      group: draw.pick(['default', 'containment', 'analysis']),
      assignee: draw.pick(PEOPLE),
      status: draw.pick(['waiting', 'in_progress', 'completed']),
      // Known from the start, so that the last of its case need not be looked for.
      position: draw.int(1_000),
    });
  });
  inGroups(profile.notes, (index) => {
    const caseId = draw.pick(caseIds);
    const row = { caseId, taskId: null, title: words(draw, 3), body: `${words(draw, 60)} note${index}` };
    const kept = { isPinned: false, attachments: [], createdAt: now, updatedAt: now, deletedAt: null };
    records.store.insert('note', { id: v7(), ...row, ...kept }, { ...META, engagementId, caseId });
  });
  inGroups(profile.alerts, (index) => {
    records.store.insert('alert', bigAlert(draw, engagementId, index, now), { ...META, engagementId });
  });
  const storeRun = createRunStore(db);
  inGroups(profile.reports, () => {
    const about = draw.pick(observables);
    const level = draw.pick(['info', 'safe', 'suspicious', 'malicious'] as const);
    const taxonomies = [{ level, namespace: 'Bench', predicate: 'Score', value: `${draw.int(90)}/90` }];
    const full = { text: words(draw, 120), id: draw.hex(16) };
    const { dataType, value, caseId } = about;
    const { jobId } = storeRun({
      engagementId,
      caseId,
      observableId: about.id,
      dataType,
      value,
      at: now,
      taxonomies,
      full,
    });
    const report = { observableId: about.id, flavorId: 'kit/Lookup_1_0', jobId, taxonomies, reportedAt: now };
    records.observables.recordReport(report);
  });
  db.pragma('synchronous=FULL');
  db.pragma('wal_checkpoint(TRUNCATE)');
  return {
    dir,
    db,
    records,
    clock,
    engagementId,
    caseIds,
    observables,
    close: () => {
      db.close();
    },
  };
}

/** What every service needs of one, with the words that the floors' rows have. */
const bigObservable = (
  draw: Draw,
  found: { dataType: NewObservable['dataType']; value: string },
  of: number,
): NewObservable => ({
  ...found,
  tlp: 'amber',
  pap: 'amber',
  tags: [`src:${words(draw, 1)}`, `fam:${words(draw, 1)}`],
  marks: [],
  isIoc: draw.next() < 0.5,
  isSighted: false,
  message: `${words(draw, 8)} note${draw.int(of)}`,
  places: [],
});

const bigAlert = (draw: Draw, engagementId: string, index: number, at: number) => ({
  id: v7(),
  engagementId,
  type: draw.pick(['misp', 'mail', 'siem']),
  source: draw.pick(['feed one', 'feed two', 'desk']),
  sourceRef: createHash('sha256').update(String(index)).digest('hex').slice(0, 12),
  externalLink: '',
  title: `${words(draw, 4)} alert${index}`,
  description: words(draw, 30),
  severity: 1 + draw.int(4),
  date: at,
  lastSyncAt: at,
  tlp: 'amber' as const,
  pap: 'amber' as const,
  tags: [`src:${words(draw, 1)}`],
  isRead: draw.next() < 0.5,
  isUpdated: false,
  isFollowed: true,
  caseId: null,
  import: null,
  importedAt: null,
  caseTemplate: '',
  createdAt: at,
  updatedAt: at,
  deletedAt: null,
});
