import { EventEmitter } from 'node:events';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Taxonomy, worstLevel } from '../../shared/model/report.ts';
import { type AnalyzerTools, createAnalyzerTools } from '../analyzers/analyzer-tools.ts';
import { type Catalogue, createCatalogue } from '../analyzers/analyzers.service.ts';
import { carryOver } from '../analyzers/carry-over.ts';
import { createInterpreters } from '../analyzers/interpreter.ts';
import { createEnvironmentStore } from '../analyzers/python/environment-store.ts';
import { defaultEnvironmentsFolder } from '../analyzers/python/environments-folder.ts';
import type { StoredSettings } from '../analyzers/stored-settings.ts';
import type { Db } from '../db/open.ts';
import type { EventBus } from '../events/bus.ts';
import type { BlobStore } from '../evidence/blob-store.ts';
import { createJobsRepo } from '../jobs/jobs.repo.ts';
import { createReportsRepo } from '../jobs/reports.repo.ts';
import { createPolicy, type Policy } from '../policy/policy.ts';
import type { AnalysisWorker, Clock, Logger } from '../ports.ts';
import type { QuotaGate } from '../quota/quota-port.ts';
import { createDryRun, type DryRun } from '../responders/dry-run.ts';
import { createHeldTo } from '../responders/held-to.ts';
import { createObjectsRepo } from '../responders/objects.repo.ts';
import { createPayloadRepo } from '../responders/payload.repo.ts';
import { type Asked, createAdmission, createAsk } from './admission.ts';
import { createBroker } from './broker/broker-client.ts';
import { createCodeCache } from './code-cache.ts';
import { type Check, engineChecks } from './doctor.ts';
import type { JobRow } from './job-row.ts';
import { createContactsRepo } from './network/contacts.repo.ts';
import { createScratch } from './process/scratch.ts';
import { openings } from './openings.ts';
import { createQueue, type Queue } from './queue.ts';
import { createQueueRules, EVERYTHING, type QueueRules } from './queue-rules.repo.ts';
import { createRunner } from './runner.ts';
import { detectSandbox, type Mechanism, type SandboxReport } from './sandbox/sandbox.ts';
import { createScheduler } from './scheduler.ts';
import { unlimitedQuota } from './unlimited-quota.ts';
import type { Named } from './waiting.repo.ts';
import { createAnalysisWorker } from './worker/analysis-worker.ts';
import { createWorkerPool, workerNode } from './worker/pool.ts';

export interface EngineOptions {
  /** A Node that runs TypeScript files (24 or newer); never Electron. */
  nodePath: string;
  /** Folder that holds analyzers/ and responders/. */
  bundledRoot: string;
  /** Folder that holds src/ and node_modules/; by default the one this file lies in. */
  sourceRoot?: string;
  /** Jobs at a time; by default from the number of cores. */
  width?: number;
  /** For job folders that are too large for memory. */
  scratchDir?: string;
  /** Python environments; by default the machine's own, which its workspaces share. */
  environmentsDir?: string;
  /** False runs everything without a sandbox, as on a machine that has none; a list leaves out what it does not name. */
  allowSandbox?: boolean | readonly Mechanism[];
  /** Node's own folder of compiled code (`module.getCompileCacheDir()`) where this process uses one; broker and workers read it too. */
  compileCacheDir?: string | undefined;
}

/** What is told of a finished job inside the transaction that stores it. */
export interface RecordedReport {
  id: string;
  level: string | null;
  taxonomies: Taxonomy[];
  createdAt: number;
  /** What it is searched for; absent for one that was stored before. */
  words?: string;
}

export interface Engine {
  analysis: AnalysisWorker;
  catalogue: Catalogue;
  tools: AnalyzerTools;
  queue: Queue;
  policy: Policy;
  quota: QuotaGate;
  /** Pauses, limits and hours; call `nudge` after a change. */
  rules: QueueRules;
  /** Jobs on this computer that run at once where the user set nothing. */
  width: number;
  /** How long a job may wait, in hours. */
  expireHours(): number;
  /** What the gate says of a stored job now. */
  ask(job: JobRow): Asked;
  /** Tells everybody that these jobs changed; call it after the commit. */
  announce(jobs: readonly Named[]): void;
  /** Looks at the queue in the next turn. */
  nudge(): void;
  /** Ends queued, waiting and running jobs; resolves when their trees are dead. Returns how many ended as cancelled. */
  cancel(ids: readonly string[]): Promise<number>;
  /** Resolves when no job is queued or running. */
  drain(): Promise<void>;
  runningCount(): number;
  /** Hears of every change of a job's state, after its commit. Returns what ends it. */
  onJob(listener: (job: { id: string }) => void): () => void;
  sandbox(): SandboxReport;
  dryRun: DryRun;
  /** The process that starts all others, for figures and tests. */
  brokerPid(): number | undefined;
  doctorChecks(): Check[];
  close(): Promise<void>;
}

export interface EngineDeps {
  db: Db;
  blobs: BlobStore;
  events: EventBus;
  clock: Clock;
  logger: Logger;
  osmiaVersion: string;
  options: EngineOptions;
  settings: StoredSettings;
  /** Called inside the transaction that stores a report (and for an answer from the cache). Must not throw. */
  recordReport(tx: { job: JobRow; report: RecordedReport }): void;
  /** Called inside the transaction that lets a job run; `sent` says to whom, and what of it. Must not throw. */
  recordRun?(job: JobRow, sent: { destination: string; what: string } | undefined): void;
  /** Without one nothing has a budget. */
  quota?: QuotaGate;
}

/** Hours that a job may wait where the user set nothing: a week. */
const EXPIRE_HOURS = 168;
/** Changes at once that are told of once a case. */
const MANY = 50;
/** Jobs that end in one statement: some milliseconds. */
const CANCELLED_AT_ONCE = 500;
const WORKER_MEMORY_MIB = 1_024;

/** What a program of ours may read where it runs as a process of its own. */
const ownCode = (sourceRoot: string): string[] =>
  ['node_modules', 'src/analysis', 'src/shared', 'package.json'].map((path) => join(sourceRoot, path));

/**
 * Everything that runs analyzers. Jobs that a dead process left running are queued again before this resolves. Rejects
 * only when the scratch folders cannot be made.
 */
export async function createEngine(deps: EngineDeps): Promise<Engine> {
  const { db, blobs, events, clock, logger, options, settings, quota = unlimitedQuota } = deps;
  const sourceRoot = options.sourceRoot ?? resolve(import.meta.dirname, '../../..');
  const bundledRoot = resolve(options.bundledRoot);
  const width = options.width ?? Math.max(2, availableParallelism());
  const codeCache = options.compileCacheDir === undefined ? undefined : createCodeCache(options.compileCacheDir);
  const workerCommand = workerNode(options.nodePath, sourceRoot, WORKER_MEMORY_MIB);
  const broker = createBroker({
    nodePath: options.nodePath,
    env: codeCache?.env ?? {},
    program: join(sourceRoot, 'src/core/engine/broker/broker.ts'),
    logger,
    monotonic: () => clock.monotonic(),
  });
  const scratch = createScratch(options.scratchDir ?? tmpdir());
  const searchPath = process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin';
  const environments = createEnvironmentStore(options.environmentsDir ?? defaultEnvironmentsFolder());
  const interpreters = createInterpreters({
    broker,
    nodePath: options.nodePath,
    path: searchPath,
    environment: environments.startOf,
  });
  // Both wait for other processes, so they wait together.
  const [sandbox, catalogue] = await Promise.all([
    detectSandbox(broker, options.allowSandbox ?? true, sourceRoot),
    createCatalogue({
      db,
      bundledRoot,
      interpreters,
      ownCode: ownCode(sourceRoot),
      clock,
      logger,
      settings,
      onRead: (flavors) => void carryOver(flavors, settings, clock),
    }),
  ]);
  if (sandbox.report.level !== 'isolated') logger.warn('analyzers are not isolated', { reason: sandbox.report.reason });
  const tools = createAnalyzerTools({
    db,
    broker,
    sandbox,
    store: environments,
    catalogue,
    events,
    clock,
    logger,
    searchPath,
  });
  const pool = createWorkerPool({
    broker,
    sandbox,
    nodePath: options.nodePath,
    sourceRoot,
    bundledRoot,
    size: Math.min(4, width),
    memoryMib: WORKER_MEMORY_MIB,
    logger,
    codeCache,
  });
  pool.warm();
  const filled = codeCache?.fill(broker, workerCommand);
  const rules = createQueueRules(db);
  const expireHours = (): number => rules.all().get(EVERYTHING)?.expireHours ?? EXPIRE_HOURS;
  const queue = createQueue(db, expireHours);
  const jobs = createJobsRepo(db);
  const policy = createPolicy(db);
  const reports = createReportsRepo(db);
  const runner = createRunner({ broker, sandbox, scratch, pool, blobs, payloads: createPayloadRepo(db) });
  const contacts = createContactsRepo(db);
  const changes = new EventEmitter<{ job: [{ id: string }] }>();
  changes.setMaxListeners(0);

  const announce = (rows: readonly Named[]): void => {
    // Who shows jobs reads them again; for that one event a case is enough.
    const told = new Set<string | null>();
    const isMany = rows.length > MANY;
    for (const row of rows) {
      if (!isMany || !told.has(row.case_id)) events.publish('job', row.id, row.case_id);
      told.add(row.case_id);
      changes.emit('job', { id: row.id });
    }
  };

  const responders = createHeldTo(createPayloadRepo(db), createObjectsRepo(db));
  const ask = createAsk({
    responders,
    find: catalogue.find,
    configOf: catalogue.configOf,
    queue,
    jobs,
    policy,
    sandbox: () => sandbox.report.level,
  });
  const admit = createAdmission({
    responders,
    queue,
    quota,
    ask,
    runner,
    clock,
    cached: (cacheKey, minutes, now) => jobs.cached(cacheKey, now - minutes * 60_000, now)?.reportId,
    answered(job, reportId) {
      const report = reports.find(reportId);
      if (report === undefined) return;
      const { id, taxonomies, createdAt } = report;
      const level = worstLevel(taxonomies.map((one) => one.level)) ?? null;
      deps.recordReport({ job, report: { id, level, taxonomies, createdAt } });
    },
    letIn: deps.recordRun,
    alsoChanged: announce,
  });
  const scheduler = createScheduler({
    db,
    queue,
    clock,
    logger,
    openings: (running, now) => openings(rules.all(), running, width, now, clock.zone()),
    admit,
    left(job, mayHaveRun, now, hints) {
      if (mayHaveRun) quota.settle(job.id, now);
      else quota.release(job.id, now);
      if (hints !== undefined) quota.learn(job, hints, now);
    },
    contacted: (job, asked, now) => contacts.add(job.id, asked, now),
    stored(job, report, now) {
      reports.insert(report, { id: job.id, flavorId: job.flavor_id }, now);
      const { id, level, taxonomies, words } = report;
      deps.recordReport({ job, report: { id, level, taxonomies, createdAt: now, words } });
    },
    changed(rows) {
      announce(rows);
      for (const row of rows) events.publish('report', row.id, row.case_id);
    },
  });

  const recovered = db
    .transaction(() => {
      const now = clock.now();
      quota.recover(now);
      return queue.recover(now);
    })
    .immediate();
  if (recovered.requeued + recovered.failed.length + recovered.unknown.length > 0) {
    logger.warn('jobs were under way when Osmia ended', {
      requeued: recovered.requeued,
      failed: recovered.failed.length,
      unknown: recovered.unknown.length,
    });
  }
  scheduler.nudge();

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await scheduler.close();
    await tools.close();
    await pool.close();
    await filled;
    await broker.close();
    scratch.close();
  };

  return {
    analysis: createAnalysisWorker(pool),
    catalogue,
    tools,
    queue,
    policy,
    quota,
    rules,
    width,
    expireHours,
    ask,
    announce,
    nudge: scheduler.nudge,
    async cancel(ids) {
      let ended = 0;
      for (let from = 0; from < ids.length; from += CANCELLED_AT_ONCE) {
        if (from > 0) await new Promise((resolve) => setImmediate(resolve));
        const some = ids.slice(from, from + CANCELLED_AT_ONCE);
        const idle = db.transaction(() => queue.cancelIdle(some, clock.now())).immediate();
        announce(idle);
        ended += idle.length;
      }
      // Last: what ran would make places for jobs that are about to end.
      return ended + (await scheduler.cancelRunning(ids));
    },
    drain: scheduler.drain,
    runningCount: scheduler.runningCount,
    onJob(listener) {
      changes.on('job', listener);
      return () => changes.off('job', listener);
    },
    sandbox: () => sandbox.report,
    dryRun: createDryRun({ broker, sandbox, scratch, blobs }),
    brokerPid: broker.pid,
    doctorChecks: () => engineChecks({ sandbox: sandbox.report, interpreters, catalogue, pool }),
    close: () => (closing ??= close()),
  };
}
