import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { subjectHash } from '../../src/core/observables/subject-hash.ts';
import type { Job, SandboxLevel } from '../../src/shared/contract/entities.ts';
import type { Subject } from '../../src/shared/contract/jobs.ts';
import type { Pap, Tlp } from '../../src/shared/model/marking.ts';
import type { z } from 'zod';
import type { Db } from '../../src/core/db/open.ts';
import { createBroker } from '../../src/core/engine/broker/broker-client.ts';
import { createEngine, type Engine, type EngineOptions, type RecordedReport } from '../../src/core/engine/engine.ts';
import { detectSandbox } from '../../src/core/engine/sandbox/sandbox.ts';
import type { JobRow } from '../../src/core/engine/job-row.ts';
import { createEventBus, type EventBus } from '../../src/core/events/bus.ts';
import { type BlobStore, createBlobStore } from '../../src/core/evidence/blob-store.ts';
import { createJobsService, type JobsService } from '../../src/core/jobs/jobs.service.ts';
import { createReportsService, type ImportItem, type ReportsService } from '../../src/core/jobs/reports.service.ts';
import type { Clock, Logger } from '../../src/core/ports.ts';
import { createQuota, type Quota } from '../../src/core/quota/create-quota.ts';
import { createStoredSettings, type StoredSettings } from '../../src/core/analyzers/stored-settings.ts';
import { createWorkspaceKeys } from '../../src/core/workspace/keys.ts';

export const REPOSITORY = join(import.meta.dirname, '../..');
export const NODE = join(REPOSITORY, 'node_modules/.bin/node');
export const FIXTURES = join(REPOSITORY, 'test/fixtures/analyzers');

/** For engines whose tests set no secret. */
export const noSecrets = { value: () => undefined, facts: () => ({ problem: 'There is no vault here.' }) };

const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  zone: () => 'UTC',
};

export interface EngineKit {
  db: Db;
  blobs: BlobStore;
  events: EventBus;
  engine: Engine;
  jobs: JobsService;
  reports: ReportsService;
  quota: Quota;
  /** Call `touch` after a change of `analyzer_setting`. */
  settings: StoredSettings;
  engagementId: string;
  recorded: { job: JobRow; report: RecordedReport }[];
  imported: ImportItem[];
  /** A file taken in, as an intake that is ready; returns the intake's id. */
  intake(name: string, bytes: Uint8Array, mediaType: string): Promise<string>;
  /** Plans, starts everything that is named and waits for the end. */
  run(
    subjects: z.infer<typeof Subject>[],
    flavorIds: string[],
    options?: { tlp?: Tlp; pap?: Pap },
  ): Promise<z.infer<typeof Job>[]>;
  setOffline(isOffline: boolean): void;
  close(): Promise<void>;
}

/** A real engine on a real database and blob store, with the fixture analyzers as a source. */
export async function makeEngine(
  db: Db,
  dir: string,
  options: Partial<EngineOptions> & { logger: Logger; clock?: Clock; master?: Buffer; sources?: string[] },
): Promise<EngineKit> {
  const { logger, clock = realClock, master = randomBytes(32), sources = [FIXTURES], ...engineOptions } = options;
  const blobDir = join(dir, 'blobs');
  mkdirSync(blobDir, { recursive: true });
  const blobs = createBlobStore({ db, dir: blobDir, keys: createWorkspaceKeys(master), clock });
  const events = createEventBus();
  const recorded: EngineKit['recorded'] = [];
  const imported: ImportItem[] = [];
  let engagementId = (db.prepare('SELECT id FROM engagement').get() as { id: string } | undefined)?.id;
  if (engagementId === undefined) {
    engagementId = uuidv7();
    db.prepare(
      `INSERT INTO engagement (id, name, tlp, pap, is_offline, created_at, updated_at, stamps) VALUES (?, 'Test', 'amber', 'amber', 1, 0, 0, '{}')`,
    ).run(engagementId);
  }
  const settings = createStoredSettings(db, noSecrets);
  const recordReport = (tx: { job: JobRow; report: RecordedReport }): void => void recorded.push(tx);
  for (const [index, path] of sources.entries()) {
    db.prepare('INSERT OR IGNORE INTO analyzer_source (name, path, added_at) VALUES (?, ?, 0)').run(
      `kit${index || ''}`,
      path,
    );
  }
  const quota = createQuota({ db, events, clock });
  const engine = await createEngine({
    db,
    blobs,
    events,
    clock,
    logger,
    osmiaVersion: '0.0.0-test',
    options: {
      nodePath: NODE,
      bundledRoot: REPOSITORY,
      scratchDir: join(dir, 'scratch'),
      environmentsDir: join(dir, 'environments'),
      width: 2,
      ...engineOptions,
    },
    settings,
    recordReport,
    quota: quota.ledger,
  });
  const jobs = createJobsService({
    db,
    engine,
    events,
    clock,
    osmiaVersion: '0.0.0-test',
    recordReport,
    quota: quota.forecaster,
  });
  const reports = createReportsService({
    db,
    blobs,
    importObservables(_caseId, items) {
      imported.push(...items);
      return { added: items.map(() => uuidv7()), alreadyThere: 0, refused: [] };
    },
  });
  const owner = engagementId;
  return {
    db,
    blobs,
    events,
    engine,
    jobs,
    reports,
    quota,
    settings,
    engagementId: owner,
    recorded,
    imported,
    async intake(name, bytes, mediaType) {
      const id = uuidv7();
      db.transaction(() => blobs.ensureOwner({ owner: 'intake', id })).immediate();
      const stored = await blobs.put(bytes, { owner: 'intake', id });
      db.prepare(
        `INSERT INTO intake (id, engagement_id, name, origin, state, blob_id, sha256, media_type, received_at, zone)
         VALUES (?, ?, ?, 'file', 'ready', ?, ?, ?, 0, 'UTC')`,
      ).run(id, owner, name, stored.id, subjectHash(stored), mediaType);
      return id;
    },
    async run(subjects, flavorIds, marks = {}) {
      const sheet = await jobs.plan({ subjects, flavorIds, ...marks });
      const started = await jobs.start(
        sheet.id,
        [sheet.localIndex, ...sheet.destinations.map((group) => group.index), sheet.refusedIndex].flatMap(
          ({ rows }) => rows,
        ),
      );
      return jobs.wait(
        started.map((job) => job.id),
        new AbortController().signal,
      );
    },
    setOffline(isOffline) {
      db.prepare('UPDATE engagement SET is_offline = ?').run(isOffline ? 1 : 0);
      events.publish('engagement', owner);
    },
    async close() {
      await engine.close();
      await blobs.close();
    },
  };
}

/** What the sandbox of this machine is, found out as the engine does. */
export async function probeSandbox(): Promise<SandboxLevel> {
  const broker = createBroker({
    nodePath: NODE,
    program: join(REPOSITORY, 'src/core/engine/broker/broker.ts'),
    logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
    monotonic: () => performance.now(),
  });
  const { report } = await detectSandbox(broker, true);
  await broker.close();
  return report.level;
}
