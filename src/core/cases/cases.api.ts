import type { casesContract } from '../../shared/contract/cases.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { CasesService } from './cases.service.ts';
import { findRelatedCases } from './related-cases.ts';
import type { RelatedCasesRepo } from './related-cases.repo.ts';

export const createCasesApi = (
  service: CasesService,
  related: RelatedCasesRepo,
): Handlers<typeof casesContract, CallContext> => ({
  'cases.list': (_ctx, input) => service.list(input),
  'cases.get': (_ctx, input) => ('id' in input ? service.get(input.id) : service.getByNumber(input.number)),
  'cases.create': (ctx, input) => service.create(ctx.actor, input),
  'cases.update': (ctx, { id, patch }) => service.update(ctx.actor, id, patch),
  'cases.related': (_ctx, { id, isEverywhere }) =>
    findRelatedCases({ repo: related, cases: service }, id, isEverywhere),
});
