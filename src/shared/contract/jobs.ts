import { z } from 'zod';
import { Pap, Tlp } from '../model/marking.ts';
import { Artifact, ReportBody } from '../model/report.ts';
import { call, stream } from '../rpc/contract.ts';
import { DataTypeName, Flavor, Id, Job, JobStatus, page, Reason, Time } from './entities.ts';

export const analyzersContract = {
  'analyzers.list': call(z.object({}), z.array(Flavor)),
  'analyzers.sources': call(
    z.object({}),
    z.array(z.object({ name: z.string(), path: z.string(), isBundled: z.boolean(), flavors: z.number().int() })),
  ),
  /** Adds a folder in the Cortex layout. Only for local clients, or a folder the host let the user choose. */
  'analyzers.addSource': call(
    z.union([z.object({ path: z.string() }), z.object({ token: z.string() })]),
    z.object({ name: z.string(), flavors: z.number().int() }),
  ),
  'analyzers.removeSource': call(z.object({ name: z.string() }), z.object({})),
  /** One line for each defect found in a descriptor. */
  'analyzers.defects': call(
    z.object({}),
    z.array(z.object({ source: z.string(), file: z.string(), message: z.string(), isFatal: z.boolean() })),
  ),
};

/** What a job runs on: an observable, a dropped thing not yet accepted, or a bare value. */
export const Subject = z.union([
  z.object({ observableId: Id }),
  z.object({ intakeId: Id }),
  z.object({
    dataType: DataTypeName,
    value: z.string().min(1).max(65_536),
    engagementId: Id.optional(),
    caseId: Id.optional(),
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
});
export type RunRow = z.infer<typeof RunRow>;

export const RunSheet = z.object({
  id: Id,
  createdAt: Time,
  local: z.array(RunRow),
  /** One group a destination. */
  destinations: z.array(
    z.object({
      name: z.string(),
      hosts: z.array(z.string()),
      seenBy: z.string(),
      keeps: z.string(),
      rows: z.array(RunRow),
    }),
  ),
  refused: z.array(RunRow),
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

export const jobsContract = {
  /**
   * The outbound manifest for a selection. Starts nothing. Without `flavorIds`: every runnable local flavor of each
   * subject's type; `withRemote` adds those that send, and what the gate refuses of a fitting type. It is kept for ten minutes so that `jobs.start` starts exactly what was shown.
   */
  'jobs.plan': call(
    z.object({
      subjects: z.array(Subject).min(1).max(10_000),
      flavorIds: z.array(z.string()).max(500).optional(),
      withRemote: z.boolean().optional(),
      tlp: Tlp.optional(),
      pap: Pap.optional(),
      isOffline: z.boolean().optional(),
    }),
    RunSheet,
    { trusted: true },
  ),
  /** Starts the named rows of a sheet (cached ones too: a new job that points at the old report). `force` asks again. */
  'jobs.start': call(
    z.object({ sheetId: Id, rows: z.array(z.number().int()), force: z.array(z.number().int()).default([]) }),
    z.array(Job),
  ),
  'jobs.list': call(
    z.object({
      caseId: Id.optional(),
      observableId: Id.optional(),
      intakeId: Id.optional(),
      /** The same bytes or value anywhere in the engagement. */
      sha256: z.string().optional(),
      statuses: z.array(JobStatus).optional(),
      cursor: z.string().optional(),
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
  'evidence',
  'note',
  'task',
  'alert',
  'operation',
  'job',
  'report',
  'analyzers',
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
