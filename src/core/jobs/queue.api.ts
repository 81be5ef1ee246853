import type { queueContract } from '../../shared/contract/queue.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { QueueService } from './queue.service.ts';
import type { WaitingSheets } from './waiting-sheets.ts';

export function createQueueApi(
  queue: QueueService,
  sheets: WaitingSheets,
): Handlers<typeof queueContract, CallContext> {
  return {
    'queue.get': (_ctx, input) => queue.overview(input.caseId),
    'queue.pause'(_ctx, input) {
      queue.pause(input.service, input.isPaused);
      return {};
    },
    'queue.setLimits'(_ctx, input) {
      queue.setLimits(input);
      return {};
    },
    'jobs.prioritize': async (_ctx, input) => ({ changed: await queue.prioritize(input.jobs, input.priority) }),
    'jobs.cancelMatching': async (_ctx, input) => ({ cancelled: await queue.cancelMatching(input.filter) }),
    'jobs.planRetry': (_ctx, input, signal) => sheets.planRetry(input.jobs, signal),
    'jobs.planWaiting': (_ctx, input, signal) => sheets.planWaiting(input.jobs, signal),
    'jobs.release': (_ctx, input) => sheets.release(input.sheetId, input.rows),
  };
}
