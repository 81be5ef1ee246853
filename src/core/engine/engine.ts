import { EventEmitter } from 'node:events';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stricterPap, stricterTlp } from '../../shared/model/marking.ts';
import type { Taxonomy } from '../../shared/model/report.ts';
import { type Catalogue, createCatalogue } from '../analyzers/analyzers.service.ts';
import { createInterpreters } from '../analyzers/interpreter.ts';
import type { Db } from '../db/open.ts';
import type { EventBus } from '../events/bus.ts';
import type { BlobStore } from '../evidence/blob-store.ts';
import { allowed, decide, type GateDecision } from '../jobs/gate.ts';
import { destinationOf } from '../jobs/run-sheet.ts';
import { createJobsRepo } from '../jobs/jobs.repo.ts';
import { createReportsRepo } from '../jobs/reports.repo.ts';
import type { AnalysisWorker, Clock, Logger } from '../ports.ts';
import { createPayloadRepo } from '../responders/payload.repo.ts';
import { createBroker } from './broker/broker-client.ts';
import { createCodeCache } from './code-cache.ts';
import { type Check, engineChecks } from './doctor.ts';
import { gateFacts } from './gate-facts.ts';
import type { JobRow } from './job-row.ts';
import { createScratch } from './process/scratch.ts';
import { createQueue, type Leaving, type Queue, type WaitingReason } from './queue.ts';
import { createRunner } from './runner.ts';
import { detectSandbox, type SandboxReport } from './sandbox/sandbox.ts';
import { type Admission, createScheduler } from './scheduler.ts';
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
  /** False runs everything without a sandbox, as on a machine that has none. */
  allowSandbox?: boolean;
  /** Node's own folder of compiled code (`module.getCompileCacheDir()`) where this process uses one; broker and workers read it too. */
  compileCacheDir?: string | undefined;
}

/** What is told of a finished job inside the transaction that stores it. */
export interface RecordedReport {
  id: string;
  level: string | null;
  taxonomies: Taxonomy[];
  createdAt: number;
}

export interface Engine {
  analysis: AnalysisWorker;
  catalogue: Catalogue;
  queue: Queue;
  nudge(): void;
  /** Ends queued, waiting and running jobs; resolves when their trees are dead. Returns how many ended as cancelled. */
  cancel(ids: readonly string[]): Promise<number>;
  /** Resolves when no job is queued or running. */
  drain(): Promise<void>;
  runningCount(): number;
  /** Hears of every change of a job's state, after its commit. Returns what ends it. */
  onJob(listener: (job: { id: string }) => void): () => void;
  sandbox(): SandboxReport;
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
  /** Called inside the transaction that stores a report (and for an answer from the cache). Must not throw. */
  recordReport(tx: { job: JobRow; report: RecordedReport }): void;
}

const WORKER_MEMORY_MIB = 1_024;

/** Why a job waits, for a decision that says so. */
export const waitingFor = (decision: GateDecision): WaitingReason | undefined =>
  decision.verdict === 'wait' ? { kind: 'link', detail: decision.message, until: null } : undefined;

/**
 * Everything that runs analyzers. Jobs that a dead process left running are queued again before this resolves. Rejects
 * only when the scratch folders cannot be made.
 */
export async function createEngine(deps: EngineDeps): Promise<Engine> {
  const { db, blobs, events, clock, logger, options } = deps;
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
  const interpreters = createInterpreters({
    broker,
    nodePath: options.nodePath,
    path: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
  });
  // Both wait for other processes, so they wait together.
  const [sandbox, catalogue] = await Promise.all([
    detectSandbox(broker, options.allowSandbox ?? true),
    createCatalogue({ db, bundledRoot, interpreters, clock, logger }),
  ]);
  if (sandbox.report.level !== 'isolated') logger.warn('analyzers are not isolated', { reason: sandbox.report.reason });
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
  const queue = createQueue(db);
  const jobs = createJobsRepo(db);
  const reports = createReportsRepo(db);
  const runner = createRunner({ broker, sandbox, scratch, pool, blobs, payloads: createPayloadRepo(db) });
  const changes = new EventEmitter<{ job: [{ id: string }] }>();
  changes.setMaxListeners(0);

  const announce = (rows: readonly { id: string; case_id: string | null }[]): void => {
    for (const row of rows) {
      events.publish('job', row.id, row.case_id);
      changes.emit('job', { id: row.id });
    }
  };

  /** The gate's answer for a stored job, now. */
  const ask = (
    job: JobRow,
  ): { decision: GateDecision; leaving?: Leaving | undefined; admit(decision: GateDecision): Admission } => {
    const flavor = catalogue.find(job.flavor_id);
    if (flavor === undefined) {
      const facts = queue.lastFacts(job.id);
      if (facts === undefined) throw new Error(`job ${job.id} has no gate decision`);
      const gone = { code: 'flavor_gone', message: `${job.flavor_name} is not there any more.` };
      return { decision: decide({ ...facts, cannotRun: gone }), admit: () => 'put_back' };
    }
    const config = catalogue.configOf(flavor);
    const mediaType = job.blob_id === null ? '' : jobs.mediaTypeOf(job.blob_id);
    const isOffline = jobs.engagement(job.engagement_id)?.isOffline ?? true;
    // What was marked more strictly while it waited is held to that.
    const marking = job.observable_id === null ? undefined : jobs.subjectOfObservable(job.observable_id);
    const tlp = stricterTlp(job.tlp, marking?.tlp ?? job.tlp);
    const pap = stricterPap(job.pap, marking?.pap ?? job.pap);
    // A sheet that was planned as offline stays so, whatever the engagement says by now.
    const wasForced = !flavor.isLocal && queue.lastFacts(job.id)?.isForcedOffline === true;
    const decision = decide(
      gateFacts(
        flavor,
        config,
        { dataType: job.data_type, mediaType, hasFile: job.blob_id !== null, tlp, pap },
        { isOffline, isForcedOffline: wasForced, sandbox: sandbox.report.level },
      ),
    );
    const { hosts, leaves } = flavor.card;
    return {
      decision,
      leaving: flavor.isLocal ? undefined : { destination: destinationOf(flavor), hosts, what: leaves, tlp, pap },
      admit(answer) {
        const permit = allowed(answer, job.id);
        if (permit === undefined) return 'put_back';
        return { permit, run: (signal) => runner.run(job, flavor, config, mediaType, permit, signal) };
      },
    };
  };

  const scheduler = createScheduler({
    db,
    queue,
    clock,
    logger,
    width,
    admit(job, now) {
      const { decision, leaving, admit } = ask(job);
      queue.recordDecision(job.id, decision, now);
      const admission = admit(decision);
      if (admission === 'put_back') {
        queue.putBack({ id: job.id, token: job.lease_token }, decision, waitingFor(decision), now);
      } else if (leaving !== undefined) queue.recordEgress(job, leaving, now);
      return admission;
    },
    stored(job, report, now) {
      reports.insert(report, { id: job.id, flavorId: job.flavor_id }, now);
      const { id, level, taxonomies } = report;
      deps.recordReport({ job, report: { id, level, taxonomies, createdAt: now } });
    },
    changed(rows) {
      announce(rows);
      for (const row of rows) events.publish('report', row.id, row.case_id);
    },
  });

  /** Jobs that waited for a link and have one now. */
  const releaseLink = (): void => {
    const released: JobRow[] = [];
    db.transaction(() => {
      for (const job of queue.waitingForLink()) {
        const { decision } = ask(job);
        if (decision.verdict === 'wait') continue;
        if (queue.release(job.id, decision, clock.now())) released.push(job);
      }
    }).immediate();
    announce(released);
    if (released.length > 0) scheduler.nudge();
  };
  const stopListening = events.on((event) => {
    if (event.topic === 'engagement') releaseLink();
  });

  const recovered = db.transaction(() => queue.recover(clock.now())).immediate();
  if (recovered.requeued > 0 || recovered.failed.length > 0) {
    logger.warn('jobs were under way when Osmia ended', {
      requeued: recovered.requeued,
      failed: recovered.failed.length,
    });
  }
  scheduler.nudge();

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    stopListening();
    await scheduler.close();
    await pool.close();
    await filled;
    await broker.close();
    scratch.close();
  };

  return {
    analysis: createAnalysisWorker(pool),
    catalogue,
    queue,
    nudge: scheduler.nudge,
    async cancel(ids) {
      const idle = db.transaction(() => queue.cancelIdle(ids, clock.now())).immediate();
      announce(idle.map((id) => ({ id, case_id: jobs.row(id)?.case_id ?? null })));
      return idle.length + (await scheduler.cancelRunning(ids));
    },
    drain: scheduler.drain,
    runningCount: scheduler.runningCount,
    onJob(listener) {
      changes.on('job', listener);
      return () => changes.off('job', listener);
    },
    sandbox: () => sandbox.report,
    brokerPid: broker.pid,
    doctorChecks: () => engineChecks({ sandbox: sandbox.report, interpreters, catalogue, pool }),
    close: () => (closing ??= close()),
  };
}
