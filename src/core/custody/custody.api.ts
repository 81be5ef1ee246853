import type { custodyContract } from '../../shared/contract/custody.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { CustodyService } from './custody.service.ts';

/** `guard` looks for secrets in what leaves the workspace, and throws. */
export const createCustodyApi = (
  service: CustodyService,
  guard: (text: string) => void,
): Handlers<typeof custodyContract, CallContext> => ({
  'custody.list': (_ctx, input) => service.list(input),
  'custody.verify': (_ctx, { caseId }) => service.verify(caseId),
  'custody.export': (_ctx, { caseId, cursor }) => {
    const page = service.export(caseId, cursor);
    guard(page.text);
    return page;
  },
});
