import type { Job } from '../../shared/contract/entities.ts';

/** How often the same outcome of the same settings is noted again, in milliseconds. */
const AGAIN_MS = 10 * 60_000;

/**
 * Notes with the secrets of an analyzer whether a run with them worked: any run that asked its service says so, a test
 * run too. Returns what ends it.
 */
export function watchRuns(deps: {
  onJob(listener: (job: { id: string }) => void): () => void;
  /** False where no secret is known: then no job is looked at. */
  hasSecrets(): boolean;
  job(id: string): Job;
  recordTest(flavorId: string, engagementId: string, isAccepted: boolean, message: string): void;
  now(): number;
}): () => void {
  const noted = new Map<string, { isAccepted: boolean; at: number }>();
  return deps.onJob(({ id }) => {
    if (!deps.hasSecrets()) return;
    const job = deps.job(id);
    if (job.isCached) return;
    const isAccepted = job.status === 'done';
    // Other failures say nothing of a key.
    if (!isAccepted && !(job.status === 'failed' && job.reason?.code === 'analyzer_error')) return;
    const key = `${job.flavorId}\0${job.engagementId}`;
    const before = noted.get(key);
    const now = deps.now();
    if (before?.isAccepted === isAccepted && Math.abs(now - before.at) < AGAIN_MS) return;
    noted.set(key, { isAccepted, at: now });
    deps.recordTest(job.flavorId, job.engagementId, isAccepted, isAccepted ? '' : (job.reason?.message ?? ''));
  });
}
