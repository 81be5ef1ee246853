import { z } from 'zod';
import { Pap, Tlp } from '../model/marking.ts';
import { call } from '../rpc/contract.ts';
import { Id, page, Time } from './entities.ts';

/** One thing that left: written with the claim, before the analyzer started, and never changed. */
export const EgressEntry = z.object({
  id: Id,
  at: Time,
  zone: z.string(),
  jobId: Id.nullable(),
  engagementId: Id,
  engagementName: z.string(),
  caseId: Id.nullable(),
  caseNumber: z.number().int().nullable(),
  flavorId: z.string(),
  destination: z.string(),
  hosts: z.array(z.string()),
  dataType: z.string(),
  /** For a file its name. */
  value: z.string(),
  subjectHash: z.string(),
  /** What of it left, in the words of the data card. */
  what: z.string(),
  /** Of the value or the file; null where it is not known. */
  bytes: z.number().int().nullable(),
  tlp: Tlp,
  pap: Pap,
  /** Why somebody overruled the gate. */
  overrideReason: z.string().nullable(),
});
export type EgressEntry = z.infer<typeof EgressEntry>;

/** A host that a run asked the filtering proxy for, and what went there and came back, in bytes of the connection. */
export const EgressContact = z.object({
  host: z.string(),
  /** 0 stands for all hosts beyond those that are listed one by one. */
  port: z.number().int(),
  /** Connections and requests. */
  allowed: z.number().int(),
  refused: z.number().int(),
  bytesSent: z.number().int(),
  bytesReceived: z.number().int(),
  /** Why the last refused one was; null when none was. */
  reason: z.string().nullable(),
});

const EgressFilter = z.object({
  /** Null looks across engagements, which nobody does by accident. */
  engagementId: Id.nullable(),
  caseId: Id.optional(),
  destination: z.string().max(300).optional(),
  dataType: z.string().max(60).optional(),
  onlyOverruled: z.boolean().optional(),
  from: Time.optional(),
  to: Time.optional(),
  /** Text in the value, the destination or the analyzer's name. */
  text: z.string().trim().max(1_000).optional(),
});
export type EgressFilter = z.infer<typeof EgressFilter>;

export const EGRESS_FORMATS = ['csv', 'json'] as const;

export const egressContract = {
  /** The newest first. */
  'egress.list': call(
    EgressFilter.extend({
      cursor: z.string().max(100).optional(),
      limit: z.number().int().min(1).max(1_000).default(200),
    }),
    page(EgressEntry),
    { trusted: true },
  ),
  /** What a job really contacted, the most bytes first; empty for what ran locally or had a route of its own. */
  'egress.contacts': call(z.object({ jobId: Id }), z.array(EgressContact), { trusted: true }),
  /** Who got how much, the most first. */
  'egress.summary': call(
    EgressFilter.pick({ engagementId: true, from: true, to: true }),
    z.object({
      entries: z.number().int(),
      since: Time.nullable(),
      destinations: z.array(
        z.object({
          name: z.string(),
          entries: z.number().int(),
          values: z.number().int(),
          types: z.array(z.object({ dataType: z.string(), values: z.number().int() })),
          bytes: z.number().int(),
          overruled: z.number().int(),
          first: Time,
          last: Time,
        }),
      ),
    }),
  ),
  /**
   * "Did we ever send this out, and to whom?" A value of any type (defanged or not), or a hash: then also the file that
   * has it, under its other hashes. Only this engagement is looked at unless it is null.
   */
  'egress.find': call(
    z.object({
      query: z.string().trim().min(1).max(65_536),
      engagementId: Id.nullable(),
    }),
    z.object({
      /** The very value (or file), the newest first. */
      entries: z.array(EgressEntry),
      /** Other values that it is a part of: an address on the host that was asked for. */
      within: z.array(EgressEntry),
      /** More than the 1,000 that are listed. */
      isMore: z.boolean(),
      /** What was looked for: the value as it is stored, and other hashes of the same file. */
      lookedFor: z.array(z.string()),
      /** Whether it is known here at all, as an observable or a stored file. */
      isKnown: z.boolean(),
      /** Jobs that would send it and have not: they wait, or are queued. */
      pending: z.number().int(),
    }),
  ),
  /**
   * The ledger as a file, piece by piece: CSV that no spreadsheet runs, or a JSON list. The oldest first. Ask on with `next`
   * until it is null, and put the pieces together.
   */
  'egress.export': call(
    EgressFilter.extend({ format: z.enum(EGRESS_FORMATS), cursor: z.string().max(100).optional() }),
    z.object({ text: z.string(), next: z.string().nullable() }),
    { trusted: true },
  ),
};
