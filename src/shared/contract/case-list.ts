import { z } from 'zod';
import { Pap, Tlp } from '../model/marking.ts';
import { call } from '../rpc/contract.ts';
import { CASE_STATUSES, Id, Impact, Resolution, Time } from './entities.ts';

/** Counted back from now; `today` is the day of this machine. */
export const DATE_PRESETS = ['today', '7d', '30d', '3m', '6m', '1y'] as const;
export const DatePreset = z.enum(DATE_PRESETS);
export type DatePreset = z.infer<typeof DatePreset>;

/** One of: a preset, a range whose ends belong to it, or `isEmpty`. */
export const DateFilter = z.object({
  preset: DatePreset.optional(),
  from: Time.optional(),
  to: Time.optional(),
  isEmpty: z.boolean().optional(),
});
export type DateFilter = z.infer<typeof DateFilter>;

const Names = z.array(z.string().max(200)).max(200);

/** Every part that is there must hold. An empty list is as if it were not there. */
export const CaseFilter = z.object({
  isOpen: z.boolean().optional(),
  /** Assigned to whoever asks. */
  isMine: z.boolean().optional(),
  isFlagged: z.boolean().optional(),
  statuses: z.array(z.enum(CASE_STATUSES)).max(10).optional(),
  severities: z.array(z.number().int().min(1).max(4)).max(4).optional(),
  tlps: z.array(Tlp).max(10).optional(),
  paps: z.array(Pap).max(10).optional(),
  /** `''` is nobody. */
  assignees: Names.optional(),
  tags: z
    .object({ any: Names.optional(), all: Names.optional(), none: Names.optional(), isEmpty: z.boolean().optional() })
    .optional(),
  /** `none` is a case without one, which is an open case. */
  resolutions: z
    .array(z.union([Resolution, z.literal('none')]))
    .max(10)
    .optional(),
  startAt: DateFilter.optional(),
  endAt: DateFilter.optional(),
  updatedAt: DateFilter.optional(),
  createdAt: DateFilter.optional(),
  number: z
    .object({
      min: z.number().int().nonnegative().optional(),
      max: z.number().int().nonnegative().optional(),
      not: z.number().int().nonnegative().optional(),
    })
    .optional(),
  /** From start to end, or to now while it is open, in milliseconds. */
  handling: z.object({ min: Time.optional(), max: Time.optional() }).optional(),
  /** Beginnings of words of the title; a number with or without `#` also finds the case of that number. */
  text: z.string().max(500).optional(),
  /** Which of the words must occur. Default: all. */
  textMatch: z.enum(['all', 'any', 'none']).optional(),
});
export type CaseFilter = z.infer<typeof CaseFilter>;

/** Starred cases come first in each. `-` is the greatest or newest first. */
export const CASE_SORTS = [
  '-start',
  'start',
  '-severity',
  'severity',
  '-updated',
  'updated',
  'assignee',
  '-assignee',
  '-number',
  'number',
] as const;
export const CaseSort = z.enum(CASE_SORTS);
export type CaseSort = z.infer<typeof CaseSort>;

const Tally = z.array(z.object({ value: z.string(), n: z.number().int() }));

/** How many cases there are of each kind; from kept counters, whatever the filter. */
export const CaseStats = z.object({
  all: z.number().int(),
  open: z.number().int(),
  closed: z.number().int(),
  mine: z.number().int(),
  flagged: z.number().int(),
  inTrash: z.number().int(),
  statuses: z.record(z.string(), z.number().int()),
  resolutions: z.record(z.string(), z.number().int()),
  severities: z.record(z.string(), z.number().int()),
  tlps: z.record(z.string(), z.number().int()),
  paps: z.record(z.string(), z.number().int()),
  /** The most frequent first, at most 200 of each. */
  assignees: Tally,
  tags: Tally,
});
export type CaseStats = z.infer<typeof CaseStats>;

const Tags = z.array(z.string().trim().min(1).max(200)).max(200);
export const Summary = z.string().max(1_000_000);

/** How a case ends. An impact belongs to a true positive and to nothing else. */
export const Closing = z.object({
  resolution: Resolution.exclude(['duplicated']),
  impact: Impact.exclude(['not_applicable']).optional(),
  summary: Summary.refine((text) => text.trim() !== '', 'Say in a sentence how it ended.'),
  /** Open tasks are closed with it: those under way as completed, the others as cancelled. */
  closeTasks: z.boolean().default(false),
});
export type Closing = z.infer<typeof Closing>;

export const BulkChange = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('edit'),
    severity: z.number().int().min(1).max(4).optional(),
    tlp: Tlp.optional(),
    pap: Pap.optional(),
    assignee: z.string().max(200).optional(),
    isFlagged: z.boolean().optional(),
    addTags: Tags.optional(),
    removeTags: Tags.optional(),
  }),
  z.object({ kind: z.literal('close'), closing: Closing }),
  z.object({ kind: z.literal('reopen') }),
  z.object({ kind: z.literal('trash') }),
]);
export type BulkChange = z.infer<typeof BulkChange>;

/** Rows that were picked, or everything that a filter finds. */
export const CaseSelection = z.union([
  z.object({ ids: z.array(Id).min(1).max(10_000) }),
  z.object({ engagementId: Id, filter: CaseFilter }),
]);
export type CaseSelection = z.infer<typeof CaseSelection>;

export const caseListContract = {
  'cases.stats': call(z.object({ engagementId: Id }), CaseStats),
  /** How many cases a filter finds; `isMore` where there are more than were counted. */
  'cases.count': call(
    z.object({ engagementId: Id.optional(), filter: CaseFilter }),
    z.object({ n: z.number().int(), isMore: z.boolean() }),
  ),
  /** In turns of a hundred cases. Cases that cannot take the change are left as they are, and said. */
  'cases.bulk': call(
    z.object({ selection: CaseSelection, change: BulkChange }),
    z.object({
      changed: z.number().int(),
      skipped: z.number().int(),
      /** Of the first hundred. */
      reasons: z.array(z.object({ number: z.number().int(), reason: z.string() })),
    }),
  ),
};
