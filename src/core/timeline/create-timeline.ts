import { createAssetsApi } from '../assets/assets.api.ts';
import { createAssetsRepo } from '../assets/assets.repo.ts';
import { createAssetsService } from '../assets/assets.service.ts';
import { createAttackApi } from '../attack/attack.api.ts';
import { createAttackImport } from '../attack/attack-import.ts';
import { createAttackRepo } from '../attack/attack.repo.ts';
import { createBundleUploads } from '../attack/bundle-uploads.ts';
import { createTechniquesService } from '../attack/techniques.service.ts';
import type { assetsContract } from '../../shared/contract/assets.ts';
import type { attackContract } from '../../shared/contract/attack.ts';
import type { timelineContract } from '../../shared/contract/timeline.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { Db } from '../db/open.ts';
import type { EventBus } from '../events/bus.ts';
import { createReportsRepo } from '../jobs/reports.repo.ts';
import type { AnalysisWorker, CallContext, Clock } from '../ports.ts';
import type { Records } from '../records.ts';
import { createHarvestRepo } from './harvest.repo.ts';
import { createHarvestService } from './harvest.service.ts';
import { createNames } from './names.repo.ts';
import { createTimelineApi } from './timeline.api.ts';
import { createTimelineRepo } from './timeline.repo.ts';
import { createTimelineService } from './timeline.service.ts';

/** The incident timeline, the assets and the techniques that it speaks of. */
export function createTimelineFeatures(deps: {
  db: Db;
  records: Pick<Records, 'store' | 'cases' | 'engagements'>;
  events: EventBus;
  clock: Clock;
  analysis: AnalysisWorker;
}): Handlers<typeof timelineContract & typeof assetsContract & typeof attackContract, CallContext> {
  const { db, records, events, clock, analysis } = deps;
  const { store, cases, engagements } = records;
  const attackRepo = createAttackRepo(db);
  const assetsRepo = createAssetsRepo(db);
  const timelineRepo = createTimelineRepo(db);
  const reports = createReportsRepo(db);
  const techniques = createTechniquesService({ repo: attackRepo, store, cases, engagements, events, clock });
  const service = createTimelineService({
    repo: timelineRepo,
    store,
    cases,
    events,
    clock,
    countsOf: (caseId) => ({
      assets: assetsRepo.countInCase(caseId),
      techniques: attackRepo.countInCase(caseId),
    }),
    useTechniques: techniques.use,
  });
  const harvest = createHarvestService({
    repo: createHarvestRepo(db),
    timeline: timelineRepo,
    service,
    cases,
    clock,
    reportOf: (id) => reports.body(id),
    bytesOf: (id) => reports.bodyBytes(id),
    assetsOf: assetsRepo.ofSubjects,
  });
  return {
    ...createTimelineApi({ service, harvest, namesOf: createNames(db) }),
    ...createAssetsApi(createAssetsService({ repo: assetsRepo, store, cases, events, clock })),
    ...createAttackApi({
      repo: attackRepo,
      bundles: createAttackImport({ repo: attackRepo, analysis, events, clock }),
      uploads: createBundleUploads(clock),
      techniques,
    }),
  };
}
