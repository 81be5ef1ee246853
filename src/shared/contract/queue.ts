import { z } from 'zod';
import { call } from '../rpc/contract.ts';
import { Id, JobStatus, Time, WaitingKind } from './entities.ts';
import { RunSheet } from './jobs.ts';

/** A rule's service that means everything; '' is what stays on this computer. */
export const EVERYTHING = '*';

/** Which jobs; what is not named does not matter. */
export const JobFilter = z.object({
  caseId: Id.optional(),
  engagementId: Id.optional(),
  observableId: Id.optional(),
  statuses: z.array(JobStatus).max(8).optional(),
  /** Jobs that have not started, for one of these reasons. Together with `statuses`: those, and these. */
  waitingFor: z.array(WaitingKind).max(6).optional(),
  service: z.string().max(1_000).optional(),
  flavorId: z.string().max(1_000).optional(),
});
export type JobFilter = z.infer<typeof JobFilter>;

/** Jobs by name, or all that match. */
export const JobSelection = z.union([
  z.object({ ids: z.array(Id).min(1).max(10_000) }),
  z.object({ filter: JobFilter }),
]);
export type JobSelection = z.infer<typeof JobSelection>;

const Minute = z.number().int().min(0).max(1_439);

export const QueueRule = z.object({
  /** A host, '' for what stays here, '*' for everything. */
  service: z.string(),
  pausedAt: Time.nullable(),
  atOnce: z.number().int().nullable(),
  /** Minutes of the day on this computer's clock; from after to is over midnight. Null: at any time. */
  openFrom: Minute.nullable(),
  openTo: Minute.nullable(),
});
export type QueueRule = z.infer<typeof QueueRule>;

export const QueueService = QueueRule.extend({
  /** How many run at once where the user set nothing. */
  usualAtOnce: z.number().int(),
  running: z.number().int(),
  queued: z.number().int(),
  waiting: z.number().int(),
  /** Why nothing of it starts now; null where a free place is all it takes. */
  closed: z.object({ kind: WaitingKind, detail: z.string(), until: Time.nullable() }).nullable(),
});
export type QueueService = z.infer<typeof QueueService>;

/** Counts stop at this number; the window then says "1,000+". */
export const COUNT_MOST = 1_000;

export const QueueOverview = z.object({
  everything: QueueRule,
  /** Hours after which a job that still waits is cancelled. */
  expireHours: z.number().int(),
  /** Services that have unfinished jobs or a rule; the first is what stays here. */
  services: z.array(QueueService),
  counts: z.record(JobStatus, z.number().int()),
  waiting: z.array(z.object({ kind: WaitingKind, count: z.number().int(), until: Time.nullable() })),
  /** Waiting for a link in engagements that are online: the flush can release them. */
  releasable: z.number().int(),
});
export type QueueOverview = z.infer<typeof QueueOverview>;

export const queueContract = {
  /** The state of the queue, of one case or of all: cheap, whatever the number of jobs. */
  'queue.get': call(z.object({ caseId: Id.optional() }), QueueOverview),
  /** Nothing new starts; what runs goes on. Survives a restart. */
  'queue.pause': call(z.object({ service: z.string().max(1_000), isPaused: z.boolean() }), z.object({})),
  /** Null takes a limit away. `expireHours` belongs to '*'. */
  'queue.setLimits': call(
    z
      .object({
        service: z.string().max(1_000),
        atOnce: z.number().int().min(1).max(64).nullable().optional(),
        hours: z.object({ from: Minute, to: Minute }).nullable().optional(),
        expireHours: z.number().int().min(1).max(8_760).nullable().optional(),
      })
      .refine(({ service, expireHours }) => expireHours === undefined || service === EVERYTHING, {
        message: 'How long a job may wait is set for everything ("*").',
      }),
    z.object({}),
  ),
  /** Of jobs that have not started. Higher starts first; within one priority the cases take turns. */
  'jobs.prioritize': call(
    z.object({ jobs: JobSelection, priority: z.number().int().min(-100).max(100) }),
    z.object({ changed: z.number().int() }),
  ),
  /** Ends every unfinished job that matches; the process trees are gone when this returns. */
  'jobs.cancelMatching': call(z.object({ filter: JobFilter }), z.object({ cancelled: z.number().int() })),
  /**
   * A run sheet of what can be tried again: jobs that crashed, timed out, could not reach their service or were cut off by
   * a limit. What came back wrong would come back wrong again, so it is left out. Start it with `jobs.start`.
   */
  'jobs.planRetry': call(
    z.object({ jobs: JobSelection }),
    z.object({
      sheet: RunSheet,
      leftOut: z.array(z.object({ reason: z.string(), count: z.number().int() })),
    }),
    { trusted: true },
  ),
  /**
   * The flush: a run sheet over waiting jobs, each judged again as the world is now. Start it with `jobs.release`.
   * At most 10,000 at a time, the oldest first.
   */
  'jobs.planWaiting': call(z.object({ jobs: JobSelection }), z.object({ sheet: RunSheet, more: z.number().int() }), {
    trusted: true,
  }),
  /** Releases the jobs behind rows of such a sheet. What may not run any more ends as refused; the rest keeps waiting. */
  'jobs.release': call(
    z.object({ sheetId: Id, rows: z.array(z.number().int()).max(10_000) }),
    z.object({ released: z.number().int(), stillWaiting: z.number().int(), refused: z.number().int() }),
  ),
};
