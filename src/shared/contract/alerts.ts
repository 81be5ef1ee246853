import { z } from 'zod';
import { Pap, Tlp } from '../model/marking.ts';
import { Level } from '../model/report.ts';
import { call } from '../rpc/contract.ts';
import { Case, CASE_STATUSES, DataTypeName, Id, page, Resolution, Time } from './entities.ts';
import { Tags } from './tags.ts';

/** New and updated ones are unread; read ones are imported (in a case) or ignored (in none). */
export const ALERT_STATUSES = ['new', 'updated', 'imported', 'ignored'] as const;
export const AlertStatus = z.enum(ALERT_STATUSES);
export type AlertStatus = z.infer<typeof AlertStatus>;

/** What an import did to the case beside adding observables, so that detaching can take it back. */
export interface AlertImport {
  kind: 'new' | 'merged';
  /** The paragraph added to the description; '' for none. */
  section: string;
  /** Tags that the case did not have before. */
  tags: string[];
}

const Severity = z.number().int().min(1).max(4);
const Ids = z.array(Id).min(1).max(10_000);

export const AlertRow = z.object({
  id: Id,
  engagementId: Id,
  /** These three name it at its source and never change. */
  type: z.string(),
  source: z.string(),
  sourceRef: z.string(),
  title: z.string(),
  severity: Severity,
  /** When it happened, as the source says. */
  date: Time,
  /** When the source last said something new. */
  lastSyncAt: Time,
  tlp: Tlp,
  pap: Pap,
  tags: z.array(z.string()),
  status: AlertStatus,
  isRead: z.boolean(),
  isFollowed: z.boolean(),
  /** The case it is in; null while that is in the trash. */
  caseId: Id.nullable(),
  caseNumber: z.number().int().nullable(),
  observables: z.number().int(),
  iocs: z.number().int(),
  files: z.number().int(),
  createdAt: Time,
  updatedAt: Time,
});
export type AlertRow = z.infer<typeof AlertRow>;

export const AlertDetail = AlertRow.extend({
  description: z.string(),
  externalLink: z.string(),
  /** Name of the template for a case made of it; '' for none. */
  caseTemplate: z.string(),
  /** Whether its case was made of it, or was there before. */
  importedAs: z.enum(['new', 'merged']).nullable(),
  importedAt: Time.nullable(),
  customFields: z.array(
    z.object({ name: z.string(), type: z.string(), value: z.union([z.string(), z.number(), z.boolean()]).nullable() }),
  ),
});
export type AlertDetail = z.infer<typeof AlertDetail>;

/** One hit of a value in another place. */
export const SeenInCase = z.object({
  id: Id,
  number: z.number().int(),
  title: z.string(),
  status: z.enum(CASE_STATUSES),
  isIoc: z.boolean(),
});

export const AlertObservable = z.object({
  id: Id,
  dataType: DataTypeName,
  value: z.string(),
  message: z.string(),
  tlp: Tlp,
  tags: z.array(z.string()),
  marks: z.array(z.string()),
  isIoc: z.boolean(),
  isSighted: z.boolean(),
  ignoreSimilarity: z.boolean(),
  seenAt: Time.nullable(),
  file: z.object({ size: z.number().int(), mediaType: z.string(), sha256: z.string() }).nullable(),
  /** The observable of the alert's case that it became. */
  observableId: Id.nullable(),
  /** Cases of the engagement that hold it, the alert's own left out: the newest few, and how many there are (at most 100). */
  cases: z.array(SeenInCase),
  casesInAll: z.number().int(),
  /** Whether the alert's own case holds it. */
  isInCase: z.boolean(),
  /** The worst that was reported of it in any of those cases. */
  verdict: Level.nullable(),
  /** Other alerts that bring it (at most 100). */
  otherAlerts: z.number().int(),
});
export type AlertObservable = z.infer<typeof AlertObservable>;

const Share = z.object({ shared: z.number().int(), of: z.number().int() });
export const SimilarCase = z.object({
  id: Id,
  number: z.number().int(),
  title: z.string(),
  status: z.enum(CASE_STATUSES),
  resolution: Resolution.nullable(),
  startAt: Time,
  tags: z.array(z.string()),
  observables: Share,
  iocs: Share,
  /** Of what they share: how many of each type. */
  types: z.record(z.string(), z.number().int()),
  /** The most telling: IOCs first, then the rarest. */
  values: z.array(z.object({ dataType: DataTypeName, value: z.string(), isIoc: z.boolean() })),
});
export type SimilarCase = z.infer<typeof SimilarCase>;

export const AlertFilter = z.object({
  engagementId: Id.optional(),
  caseId: Id.optional(),
  isRead: z.boolean().optional(),
  statuses: z.array(AlertStatus).max(4).optional(),
  type: z.string().max(200).optional(),
  source: z.string().max(200).optional(),
  severities: z.array(Severity).max(4).optional(),
  tag: z.string().max(200).optional(),
  isFollowed: z.boolean().optional(),
  /** Words of title, description, type, source or reference; or one whole value that an alert brings. */
  text: z.string().max(500).optional(),
});
export type AlertFilter = z.infer<typeof AlertFilter>;

/** Column (its head) for each field; a column that is not named is not read. */
export const CsvMapping = z.object({
  /** One alert for each row, or one for the file. */
  rows: z.enum(['alerts', 'observables']).default('alerts'),
  columns: z
    .object({
      sourceRef: z.string().max(200),
      title: z.string().max(200),
      description: z.string().max(200),
      date: z.string().max(200),
      severity: z.string().max(200),
      tlp: z.string().max(200),
      tags: z.string().max(200),
      externalLink: z.string().max(200),
      dataType: z.string().max(200),
      /** Several values in one cell stand on lines of their own or between semicolons. */
      values: z.string().max(200),
      message: z.string().max(200),
      isIoc: z.string().max(200),
    })
    .partial()
    .default({}),
  type: z.string().trim().max(100).default('csv'),
});
export type CsvMapping = z.infer<typeof CsvMapping>;

export const ALERT_SOURCE_KINDS = ['folder', 'feed'] as const;

export const AlertSource = z.object({
  id: Id,
  engagementId: Id,
  name: z.string(),
  kind: z.enum(ALERT_SOURCE_KINDS),
  /** Of a feed: where its manifest is. */
  url: z.string(),
  mapping: CsvMapping.nullable(),
  tlp: Tlp,
  pap: Pap,
  tags: z.array(z.string()),
  caseTemplate: z.string(),
  /** Of a folder on this machine; '' where it was not named here. */
  path: z.string(),
  /** A folder that is watched, a feed that is fetched by the clock. Never a feed while the engagement is OFFLINE. */
  isOn: z.boolean(),
  everyMinutes: z.number().int(),
  lastRunAt: Time.nullable(),
  /** Whether it is being read now. */
  isRunning: z.boolean(),
});
export type AlertSource = z.infer<typeof AlertSource>;

export const AlertRun = z.object({
  id: Id,
  sourceId: Id.nullable(),
  name: z.string(),
  startedAt: Time,
  /** Null while it runs, and for one that was cut off. */
  endedAt: Time.nullable(),
  /** Files, events or messages that were read, and those left alone because they had not changed. */
  items: z.number().int(),
  skipped: z.number().int(),
  made: z.number().int(),
  updated: z.number().int(),
  unchanged: z.number().int(),
  observables: z.number().int(),
  problems: z.number().int(),
  /** What ended it early. */
  error: z.string().nullable(),
});
export type AlertRun = z.infer<typeof AlertRun>;

const SourceSettings = z.object({
  name: z.string().trim().min(1, 'A source needs a name.').max(200),
  url: z.string().trim().max(2_000),
  mapping: CsvMapping.nullable(),
  tlp: Tlp,
  pap: Pap,
  tags: Tags,
  caseTemplate: z.string().max(200),
  isOn: z.boolean(),
  everyMinutes: z.number().int().min(5).max(43_200),
});

const Imported = z.object({
  case: Case,
  added: z.number().int(),
  alreadyThere: z.number().int(),
  /** What could not be done as the alert wanted it. */
  note: z.string().nullable(),
});

/** A folder or file: only for local clients by path; from a window by what the host let the user choose. */
const Place = z.union([z.object({ path: z.string().max(4_096) }), z.object({ token: z.string().max(200) })]);

export const alertsContract = {
  /** Newest first by the date of what happened; `counts` is of the whole engagement, before the filter. */
  'alerts.list': call(
    AlertFilter.extend({
      cursor: z.string().max(200).optional(),
      limit: z.number().int().min(1).max(1_000).default(200),
    }),
    page(AlertRow),
    { trusted: true },
  ),
  'alerts.counts': call(
    z.object({ engagementId: Id.optional() }),
    z.object({
      total: z.number().int(),
      unread: z.number().int(),
      followed: z.number().int(),
      statuses: z.record(z.string(), z.number().int()),
      types: z.record(z.string(), z.number().int()),
      sources: z.record(z.string(), z.number().int()),
      severities: z.record(z.string(), z.number().int()),
      tags: z.array(z.object({ tag: z.string(), count: z.number().int() })),
    }),
  ),
  /** By its id, or by the reference at its source (the newest, where several have it). */
  'alerts.get': call(
    z.union([z.object({ id: Id }), z.object({ ref: z.string().max(1_000), engagementId: Id.optional() })]),
    AlertDetail,
  ),
  /** By type; each with the cases and alerts that know it. */
  'alerts.observables': call(
    z.object({
      id: Id,
      dataType: DataTypeName.optional(),
      cursor: z.string().max(200).optional(),
      limit: z.number().int().min(1).max(500).default(100),
    }),
    page(AlertObservable).extend({ types: z.record(z.string(), z.number().int()) }),
    { trusted: true },
  ),
  /** Cases of the engagement that share observables, the strongest first. */
  'alerts.similar': call(
    z.object({
      id: Id,
      /** Percent of the alert's observables that a case has to hold. */
      minPercent: z.number().int().min(0).max(100).default(0),
      isOpenOnly: z.boolean().default(false),
    }),
    z.array(SimilarCase),
    { trusted: true },
  ),
  'alerts.update': call(
    z.object({
      id: Id,
      patch: z
        .object({
          title: z.string().trim().min(1, 'An alert needs a title.').max(500),
          description: z.string().max(1_000_000),
          severity: Severity,
          tlp: Tlp,
          pap: Pap,
          tags: Tags,
          caseTemplate: z.string().max(200),
        })
        .partial(),
    }),
    AlertDetail,
  ),
  'alerts.mark': call(z.object({ ids: Ids, isRead: z.boolean() }), z.object({ changed: z.number().int() })),
  'alerts.follow': call(z.object({ ids: Ids, isFollowed: z.boolean() }), z.object({ changed: z.number().int() })),
  /** Read, and its updates are not shown: what is seen once and not wanted again. */
  'alerts.ignore': call(z.object({ ids: Ids }), z.object({ changed: z.number().int() })),
  'alerts.trash': call(z.object({ ids: Ids }), z.object({ changed: z.number().int() })),
  /** What is in the trash, the last first; at most 500. */
  'alerts.trashed': call(
    z.object({ engagementId: Id.optional() }),
    z.array(
      AlertRow.pick({ id: true, type: true, source: true, sourceRef: true, title: true, date: true }).extend({
        deletedAt: Time,
      }),
    ),
  ),
  'alerts.restore': call(z.object({ ids: Ids }), z.object({ changed: z.number().int() })),
  /** One new case of one alert, or of several; none of them may be in a case. */
  'alerts.createCase': call(
    z.object({
      ids: Ids,
      title: z.string().trim().min(1).max(500).optional(),
      /** Name of a case template; by default the alert's own, '' for none. */
      caseTemplate: z.string().max(200).optional(),
    }),
    Imported,
  ),
  'alerts.merge': call(z.object({ ids: Ids, caseId: Id }), Imported),
  /**
   * Out of its case again: what only this alert brought goes to the trash with its paragraph and its tags. From a case
   * that was made of it only the link goes: the case stays as it is.
   */
  'alerts.detach': call(z.object({ ids: Ids }), z.object({ changed: z.number().int(), removed: z.number().int() })),

  'alerts.sources': call(z.object({ engagementId: Id.optional() }), z.array(AlertSource)),
  'alerts.addSource': call(
    z.union([
      SourceSettings.partial().extend({
        engagementId: Id.optional(),
        kind: z.literal('feed'),
        name: SourceSettings.shape.name,
        url: SourceSettings.shape.url,
      }),
      SourceSettings.partial().extend({ engagementId: Id.optional(), kind: z.literal('folder'), place: Place }),
    ]),
    AlertSource,
  ),
  'alerts.updateSource': call(z.object({ id: Id, patch: SourceSettings.partial() }), AlertSource),
  'alerts.removeSource': call(z.object({ id: Id }), z.object({})),
  /** Reads a folder or fetches a feed now, on somebody's word. Resolves when it is done. */
  'alerts.runSource': call(z.object({ id: Id }), AlertRun),
  /**
   * Reads one file, or every file of a folder: MISP event, MISP feed (a folder with manifest.json), TheHive alerts, CSV,
   * mail. Resolves when it is done.
   */
  'alerts.import': call(
    z.object({
      engagementId: Id.optional(),
      place: z.union([Place, z.object({ intakeId: Id })]),
      mapping: CsvMapping.optional(),
      tlp: Tlp.optional(),
      pap: Pap.optional(),
      tags: Tags.default([]),
    }),
    AlertRun,
  ),
  'alerts.runs': call(
    z.object({
      engagementId: Id.optional(),
      sourceId: Id.optional(),
      cursor: z.string().max(200).optional(),
      limit: z.number().int().min(1).max(200).default(50),
    }),
    page(AlertRun),
  ),
  /** What could not be taken: what, where in it, why. */
  'alerts.problems': call(
    z.object({ runId: Id, after: z.number().int().default(0), limit: z.number().int().min(1).max(1_000).default(200) }),
    z.object({
      items: z.array(z.object({ seq: z.number().int(), item: z.string(), place: z.string(), reason: z.string() })),
      next: z.number().int().nullable(),
    }),
  ),
};
