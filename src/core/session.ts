import type { Handlers } from '../shared/rpc/contract.ts';
import { createAnalyzersApi } from './analyzers/analyzers.api.ts';
import { createEngine, type EngineDeps } from './engine/engine.ts';
import { createEventBus } from './events/bus.ts';
import { createFeatures } from './features.ts';
import { createJobsApi } from './jobs/jobs.api.ts';
import { createJobsService } from './jobs/jobs.service.ts';
import { createReportsApi } from './jobs/reports.api.ts';
import { createReportsService } from './jobs/reports.service.ts';
import { createArtifactImport } from './observables/import-artifacts.ts';
import type { CallContext } from './ports.ts';
import { createRecords } from './records.ts';
import type { Check } from './system/system.service.ts';
import type { Session, SessionContract, SessionDeps } from './workspace/session-port.ts';

/** Jobs shown with an observable; the rest is in `jobs.list`. */
const JOBS_OF_OBSERVABLE = 100;

/**
 * Everything over one open workspace, from unlock to lock. Interrupted work (jobs, inspections) is taken up before this
 * resolves. Rejects where the engine cannot start.
 */
export async function openSession(deps: SessionDeps): Promise<Session> {
  const { db, dir, blobs, clock, logger, osmiaVersion } = deps;
  const events = createEventBus();
  const records = createRecords({ db, blobs, events, clock });
  const { observables, cases, evidenceRepo, counters, store } = records;

  const recordReport: EngineDeps['recordReport'] = ({ job, report }) => {
    observables.recordReport({
      observableId: job.observable_id,
      flavorId: job.flavor_id,
      jobId: job.id,
      taxonomies: report.taxonomies,
      reportedAt: report.createdAt,
    });
  };
  const engine = await createEngine({
    db,
    blobs,
    events,
    clock,
    logger,
    osmiaVersion,
    options: deps.engine,
    recordReport,
  });

  const { analysis } = engine;
  const jobs = createJobsService({ db, engine, events, clock, osmiaVersion, recordReport });
  const importObservables = createArtifactImport({
    analysis,
    cases,
    observables,
    evidenceRepo,
    counters,
    blobs,
    store,
    events,
    clock,
    osmiaVersion,
  });
  const reports = createReportsService({ db, blobs, importObservables });
  const features = createFeatures({
    records,
    db,
    dir,
    blobs,
    events,
    clock,
    logger,
    osmiaVersion,
    analysis,
    jobsOf: (observableId) => jobs.list({ observableId, limit: JOBS_OF_OBSERVABLE }).items,
    otherChecks: async () => [...keychainCheck(deps), ...engine.doctorChecks()],
  });

  const handlers: Handlers<SessionContract, CallContext> = {
    ...features.handlers,
    ...createAnalyzersApi({ catalogue: engine.catalogue, events }),
    ...createJobsApi(jobs),
    ...createReportsApi(reports),
  };
  features.intake.resume();

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    // The intake uses the engine's worker, so it stops first.
    await features.intake.close();
    await engine.close();
    features.system.checkpoint();
  };
  return {
    handlers,
    ingestStream: (input, signal) => features.intake.fromStream(input, signal),
    busy: () => ({ running: engine.runningCount() + features.intake.activeCount() }),
    close: () => (closing ??= close()),
  };
}

function keychainCheck({ keychain }: SessionDeps): Check[] {
  if (!keychain) return [];
  const { isUsable, reason } = keychain();
  return [
    isUsable
      ? { name: 'keychain', status: 'ok', message: 'the keychain of this system can be used' }
      : { name: 'keychain', status: 'warning', message: reason },
  ];
}
