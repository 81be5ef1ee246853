import type { jobsContract } from '../../shared/contract/jobs.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { JobsService } from './jobs.service.ts';

export function createJobsApi(service: JobsService): Handlers<typeof jobsContract, CallContext> {
  return {
    'jobs.plan': (_ctx, input, signal) => service.plan(input, signal),
    'jobs.sheetRows': (_ctx, { sheetId, rows }) => service.sheetRows(sheetId, rows),
    'jobs.start': (_ctx, { sheetId, rows, force, overrides }) => service.start(sheetId, rows, { force, overrides }),
    'jobs.run': (_ctx, { sheetId, rows, force, overrides }) => service.run(sheetId, rows, { force, overrides }),
    'jobs.list': (_ctx, input) => service.list(input),
    'jobs.get': (_ctx, input) => service.get(input.id),
    'jobs.wait': (_ctx, input, signal) => service.wait(input.ids, signal),
    'jobs.cancel': async (_ctx, input) => ({ cancelled: await service.cancel(input.ids) }),
  };
}
