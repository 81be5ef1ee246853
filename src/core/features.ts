import type { Job } from '../shared/contract/entities.ts';
import type { historyContract } from '../shared/contract/history.ts';
import type { analyzersContract, jobsContract, reportsContract } from '../shared/contract/jobs.ts';
import type { queueContract } from '../shared/contract/queue.ts';
import type { quotaContract } from '../shared/contract/quota.ts';
import type { respondersContract } from '../shared/contract/responders.ts';
import type { custodyContract } from '../shared/contract/custody.ts';
import type { demoContract } from '../shared/contract/demo.ts';
import type { egressContract } from '../shared/contract/egress.ts';
import type { policyContract } from '../shared/contract/policy.ts';
import type { Handlers } from '../shared/rpc/contract.ts';
import type { configContract } from '../shared/contract/config.ts';
import type { secretsContract } from '../shared/contract/secrets.ts';
import type { setsContract } from '../shared/contract/sets.ts';
import { createAlertFeature, type AlertFeature } from './alerts/create-alerts.ts';
import { createActivityApi } from './activity/activity.api.ts';
import { createActivityRepo } from './activity/activity.repo.ts';
import { createActivityService } from './activity/activity.service.ts';
import { createCaseTemplatesApi } from './case-templates/case-templates.api.ts';
import { createCaseFeatures } from './cases/case-features.ts';
import { createDestroyApi } from './cases/destroy/destroy.api.ts';
import { createDestroyRepo } from './cases/destroy/destroy.repo.ts';
import { createDestroyService, type DestroyService } from './cases/destroy/destroy.service.ts';
import { createChangesApi } from './changes/changes.api.ts';
import { createChangesService } from './changes/changes.service.ts';
import { createGesturesRepo } from './changes/gestures.repo.ts';
import { createCustomFieldsApi } from './custom-fields/custom-fields.api.ts';
import { createDashboardsApi } from './dashboards/dashboards.api.ts';
import { createDashboardsRepo } from './dashboards/dashboards.repo.ts';
import { createDashboardsService } from './dashboards/dashboards.service.ts';
import type { Db } from './db/open.ts';
import { createEngagementsApi } from './engagements/engagements.api.ts';
import type { doctorContract } from '../shared/contract/doctor.ts';
import type { environmentsContract } from '../shared/contract/environments.ts';
import type { Upstream } from './engine/network/upstream.ts';
import type { EventBus } from './events/bus.ts';
import type { BlobStore } from './evidence/blob-store.ts';
import { createCandidatesRepo } from './intake/candidates.repo.ts';
import { createArchiveImport } from './intake/import-archive.ts';
import { createGraphApi } from './graph/graph.api.ts';
import { createGraphRepo } from './graph/graph.repo.ts';
import { createGraphService } from './graph/graph.service.ts';
import { createIntakeApi } from './intake/intake.api.ts';
import { createIntakeRepo } from './intake/intake.repo.ts';
import { keepIntakeState } from './intake/keep-intake-state.ts';
import { createIntakeService, type IntakeService } from './intake/intake.service.ts';
import { createDraftsRepo } from './notes/drafts.repo.ts';
import { createDraftsService } from './notes/drafts.service.ts';
import { createMentionsRepo } from './notes/mentions.repo.ts';
import { createMentionsService } from './notes/mentions.service.ts';
import { createNoteTemplatesRepo } from './notes/note-templates.repo.ts';
import { createNoteTemplatesService } from './notes/note-templates.service.ts';
import { createNotesApi } from './notes/notes.api.ts';
import { createNotesRepo } from './notes/notes.repo.ts';
import { createNotesService, type NotesService } from './notes/notes.service.ts';
import { createRevisionsRepo } from './notes/revisions.repo.ts';
import { createRevisionsService } from './notes/revisions.service.ts';
import { createElsewhereRepo } from './observables/elsewhere.repo.ts';
import { createObservableContext } from './observables/observable-context.ts';
import { createObservablesApi } from './observables/observables.api.ts';
import { createObservablesRepo } from './observables/observables.repo.ts';
import { createOccurrencesRepo } from './observables/occurrences.repo.ts';
import { createRelationsApi } from './relations/relations.api.ts';
import { createRelationsRepo } from './relations/relations.repo.ts';
import { createRelationsService } from './relations/relations.service.ts';
import type { AnalysisWorker, CallContext, Clock, Logger } from './ports.ts';
import type { Records } from './records.ts';
import { createSearchApi } from './search/search.api.ts';
import { createSearchRepo } from './search/search.repo.ts';
import { createSearchService } from './search/search.service.ts';
import { createSettingsApi } from './settings/settings.api.ts';
import { createSettingsService } from './settings/settings.service.ts';
import { createKeptCounts } from './stats/kept-counts.repo.ts';
import { createQuotaUse } from './stats/quota-use.repo.ts';
import { createScanRepo } from './stats/scan.repo.ts';
import { createStatsService } from './stats/stats.service.ts';
import { verifyChangeLog } from './sync/change-log.ts';
import { createSystemApi } from './system/system.api.ts';
import { createSystemRepo, type SystemRepo } from './system/system.repo.ts';
import { type Check, createSystemService } from './system/system.service.ts';
import { createTaskTemplatesRepo } from './tasks/task-templates.repo.ts';
import { createTaskTemplatesService } from './tasks/task-templates.service.ts';
import { createTagsApi } from './tags/tags.api.ts';
import { createTasksApi } from './tasks/tasks.api.ts';
import { createTimelineFeatures } from './timeline/create-timeline.ts';
import type { SessionContract } from './workspace/session-port.ts';

/** The calls that the engine's own features answer. */
type EngineContract = typeof analyzersContract &
  typeof doctorContract &
  typeof environmentsContract &
  typeof configContract &
  typeof secretsContract &
  typeof setsContract &
  typeof jobsContract &
  typeof queueContract &
  typeof reportsContract &
  typeof historyContract &
  typeof respondersContract &
  typeof quotaContract &
  typeof policyContract &
  typeof egressContract &
  typeof custodyContract &
  typeof demoContract;
type FeatureHandlers = Handlers<Omit<SessionContract, keyof EngineContract>, CallContext>;

export interface Features {
  handlers: FeatureHandlers;
  intake: IntakeService;
  notes: NotesService;
  system: SystemRepo;
  destroying: DestroyService;
  alerts: AlertFeature;
}

/** Everything but running analyzers; a call of the contract without a handler does not compile. */
export function createFeatures(deps: {
  records: Records;
  db: Db;
  dir: string;
  blobs: BlobStore;
  events: EventBus;
  clock: Clock;
  logger: Logger;
  osmiaVersion: string;
  analysis: AnalysisWorker;
  /** Of one observable, the newest first. */
  jobsOf(observableId: string): Job[];
  otherChecks(): Promise<Check[]>;
  /** The proxy of the user's own network, for what is fetched for an engagement; undefined where there is none. */
  upstream(engagementId: string): Upstream | undefined;
}): Features {
  const { records, db, blobs, events, clock, logger, osmiaVersion, analysis } = deps;
  const { cases, observables, engagements, evidenceRepo, counters, store } = records;
  const intakes = createIntakeRepo(db);
  const observablesRepo = createObservablesRepo(db);
  keepIntakeState({ intakes, observablesRepo, counters, blobs, store, events });
  const intake = createIntakeService({
    intakes,
    candidates: createCandidatesRepo(db),
    intakeTexts: records.intakeTexts,
    cases,
    observables,
    evidenceRepo,
    counters,
    blobs,
    store,
    clock,
    osmiaVersion,
    analysis,
    engagements,
    events,
    logger,
  });
  const drafts = createDraftsService({ repo: createDraftsRepo(db), cases, clock });
  const revisions = createRevisionsService(createRevisionsRepo(db));
  const notes = createNotesService({
    repo: createNotesRepo(db),
    drafts,
    revisions,
    store,
    cases,
    blobs,
    events,
    clock,
  });
  const activity = createActivityService(createActivityRepo(db));
  const alerts = createAlertFeature({
    records,
    db,
    blobs,
    events,
    clock,
    logger,
    osmiaVersion,
    analysis,
    intake,
    intakes,
    upstream: deps.upstream,
  });
  const destroying = createDestroyService({
    ...records,
    repo: createDestroyRepo(db),
    blobs,
    events,
    clock,
    logger,
  });
  const systemRepo = createSystemRepo(db);
  const system = createSystemService({
    repo: systemRepo,
    clock,
    osmiaVersion,
    dir: deps.dir,
    verifyChangeLog: (limit) => verifyChangeLog(db, limit),
    otherChecks: deps.otherChecks,
  });
  return {
    handlers: {
      ...createSettingsApi(createSettingsService({ repo: records.settings, events })),
      ...createEngagementsApi(engagements),
      ...createIntakeApi(intake),
      ...createCaseFeatures({ records, db, blobs, events, clock }),
      ...createDestroyApi(destroying),
      ...createObservablesApi({
        observables,
        repo: observablesRepo,
        context: createObservableContext({
          repo: observablesRepo,
          elsewhere: createElsewhereRepo(db),
          evidence: evidenceRepo,
          occurrences: createOccurrencesRepo(db),
        }),
        cases,
        evidence: evidenceRepo,
        store,
        blobs,
        analysis,
        custody: records.custody,
        jobsOf: deps.jobsOf,
        addArchive: createArchiveImport({
          evidenceRepo,
          blobs,
          store,
          clock,
          osmiaVersion,
          intakes: createIntakeRepo(db),
          cases,
          observables,
          analysis,
          events,
        }),
      }),
      ...createRelationsApi(
        createRelationsService({
          repo: createRelationsRepo(db),
          observable: observablesRepo.findState,
          store,
          events,
          clock,
        }),
      ),
      ...createNotesApi({
        notes,
        drafts,
        revisions,
        templates: createNoteTemplatesService({ repo: createNoteTemplatesRepo(db), store, events, clock }),
        mentions: createMentionsService({
          repo: createMentionsRepo(db),
          cases,
          findCases: (engagementId, text, limit) =>
            cases.list('', { engagementId, filter: text === '' ? {} : { text }, sort: '-updated', limit }).items,
          observables,
          tasksOf: records.tasks.list,
        }),
      }),
      ...createActivityApi(activity),
      ...createGraphApi(createGraphService({ repo: createGraphRepo(db), cases })),
      ...alerts.handlers,
      ...createSearchApi(
        createSearchService({ repo: createSearchRepo(db), intakeTexts: records.intakeTexts, engagements, clock }),
      ),
      ...createChangesApi(createChangesService({ gestures: createGesturesRepo(db), activity, store, events, clock })),
      ...createTasksApi({
        tasks: records.tasks,
        logs: records.taskLogs,
        templates: createTaskTemplatesService({
          repo: createTaskTemplatesRepo(db),
          tasks: records.tasks,
          store,
          events,
          clock,
        }),
        drafts,
      }),
      ...createCaseTemplatesApi(records.caseTemplates, records.applier),
      ...createCustomFieldsApi({ fields: records.customFields, cases, alerts: records.alerts }),
      ...createTagsApi(records.tags, records.taxonomies),
      ...createTimelineFeatures({ db, records, events, clock, analysis }),
      ...createDashboardsApi({
        dashboards: createDashboardsService({ repo: createDashboardsRepo(db), store, events, clock }),
        stats: createStatsService({
          counts: createKeptCounts(db),
          scans: createScanRepo(db),
          quota: createQuotaUse(db),
          clock,
        }),
        clock,
      }),
      ...createSystemApi(system, events),
    },
    intake,
    notes,
    system: systemRepo,
    destroying,
    alerts,
  };
}
