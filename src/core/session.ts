import { contract } from '../shared/contract/contract.ts';
import type { Handlers } from '../shared/rpc/contract.ts';
import { createAnalyzersApi } from './analyzers/analyzers.api.ts';
import { createConfigApi } from './analyzers/config.api.ts';
import { createDoctorApi } from './analyzers/doctor/doctor.api.ts';
import { takeInTestFile } from './analyzers/doctor/test-file.ts';
import { createEnvironmentsApi } from './analyzers/python/environments.api.ts';
import { createConfigService } from './analyzers/config.service.ts';
import { createStoredSettings } from './analyzers/stored-settings.ts';
import { createCustodyApi } from './custody/custody.api.ts';
import { createDemoApi } from './demo/demo.api.ts';
import { createDemoService } from './demo/demo.service.ts';
import { readDemo } from './demo/read-demo.ts';
import { createEgressApi } from './egress/egress.api.ts';
import { createEgressRepo } from './egress/egress.repo.ts';
import { createEgressService } from './egress/egress.service.ts';
import { createContactsRepo } from './engine/network/contacts.repo.ts';
import { createEngine, type EngineDeps } from './engine/engine.ts';
import { readUpstream } from './engine/network/upstream.ts';
import { createEventBus } from './events/bus.ts';
import { createFeatures } from './features.ts';
import { createHistoryApi } from './jobs/history.api.ts';
import { createHistoryService } from './jobs/history.service.ts';
import { createJobsApi } from './jobs/jobs.api.ts';
import { createJobsService } from './jobs/jobs.service.ts';
import { createRefreshService } from './jobs/refresh.service.ts';
import { createQueueApi } from './jobs/queue.api.ts';
import { createReportsApi } from './jobs/reports.api.ts';
import { createReportsService } from './jobs/reports.service.ts';
import { createArtifactImport } from './observables/import-artifacts.ts';
import { createPolicyApi } from './policy/policy.api.ts';
import { createPolicyRepo } from './policy/policy.repo.ts';
import { createPolicyService } from './policy/policy.service.ts';
import { createWouldLeave } from './policy/would-leave.ts';
import type { CallContext } from './ports.ts';
import { createQuota, type Quota } from './quota/create-quota.ts';
import { createRecords } from './records.ts';
import { createOperationRecorder, createResponders } from './responders/create-responders.ts';
import { createRespondersApi } from './responders/responders.api.ts';
import { createReportCatchUp } from './search/catch-up.ts';
import { reportText } from './search/documents.ts';
import { SecretPlace } from '../shared/contract/secrets.ts';
import { createSecretVault } from './secrets/secret-vault.ts';
import { secretsCheck } from './secrets/secrets-check.ts';
import { createExportGuard } from './secrets/export-guard.ts';
import { guardedExports } from './secrets/guarded-exports.ts';
import { createSecretsApi, secretLabel } from './secrets/secrets.api.ts';
import { createSecretsRepo } from './secrets/secrets.repo.ts';
import { watchRuns } from './secrets/watch-runs.ts';
import { createSetsApi } from './sets/sets.api.ts';
import { createSetsRepo } from './sets/sets.repo.ts';
import { createSetsService } from './sets/sets.service.ts';
import { groupedHandlers } from './sync/grouped-handlers.ts';
import type { Check } from './system/system.service.ts';
import type { Session, SessionContract, SessionDeps } from './workspace/session-port.ts';

/** Settings of the network hold for whatever leaves; a feed of alerts is no analyzer and has none of its own. */
const FEED_READER = { id: 'feed', source: 'feed', baseConfig: '', isLocal: false };

/** Jobs shown with an observable; the rest is in `jobs.list`. */
const JOBS_OF_OBSERVABLE = 100;

/**
 * Everything over one open workspace, from unlock to lock. Interrupted work (jobs, inspections) is taken up before this
 * resolves. Rejects where the engine cannot start.
 */
export async function openSession(deps: SessionDeps): Promise<Session> {
  const { db, dir, blobs, clock, logger, osmiaVersion } = deps;
  const events = createEventBus();
  const records = createRecords({ db, blobs, events, clock, osmiaVersion });
  const { observables, cases, evidenceRepo, store, engagements } = records;

  const recordOperations = createOperationRecorder(db, clock);
  const recordReport: EngineDeps['recordReport'] = ({ job, report }) => {
    const { id, taxonomies, words } = report;
    if (words !== undefined) {
      const about = { engagementId: job.engagement_id, flavorName: job.flavor_name, value: job.value };
      records.searchIndex.put('report', id, reportText({ ...about, taxonomies, words }));
    }
    // A responder judges nothing: its report is no verdict on what it ran on.
    if (job.kind === 'responder') return recordOperations({ job, report });
    observables.recordReport({
      observableId: job.observable_id,
      flavorId: job.flavor_id,
      jobId: job.id,
      taxonomies: report.taxonomies,
      reportedAt: report.createdAt,
    });
  };
  const vault = createSecretVault({
    repo: createSecretsRepo(db),
    keeping: deps.secrets,
    wanted: () => SecretPlace.safeParse(records.settings.find('secretPlace')).data,
    clock,
    logger,
  });
  // Before the first job is claimed: one whose key were not there yet would be refused.
  await vault.load();
  const settings = createStoredSettings(db, vault);
  const quota = createQuota({ db, events, clock });
  const engine = await createEngine({
    db,
    blobs,
    events,
    clock,
    logger,
    osmiaVersion,
    options: deps.engine,
    settings,
    recordReport,
    recordRun: records.custody.recordRun,
    quota: quota.ledger,
  });

  const { analysis } = engine;
  const policyRepo = createPolicyRepo(db);
  const config = createConfigService({ catalogue: engine.catalogue, settings, vault, events, clock });
  const sets = createSetsService({ repo: createSetsRepo(db), store, catalogue: engine.catalogue, events, clock });
  const jobs = createJobsService({
    db,
    engine,
    events,
    clock,
    osmiaVersion,
    recordReport,
    quota: quota.forecaster,
    setRuns: sets.runs,
  });
  const egress = createEgressService({ repo: createEgressRepo(db), contacts: createContactsRepo(db), analysis });
  const guardExport = createExportGuard(vault, (id) => secretLabel(config.usesOf(id)));
  const stopWatching = watchRuns({
    onJob: engine.onJob,
    hasSecrets: vault.hasValues,
    job: jobs.get,
    recordTest: config.recordTest,
    now: () => clock.now(),
  });
  const importObservables = createArtifactImport({
    analysis,
    cases,
    observables,
    evidenceRepo,
    blobs,
    store,
    events,
    clock,
    osmiaVersion,
  });
  const reports = createReportsService({ db, blobs, importObservables });
  const respond = createResponders({ db, engine, records, analysis, events, clock, logger, osmiaVersion });
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
    upstream: (engagementId) => readUpstream(settings.of(FEED_READER, engagementId).values),
    otherChecks: async () => [
      ...keychainCheck(deps),
      await secretsCheck(vault),
      ...engine.doctorChecks(),
      quotaCheck(quota),
    ],
  });

  const handlers: Handlers<SessionContract, CallContext> = {
    ...features.handlers,
    ...guardedExports(features.handlers, guardExport),
    ...createAnalyzersApi({ catalogue: engine.catalogue, events }),
    ...createEnvironmentsApi(engine.tools.environments),
    ...createDoctorApi({
      catalogue: engine.catalogue,
      doctor: engine.tools.doctor,
      plan: jobs.plan,
      isOffline: (engagementId) => records.engagements.get(engagementId).isOffline,
      takeInTestFile: (engagementId, signal) => takeInTestFile(features.intake, engagementId, signal),
    }),
    ...createConfigApi({ config, catalogue: engine.catalogue }),
    ...createSecretsApi({
      vault,
      uses: { usesOf: config.usesOf, forgetSecret: config.forgetSecret, touch: settings.touch },
      prefer: (place) => records.settings.put('secretPlace', place),
      events,
    }),
    ...createPolicyApi(
      createPolicyService({ repo: policyRepo, store, engagements, events, clock }),
      createWouldLeave({ engine, repo: policyRepo, engagement: engagements.get }),
    ),
    ...createEgressApi({
      ...egress,
      async export(input, signal) {
        const page = await egress.export(input, signal);
        guardExport(page.text);
        return page;
      },
    }),
    ...quota.api({ flavors: engine.catalogue.list, engagements: records.engagements, nudge: engine.nudge }),
    ...createDemoApi(
      createDemoService({
        ...records,
        read: () => readDemo(deps.engine.bundledRoot),
        intake: features.intake,
        notes: features.notes,
        jobs,
        clock,
        logger,
      }),
    ),
    ...createSetsApi(sets),
    ...createJobsApi(jobs),
    ...createQueueApi(jobs.queue, jobs.waitingSheets),
    ...createReportsApi(reports),
    ...createCustodyApi(records.custody, guardExport),
    ...createRespondersApi(respond.responders, respond.operations),
    ...createHistoryApi(createHistoryService({ db }), createRefreshService({ db, catalogue: engine.catalogue, clock })),
  };
  features.intake.resume();
  features.destroying.resume();
  const alertWatch = features.alerts.watch();
  const catchUp = createReportCatchUp({ db, index: records.searchIndex, logger });

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    // The intake and the readers of alerts use the engine's worker, so they stop first.
    await alertWatch.close();
    await catchUp.close();
    await features.destroying.close();
    await features.intake.close();
    await respond.close();
    await engine.close();
    stopWatching();
    vault.close();
    features.system.checkpoint();
  };
  return {
    handlers: groupedHandlers(contract, handlers),
    ingestStream: (input, signal) => features.intake.fromStream(input, signal),
    busy: () => ({ running: engine.runningCount() + features.intake.activeCount() }),
    close: () => (closing ??= close()),
  };
}

function quotaCheck(quota: Quota): Check {
  const { entries, problems } = quota.check();
  return problems.length === 0
    ? { name: 'quota ledger', status: 'ok', message: `${entries} entries, they balance` }
    : {
        name: 'quota ledger',
        status: 'problem',
        message: `${problems.length} budgets do not balance: osmia quota check`,
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
