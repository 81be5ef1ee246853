import { v7 } from 'uuid';
import { type AlertsService, createAlertsService } from './alerts/alerts.service.ts';
import { createAlertsRepo } from './alerts/alerts.repo.ts';
import { createCaseCounters, type CaseCounters } from './cases/case-counters.repo.ts';
import { createCasesRepo } from './cases/cases.repo.ts';
import { keepCaseCounts } from './cases/keep-case-counts.ts';
import { type CasesService, createCasesService } from './cases/cases.service.ts';
import { createCustomFieldsRepo } from './custom-fields/custom-fields.repo.ts';
import { createCustomFieldsService, type CustomFieldsService } from './custom-fields/custom-fields.service.ts';
import type { Db } from './db/open.ts';
import { createEngagementsRepo } from './engagements/engagements.repo.ts';
import { createEngagementsService, type EngagementsService } from './engagements/engagements.service.ts';
import type { EventBus } from './events/bus.ts';
import type { BlobStore } from './evidence/blob-store.ts';
import { createEvidenceRepo, type EvidenceRepo } from './observables/evidence.repo.ts';
import { createObservablesRepo } from './observables/observables.repo.ts';
import { createObservablesService, type ObservablesService } from './observables/observables.service.ts';
import type { Clock } from './ports.ts';
import { createSettingsRepo, type SettingsRepo } from './settings/settings.repo.ts';
import { createSyncedStore, type SyncedStore } from './sync/synced-store.ts';
import { createTasksRepo } from './tasks/tasks.repo.ts';
import { createTasksService, type TasksService } from './tasks/tasks.service.ts';

/** The services over what is stored. They need nothing of the engine, and the engine needs some of them. */
export interface Records {
  settings: SettingsRepo;
  store: SyncedStore;
  counters: CaseCounters;
  engagements: EngagementsService;
  cases: CasesService;
  evidenceRepo: EvidenceRepo;
  observables: ObservablesService;
  tasks: TasksService;
  alerts: AlertsService;
  customFields: CustomFieldsService;
}

export function createRecords(deps: { db: Db; blobs: BlobStore; events: EventBus; clock: Clock }): Records {
  const { db, blobs, events, clock } = deps;
  const settings = createSettingsRepo(db);
  const store = createSyncedStore({ db, clock, device: deviceOf(settings) });
  const counters = createCaseCounters(db);
  keepCaseCounts(store, counters);
  const engagements = createEngagementsService({
    repo: createEngagementsRepo(db),
    store,
    events,
    clock,
  });
  const cases = createCasesService({ repo: createCasesRepo(db, counters), store, engagements, blobs, events, clock });
  const evidenceRepo = createEvidenceRepo(db);
  const observables = createObservablesService({
    repo: createObservablesRepo(db),
    evidenceRepo,
    counters,
    store,
    cases,
    engagements,
    events,
    clock,
  });
  const tasks = createTasksService({ repo: createTasksRepo(db), store, cases, events, clock });
  const alerts = createAlertsService({ repo: createAlertsRepo(db), store, events, clock });
  const customFields = createCustomFieldsService({ repo: createCustomFieldsRepo(db), store, clock });
  return { settings, store, counters, engagements, cases, evidenceRepo, observables, tasks, alerts, customFields };
}

/** The name this copy of the workspace writes under in the change log; made once. */
function deviceOf(settings: SettingsRepo): string {
  const known = settings.find('device');
  if (known !== undefined) return known;
  const device = v7();
  settings.put('device', device);
  return device;
}
