import type { searchContract } from '../../shared/contract/search.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { SearchService } from './search.service.ts';

export const createSearchApi = (search: SearchService): Handlers<typeof searchContract, CallContext> => ({
  'search.find': (_ctx, input, signal) => search.find(input, signal),
});
