import type { viewsContract } from '../../shared/contract/views.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { ViewsService } from './views.service.ts';

export const createViewsApi = (service: ViewsService): Handlers<typeof viewsContract, CallContext> => ({
  'views.list': (_ctx, { engagementId, screen }) => service.list(engagementId, screen),
  'views.save': ({ actor }, input) => service.save(actor, input),
  'views.rename': ({ actor }, { id, name }) => service.rename(actor, id, name),
  'views.remove': ({ actor }, { id }) => {
    service.remove(actor, id);
    return {};
  },
  'views.last': (_ctx, { engagementId, screen }) => service.last(engagementId, screen),
  'views.remember': (_ctx, { engagementId, screen, filter, sort }) => {
    service.remember(engagementId, screen, { filter, sort });
    return {};
  },
});
