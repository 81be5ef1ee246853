import { z } from 'zod';
import { call } from '../rpc/contract.ts';
import { CASE_STATUSES, Id, Resolution, Time } from './entities.ts';

/** A case as another one names it. */
export const CaseRef = z.object({
  id: Id,
  number: z.number().int(),
  title: z.string(),
  status: z.enum(CASE_STATUSES),
  resolution: Resolution.nullable(),
  startAt: Time,
  isInTrash: z.boolean(),
});
export type CaseRef = z.infer<typeof CaseRef>;

const FieldChoice = z.object({ fieldId: Id, fromCaseId: Id });

/** What a merge would make. Nothing has been written. */
export const MergePlan = z.object({
  sources: z.array(CaseRef),
  title: z.string(),
  description: z.string(),
  summary: z.string(),
  severity: z.number().int(),
  tlp: z.string(),
  pap: z.string(),
  tags: z.array(z.string()),
  startAt: Time,
  isFlagged: z.boolean(),
  resolution: Resolution.nullable(),
  /** Custom fields that the sources fill differently: one value goes over, the others stay in their case. */
  fields: z.array(
    z.object({
      fieldId: Id,
      name: z.string(),
      values: z.array(z.object({ caseId: Id, value: z.string() })),
    }),
  ),
  /** What is copied, by kind: how many rows there are and how many of them are the same in several cases. */
  rows: z.array(z.object({ kind: z.string(), n: z.number().int(), same: z.number().int() })),
  alerts: z.number().int(),
});
export type MergePlan = z.infer<typeof MergePlan>;

/** Something that came into a merged case, or changed there, since it was made. */
export const MergeChange = z.object({
  kind: z.string(),
  id: Id,
  label: z.string(),
  what: z.enum(['added', 'changed', 'removed', 'analysed']),
});
export type MergeChange = z.infer<typeof MergeChange>;

const Ids = z.array(Id).min(2).max(20);

export const caseMergeContract = {
  /** Cases that `text` names (`12`, `#12` or words of the title), each with what stands in the way of merging it with `id`. */
  'cases.findMergeTarget': call(
    z.object({ id: Id, text: z.string().max(500) }),
    z.array(z.object({ case: CaseRef, problem: z.string() })),
  ),
  'cases.planMerge': call(z.object({ ids: Ids }), MergePlan),
  /** A new case with a copy of everything the sources hold. They stay, as duplicates of it. Answers with the new case's id. */
  'cases.merge': call(
    z.object({
      ids: Ids,
      choices: z
        .object({
          title: z.string().trim().min(1).max(500).optional(),
          assignee: z.string().max(200).optional(),
          fields: z.array(FieldChoice).max(500).default([]),
        })
        .default({ fields: [] }),
    }),
    z.object({ id: Id, number: z.number().int() }),
  ),
  /** Where a case went and what it was made of, those in the trash too. */
  'cases.mergeLinks': call(z.object({ id: Id }), z.object({ into: CaseRef.nullable(), from: z.array(CaseRef) })),
  /** What would be left behind by taking a merge apart. */
  'cases.planUnmerge': call(
    z.object({ id: Id }),
    z.object({ sources: z.array(CaseRef), changes: z.array(MergeChange), isMore: z.boolean() }),
  ),
  /** The merged case goes to the trash, its sources are as they were; what it got since goes to `carryTo`, if there is one. */
  'cases.unmerge': call(
    z.object({ id: Id, carryTo: Id.nullable() }),
    z.object({ sources: z.array(CaseRef), carried: z.number().int() }),
  ),
};
