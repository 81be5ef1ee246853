import { z } from 'zod';
import { call } from '../rpc/contract.ts';
import { Id, page, Time } from './entities.ts';

export const ChangedField = z.object({
  name: z.string(),
  /** JSON text, cut where it is long; null where there was nothing. */
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type ChangedField = z.infer<typeof ChangedField>;

/** Changes of one kind that were made together: one edit, or an import of thousands. */
export const ActivityGroup = z.object({
  /** Of the newest change in it. */
  id: Id,
  at: Time,
  actor: z.string(),
  reason: z.string(),
  entity: z.string(),
  /** `purged`: its values were destroyed; that it happened is kept. */
  kind: z.enum(['added', 'changed', 'trashed', 'restored', 'purged']),
  count: z.number().int(),
  /** The first few things it touched. `dataType` says how a value is defanged. */
  things: z.array(z.object({ id: z.string(), label: z.string(), dataType: z.string().nullable() })),
  /** What changed; only where one thing was touched. */
  fields: z.array(ChangedField),
});
export type ActivityGroup = z.infer<typeof ActivityGroup>;

export const activityContract = {
  /** The change log of a case, newest first. */
  'activity.list': call(
    z.object({
      caseId: Id,
      cursor: z
        .string()
        .regex(/^\d{1,15}$/)
        .max(15)
        .optional(),
      limit: z.number().int().min(1).max(500).default(100),
    }),
    page(ActivityGroup),
    { trusted: true },
  ),
};
