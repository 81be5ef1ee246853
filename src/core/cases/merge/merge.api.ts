import type { caseMergeContract } from '../../../shared/contract/case-merge.ts';
import type { Handlers } from '../../../shared/rpc/contract.ts';
import type { CallContext } from '../../ports.ts';
import type { MergeService } from './merge.service.ts';
import type { UnmergeService } from './unmerge.service.ts';

export const createMergeApi = (
  merges: MergeService,
  unmerges: UnmergeService,
): Handlers<typeof caseMergeContract, CallContext> => ({
  'cases.findMergeTarget': ({ actor }, { id, text }) => merges.findTarget(actor, id, text),
  'cases.planMerge': (_ctx, { ids }) => merges.plan(ids),
  'cases.merge': ({ actor }, { ids, choices }) => merges.merge(actor, ids, choices),
  'cases.mergeLinks': (_ctx, { id }) => merges.links(id),
  'cases.planUnmerge': (_ctx, { id }) => unmerges.plan(id),
  'cases.unmerge': ({ actor }, { id, carryTo }) => unmerges.unmerge(actor, id, carryTo),
});
