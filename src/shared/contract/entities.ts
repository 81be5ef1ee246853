import { z } from 'zod';
import { DATA_TYPES } from '../model/data-type.ts';
import { Pap, Tlp } from '../model/marking.ts';
import { Level, Taxonomy } from '../model/report.ts';

export const Id = z.uuid();
/** UTC milliseconds. */
export const Time = z.number().int().nonnegative();
export const DataTypeName = z.enum(DATA_TYPES);

/** One page of a list in a fixed order; `next` is the cursor of the following page. */
export const page = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: z.string().nullable() });

export const Reason = z.object({ code: z.string(), message: z.string() });
export type Reason = z.infer<typeof Reason>;

export const Engagement = z.object({
  id: Id,
  name: z.string(),
  tlp: Tlp,
  pap: Pap,
  /** While true nothing that needs a link may start. */
  isOffline: z.boolean(),
  createdAt: Time,
});
export type Engagement = z.infer<typeof Engagement>;

export const CASE_STATUSES = ['open', 'in_progress', 'resolved', 'duplicated'] as const;
/** Weakest first: a merge keeps the strongest. `duplicated` goes with that status and with no other. */
export const RESOLUTIONS = ['duplicated', 'other', 'false_positive', 'indeterminate', 'true_positive'] as const;
export const Resolution = z.enum(RESOLUTIONS);
export type Resolution = z.infer<typeof Resolution>;
/** Weakest first. Only a true positive has or has no impact; everything else is `not_applicable`. */
export const IMPACTS = ['not_applicable', 'no_impact', 'with_impact'] as const;
export const Impact = z.enum(IMPACTS);
export type Impact = z.infer<typeof Impact>;
export const Case = z.object({
  id: Id,
  number: z.number().int(),
  engagementId: Id,
  title: z.string(),
  description: z.string(),
  /** 1 low … 4 critical. */
  severity: z.number().int().min(1).max(4),
  status: z.enum(CASE_STATUSES),
  tlp: Tlp,
  pap: Pap,
  tags: z.array(z.string()),
  isFlagged: z.boolean(),
  assignee: z.string(),
  /** How it ended, in Markdown; asked for when it is closed, kept when it is opened again. */
  summary: z.string(),
  /** Null while it is open. */
  resolution: Resolution.nullable(),
  impact: Impact.nullable(),
  startAt: Time,
  endAt: Time.nullable(),
  /** The case that holds what this one held, since they were merged. */
  mergedInto: Id.nullable(),
  /** The cases this one was made of. */
  mergedFrom: z.array(Id),
  createdAt: Time,
  updatedAt: Time,
  counts: z.object({
    observables: z.number().int(),
    evidence: z.number().int(),
    notes: z.number().int(),
    tasks: z.number().int(),
    /** Not yet begun, or in progress. */
    tasksOpen: z.number().int(),
    tasksDone: z.number().int(),
    jobs: z.number().int(),
    malicious: z.number().int(),
    suspicious: z.number().int(),
    safe: z.number().int(),
    info: z.number().int(),
    notAnalysed: z.number().int(),
  }),
});
export type Case = z.infer<typeof Case>;

/** A taxonomy with where it came from: the last report of each flavor counts. */
export const ReportedTaxonomy = Taxonomy.extend({ jobId: Id, flavorId: z.string(), reportedAt: Time });

export const Observable = z.object({
  id: Id,
  /** Its number in this workspace's file, by which grids name it. */
  num: z.number().int(),
  caseId: Id,
  dataType: DataTypeName,
  /** For a file its name. */
  value: z.string(),
  /** Of the bytes of a file; null for a value. */
  sha256: z.string().nullable(),
  evidenceId: Id.nullable(),
  tlp: Tlp,
  pap: Pap,
  tags: z.array(z.string()),
  marks: z.array(z.string()),
  isIoc: z.boolean(),
  isSighted: z.boolean(),
  /** When it was seen at work; null where nobody said so. */
  sightedAt: Time.nullable(),
  /** Not compared with other cases. */
  ignoreSimilarity: z.boolean(),
  message: z.string(),
  createdAt: Time,
  updatedAt: Time,
  /** Worst level over the newest report of each flavor; null is "not analysed". */
  verdict: Level.nullable(),
  taxonomies: z.array(ReportedTaxonomy),
  /** The newest report of each flavor; `basisId` as in `reports.bases`, null for one of before they were kept. */
  reports: z.array(z.object({ flavorId: z.string(), at: Time, basisId: z.number().int().nullable() })),
  analysedAt: Time.nullable(),
  /** Jobs on it that are queued, waiting or running. */
  activeJobs: z.number().int(),
  /** Other cases of the engagement that hold the same value. */
  seenIn: z.array(z.number().int()),
});
export type Observable = z.infer<typeof Observable>;

export const Evidence = z.object({
  id: Id,
  caseId: Id,
  observableId: Id.nullable(),
  name: z.string(),
  size: z.number().int(),
  mediaType: z.string(),
  typeLabel: z.string(),
  md5: z.string(),
  sha1: z.string(),
  sha256: z.string(),
  addedAt: Time,
  zone: z.string(),
});
export type Evidence = z.infer<typeof Evidence>;

export const Note = z.object({
  id: Id,
  caseId: Id,
  title: z.string(),
  body: z.string(),
  isPinned: z.boolean(),
  createdAt: Time,
  updatedAt: Time,
});
export type Note = z.infer<typeof Note>;

export const SANDBOX_LEVELS = ['isolated', 'limited', 'none'] as const;
export const SandboxLevel = z.enum(SANDBOX_LEVELS);
export type SandboxLevel = z.infer<typeof SandboxLevel>;

export const JOB_STATUSES = [
  'queued',
  'waiting',
  'running',
  'done',
  'failed',
  'refused',
  'cancelled',
  // A responder that may have acted when Osmia ended; it is never run again by itself.
  'unknown',
] as const;
export const JobStatus = z.enum(JOB_STATUSES);
export type JobStatus = z.infer<typeof JobStatus>;

/** What a job that has not started waits for. `pause`: the user paused the queue or its service. */
export const WAITING_KINDS = ['slot', 'link', 'quota', 'time', 'dependency', 'pause'] as const;
export const WaitingKind = z.enum(WAITING_KINDS);
export type WaitingKind = z.infer<typeof WaitingKind>;

export const Job = z.object({
  id: Id,
  flavorId: z.string(),
  flavorName: z.string(),
  flavorVersion: z.string(),
  engagementId: Id,
  caseId: Id.nullable(),
  observableId: Id.nullable(),
  intakeId: Id.nullable(),
  dataType: z.string(),
  value: z.string(),
  tlp: Tlp,
  pap: Pap,
  status: JobStatus,
  /** Why it failed, was refused or waits. */
  reason: Reason.nullable(),
  /** What it waits for, in words; empty once it has started. `until` is null where only an event ends the wait. */
  waiting: z.array(z.object({ kind: WaitingKind, detail: z.string(), until: Time.nullable() })),
  /** Higher starts first. */
  priority: z.number().int(),
  /** Where it asks; empty for what stays here. */
  service: z.string(),
  /** When it is cancelled if it still waits. */
  expiresAt: Time.nullable(),
  /** What somebody typed to overrule the gate. */
  overrideReason: z.string().nullable(),
  /** Answered from an earlier report. */
  isCached: z.boolean(),
  cachedAt: Time.nullable(),
  sandbox: SandboxLevel,
  /** What the sandbox could not do, or that the folder of a large file lay on disk; in words. */
  sandboxNotes: z.array(z.string()),
  attempt: z.number().int(),
  queuedAt: Time,
  startedAt: Time.nullable(),
  endedAt: Time.nullable(),
  reportId: Id.nullable(),
  /** What its report rests on, as in `reports.bases`. */
  basisId: z.number().int().nullable(),
  exitCode: z.number().int().nullable(),
  stderr: z.string(),
  taxonomies: z.array(Taxonomy),
  summary: z.string(),
});
export type Job = z.infer<typeof Job>;

/** What a flavor sends, to whom (DESIGN.md 5.0). Unknown is said as "whole value, public". */
export const DataCard = z.object({
  leaves: z.string(),
  hosts: z.array(z.string()),
  seenBy: z.string(),
  keeps: z.string(),
});
export type DataCard = z.infer<typeof DataCard>;

export const Flavor = z.object({
  /** `<source>/<Name>_<version>`, dots as underscores. */
  id: z.string(),
  source: z.string(),
  name: z.string(),
  version: z.string(),
  description: z.string(),
  author: z.string(),
  url: z.string(),
  license: z.string(),
  dataTypes: z.array(z.string()),
  /** For files: media types it applies to; empty is "any". */
  mediaTypes: z.array(z.string()),
  runtime: z.enum(['worker', 'process']),
  isLocal: z.boolean(),
  card: DataCard,
  /** Who wrote the card: the analyzer's own folder, Osmia's knowledge of the service, or nobody. */
  cardFrom: z.enum(['folder', 'osmia', 'nobody']),
  /** Whether the service wants an account. */
  key: z.enum(['needed', 'optional', 'none', 'unknown']),
  /** Address of the service's own documentation; empty where nobody knows. */
  docs: z.string(),
  /** The Python environment that its requirements.txt asks for. */
  environmentId: z.string().nullable(),
  summary: z.string(),
  cacheMinutes: z.number(),
  /** The gate's standing answer, before any observable is known; null is "can run". */
  cannotRun: Reason.nullable(),
});
export type Flavor = z.infer<typeof Flavor>;
