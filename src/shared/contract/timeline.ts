import { z } from 'zod';
import { TIME_PRECISIONS } from '../model/time/precision.ts';
import { EVENT_KINDS } from '../model/event-kind.ts';
import { TechniqueId } from '../model/technique-id.ts';
import { call } from '../rpc/contract.ts';
import { Id, Time } from './entities.ts';

export const EventKind = z.enum(EVENT_KINDS);
export const Precision = z.enum(TIME_PRECISIONS);

/** Where an event was taken from. `sourceId` names the note, observable, job or evidence. */
export const EVENT_SOURCES = ['manual', 'note', 'observable', 'report', 'mail', 'file', 'evidence'] as const;
export const EventSource = z.enum(EVENT_SOURCES);
export type EventSource = z.infer<typeof EventSource>;

/** `UTC`, an offset (`+02:00`) or an IANA name; checked by the core. */
export const Zone = z.string().min(1).max(64);

const Title = z.string().trim().min(1, 'An event needs a title.').max(500);
const Description = z.string().max(200_000);
const Ids = z.array(Id).max(200);
const Techniques = z.array(TechniqueId).max(50);
const Tags = z.array(z.string().trim().min(1).max(200)).max(100);

export const TimelineEvent = z.object({
  id: Id,
  caseId: Id,
  title: z.string(),
  /** Markdown. */
  description: z.string(),
  /** When it happened: UTC milliseconds; of a coarse time its beginning. */
  at: Time,
  /** End of a range. */
  endAt: Time.nullable(),
  /** The zone that the time was given in. */
  zone: z.string(),
  precision: Precision,
  /** The time as it was written. */
  given: z.string(),
  kind: EventKind,
  source: EventSource,
  sourceId: Id.nullable(),
  /** The place in it: a header's name, a field of the report; empty for the whole. */
  sourceRef: z.string(),
  /** What is odd about the time, in words. */
  notes: z.array(z.string()),
  assetIds: z.array(Id),
  observableIds: z.array(Id),
  techniques: z.array(z.string()),
  isStarred: z.boolean(),
  tags: z.array(z.string()),
  /** When it was recorded here. */
  createdAt: Time,
  updatedAt: Time,
});
export type TimelineEvent = z.infer<typeof TimelineEvent>;

export const TimelineFilter = z.object({
  kinds: z.array(EventKind).max(EVENT_KINDS.length).optional(),
  sources: z.array(EventSource).max(EVENT_SOURCES.length).optional(),
  assetId: Id.optional(),
  observableId: Id.optional(),
  technique: TechniqueId.optional(),
  isStarred: z.boolean().optional(),
  text: z.string().max(500).optional(),
});
export type TimelineFilter = z.infer<typeof TimelineFilter>;

/** A time: the instant itself, or a text that can be read in one way only (else `invalid_input` says what to ask). */
const When = {
  at: Time,
  endAt: Time.nullable().default(null),
  zone: Zone,
  precision: Precision,
  given: z.string().max(200).default(''),
  notes: z.array(z.string().max(500)).max(10).default([]),
};

const Facts = {
  title: Title,
  description: Description.default(''),
  kind: EventKind.default('other'),
  assetIds: Ids.default([]),
  observableIds: Ids.default([]),
  techniques: Techniques.default([]),
  isStarred: z.boolean().default(false),
  tags: Tags.default([]),
};

export const Proposal = z.object({
  /** Names it in `timeline.accept`; the same source gives the same key again. */
  key: z.string(),
  source: EventSource,
  sourceId: Id,
  sourceRef: z.string(),
  /** The note's title, the value, the file's name. */
  sourceLabel: z.string(),
  given: z.string(),
  title: z.string(),
  description: z.string(),
  kind: EventKind,
  /** Null where the text can be read in several ways: then `choices` has them. */
  at: Time.nullable(),
  endAt: Time.nullable(),
  zone: z.string(),
  precision: Precision,
  notes: z.array(z.string()),
  question: z.string(),
  choices: z.array(z.object({ label: z.string(), at: Time, endAt: Time.nullable(), zone: z.string() })),
  assetIds: z.array(Id),
  observableIds: z.array(Id),
  /** The event that was made of it before. */
  knownAs: Id.nullable(),
  /** An event of the case at the same instant, made of something else. */
  sameInstant: z.object({ id: Id, title: z.string() }).nullable(),
});
export type Proposal = z.infer<typeof Proposal>;

export const MOST_EVENTS = 100_000;
export const MOST_PROPOSALS = 5_000;

export const timelineContract = {
  /**
   * Which events a filter leaves, as columns of equal length in the asked order: enough for the strip and for the days of
   * the list. The rows come with `timeline.rows`, a screen at a time. At most MOST_EVENTS.
   */
  'timeline.index': call(
    z.object({
      caseId: Id,
      filter: TimelineFilter.default({}),
      order: z.enum(['event', 'recorded']).default('event'),
    }),
    z.object({
      ids: z.array(Id),
      at: z.array(Time),
      endAt: z.array(Time.nullable()),
      recordedAt: z.array(Time),
      /** Positions in EVENT_KINDS. */
      kinds: z.array(z.number().int()),
      starred: z.array(z.boolean()),
      isCut: z.boolean(),
    }),
    { trusted: true },
  ),
  /** In the order asked for; one that is gone is left out. */
  'timeline.rows': call(z.object({ ids: z.array(Id).min(1).max(500) }), z.array(TimelineEvent)),
  'timeline.get': call(z.object({ id: Id }), TimelineEvent),
  /** How many of each there are in a case, whatever the filter. */
  'timeline.counts': call(
    z.object({ caseId: Id }),
    z.object({
      events: z.number().int(),
      starred: z.number().int(),
      kinds: z.record(z.string(), z.number().int()),
      sources: z.record(z.string(), z.number().int()),
      assets: z.number().int(),
      techniques: z.number().int(),
    }),
  ),
  /** A technique that it names and the case has not is put on the case. */
  'timeline.add': call(
    z.object({
      caseId: Id,
      ...When,
      ...Facts,
      source: EventSource.default('manual'),
      sourceId: Id.nullable().default(null),
    }),
    TimelineEvent,
  ),
  'timeline.update': call(
    z.object({
      ids: z.array(Id).min(1).max(10_000),
      patch: z
        .object({
          at: Time,
          endAt: Time.nullable(),
          zone: Zone,
          precision: Precision,
          given: z.string().max(200),
          notes: z.array(z.string().max(500)).max(10),
          title: Title,
          description: Description,
          kind: EventKind,
          assetIds: Ids,
          observableIds: Ids,
          techniques: Techniques,
          isStarred: z.boolean(),
          tags: Tags,
        })
        .partial(),
    }),
    z.object({ changed: z.number().int(), event: TimelineEvent.nullable() }),
  ),
  /** Into the trash. */
  'timeline.remove': call(z.object({ ids: z.array(Id).min(1).max(10_000) }), z.object({ changed: z.number().int() })),
  'timeline.restore': call(z.object({ ids: z.array(Id).min(1).max(10_000) }), z.object({ changed: z.number().int() })),
  /**
   * Times found in the notes, observables, evidence and reports of a case, oldest first; nothing is stored. `zone` is taken
   * for times that say none; without it they are asked about. `skipped` says what was not looked at, and why.
   */
  'timeline.harvest': call(
    z.object({ caseId: Id, zone: Zone.optional() }),
    z.object({ proposals: z.array(Proposal), skipped: z.array(z.string()), isCut: z.boolean() }),
    { trusted: true },
  ),
  /** Makes events of proposals. The time is looked up again in its source; `choice` answers its question. */
  'timeline.accept': call(
    z.object({
      caseId: Id,
      zone: Zone.optional(),
      items: z
        .array(z.object({ key: z.string().max(400), choice: z.number().int().min(0).max(20).optional() }))
        .min(1)
        .max(MOST_PROPOSALS),
    }),
    z.object({
      added: z.array(Id),
      alreadyThere: z.number().int(),
      refused: z.array(z.object({ key: z.string(), reason: z.string() })),
    }),
  ),
  /** The events that a filter leaves, as one text. `zone` is how times are written. */
  'timeline.export': call(
    z.object({
      caseId: Id,
      filter: TimelineFilter.default({}),
      ids: z.array(Id).max(10_000).optional(),
      format: z.enum(['csv', 'markdown']),
      zone: Zone,
    }),
    z.object({ text: z.string(), events: z.number().int() }),
  ),
};
