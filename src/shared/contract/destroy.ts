import { z } from 'zod';
import { call } from '../rpc/contract.ts';
import { Id } from './entities.ts';

/** What destroying a case takes with it and what it cannot reach, before anything is done. */
export const DestroyPlan = z.object({
  number: z.number().int(),
  title: z.string(),
  /** It was begun and interrupted: it can only go on. */
  isBegun: z.boolean(),
  /** What goes, in the words of the screens; without what there is none of. */
  goes: z.array(z.object({ what: z.string(), n: z.number().int() })),
  /** Stored files that no other case, alert or intake holds; the bytes of others stay with those. */
  files: z.number().int(),
  /** Entries of the egress ledger: what was sent stays written down. */
  sent: z.number().int(),
  /** Alerts that led to it; they stay, without it. */
  alerts: z.number().int(),
  /** Cases that were merged into it: they stay, on their own again. */
  sources: z.array(z.number().int()),
  /** Runs that other cases rest on: they go over to those. */
  handedOver: z.number().int(),
  /** Jobs that are not over: nothing is destroyed before they are. */
  unfinishedJobs: z.number().int(),
});
export type DestroyPlan = z.infer<typeof DestroyPlan>;

export const destroyContract = {
  /** Of a case in the trash. Errors: `not_found`, `conflict` (not in the trash). */
  'trash.planDestroy': call(z.object({ caseId: Id }), DestroyPlan),
  /**
   * Cannot be undone. `confirm` is the number of the case as somebody typed it, "#12" or "12". Interrupted, it goes on
   * when asked again, or at the next start. Errors: `not_found`, `invalid_input` (another number), `conflict` (not in
   * the trash, jobs not over).
   */
  'trash.destroy': call(
    z.object({ caseId: Id, confirm: z.string().max(20) }),
    z.object({ number: z.number().int(), rows: z.number().int(), files: z.number().int() }),
  ),
};
