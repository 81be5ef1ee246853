import { z } from 'zod';
import { Pap, Tlp } from '../model/marking.ts';
import { Artifact, ReportBody } from '../model/report.ts';
import { call, stream } from '../rpc/contract.ts';
import { DataTypeName, Flavor, Id, Job, JobStatus, page, Reason, Time, WaitingKind } from './entities.ts';

export const analyzersContract = {
  'analyzers.list': call(z.object({}), z.array(Flavor)),
  'analyzers.sources': call(
    z.object({}),
    z.array(z.object({ name: z.string(), path: z.string(), isBundled: z.boolean(), flavors: z.number().int() })),
  ),
  /** Adds a folder in the Cortex layout. Only for local clients, or a folder the host let the user choose. */
  'analyzers.addSource': call(
    z.union([z.object({ path: z.string().max(4_096) }), z.object({ token: z.string().max(200) })]),
    z.object({ name: z.string(), flavors: z.number().int(), kind: z.enum(['analyzer', 'responder']) }),
  ),
  'analyzers.removeSource': call(z.object({ name: z.string().max(400) }), z.object({})),
  /** One line for each defect found in a descriptor. */
  'analyzers.defects': call(
    z.object({}),
    z.array(z.object({ source: z.string(), file: z.string(), message: z.string(), isFatal: z.boolean() })),
  ),
};

/** What a job runs on: an observable, a dropped thing not yet accepted, or a bare value. */
export const Subject = z.union([
  /** `flavorIds` keeps it to some of those that the plan names: a refresh asks each observable its own analyzers again. */
  z.object({ observableId: Id, flavorIds: z.array(z.string().max(400)).max(500).optional() }),
  z.object({ intakeId: Id }),
  z.object({
    dataType: DataTypeName,
    value: z.string().min(1).max(65_536),
    engagementId: Id.optional(),
    caseId: Id.optional(),
    flavorIds: z.array(z.string().max(400)).max(500).optional(),
    /** At least as strict as the marking of what it was taken from. */
    tlp: Tlp.optional(),
    pap: Pap.optional(),
  }),
]);
export type Subject = z.infer<typeof Subject>;

export const RunRow = z.object({
  /** Names this row in `jobs.start`. */
  row: z.number().int(),
  flavorId: z.string(),
  flavorName: z.string(),
  flavorVersion: z.string(),
  observableId: Id.nullable(),
  dataType: z.string(),
  value: z.string(),
  tlp: Tlp,
  pap: Pap,
  /** `allowed` runs now, `waiting` will be queued and says why, `cached` is answered from an earlier report. */
  verdict: z.enum(['allowed', 'waiting', 'cached', 'refused']),
  reason: Reason.nullable(),
  /** For a refusal: what is allowed instead, in words. */
  instead: z.string().nullable(),
  /** What leaves the machine if this runs: "nothing", or exactly what. */
  leaves: z.string(),
  cachedAt: Time.nullable(),
  /** Where it would go; empty for what stays here. */
  destination: z.string(),
  /** For a refusal: every rule that says no, in words. All of them must be overruled together. */
  refusals: z.array(z.string()),
  /** A typed reason would let it run. */
  isOverridable: z.boolean(),
  /** Why to look before sending: what the value gives away besides itself. */
  hint: z.string().nullable(),
  /** A form of the same that gives away less, to plan instead. */
  lesser: z
    .object({
      label: z.string(),
      dataType: DataTypeName,
      value: z.string(),
      engagementId: Id,
      caseId: Id.nullable(),
      flavorIds: z.array(z.string()),
    })
    .nullable(),
  /** The waiting job that this row releases; null where the row makes a new one. */
  jobId: Id.nullable(),
});
export type RunRow = z.infer<typeof RunRow>;

/**
 * All rows of one group, as columns of equal length: a sheet may have 200,000, and ticking and counting them needs no
 * more than this. The rows themselves come with `jobs.sheetRows`, a screen at a time.
 */
export const SheetIndex = z.object({
  rows: z.array(z.number().int()),
  /** Rows with the same number are about the same value. */
  subjects: z.array(z.number().int()),
  /** A letter a row: `a` allowed · `w` waits · `o` waits for the link · `c` cached · `r` refused. */
  verdicts: z.string(),
});
export type SheetIndex = z.infer<typeof SheetIndex>;

/** What a run does to one window of a budget. */
export const QuotaOutlook = z.object({
  key: z.string(),
  window: z.string(),
  limit: z.number().int(),
  used: z.number().int(),
  /** With everything that this sheet would send there. */
  after: z.number().int(),
  /** "Enough." or when it is done. */
  forecast: z.string(),
});
export type QuotaOutlook = z.infer<typeof QuotaOutlook>;

export const RunSheet = z.object({
  id: Id,
  createdAt: Time,
  /** The first rows of each group; `index` names all of them. */
  local: z.array(RunRow),
  localIndex: SheetIndex,
  /** Names of the analyzers in it. */
  localFlavors: z.array(z.string()),
  /** One group a destination. */
  destinations: z.array(
    z.object({
      name: z.string(),
      hosts: z.array(z.string()),
      seenBy: z.string(),
      keeps: z.string(),
      /** The lowest ceilings of the analyzers in this group. */
      accepts: z.object({ tlp: Tlp.nullable(), pap: Pap.nullable() }),
      rows: z.array(RunRow),
      index: SheetIndex,
      quota: z.array(QuotaOutlook),
    }),
  ),
  refused: z.array(RunRow),
  refusedIndex: SheetIndex,
  strictest: z.object({ tlp: Tlp, pap: Pap }),
  counts: z.object({
    jobs: z.number().int(),
    local: z.number().int(),
    valuesLeaving: z.number().int(),
    cached: z.number().int(),
    refused: z.number().int(),
  }),
});
export type RunSheet = z.infer<typeof RunSheet>;

const StartInput = z.object({
  sheetId: Id,
  rows: z.array(z.number().int()).max(250_000),
  force: z.array(z.number().int()).max(250_000).default([]),
  overrides: z
    .array(z.object({ row: z.number().int(), reason: z.string().trim().min(10).max(1_000) }))
    .max(10_000)
    .default([]),
});

/** What became of the rows that were started. */
export const RunOutcome = z.object({
  started: z.number().int(),
  waiting: z.number().int(),
  /** Answered by an earlier report. */
  answered: z.number().int(),
  refused: z.number().int(),
  /** The first hundred. */
  refusals: z.array(z.object({ row: z.number().int(), jobId: Id, message: z.string() })),
});
export type RunOutcome = z.infer<typeof RunOutcome>;

export const jobsContract = {
  /**
   * The outbound manifest for a selection. Starts nothing. Without `flavorIds`: every runnable local flavor of each
   * subject's type; `withRemote` adds those that send, and what the gate refuses of a fitting type. It is kept for ten minutes so that `jobs.start` starts exactly what was shown.
   */
  'jobs.plan': call(
    z.object({
      subjects: z.array(Subject).min(1).max(10_000),
      flavorIds: z.array(z.string().max(400)).max(500).optional(),
      /** Instead of `flavorIds`: what a set of analyzers does for each subject's type. */
      setId: Id.optional(),
      withRemote: z.boolean().optional(),
      tlp: Tlp.optional(),
      pap: Pap.optional(),
      isOffline: z.boolean().optional(),
    }),
    RunSheet,
    { trusted: true },
  ),
  /** Rows of a sheet by their numbers, in that order; `not_found` when the sheet is forgotten. */
  'jobs.sheetRows': call(
    z.object({ sheetId: Id, rows: z.array(z.number().int()).min(1).max(1_000) }),
    z.array(RunRow),
    { trusted: true },
  ),
  /**
   * Starts the named rows of a sheet (cached ones too: a new job that points at the old report). `force` asks again.
   * `overrides` says for refused rows why they run nevertheless. What may not run any more is a refused job that says why;
   * nothing starts that was not shown.
   */
  'jobs.start': call(StartInput, z.array(Job)),
  /** The same, told in numbers: a sheet may have 200,000 rows. */
  'jobs.run': call(StartInput, RunOutcome),
  'jobs.list': call(
    z.object({
      caseId: Id.optional(),
      observableId: Id.optional(),
      intakeId: Id.optional(),
      /** The same bytes or value anywhere in the engagement. */
      sha256: z.string().max(64).optional(),
      statuses: z.array(JobStatus).max(20).optional(),
      /** Jobs that have not started, for one of these reasons; together with `statuses`: those, and these. */
      waitingFor: z.array(WaitingKind).max(6).optional(),
      service: z.string().max(1_000).optional(),
      flavorId: z.string().max(1_000).optional(),
      cursor: z.string().max(200).optional(),
      limit: z.number().int().min(1).max(1_000).default(200),
    }),
    page(Job),
  ),
  'jobs.get': call(z.object({ id: Id }), Job),
  /** Resolves when none of the jobs is queued or running any more. */
  'jobs.wait': call(z.object({ ids: z.array(Id).min(1).max(10_000) }), z.array(Job)),
  /** Ends queued, waiting and running jobs; the process tree is gone when this returns. Finished ones are left alone. */
  'jobs.cancel': call(z.object({ ids: z.array(Id).min(1).max(10_000) }), z.object({ cancelled: z.number().int() })),
};

export const reportsContract = {
  'reports.get': call(
    z.object({ jobId: Id }),
    z.object({
      job: Job,
      report: ReportBody,
      createdAt: Time,
      zone: z.string(),
      osmiaVersion: z.string(),
      analyzerSha256: z.string(),
      artifacts: z.array(
        Artifact.extend({ index: z.number().int(), observableId: Id.nullable(), knownAs: DataTypeName.nullable() }),
      ),
    }),
    { trusted: true },
  ),
  /** Artifacts become observables of the job's case (or `caseId`), with the stricter of its marking and theirs. */
  'reports.importArtifacts': call(
    z.object({ jobId: Id, caseId: Id.optional(), indexes: z.array(z.number().int()).min(1).max(10_000) }),
    z.object({
      added: z.array(Id),
      alreadyThere: z.number().int(),
      refused: z.array(z.object({ index: z.number().int(), reason: z.string() })),
    }),
  ),
};

export const TOPICS = [
  'workspace',
  'settings',
  'engagement',
  'intake',
  'case',
  'observable',
  'relation',
  'evidence',
  'note',
  'task',
  'alert',
  'operation',
  'job',
  'report',
  'analyzers',
  'quota',
  'policy',
  'tag',
  'template',
  'field',
  'timeline',
  'asset',
  'attack',
  'dashboard',
] as const;
export type Topic = (typeof TOPICS)[number];

/** A small fact with ids; data is fetched through calls. A gap in `seq`, or another `life`, invalidates everything. */
export const CoreEvent = z.object({
  life: z.string(),
  seq: z.number().int(),
  topic: z.enum(TOPICS),
  id: z.string(),
  caseId: z.string().nullable(),
});
export type CoreEvent = z.infer<typeof CoreEvent>;

export const systemContract = {
  'events.subscribe': stream(z.object({}), CoreEvent),
  /** The activity strip. */
  'system.activity': call(
    z.object({ engagementId: Id.optional() }),
    z.object({
      running: z.number().int(),
      queued: z.number().int(),
      waiting: z.number().int(),
      leftToday: z.object({ values: z.number().int(), services: z.number().int() }),
    }),
  ),
  /** Health, fit to paste into an issue: no path of the user, no value, no secret. */
  'system.doctor': call(
    z.object({}),
    z.object({
      osmia: z.string(),
      checks: z.array(
        z.object({ name: z.string(), status: z.enum(['ok', 'warning', 'problem']), message: z.string() }),
      ),
    }),
  ),
};
