import { z } from 'zod';
import { contract } from '../../shared/contract/contract.ts';
import { call } from '../../shared/rpc/contract.ts';

/**
 * What the private socket serves: the whole contract, and one call of the host behind it. Only processes of this user
 * reach the socket, which is why a launch code may be given to them and never to a window.
 */
export const attachContract = {
  ...contract,
  /** An address with a fresh launch code; `unavailable` where the holder has no web host. */
  'host.launchUrl': call(z.object({}), z.object({ url: z.string() })),
};

export type AttachContract = typeof attachContract;
