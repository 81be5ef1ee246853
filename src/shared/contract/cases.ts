import { z } from 'zod';
import { Pap, Tlp } from '../model/marking.ts';
import { Level } from '../model/report.ts';
import { call } from '../rpc/contract.ts';
import { CaseFilter, CaseSort, Closing, Summary } from './case-list.ts';
import { TemplateField } from './case-templates.ts';
import { Case, CASE_STATUSES, Id, Impact, page, Resolution, Time } from './entities.ts';
import { Tags } from './tags.ts';

const Title = z.string().trim().min(1, 'A case needs a title.').max(500);
const limit = z.number().int().min(1).max(1_000).default(200);

export const RelatedCase = z.object({
  id: Id,
  number: z.number().int(),
  title: z.string(),
  status: z.enum(CASE_STATUSES),
  resolution: Resolution.nullable(),
  tlp: Tlp,
  engagementId: Id,
  startAt: Time,
  endAt: Time.nullable(),
  /** Observables that both cases hold, and how many of them the other one calls an IOC. */
  shared: z.number().int(),
  iocs: z.number().int(),
  /** How much it says that they share these: the rarer a value, the more. */
  weight: z.number(),
  /** The most telling of them: IOCs first, then the rarest; at most 50. */
  values: z.array(z.object({ dataType: z.string(), value: z.string(), verdict: Level.nullable() })),
});
export type RelatedCase = z.infer<typeof RelatedCase>;

export const casesContract = {
  'cases.list': call(
    z.object({
      engagementId: Id.optional(),
      filter: CaseFilter.default({}),
      sort: CaseSort.default('-start'),
      cursor: z.string().max(1_000).optional(),
      limit,
    }),
    page(Case),
  ),
  'cases.get': call(z.union([z.object({ id: Id }), z.object({ number: z.number().int() })]), Case),
  'cases.create': call(
    z.object({
      engagementId: Id.optional(),
      title: Title,
      description: z.string().max(1_000_000).default(''),
      /** By default the template's, else medium. */
      severity: z.number().int().min(1).max(4).optional(),
      tlp: Tlp.optional(),
      pap: Pap.optional(),
      tags: Tags.default([]),
      /** What was typed wins over it; see caseTemplates. */
      templateId: Id.optional(),
      /** After the template's fields, whose values they replace. */
      fields: z.array(TemplateField).max(200).optional(),
    }),
    Case,
  ),
  'cases.update': call(
    z.object({
      id: Id,
      patch: z
        .object({
          title: Title,
          description: z.string().max(1_000_000),
          severity: z.number().int().min(1).max(4),
          status: z.enum(CASE_STATUSES),
          tlp: Tlp,
          pap: Pap,
          tags: Tags,
          isFlagged: z.boolean(),
          assignee: z.string().max(200),
          summary: Summary,
          resolution: Resolution,
          impact: Impact,
          startAt: Time,
          endAt: Time,
        })
        .partial(),
    }),
    Case,
  ),
  /** What stands between a case and its end: open tasks, mandatory ones first, and mandatory fields that are empty. */
  'cases.closeCheck': call(
    z.object({ id: Id }),
    z.object({
      openTasks: z.array(
        z.object({ id: Id, title: z.string(), group: z.string(), isStarted: z.boolean(), isMandatory: z.boolean() }),
      ),
      emptyFields: z.array(z.object({ id: Id, name: z.string(), displayName: z.string() })),
    }),
  ),
  /** `conflict` while a mandatory task or field is open, or a task is and `closeTasks` does not say to close it. */
  'cases.close': call(z.object({ id: Id, closing: Closing }), Case),
  'cases.reopen': call(z.object({ id: Id }), Case),
  /** Into the trash, with all it holds. */
  'cases.trash': call(z.object({ ids: z.array(Id).min(1).max(1_000) }), z.object({ trashed: z.number().int() })),
  /**
   * Cases that share observables, ranked by how rare what they share is: within the engagement, or in the whole workspace
   * where somebody asks for it.
   */
  'cases.related': call(z.object({ id: Id, isEverywhere: z.boolean().default(false) }), z.array(RelatedCase)),
};
