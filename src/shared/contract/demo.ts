import { z } from 'zod';
import { call } from '../rpc/contract.ts';
import { Id } from './entities.ts';

export const demoContract = {
  /**
   * The demo case of the engagement, made where there is none (out of the trash it does not come: a new one is made). It
   * is one group of changes. Needs no key and no link: only analyzers that stay on this machine are run on it.
   */
  'demo.open': call(
    z.object({ engagementId: Id.optional() }),
    z.object({ caseId: Id, caseNumber: z.number().int(), isNew: z.boolean() }),
  ),
};
