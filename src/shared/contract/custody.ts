import { z } from 'zod';
import { call } from '../rpc/contract.ts';
import { Id, page, Time } from './entities.ts';

export const CUSTODY_EVENTS = [
  'received',
  'accepted',
  'extracted',
  'analysed',
  'sent',
  'exported',
  'trashed',
  'restored',
] as const;
export const CustodyEvent = z.enum(CUSTODY_EVENTS);
export type CustodyEvent = z.infer<typeof CustodyEvent>;

/** One entry of the log of a case. `detail` says more as text by name: the analyzer, the job, the destination. */
export const CustodyEntry = z.object({
  position: z.number().int(),
  evidenceId: Id,
  sha256: z.string(),
  event: CustodyEvent,
  /** Of the file then. */
  name: z.string(),
  at: Time,
  zone: z.string(),
  actor: z.string(),
  osmiaVersion: z.string(),
  detail: z.record(z.string(), z.string()),
  hash: z.string(),
});
export type CustodyEntry = z.infer<typeof CustodyEntry>;

const Cursor = z
  .string()
  .max(15)
  .regex(/^\d{1,15}$/);

export const custodyContract = {
  /** Newest first. */
  'custody.list': call(
    z.object({
      caseId: Id,
      evidenceId: Id.optional(),
      cursor: Cursor.optional(),
      limit: z.number().int().min(1).max(500).default(100),
    }),
    page(CustodyEntry),
    { trusted: true },
  ),
  /** Follows the chain. `head` is the hash of the last entry: written down elsewhere, it proves what the log held then. */
  'custody.verify': call(
    z.object({ caseId: Id }),
    z.object({
      entries: z.number().int(),
      head: z.string(),
      /** Entries whose content was destroyed with their case. */
      purged: z.number().int(),
      /** Position of the first entry that does not fit, or null. */
      brokenAt: z.number().int().nullable(),
    }),
  ),
  /** The log as text, piece by piece, oldest first (docs/guide/custody.md); errors: `export.holds_secret`. */
  'custody.export': call(
    z.object({ caseId: Id, cursor: Cursor.optional() }),
    z.object({ text: z.string(), next: Cursor.nullable() }),
  ),
};
