import type { Job } from '../shared/contract/entities.ts';
import type { Subject } from '../shared/contract/jobs.ts';
import { AppError } from '../shared/errors.ts';
import type { Pap, Tlp } from '../shared/model/marking.ts';
import type { AnalyzedJob } from './output.ts';
import { throwIfInterrupted, type CliSession } from './session.ts';

/** What one plan may hold. */
const SUBJECTS_A_PLAN = 10_000;

export interface RunOptions {
  subjects: readonly Subject[];
  flavorIds?: string[];
  marking: { tlp?: Tlp; pap?: Pap };
  isOffline?: boolean;
  /** Asks again even where an earlier report would answer. */
  isForced?: boolean;
  signal: AbortSignal;
}

/**
 * Plans, starts and awaits jobs, in the order of the plan. An interrupt cancels what it started (and waits until the
 * processes are gone), then rejects with `cancelled`.
 */
export async function runJobs(session: CliSession, options: RunOptions): Promise<AnalyzedJob[]> {
  const results: AnalyzedJob[] = [];
  for (let from = 0; from < options.subjects.length; from += SUBJECTS_A_PLAN) {
    results.push(...(await runSome(session, options, options.subjects.slice(from, from + SUBJECTS_A_PLAN))));
  }
  return results;
}

async function runSome(session: CliSession, options: RunOptions, subjects: Subject[]): Promise<AnalyzedJob[]> {
  const { api } = session;
  const { signal } = options;
  throwIfInterrupted(signal);
  const sheet = await api['jobs.plan'](
    {
      subjects,
      ...options.marking,
      ...(options.flavorIds && { flavorIds: options.flavorIds }),
      ...(options.isOffline && { isOffline: true }),
    },
    { signal },
  );
  const rows = [sheet.localIndex, ...sheet.destinations.map((d) => d.index), sheet.refusedIndex]
    .flatMap((index) => index.rows)
    .sort((a, b) => a - b);
  if (rows.length === 0) return [];
  // Not cut short by an interrupt: a job that was started must be known to be cancelled.
  const started = await api['jobs.start']({ sheetId: sheet.id, rows, ...(options.isForced && { force: rows }) });
  const jobs = await settled(session, started, signal);
  const results: AnalyzedJob[] = [];
  for (const job of jobs) results.push(await withReport(session, job));
  return results;
}

async function settled(session: CliSession, started: readonly Job[], signal: AbortSignal): Promise<Job[]> {
  const { api } = session;
  const ids = started.map((job) => job.id);
  const chunks = Array.from({ length: Math.ceil(ids.length / SUBJECTS_A_PLAN) }, (_, i) =>
    ids.slice(i * SUBJECTS_A_PLAN, (i + 1) * SUBJECTS_A_PLAN),
  );
  try {
    const done: Job[] = [];
    for (const chunk of chunks) done.push(...(await api['jobs.wait']({ ids: chunk }, { signal })));
    const byId = new Map(done.map((job) => [job.id, job]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  } catch (error) {
    if (signal.aborted) for (const chunk of chunks) await api['jobs.cancel']({ ids: chunk });
    throw error;
  }
}

async function withReport(session: CliSession, job: Job): Promise<AnalyzedJob> {
  const { status } = job;
  // Only a responder can be unknown, and no responder runs here.
  if (status === 'queued' || status === 'running' || status === 'unknown') {
    throw new AppError('internal', `Job ${job.id} did not end.`);
  }
  const report = job.reportId === null ? undefined : (await session.api['reports.get']({ jobId: job.id })).report;
  return {
    id: job.id,
    flavor: job.flavorId,
    observable: { dataType: job.dataType, value: job.value },
    status,
    ...(job.reason && { reason: job.reason }),
    cached: job.isCached,
    sandbox: job.sandbox,
    ...(report && { report }),
  };
}
