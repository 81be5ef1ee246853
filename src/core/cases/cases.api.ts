import type { casesContract } from '../../shared/contract/cases.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { CasesService } from './cases.service.ts';

export const createCasesApi = (service: CasesService): Handlers<typeof casesContract, CallContext> => ({
  'cases.list': (_ctx, input) => service.list(input),
  'cases.get': (_ctx, input) => ('id' in input ? service.get(input.id) : service.getByNumber(input.number)),
  'cases.create': (ctx, input) => service.create(ctx.actor, input),
  'cases.update': (ctx, { id, patch }) => service.update(ctx.actor, id, patch),
});
