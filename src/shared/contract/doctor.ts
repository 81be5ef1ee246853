import { z } from 'zod';
import { call } from '../rpc/contract.ts';
import { DataTypeName, Id, Reason } from './entities.ts';
import { RunSheet } from './jobs.ts';

/** Whether a flavor can run now, in one line. */
export const DoctorLine = z.object({
  flavorId: z.string(),
  /** `needs_link`: it could, and the engagement is OFFLINE. */
  state: z.enum(['ready', 'needs_link', 'cannot']),
  /** The first thing to mend, or that it can run. */
  line: z.string(),
  /** Everything that is in its way. */
  reasons: z.array(Reason),
  /** What does not stop it. */
  notes: z.array(z.string()),
});
export type DoctorLine = z.infer<typeof DoctorLine>;

export const doctorContract = {
  /**
   * Looks at flavors (all without `flavorIds`): program, interpreter, Python modules (found by reading the program, not
   * by running it), settings, secrets, link. `isAgain` looks anew at what was found before.
   */
  'analyzers.doctor': call(
    z.object({
      engagementId: Id.optional(),
      flavorIds: z.array(z.string().max(400)).max(1_000).optional(),
      isAgain: z.boolean().default(false),
    }),
    z.array(DoctorLine),
  ),
  /**
   * A run sheet for a value that is nobody's (a documentation address, a text of ours as file), marked CLEAR. It starts
   * with `jobs.start` like any other, through the same gate and queue. `invalid_input` where the flavor does not take it.
   */
  'analyzers.planTest': call(
    z.object({ flavorId: z.string().max(400), dataType: DataTypeName, engagementId: Id.optional() }),
    z.object({ value: z.string(), sheet: RunSheet }),
  ),
};
