import { v7 } from 'uuid';
import { type AlertsService, createAlertsService } from './alerts/alerts.service.ts';
import { createAlertObservablesRepo } from './alerts/alert-observables.repo.ts';
import { createAlertStateRepo } from './alerts/alert-state.repo.ts';
import { createAlertsRepo } from './alerts/alerts.repo.ts';
import { keepAlertState } from './alerts/keep-alert-state.ts';
import { createSimilarCasesRepo } from './alerts/similar-cases.repo.ts';
import { createCaseCounters, type CaseCounters } from './cases/case-counters.repo.ts';
import { createTemplateApplier, type TemplateApplier } from './case-templates/apply-template.ts';
import { createCaseTemplatesRepo } from './case-templates/case-templates.repo.ts';
import { type CaseTemplatesService, createCaseTemplatesService } from './case-templates/case-templates.service.ts';
import { renameTagsInTemplates } from './case-templates/rename-tags.ts';
import { createCaseIndexRepo } from './cases/case-index.repo.ts';
import { createCasesRepo } from './cases/cases.repo.ts';
import { keepCaseCounts } from './cases/keep-case-counts.ts';
import { type CasesService, createCasesService } from './cases/cases.service.ts';
import { createCustodyRepo } from './custody/custody.repo.ts';
import { createCustodyService, type CustodyService } from './custody/custody.service.ts';
import { createCustomFieldsRepo } from './custom-fields/custom-fields.repo.ts';
import { createCustomFieldsService, type CustomFieldsService } from './custom-fields/custom-fields.service.ts';
import type { Db } from './db/open.ts';
import { createEngagementsRepo } from './engagements/engagements.repo.ts';
import { createEngagementsService, type EngagementsService } from './engagements/engagements.service.ts';
import type { EventBus } from './events/bus.ts';
import type { BlobStore } from './evidence/blob-store.ts';
import { createEvidenceRepo, type EvidenceRepo } from './observables/evidence.repo.ts';
import { createElsewhereRepo } from './observables/elsewhere.repo.ts';
import { createObservableLists } from './observables/observable-lists.repo.ts';
import { createObservableTags } from './observables/observable-tags.repo.ts';
import { createObservablesRepo } from './observables/observables.repo.ts';
import { createObservablesService, type ObservablesService } from './observables/observables.service.ts';
import type { Clock } from './ports.ts';
import { createIntakeTexts, type IntakeTexts } from './search/intake-text.repo.ts';
import { keepSearch } from './search/keep-search.ts';
import { createSearchIndex, type SearchIndex } from './search/search-index.repo.ts';
import { createSettingsRepo, type SettingsRepo } from './settings/settings.repo.ts';
import { keepCounts } from './stats/keep-counts.ts';
import { createKeptCounts } from './stats/kept-counts.repo.ts';
import { createSyncedStore, type SyncedStore } from './sync/synced-store.ts';
import { keepTags } from './tags/keep-tags.ts';
import { createTagIndexRepo } from './tags/tag-index.repo.ts';
import { createTagsRepo } from './tags/tags.repo.ts';
import { createTagsService, type TagsService } from './tags/tags.service.ts';
import { createTaxonomiesRepo } from './tags/taxonomies.repo.ts';
import { createTaxonomiesService, type TaxonomiesService } from './tags/taxonomies.service.ts';
import { keepOpenTasks } from './tasks/keep-open-tasks.ts';
import { createOpenTasksRepo } from './tasks/open-tasks.repo.ts';
import { createTaskLogsRepo } from './tasks/task-logs.repo.ts';
import { createTaskLogsService, type TaskLogsService } from './tasks/task-logs.service.ts';
import { createTasksRepo } from './tasks/tasks.repo.ts';
import { createTasksService, type TasksService } from './tasks/tasks.service.ts';
import { keepTimelineRows } from './timeline/keep-timeline-rows.ts';

/** The services over what is stored. They need nothing of the engine, and the engine needs some of them. */
export interface Records {
  settings: SettingsRepo;
  store: SyncedStore;
  searchIndex: SearchIndex;
  intakeTexts: IntakeTexts;
  counters: CaseCounters;
  engagements: EngagementsService;
  cases: CasesService;
  evidenceRepo: EvidenceRepo;
  observables: ObservablesService;
  tasks: TasksService;
  taskLogs: TaskLogsService;
  alerts: AlertsService;
  customFields: CustomFieldsService;
  custody: CustodyService;
  caseTemplates: CaseTemplatesService;
  /** Opens cases, from templates too, and puts a template on one that is there. */
  applier: TemplateApplier;
  tags: TagsService;
  taxonomies: TaxonomiesService;
}

export function createRecords(deps: {
  db: Db;
  blobs: BlobStore;
  events: EventBus;
  clock: Clock;
  osmiaVersion: string;
}): Records {
  const { db, blobs, events, clock, osmiaVersion } = deps;
  const settings = createSettingsRepo(db);
  const store = createSyncedStore({ db, clock, device: deviceOf(settings) });
  keepCounts({ store, counts: createKeptCounts(db) });
  const searchIndex = createSearchIndex(db);
  const intakeTexts = createIntakeTexts(db);
  keepSearch({ store, index: searchIndex, intakeTexts });
  const counters = createCaseCounters(db);
  store.gather(counters);
  keepCaseCounts(store, counters);
  keepTimelineRows(db, store);
  const engagements = createEngagementsService({
    repo: createEngagementsRepo(db),
    store,
    events,
    clock,
  });
  const cases = createCasesService({
    repo: createCasesRepo(db, counters),
    index: createCaseIndexRepo(db, store),
    store,
    engagements,
    blobs,
    events,
    clock,
  });
  const evidenceRepo = createEvidenceRepo(db);
  const elsewhere = createElsewhereRepo(db);
  const observables = createObservablesService({
    repo: createObservablesRepo(db, elsewhere),
    lists: createObservableLists(db),
    tags: createObservableTags(db),
    elsewhere,
    evidenceRepo,
    counters,
    store,
    cases,
    engagements,
    events,
    clock,
  });
  keepOpenTasks(store, counters, createOpenTasksRepo(db));
  const tasks = createTasksService({ repo: createTasksRepo(db), store, cases, events, clock });
  const taskLogs = createTaskLogsService({
    repo: createTaskLogsRepo(db, evidenceRepo.find),
    tasks,
    cases,
    evidence: evidenceRepo,
    store,
    events,
    clock,
  });
  const templatesRepo = createCaseTemplatesRepo(db);
  const customFields = createCustomFieldsService({
    repo: createCustomFieldsRepo(db),
    store,
    templatesWith: (name) =>
      templatesRepo.list().filter(({ fields }) => fields.some((field) => field.name === name)).length,
    events,
    clock,
  });
  const alertsRepo = createAlertsRepo(db);
  keepAlertState({ store, state: createAlertStateRepo(db), alerts: alertsRepo });
  const alerts = createAlertsService({
    repo: alertsRepo,
    observablesRepo: createAlertObservablesRepo(db),
    similarRepo: createSimilarCasesRepo(db),
    customFields,
    engagements,
    store,
    events,
    clock,
  });
  const caseTemplates = createCaseTemplatesService({ repo: templatesRepo, fields: customFields, store, events, clock });
  const applier = createTemplateApplier({ templates: caseTemplates, cases, tasks, fields: customFields, store });
  const tagIndex = createTagIndexRepo(db, () => events.publish('tag', ''));
  keepTags({ store, index: tagIndex });
  const taxonomiesRepo = createTaxonomiesRepo(db);
  const taxonomies = createTaxonomiesService({ repo: taxonomiesRepo, store, events, clock });
  const tags = createTagsService({
    repo: createTagsRepo(db),
    index: tagIndex,
    taxonomies: taxonomiesRepo,
    store,
    engagements,
    renameInTemplates: renameTagsInTemplates({ repo: templatesRepo, store, events }),
    events,
    clock,
  });
  const custody = createCustodyService({ repo: createCustodyRepo(db), store, cases, clock, osmiaVersion });
  return {
    custody,
    settings,
    store,
    searchIndex,
    intakeTexts,
    counters,
    engagements,
    cases,
    evidenceRepo,
    observables,
    tasks,
    taskLogs,
    alerts,
    customFields,
    caseTemplates,
    applier,
    tags,
    taxonomies,
  };
}

/** The name this copy of the workspace writes under in the change log; made once. */
function deviceOf(settings: SettingsRepo): string {
  const known = settings.find('device');
  if (known !== undefined) return known;
  const device = v7();
  settings.put('device', device);
  return device;
}
