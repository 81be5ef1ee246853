import type { alertsContract } from '../../shared/contract/alerts.ts';
import { AppError } from '../../shared/errors.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { Db } from '../db/open.ts';
import type { Upstream } from '../engine/network/upstream.ts';
import type { EventBus } from '../events/bus.ts';
import type { BlobStore } from '../evidence/blob-store.ts';
import type { IntakeRepo } from '../intake/intake.repo.ts';
import type { IntakeService } from '../intake/intake.service.ts';
import { createPolicy } from '../policy/policy.ts';
import type { AnalysisWorker, CallContext, Clock, Logger } from '../ports.ts';
import type { Records } from '../records.ts';
import { createAlertImport } from './alert-import.ts';
import { createAlertObservablesRepo } from './alert-observables.repo.ts';
import { createAlertSourcesRepo } from './alert-sources.repo.ts';
import { createAlertSourcesService } from './alert-sources.service.ts';
import { createAlertsApi } from './alerts.api.ts';
import { createAlertsRepo } from './alerts.repo.ts';
import { createAlertReceiver } from './receive-alert.ts';
import { type SourceWatch, watchSources } from './watch-sources.ts';

export interface AlertFeature {
  handlers: Handlers<typeof alertsContract, CallContext>;
  /** Begins to watch what was switched on. */
  watch(): SourceWatch;
}

export function createAlertFeature(deps: {
  records: Records;
  db: Db;
  blobs: BlobStore;
  events: EventBus;
  clock: Clock;
  logger: Logger;
  osmiaVersion: string;
  analysis: AnalysisWorker;
  intake: Pick<IntakeService, 'discard'>;
  intakes: Pick<IntakeRepo, 'find'>;
  upstream(engagementId: string): Upstream | undefined;
  lookup?: (host: string) => Promise<string[]>;
}): AlertFeature {
  const { records, db, blobs, events, clock, logger, osmiaVersion, analysis, upstream } = deps;
  const { store, cases, observables, customFields, engagements, evidenceRepo, applier, caseTemplates } = records;
  const repo = createAlertsRepo(db);
  const observablesRepo = createAlertObservablesRepo(db);
  const imports = createAlertImport({
    repo,
    observablesRepo,
    evidenceRepo,
    blobs,
    store,
    clock,
    osmiaVersion,
    cases,
    observables,
    customFields,
    applier,
    templates: caseTemplates,
    events,
  });
  const receiver = createAlertReceiver({ repo, observablesRepo, imports, customFields, blobs, store, events, clock });
  const policy = createPolicy(db);
  const sources = createAlertSourcesService({
    repo: createAlertSourcesRepo(db),
    receiver,
    analysis,
    engagements,
    refusal(engagementId, sourceId, url) {
      const card = { leaves: 'the address of the feed', hosts: [url.hostname], seenBy: '', keeps: '' };
      const flavor = { id: `feed/${sourceId}`, name: 'Feed', isLocal: false, card };
      const facts = policy.now().factsOf(flavor, { engagementId, dataType: 'url', value: url.href, blobId: null });
      if (facts.service !== null) {
        const list =
          facts.service.list === 'deny'
            ? 'is on the list of services that get nothing'
            : 'is not on the list of allowed services';
        return `${facts.service.host} ${list} (of the ${facts.service.by}). Change that in Settings, Policy.`;
      }
      return facts.never === null ? null : `${facts.never.words} (a rule of the ${facts.never.by}).`;
    },
    upstream,
    ...(deps.lookup === undefined ? {} : { lookup: deps.lookup }),
    store,
    events,
    clock,
    logger,
  });
  return {
    handlers: createAlertsApi({
      alerts: records.alerts,
      imports,
      sources,
      async withIntake(intakeId, use) {
        const intake = deps.intakes.find(intakeId);
        if (!intake || intake.blobId === null || intake.state === 'accepted') {
          throw new AppError('not_found', 'That file is not there any more. Choose it again.');
        }
        const file = await blobs.open(intake.blobId);
        try {
          return await use({ file, name: intake.name });
        } finally {
          await file.close();
          await deps.intake.discard(intakeId);
        }
      },
    }),
    watch: () => watchSources({ sources, engagements, clock, logger }),
  };
}
