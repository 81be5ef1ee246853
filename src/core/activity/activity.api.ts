import type { activityContract } from '../../shared/contract/activity.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { ActivityService } from './activity.service.ts';

export const createActivityApi = (service: ActivityService): Handlers<typeof activityContract, CallContext> => ({
  'activity.list': (_ctx, input) => service.list(input),
});
