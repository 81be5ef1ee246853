import { z } from 'zod';
import { call } from '../rpc/contract.ts';
import { Id, page, Time } from './entities.ts';

/** Things of a case that can be looked for in its trash. */
export const TRASH_KINDS = ['case', 'observable', 'note', 'task', 'evidence'] as const;
export const TrashKind = z.enum(TRASH_KINDS);
export type TrashKind = z.infer<typeof TrashKind>;

export const Trashed = z.object({
  kind: TrashKind,
  id: Id,
  /** Title, value or name; of a line on a task its text. */
  label: z.string(),
  /** Of a case its own. */
  caseNumber: z.number().int(),
  caseTitle: z.string(),
  deletedAt: Time,
  /** Who put it there. */
  deletedBy: z.string(),
});
export type Trashed = z.infer<typeof Trashed>;

export const trashContract = {
  /** Cases of an engagement that are in the trash, the last first. */
  'trash.cases': call(
    z.object({
      engagementId: Id,
      cursor: z.string().max(200).optional(),
      limit: z.number().int().min(1).max(1_000).default(200),
    }),
    page(Trashed),
  ),
  /** What is in the trash of one case: at most 500 of each kind. */
  'trash.ofCase': call(z.object({ caseId: Id }), z.array(Trashed)),
  'trash.restore': call(
    z.object({
      items: z
        .array(z.object({ kind: TrashKind, id: Id }))
        .min(1)
        .max(1_000),
    }),
    z.object({ restored: z.number().int() }),
  ),
};
