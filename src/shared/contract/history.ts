import { z } from 'zod';
import { Level } from '../model/report.ts';
import { call } from '../rpc/contract.ts';
import { Id, Time } from './entities.ts';

/** One run that gave a report of its own (an answer from the cache is no run). */
export const HistoryRun = z.object({
  jobId: Id,
  at: Time,
  flavorId: z.string(),
  version: z.string(),
  /** Where it was asked; null for what was in no case. */
  caseNumber: z.number().int().nullable(),
  /** The worst level; null is "not judged". */
  level: Level.nullable(),
  /** The number that the line draws; null where this run did not give it. */
  score: z.number().nullable(),
  basisId: z.number().int().nullable(),
  summary: z.string(),
});
export type HistoryRun = z.infer<typeof HistoryRun>;

/** What one analyzer, in all its versions, said of one thing over time. */
export const HistoryLine = z.object({
  flavorName: z.string(),
  source: z.string(),
  /** The newest first; at most 50. */
  runs: z.array(HistoryRun),
  /** What is drawn, as `engines`; null where the runs have no number in common. */
  unit: z.string().nullable(),
  /** "3 → 41 engines in 6 days", from the oldest of these runs to the newest. */
  drift: z.string().nullable(),
});
export type HistoryLine = z.infer<typeof HistoryLine>;

const ShownValue = z.union([z.string(), z.number(), z.boolean()]).nullable();

export const ShownChange = z.object({
  part: z.enum(['taxonomies', 'full', 'artifacts']),
  kind: z.enum(['added', 'removed', 'changed']),
  path: z.array(z.string()),
  /** For an artifact its kind; the value is to be shown as such. */
  dataType: z.string().nullable(),
  before: ShownValue,
  after: ShownValue,
  isNoise: z.boolean(),
});
export type ShownChange = z.infer<typeof ShownChange>;

/** What an answer rests on (see model/staleness.ts); `settings` and `key` are marks that only tell the same from another. */
const Basis = z.object({ version: z.string(), file: z.string(), settings: z.string(), key: z.string() });

export const historyContract = {
  /**
   * Earlier answers about the same thing, within the engagement: of one analyzer (`jobId`), or of every one
   * (`observableId`), across cases.
   */
  'reports.history': call(z.union([z.object({ jobId: Id }), z.object({ observableId: Id })]), z.array(HistoryLine), {
    trusted: true,
  }),
  /**
   * Field by field, what a job's report says otherwise than an earlier one (`against`; without it the run before). Null
   * where there is none. `invalid_input` for reports about different things or of different analyzers.
   */
  'reports.diff': call(
    z.object({ jobId: Id, against: Id.optional() }),
    z
      .object({
        before: z.object({ jobId: Id, at: Time, version: z.string() }),
        after: z.object({ jobId: Id, at: Time, version: z.string() }),
        /** Those that mean something first; at most 4,000. */
        changes: z.array(ShownChange),
        counts: z.object({ changed: z.number().int(), noise: z.number().int(), same: z.number().int() }),
        drift: z.string().nullable(),
        /** Why not all of it was compared; null where it was. */
        limit: z.string().nullable(),
      })
      .nullable(),
    { trusted: true },
  ),
  /** What reports rest on and what they would rest on now: enough to tell which verdicts are stale. */
  'reports.bases': call(
    z.object({ engagementId: Id.optional() }),
    z.object({
      /** Analyzers that are here and have reports. */
      current: z.array(
        Basis.extend({ flavorId: z.string(), source: z.string(), name: z.string(), cacheMinutes: z.number() }),
      ),
      bases: z.array(
        Basis.extend({
          id: z.number().int(),
          flavorId: z.string(),
          source: z.string(),
          name: z.string(),
          /** Which of the analyzer's keys it was, from 1; 0 where it has none. */
          keyNumber: z.number().int(),
          /** When that key gave its first report. */
          keySince: Time.nullable(),
        }),
      ),
    }),
  ),
  /**
   * What to ask again for some observables: verdicts that are stale (`olderThanMinutes` null), or older than a limit
   * too. Starts nothing; the answer goes into `jobs.plan`.
   */
  'observables.refreshPlan': call(
    z.object({
      ids: z.array(Id).min(1).max(10_000),
      olderThanMinutes: z.number().min(0).max(5_256_000).nullable(),
    }),
    z.object({
      subjects: z.array(z.object({ observableId: Id, flavorIds: z.array(z.string()) })),
      jobs: z.number().int(),
      /** Verdicts that are good still. */
      fresh: z.number().int(),
      /** Verdicts of analyzers that are no longer here. */
      gone: z.number().int(),
    }),
  ),
};
