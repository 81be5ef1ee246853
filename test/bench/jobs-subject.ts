import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hosts, openEngine, TRIVIAL } from './engine-kit.ts';

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
  const kit = await openEngine(dir, { allowSandbox });
  try {
    const subjects = hosts(count);
    const startCpu = process.cpuUsage();
    const startBroker = cpuOf(kit.engine.brokerPid());
    const start = performance.now();
    const jobs = await kit.run(subjects, [TRIVIAL]);
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
    await kit.end();
    rmSync(dir, { recursive: true, force: true });
  }
}

/**
 * J9: one run after the other under the floor's names, from the plan to the committed report: bare, and in the sandbox
 * that a user gets (namespaces, system-call filter, limits).
 */
export async function singleFigures(count = 100): Promise<Record<string, { unit: string; p50: number }>> {
  const figures: Record<string, { unit: string; p50: number }> = {};
  for (const [name, allowSandbox] of [
    ['spawn.python.job-folder', false],
    ['spawn.bwrap.python.job-folder', true],
  ] as const) {
    const dir = mkdtempSync(join(tmpdir(), 'osmia-bench-'));
    const kit = await openEngine(dir, { allowSandbox, width: 1 });
    try {
      const times: number[] = [];
      for (const host of hosts(count + 5)) {
        const start = performance.now();
        await kit.run([host], [TRIVIAL]);
        times.push(performance.now() - start);
      }
      const [middle = 0] = times
        .slice(5)
        .sort((a, b) => a - b)
        .slice(Math.floor(count / 2));
      figures[name] = { unit: 'ms', p50: middle };
    } finally {
      await kit.end();
      rmSync(dir, { recursive: true, force: true });
    }
  }
  return figures;
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
