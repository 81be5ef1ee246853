import type { settingsContract } from '../../shared/contract/workspace.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { EngagementsService } from './engagements.service.ts';

export const createEngagementsApi = (
  service: EngagementsService,
): Pick<
  Handlers<typeof settingsContract, CallContext>,
  'engagements.list' | 'engagements.create' | 'engagements.update'
> => ({
  'engagements.list': () => service.list(),
  'engagements.create': (ctx, { name }) => service.create(ctx.actor, name),
  'engagements.update': (ctx, { id, patch }) => service.update(ctx.actor, id, patch),
});
