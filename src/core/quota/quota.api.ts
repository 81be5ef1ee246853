import type { quotaContract } from '../../shared/contract/quota.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { EngagementsService } from '../engagements/engagements.service.ts';
import type { CallContext } from '../ports.ts';
import type { QuotaService } from './quota.service.ts';

export function createQuotaApi(
  quota: QuotaService,
  engagements: EngagementsService,
): Handlers<typeof quotaContract, CallContext> {
  return {
    'quota.list': (_ctx, input) => quota.list(engagements.resolve(input.engagementId).id),
    'quota.ledger': (_ctx, input) => quota.ledger(input),
    'quota.usage': (_ctx, input) => quota.usage(input),
    'quota.forecast': (_ctx, input) => quota.forecast(input, engagements.resolve(input.engagementId).id),
    'quota.setBudget'(_ctx, input) {
      quota.setBudget(input);
      return {};
    },
    'quota.setShare'(_ctx, input) {
      engagements.get(input.engagementId);
      quota.setShare(input);
      return {};
    },
    'quota.assign'(_ctx, input) {
      engagements.get(input.engagementId);
      quota.assign(input);
      return {};
    },
    'quota.unblock'(_ctx, input) {
      quota.unblock(input.key);
      return {};
    },
    'quota.orderByValue': async (_ctx, input) => ({ moved: await quota.orderByValue(input.key) }),
    'quota.check': () => quota.check(),
  };
}
