import { z } from 'zod';
import { Pap, Tlp } from '../model/marking.ts';
import { Level } from '../model/report.ts';
import { call } from '../rpc/contract.ts';
import { Case, CASE_STATUSES, DataTypeName, Evidence, Id, Job, Note, Observable, page, Time } from './entities.ts';
import { Place } from './intake.ts';

const Title = z.string().trim().min(1, 'A case needs a title.').max(500);
const Tags = z.array(z.string().trim().min(1).max(200)).max(200);
const limit = z.number().int().min(1).max(1_000).default(200);

export const RelatedCase = z.object({
  id: Id,
  number: z.number().int(),
  title: z.string(),
  status: z.enum(CASE_STATUSES),
  engagementId: Id,
  startAt: Time,
  /** Observables that both cases hold, and how many of them the other one calls an IOC. */
  shared: z.number().int(),
  iocs: z.number().int(),
  /** The most telling of them: IOCs first, then the rarest. */
  values: z.array(z.object({ dataType: z.string(), value: z.string(), verdict: Level.nullable() })),
});
export type RelatedCase = z.infer<typeof RelatedCase>;

export const casesContract = {
  'cases.list': call(
    z.object({
      engagementId: Id.optional(),
      status: z.enum(CASE_STATUSES).optional(),
      text: z.string().max(500).optional(),
      cursor: z.string().max(200).optional(),
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
      severity: z.number().int().min(1).max(4).default(2),
      tlp: Tlp.optional(),
      pap: Pap.optional(),
      tags: Tags.default([]),
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
          startAt: Time,
        })
        .partial(),
    }),
    Case,
  ),
  /**
   * Cases that share observables, ranked by how rare what they share is: within the engagement, or in the whole workspace
   * where somebody asks for it.
   */
  'cases.related': call(z.object({ id: Id, isEverywhere: z.boolean().default(false) }), z.array(RelatedCase)),
};

const ObservableFilter = z.object({
  caseId: Id.optional(),
  engagementId: Id.optional(),
  dataTypes: z.array(DataTypeName).max(100).optional(),
  verdicts: z.array(Level).max(10).optional(),
  isNotAnalysed: z.boolean().optional(),
  isIoc: z.boolean().optional(),
  isSighted: z.boolean().optional(),
  text: z.string().max(500).optional(),
});

export const observablesContract = {
  /** Newest first; `facets` count the whole case or engagement, before the filter. */
  'observables.list': call(
    ObservableFilter.extend({ cursor: z.string().max(200).optional(), limit }),
    page(Observable).extend({
      total: z.number().int(),
      facets: z.object({
        dataTypes: z.record(z.string(), z.number().int()),
        verdicts: z.record(z.string(), z.number().int()),
        ioc: z.number().int(),
        sighted: z.number().int(),
      }),
    }),
    { trusted: true },
  ),
  'observables.get': call(
    z.object({ id: Id }),
    z.object({ observable: Observable, evidence: Evidence.nullable(), jobs: z.array(Job), places: z.array(Place) }),
  ),
  'observables.add': call(
    z.object({
      caseId: Id,
      items: z
        .array(
          z.object({
            dataType: DataTypeName.optional(),
            value: z.string().min(1).max(65_536),
            tlp: Tlp.optional(),
            pap: Pap.optional(),
            tags: Tags.default([]),
            isIoc: z.boolean().default(false),
            isSighted: z.boolean().default(false),
            message: z.string().max(65_536).default(''),
          }),
        )
        .min(1)
        .max(10_000),
    }),
    z.object({
      added: z.array(Id),
      alreadyThere: z.array(z.object({ index: z.number().int(), id: Id })),
      refused: z.array(z.object({ index: z.number().int(), reason: z.string() })),
    }),
  ),
  'observables.update': call(
    z.object({
      ids: z.array(Id).min(1).max(10_000),
      patch: z
        .object({
          tlp: Tlp,
          pap: Pap,
          tags: Tags,
          isIoc: z.boolean(),
          isSighted: z.boolean(),
          message: z.string().max(65_536),
        })
        .partial(),
    }),
    z.object({ changed: z.number().int() }),
  ),
  /** Into the trash: the rows stay, marked deleted. */
  'observables.remove': call(
    z.object({ ids: z.array(Id).min(1).max(10_000) }),
    z.object({ removed: z.number().int() }),
  ),
  'observables.restore': call(
    z.object({ ids: z.array(Id).min(1).max(10_000) }),
    z.object({ restored: z.number().int() }),
  ),
  'evidence.list': call(z.object({ caseId: Id }), z.array(Evidence)),
};

export const notesContract = {
  'notes.list': call(z.object({ caseId: Id }), z.array(Note)),
  /** Creates without `id`. `baseUpdatedAt` is what the editor started from: a newer note is a `conflict`, nothing lost. */
  'notes.save': call(
    z.object({
      id: Id.optional(),
      caseId: Id,
      title: z.string().max(500).default(''),
      body: z.string().max(4_000_000),
      baseUpdatedAt: Time.optional(),
    }),
    Note,
  ),
  'notes.remove': call(z.object({ id: Id }), z.object({})),
  'notes.restore': call(z.object({ id: Id }), Note),
  /** The draft of a note (`noteId` null: of a new one). Saved at once, dropped when the note is saved. */
  'drafts.get': call(
    z.object({ caseId: Id, noteId: Id.nullable() }),
    z.object({ title: z.string(), body: z.string(), savedAt: Time }).nullable(),
  ),
  'drafts.save': call(
    z.object({ caseId: Id, noteId: Id.nullable(), title: z.string().max(500), body: z.string().max(4_000_000) }),
    z.object({ savedAt: Time }),
  ),
  'drafts.discard': call(z.object({ caseId: Id, noteId: Id.nullable() }), z.object({})),
  /** A pasted picture: PNG, JPEG, GIF or WebP by content, 10 MB at most. Show it in Markdown as `![](osmia-image:ID)`. */
  'notes.addImage': call(
    z.object({ caseId: Id, name: z.string().max(500), base64: z.base64().max(14_000_000) }),
    z.object({ imageId: Id }),
  ),
  'notes.image': call(z.object({ imageId: Id }), z.object({ mediaType: z.string(), base64: z.string() }), {
    trusted: true,
  }),
};
