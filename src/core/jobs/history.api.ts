import type { historyContract } from '../../shared/contract/history.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { HistoryService } from './history.service.ts';
import type { RefreshService } from './refresh.service.ts';

export function createHistoryApi(
  history: HistoryService,
  refresh: RefreshService,
): Handlers<typeof historyContract, CallContext> {
  return {
    'reports.history': (_ctx, input) => history.lines(input),
    'reports.diff': (_ctx, input) => history.diff(input.jobId, input.against),
    'reports.bases': (_ctx, input) => refresh.bases(input.engagementId),
    'observables.refreshPlan': (_ctx, input) => refresh.plan(input.ids, input.olderThanMinutes),
  };
}
