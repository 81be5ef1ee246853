import type { graphContract } from '../../shared/contract/graph.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { GraphService } from './graph.service.ts';

export const createGraphApi = (service: GraphService): Handlers<typeof graphContract, CallContext> => ({
  'graph.ofCase': (_ctx, input) => service.ofCase(input),
  'graph.around': (_ctx, input) => service.around(input),
});
