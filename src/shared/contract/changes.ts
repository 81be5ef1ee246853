import { z } from 'zod';
import { call } from '../rpc/contract.ts';
import { ActivityGroup } from './activity.ts';
import { Id, Time } from './entities.ts';

/** What was taken back (or brought again). */
export const Undone = z.object({
  /** Of the changes that took it back: undoing this group brings it again. */
  group: z.uuid(),
  /** The group that was taken back. */
  of: z.uuid(),
  /** What had been done, by kind, the newest first; empty where its values were destroyed since. */
  what: z.array(ActivityGroup),
  doneAt: Time,
  caseId: Id.nullable(),
  /** Rows that went back. */
  restored: z.number().int(),
  /** Fields that were left as they are, and why: at most 20 of `left`. */
  left: z.number().int(),
  reasons: z.array(z.object({ entity: z.string(), label: z.string(), field: z.string(), why: z.string() })),
});
export type Undone = z.infer<typeof Undone>;

/** Null where there is nothing (any more) to take back. */
const answer = Undone.nullable();

export const changesContract = {
  /** Takes back one group of changes, or the last thing that this kind of client did. */
  'changes.undo': call(z.object({ group: z.uuid().optional() }), answer),
  /** Brings back what an undo took: of this group, or the last one while nothing else was done since. */
  'changes.redo': call(z.object({ group: z.uuid().optional() }), answer),
};
