import { z } from 'zod';
import { Pap, Tlp } from '../model/marking.ts';
import { Level } from '../model/report.ts';
import { call, stream } from '../rpc/contract.ts';
import { CASE_STATUSES, DataTypeName, Evidence, Id, Job, Observable, page, Time } from './entities.ts';
import { Place } from './intake.ts';
import { Tags } from './tags.ts';

const Tag = z.string().trim().min(1).max(200);
/** To look for: as they are, in whatever spelling. */
const KnownTags = z.array(Tag).max(200);
const Message = z.string().max(65_536);
const limit = z.number().int().min(1).max(1_000).default(200);

/** Number of an observable in this workspace's file: shorter than its id, and nothing outside this workspace. */
const Num = z.number().int().positive();

/** Most rows that one action takes, and that a grid lists. */
export const MAX_ROWS = 100_000;

export const OBSERVABLE_SORTS = ['newest', 'oldest', 'verdict', 'type', 'value', 'seen'] as const;
export type ObservableSort = (typeof OBSERVABLE_SORTS)[number];

/** Every `not…` leaves out what the filter of the same name would keep. */
export const ObservableFilter = z.object({
  caseId: Id.optional(),
  engagementId: Id.optional(),
  dataTypes: z.array(DataTypeName).max(100).optional(),
  notDataTypes: z.array(DataTypeName).max(100).optional(),
  verdicts: z.array(Level).max(10).optional(),
  /** What has no verdict at all stays. */
  notVerdicts: z.array(Level).max(10).optional(),
  isNotAnalysed: z.boolean().optional(),
  isIoc: z.boolean().optional(),
  isSighted: z.boolean().optional(),
  ignoresSimilarity: z.boolean().optional(),
  /** Whether another case of the engagement holds it too. */
  isSeenElsewhere: z.boolean().optional(),
  /** At least one of these. */
  tags: KnownTags.optional(),
  /** None of these. */
  notTags: KnownTags.optional(),
  tlps: z.array(Tlp).max(10).optional(),
  notTlps: z.array(Tlp).max(10).optional(),
  paps: z.array(Pap).max(10).optional(),
  notPaps: z.array(Pap).max(10).optional(),
  /** Added from this moment on, and before that one. */
  addedFrom: Time.optional(),
  addedBefore: Time.optional(),
  /** Words of value and message; the end of each may be cut short. */
  text: z.string().max(500).optional(),
  notText: z.string().max(500).optional(),
  /** The value begins with this, or holds it; upper and lower case are the same. */
  valueStart: z.string().max(120).optional(),
  notValueStart: z.string().max(120).optional(),
  /** Looked for in the newest MAX_ROWS of the scope. */
  valuePart: z.string().max(120).optional(),
  notValuePart: z.string().max(120).optional(),
});
export type ObservableFilter = z.infer<typeof ObservableFilter>;

/** What an action is on: named rows, or whatever a filter matches (at most MAX_ROWS). */
export const ObservableTarget = z.union([
  z.object({ ids: z.array(Id).min(1).max(10_000) }),
  z.object({ nums: z.array(Num).min(1).max(MAX_ROWS) }),
  z.object({ matching: ObservableFilter, except: z.array(Num).max(MAX_ROWS).default([]) }),
]);
export type ObservableTarget = z.input<typeof ObservableTarget>;

const ObservablePatch = z
  .object({
    tlp: Tlp,
    pap: Pap,
    /** Instead of those it has. */
    tags: Tags,
    addTags: Tags,
    removeTags: KnownTags,
    isIoc: z.boolean(),
    isSighted: z.boolean(),
    /** When it was seen at work; also says that it was. */
    sightedAt: Time.nullable(),
    ignoreSimilarity: z.boolean(),
    /** Instead of the message it has. */
    message: Message,
    /** Below the message it has. */
    appendMessage: Message,
    isInTrash: z.boolean(),
  })
  .partial();
export type ObservablePatch = z.infer<typeof ObservablePatch>;

const Facets = z.object({
  dataTypes: z.record(z.string(), z.number().int()),
  verdicts: z.record(z.string(), z.number().int()),
  ioc: z.number().int(),
  sighted: z.number().int(),
  elsewhere: z.number().int(),
  ignored: z.number().int(),
  /** The most used, at most 20. */
  tags: z.array(z.object({ tag: z.string(), n: z.number().int() })),
});

const Refused = z.array(z.object({ id: Id, value: z.string(), reason: z.string() }));

export const observablesContract = {
  /** `facets` count the whole case or engagement, before the filter; `total` stops at MAX_ROWS. */
  'observables.list': call(
    ObservableFilter.extend({
      sort: z.enum(OBSERVABLE_SORTS).default('newest'),
      cursor: z.string().max(600).optional(),
      limit,
    }),
    page(Observable).extend({ total: z.number().int(), facets: Facets }),
    { trusted: true },
  ),
  /** The numbers of all rows of a grid in their order, at most MAX_ROWS (`isMore`: there are others); rows come by `observables.rows`. */
  'observables.index': call(
    ObservableFilter.extend({ sort: z.enum(OBSERVABLE_SORTS).default('newest') }),
    z.object({ nums: z.array(Num), isMore: z.boolean(), facets: Facets, all: z.number().int() }),
    { trusted: true },
  ),
  /** In the order of the numbers; what is not there any more is left out. */
  'observables.rows': call(z.object({ nums: z.array(Num).min(1).max(1_000) }), z.array(Observable), { trusted: true }),
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
            message: Message.default(''),
            /** Kept as it was typed, as `dataType` or other, although it was refused. */
            isKept: z.boolean().default(false),
          }),
        )
        .min(1)
        .max(10_000),
    }),
    z.object({
      added: z.array(Id),
      /** `merged`: it got tags, flags or words that it did not have. */
      alreadyThere: z.array(z.object({ index: z.number().int(), id: Id, merged: z.boolean() })),
      refused: z.array(z.object({ index: z.number().int(), reason: z.string() })),
    }),
  ),
  /** Files in an archive that was taken in, each as a file of the case. The archive itself is not added. */
  'observables.addArchive': call(
    z.object({
      caseId: Id,
      intakeId: Id,
      /** Tried first; then the usual ones. */
      password: z.string().max(1_000).optional(),
      tlp: Tlp.optional(),
      pap: Pap.optional(),
      tags: Tags.default([]),
      isIoc: z.boolean().default(false),
      isSighted: z.boolean().default(false),
      message: Message.default(''),
    }),
    z.union([
      z.object({ needsPassword: z.literal(true), tried: z.array(z.string()) }),
      z.object({
        needsPassword: z.literal(false),
        added: z.array(z.object({ id: Id, name: z.string() })),
        alreadyThere: z.array(z.object({ id: Id, name: z.string() })),
        skipped: z.array(z.object({ name: z.string(), reason: z.string() })),
      }),
    ]),
  ),
  'observables.update': call(
    z.object({ ids: z.array(Id).min(1).max(10_000), patch: ObservablePatch }),
    z.object({ changed: z.number().int() }),
  ),
  /**
   * The same on whatever is meant, in small steps that leave room for others. Stopped by its signal, what was changed
   * stays and can be undone. `token` names it for `observables.progress`.
   */
  'observables.edit': call(
    z.object({ target: ObservableTarget, patch: ObservablePatch, token: Id.optional() }),
    z.object({ changed: z.number().int(), total: z.number().int() }),
  ),
  'observables.progress': call(
    z.object({ token: Id }),
    z.object({ done: z.number().int(), total: z.number().int() }).nullable(),
  ),
  /** Another type; the value is read again as one. `isKept` keeps it as it is where it is none. */
  'observables.retype': call(
    z.object({
      target: ObservableTarget,
      dataType: DataTypeName,
      isKept: z.boolean().default(false),
      token: Id.optional(),
    }),
    z.object({ changed: z.number().int(), refused: Refused }),
  ),
  /** Ids of what is meant, for calls that take ids; at most `most`. */
  'observables.ids': call(
    z.object({ target: ObservableTarget, most: z.number().int().min(1).max(MAX_ROWS).default(10_000) }),
    z.object({ ids: z.array(Id), total: z.number().int() }),
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
  /** Other cases that hold the same value or the same bytes, newest first; at most 200. */
  'observables.elsewhere': call(
    z.object({ id: Id, isEverywhere: z.boolean().default(false) }),
    z.object({
      items: z.array(
        z.object({
          observableId: Id,
          caseId: Id,
          caseNumber: z.number().int(),
          title: z.string(),
          status: z.enum(CASE_STATUSES),
          engagementName: z.string(),
          startAt: Time,
          addedAt: Time,
          dataType: DataTypeName,
          value: z.string(),
          /** `hash`: one is a file, the other a hash of its bytes. */
          match: z.enum(['same', 'hash']),
          isIoc: z.boolean(),
          isSighted: z.boolean(),
          tlp: Tlp,
          verdict: Level.nullable(),
        }),
      ),
      isMore: z.boolean(),
      /** This case and the others that hold it, of so many cases in all. */
      cases: z.number().int(),
      ofCases: z.number().int(),
      /** It is marked as not worth comparing, so nothing was looked for. */
      isIgnored: z.boolean(),
    }),
  ),
  /** Where its value stands in the case: notes, the places it was found at, and the report that proposed it. */
  'observables.occurrences': call(
    z.object({ id: Id }),
    z.object({
      notes: z.array(
        z.object({ noteId: Id, taskId: Id.nullable(), title: z.string(), before: z.string(), after: z.string() }),
      ),
      evidence: Evidence.nullable(),
      intakeId: Id.nullable(),
      places: z.array(Place),
      report: z.object({ jobId: Id, analyzer: z.string() }).nullable(),
    }),
  ),
  'evidence.list': call(z.object({ caseId: Id }), z.array(Evidence)),
  /**
   * The bytes of a piece of evidence as a ZIP file behind a password, in pieces of base64: what leaves the sealed
   * workspace does not run by a slip of the hand. 256 MiB at most.
   */
  'evidence.protectedZip': stream(
    z.object({
      id: Id,
      password: z.string().min(1).max(200).default('infected'),
      /** `classic` opens everywhere and hides little; `aes` is real encryption. */
      method: z.enum(['aes', 'classic']).default('aes'),
    }),
    z.object({ base64: z.string(), total: z.number().int() }),
  ),
};
