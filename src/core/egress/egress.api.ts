import type { egressContract } from '../../shared/contract/egress.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { EgressService } from './egress.service.ts';

export const createEgressApi = (service: EgressService): Handlers<typeof egressContract, CallContext> => ({
  'egress.list': (_ctx, input, signal) => service.list(input, signal),
  'egress.contacts': (_ctx, { jobId }) => service.contacts(jobId),
  'egress.summary': (_ctx, input) => service.summary(input),
  'egress.find': (_ctx, input, signal) => service.find(input, signal),
  'egress.export': (_ctx, input, signal) => service.export(input, signal),
});
