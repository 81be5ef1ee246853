import type { reportsContract } from '../../shared/contract/jobs.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { ReportsService } from './reports.service.ts';

export function createReportsApi(service: ReportsService): Handlers<typeof reportsContract, CallContext> {
  return {
    'reports.get': (_ctx, input) => service.get(input.jobId),
    'reports.importArtifacts': (ctx, input) =>
      service.importArtifacts(input.jobId, input.caseId, input.indexes, ctx.actor),
  };
}
