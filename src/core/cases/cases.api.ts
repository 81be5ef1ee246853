import type { caseListContract } from '../../shared/contract/case-list.ts';
import type { casesContract } from '../../shared/contract/cases.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { TemplateApplier } from '../case-templates/apply-template.ts';
import type { CallContext } from '../ports.ts';
import type { createBulkCases } from './bulk-cases.ts';
import type { CasesService } from './cases.service.ts';
import type { CaseClosing } from './close-case.ts';
import { findRelatedCases } from './related-cases.ts';
import type { RelatedCasesRepo } from './related-cases.repo.ts';

export const createCasesApi = (deps: {
  cases: CasesService;
  openCase: TemplateApplier['openCase'];
  closing: CaseClosing;
  bulk: ReturnType<typeof createBulkCases>;
  related: RelatedCasesRepo;
}): Handlers<typeof casesContract & typeof caseListContract, CallContext> => {
  const { cases, openCase, closing, bulk, related } = deps;
  return {
    'cases.list': ({ actor }, input) => cases.list(actor, input),
    'cases.count': ({ actor }, { engagementId, filter }) => cases.count(actor, engagementId, filter),
    'cases.stats': ({ actor }, { engagementId }) => cases.stats(actor, engagementId),
    'cases.bulk': ({ actor }, { selection, change }) => bulk(actor, selection, change),
    'cases.get': (_ctx, input) => ('id' in input ? cases.get(input.id) : cases.getByNumber(input.number)),
    'cases.create': ({ actor }, input) => openCase(actor, input),
    'cases.update': ({ actor }, { id, patch }) => cases.update(actor, id, patch),
    'cases.closeCheck': (_ctx, { id }) => closing.check(cases.get(id).id),
    'cases.close': ({ actor }, { id, closing: how }) => closing.close(actor, id, how),
    'cases.reopen': ({ actor }, { id }) => closing.reopen(actor, id),
    'cases.trash': async ({ actor }, { ids }) => ({
      trashed: (await bulk(actor, { ids }, { kind: 'trash' })).changed,
    }),
    'cases.related': (_ctx, { id, isEverywhere }) => findRelatedCases({ repo: related, cases }, id, isEverywhere),
  };
};
