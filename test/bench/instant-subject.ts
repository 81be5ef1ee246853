import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { createAdmission, createAsk } from '../../src/core/engine/admission.ts';
import type { Runner } from '../../src/core/engine/runner.ts';
import { createScheduler } from '../../src/core/engine/scheduler.ts';
import { createJobsRepo } from '../../src/core/jobs/jobs.repo.ts';
import { basisOf } from '../../src/core/jobs/report-basis.ts';
import { createReportsRepo, packBody } from '../../src/core/jobs/reports.repo.ts';
import { reportWords } from '../../src/core/search/report-words.ts';
import { createPolicy } from '../../src/core/policy/policy.ts';
import { unlimitedQuota } from '../../src/core/engine/unlimited-quota.ts';
import { createHeldTo } from '../../src/core/responders/held-to.ts';
import { createObjectsRepo } from '../../src/core/responders/objects.repo.ts';
import { createPayloadRepo } from '../../src/core/responders/payload.repo.ts';
import { type BenchEngine, hosts, openEngine, TRIVIAL } from './engine-kit.ts';

const WIDTH = 2;
const clock = { now: Date.now, monotonic: () => performance.now(), zone: () => 'UTC' };
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Answers in the same turn what the trivial analyzer would. */
const instant: Runner = {
  run(job, flavor, config) {
    const full = { data: job.value };
    const json = Buffer.from(JSON.stringify({ artifacts: [], summary: { taxonomies: [] }, full, operations: [] }));
    return Promise.resolve({
      end: { status: 'done', reason: null, exitCode: 0, stderr: '', sandbox: 'none', sandboxNotes: [] },
      report: {
        id: uuidv7(),
        level: null,
        taxonomies: [],
        body: packBody(json),
        bodyBytes: json.length,
        words: reportWords(json),
        files: [],
        basis: basisOf(flavor, config),
      },
      retry: false,
    });
  },
};

/**
 * J3: what the engine itself costs a job, in milliseconds of its processor time: queued, claimed, gate and cache asked,
 * budget asked, report and rows committed, with a runner that answers at once.
 */
export async function instantFigures(count = 1_000): Promise<Record<string, { unit: string; value: number }>> {
  const dir = mkdtempSync(join(tmpdir(), 'osmia-bench-instant-'));
  const kit = await openEngine(dir);
  try {
    // The engine's own scheduler keeps off: what stays here is paused.
    kit.jobs.queue.pause('', true);
    await measure(kit, 'warm', Math.min(200, count));
    return {
      'whole-job.pool-python-2.engine-cpu': { unit: 'ms/job', value: (await measure(kit, 'host', count)) / count },
    };
  } finally {
    await kit.end();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measure(kit: BenchEngine, prefix: string, count: number): Promise<number> {
  const { db } = kit;
  const { catalogue, queue } = kit.engine;
  const jobs = createJobsRepo(db);
  const reports = createReportsRepo(db);
  const responders = createHeldTo(createPayloadRepo(db), createObjectsRepo(db));
  const quota = unlimitedQuota;
  const ask = createAsk({
    responders,
    find: catalogue.find,
    configOf: catalogue.configOf,
    queue,
    jobs,
    policy: createPolicy(db),
    sandbox: () => 'none',
  });
  const admit = createAdmission({
    responders,
    queue,
    quota,
    ask,
    runner: instant,
    clock,
    cached: (cacheKey, minutes, now) => jobs.cached(cacheKey, now - minutes * 60_000, now)?.reportId,
    answered: () => undefined,
    alsoChanged: () => undefined,
  });
  const scheduler = createScheduler({
    db,
    queue,
    clock,
    logger: quiet,
    openings(running) {
      let free = WIDTH - [...running].length;
      return {
        take: () => void (free -= 1),
        closed: () => (free > 0 ? undefined : { kind: 'slot', detail: 'All places are taken.', until: null }),
      };
    },
    admit,
    left: (job, mayHaveRun, now) => (mayHaveRun ? quota.settle(job.id, now) : quota.release(job.id, now)),
    contacted: () => undefined,
    stored: (job, report, now) => reports.insert(report, { id: job.id, flavorId: job.flavor_id }, now),
    changed: () => undefined,
  });
  const sheet = await kit.jobs.plan({ subjects: hosts(count, prefix), flavorIds: [TRIVIAL] });
  const start = process.cpuUsage();
  await kit.jobs.run(sheet.id, sheet.localIndex.rows);
  scheduler.nudge();
  await scheduler.drain();
  const { user, system } = process.cpuUsage(start);
  await scheduler.close();
  if (db.prepare(`SELECT count(*) FROM job WHERE status <> 'done'`).pluck().get() !== 0)
    throw new Error('some jobs did not end');
  return (user + system) / 1_000;
}
