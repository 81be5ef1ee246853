import { randomBytes, randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { stillAlive, treeOf } from './processes.ts';
import { until } from './until.ts';
import { makeWorld } from './world.ts';

/** Milliseconds of work before a kill, at most; a start of the program takes longer. */
const LONGEST_MS = 250;
const JOBS = 500;
const FLAVOR = 'osmia/Indicators_1_0';

/**
 * Runs 500 jobs in the real program and kills it -9 as often as asked while they run (a new run begins where one is
 * finished). After each kill what had ended is as it was; at the end each job has ended exactly once, with one report or
 * with the reason that it was under way at two kills.
 */
export async function killDuringJobs(kills: number): Promise<{ ended: number; crashed: number }> {
  const world = makeWorld();
  let host = await world.serve();
  /** Jobs that were acknowledged, and how those ended that were seen to have ended. */
  const known = new Map<string, { reportId: string | null; endedAt: number | null } | undefined>();
  let crashed = 0;

  const begin = async (): Promise<void> => {
    const { api, close } = await host.connect();
    const subjects = Array.from({ length: JOBS }, () => ({
      dataType: 'url' as const,
      value: `https://${randomBytes(8).toString('hex')}.example.com/`,
    }));
    const sheet = await api['jobs.plan']({ subjects, flavorIds: [FLAVOR] });
    const started = await api['jobs.start']({ sheetId: sheet.id, rows: sheet.localIndex.rows });
    expect(started).toHaveLength(JOBS);
    for (const { id } of started) known.set(id, undefined);
    close();
  };

  /** Reads every job that has not been seen to end; what has must not change. Returns how many are still under way. */
  const look = async (): Promise<number> => {
    const { api, close } = await host.connect();
    let active = 0;
    const found = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await api['jobs.list']({ limit: 1_000, ...(cursor === undefined ? {} : { cursor }) });
      for (const { id, status, reason, reportId, endedAt } of page.items) {
        found.add(id);
        const before = known.get(id);
        if (before) expect({ id, reportId, endedAt }).toEqual({ id, ...before });
        else if (endedAt === null) active += 1;
        else {
          const isOver = status === 'done' ? reportId !== null : reason?.code === 'crashed';
          expect({ id, status, reason, isOver }).toMatchObject({ isOver: true });
          if (status !== 'done') crashed += 1;
          known.set(id, { reportId, endedAt });
        }
      }
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    close();
    for (const id of known.keys()) if (!found.has(id)) throw new Error(`the job ${id} is lost`);
    return active;
  };

  await begin();
  for (let kill = 0; kill < kills; kill += 1) {
    await pause(randomInt(1, LONGEST_MS));
    const tree = treeOf(host.pid);
    await host.kill(kill % 2 === 0 ? 'process' : 'group');
    await until('all its processes are gone', () => stillAlive(tree).length === 0, 10_000);
    host = await world.serve();
    if ((await look()) === 0 && kill < kills - 1) await begin();
  }
  const { api, close } = await host.connect();
  const ids = [...known.keys()];
  for (let from = 0; from < ids.length; from += 10_000) await api['jobs.wait']({ ids: ids.slice(from, from + 10_000) });
  close();
  expect(await look()).toBe(0);
  const reports = [...known.values()].flatMap((end) => end?.reportId ?? []);
  expect(new Set(reports).size).toBe(reports.length);
  expect(reports.length + crashed).toBe(known.size);
  expect(await host.stop()).toBe(130);
  await world.remove();
  return { ended: known.size, crashed };
}
