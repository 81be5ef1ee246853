import type { policyContract } from '../../shared/contract/policy.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { PolicyService } from './policy.service.ts';
import type { createWouldLeave } from './would-leave.ts';

export const createPolicyApi = (
  service: PolicyService,
  wouldLeave: ReturnType<typeof createWouldLeave>,
): Handlers<typeof policyContract, CallContext> => ({
  'policy.list': (_ctx, { engagementId }) => service.list(engagementId),
  'policy.add': (ctx, input) => service.add(ctx.actor, input),
  'policy.update': (ctx, { id, rule, note }) => service.update(ctx.actor, id, rule, note),
  'policy.remove': (ctx, { id }) => {
    service.remove(ctx.actor, id);
    return {};
  },
  'policy.restore': (ctx, { id }) => service.restore(ctx.actor, id),
  'policy.test': (_ctx, input) => wouldLeave(input),
});
