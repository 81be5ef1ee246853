import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../../src/core/db/migrate.ts';
import { openDatabase } from '../../src/core/db/open.ts';
import { makeEngine, REPOSITORY } from '../support/make-engine.ts';

export interface Figure {
  unit: string;
  value: number;
  msPerJob?: number;
  engineCpuMsPerJob?: number;
}

/**
 * J1: observables × the trivial Python analyzer of the floor script, two at a time, empty cache, until the last report is
 * committed, by the engine as it is (sealed database, full sync, gate, job folder). `python-folder.xargs-P2` runs without
 * the sandbox, as the floor does; `.isolated` is what a user gets. CPU is core and broker together, children not counted.
 */
export async function jobFigures(count = 1_000): Promise<Record<string, Figure>> {
  const limited = await measure(count, false);
  const isolated = await measure(count, true);
  return {
    'python-folder.xargs-P2': limited,
    'python-folder.xargs-P2.isolated': isolated,
    'python-folder.node-queue-2.engine-cpu': { unit: 'ms/job', value: limited.engineCpuMsPerJob ?? 0 },
  };
}

async function measure(count: number, allowSandbox: boolean): Promise<Figure> {
  const dir = mkdtempSync(join(tmpdir(), 'osmia-bench-'));
  const db = openDatabase(join(dir, 'w.db'), randomBytes(32));
  migrate(db, () => undefined);
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const kit = await makeEngine(db, dir, {
    logger: quiet,
    allowSandbox,
    width: 2,
    sources: [join(REPOSITORY, 'test/fixtures/bench-analyzers')],
  });
  try {
    const subjects = Array.from({ length: count }, (_, i) => ({
      dataType: 'domain' as const,
      value: `host${i}.example.org`,
    }));
    const startCpu = process.cpuUsage();
    const startBroker = cpuOf(kit.engine.brokerPid());
    const start = performance.now();
    const jobs = await kit.run(subjects, ['kit/Trivial_1_0']);
    const wall = performance.now() - start;
    const own = process.cpuUsage(startCpu);
    const cpu = (own.user + own.system) / 1_000 + cpuOf(kit.engine.brokerPid()) - startBroker;
    const failed = jobs.filter((job) => job.status !== 'done');
    if (failed.length > 0) throw new Error(`${failed.length} of ${count} failed: ${failed[0]?.reason?.message}`);
    return {
      unit: 'jobs/s',
      value: round(count / (wall / 1_000)),
      msPerJob: round(wall / count),
      engineCpuMsPerJob: round(cpu / count),
    };
  } finally {
    await kit.close();
    db.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** User and system time of a process so far, in milliseconds; 0 where the system does not tell. */
function cpuOf(pid: number | undefined): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return 0;
  }
}

const round = (value: number): number => Number(value.toPrecision(4));
