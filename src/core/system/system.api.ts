import type { systemContract } from '../../shared/contract/jobs.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { EventBus } from '../events/bus.ts';
import type { CallContext } from '../ports.ts';
import type { SystemService } from './system.service.ts';

export const createSystemApi = (
  service: SystemService,
  events: EventBus,
): Handlers<typeof systemContract, CallContext> => ({
  'events.subscribe': (_ctx, _input, signal) => events.subscribe(signal),
  'system.activity': (_ctx, { engagementId }) => service.activity(engagementId),
  'system.doctor': () => service.doctor(),
});
