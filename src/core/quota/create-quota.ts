import type { Handlers } from '../../shared/rpc/contract.ts';
import type { quotaContract } from '../../shared/contract/quota.ts';
import type { KnownFlavor } from '../analyzers/analyzers.service.ts';
import type { Db } from '../db/open.ts';
import type { EngagementsService } from '../engagements/engagements.service.ts';
import type { EventBus } from '../events/bus.ts';
import type { CallContext, Clock } from '../ports.ts';
import { type Balance, checkBalance } from './check-balance.ts';
import { createQuotaForecaster, type QuotaForecaster } from './quota-forecaster.ts';
import { createQuotaLedger, type QuotaLedger } from './quota-ledger.ts';
import { createQuotaReads } from './quota-reads.repo.ts';
import { createQuotaApi } from './quota.api.ts';
import { createQuotaRepo } from './quota.repo.ts';
import { createQuotaService } from './quota.service.ts';

export interface Quota {
  ledger: QuotaLedger;
  forecaster: QuotaForecaster;
  /** Adds the ledger up; reads all of it. */
  check(): Balance;
  /** The calls of the contract; they need the engine, which needs the ledger. */
  api(deps: {
    flavors(): readonly KnownFlavor[];
    engagements: EngagementsService;
    nudge(): void;
  }): Handlers<typeof quotaContract, CallContext>;
}

/** The parts of the quota feature over one open workspace. */
export function createQuota(deps: { db: Db; events: EventBus; clock: Clock }): Quota {
  const { db, events, clock } = deps;
  const repo = createQuotaRepo(db);
  const reads = createQuotaReads(db);
  // Events go out in a later turn, so one that is published inside a transaction is heard after its commit.
  const ledger = createQuotaLedger({ repo, clock, changed: (key) => events.publish('quota', key) });
  const forecaster = createQuotaForecaster({ repo, reads, ledger, zone: () => clock.zone() });
  return {
    ledger,
    forecaster,
    check: () => checkBalance(repo, reads),
    api: ({ flavors, engagements, nudge }) =>
      createQuotaApi(
        createQuotaService({ db, repo, reads, ledger, forecaster, flavors, events, clock, nudge }),
        engagements,
      ),
  };
}
