import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { migrate } from '../../src/core/db/migrate.ts';
import { openDatabase } from '../../src/core/db/open.ts';
import { decide, type GateFacts } from '../../src/core/jobs/gate.ts';
import { FIXTURES } from '../support/make-engine.ts';
import { type BenchEngine, hosts, openEngine, TRIVIAL } from './engine-kit.ts';
import type { Figure } from './timing.ts';

const HERE = '';

/**
 * The queue under load, each as a ratio to what the same engine does in the same run without it: spawning from a large
 * process (J5), queries while 5,680 jobs wait and run (J7), a start with 10,000 queued jobs (J8); planning 10,000 × 20
 * and queueing many, with the longest time that nobody else got a turn.
 */
export async function queueFigures(options: { dir?: string; isQuick?: boolean } = {}): Promise<Record<string, Figure>> {
  const home = mkdtempSync(join(options.dir ?? tmpdir(), 'osmia-bench-queue-'));
  const part = options.isQuick ? 0.1 : 1;
  let number = 0;
  const folder = (): string => mkdtempSync(join(home, `${(number += 1)}-`));
  try {
    return {
      ...(await busyFigures(folder(), Math.round(5_680 * part))),
      ...(await startFigures(folder(), folder(), Math.round(10_000 * part))),
      ...(await planFigures(folder(), Math.round(10_000 * part))),
      ...(await enqueueFigures(folder(), folder(), Math.round(100_000 * part))),
      // Last: its ballast would be in the memory of the others.
      ...(await spawnFigures(folder(), Math.round(80 * part) + 10)),
    };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

const quantile = (list: readonly number[], q: number): number =>
  list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * q))] ?? 0;

async function timed(step: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await step();
  return performance.now() - start;
}

const ratio = (value: number): Figure => ({ unit: '×', value });

async function spawnFigures(dir: string, count: number): Promise<Record<string, Figure>> {
  const kit = await openEngine(dir, { width: 1 });
  const oneByOne = async (prefix: string): Promise<number> => {
    const times: number[] = [];
    for (const host of hosts(count, prefix)) times.push(await timed(() => kit.run([host], [TRIVIAL])));
    return quantile(times, 0.5);
  };
  try {
    await oneByOne('warm');
    const light = await oneByOne('light');
    const ballast = Array.from({ length: 16 }, () => Buffer.alloc(1 << 26, 1));
    const heavy = await oneByOne('heavy');
    if (ballast.length !== 16) throw new Error('the ballast went');
    return { 'spawn.engine+1GiB': ratio(heavy / light) };
  } finally {
    await kit.end();
  }
}

/** As a client sees it: its turn comes, then the answer. */
async function queryTimes(kit: BenchEngine, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i += 1) {
    times.push(
      await timed(async () => {
        await nextTurn();
        kit.jobs.list({ limit: 50 });
      }),
    );
    await wait(4);
  }
  return times;
}

async function queueUp(kit: BenchEngine, count: number): Promise<number> {
  const sheet = await kit.jobs.plan({ subjects: hosts(count), flavorIds: [TRIVIAL] });
  return timed(() => kit.jobs.run(sheet.id, sheet.localIndex.rows));
}

async function busyFigures(dir: string, count: number): Promise<Record<string, Figure>> {
  const kit = await openEngine(dir);
  try {
    const before = process.memoryUsage().rss;
    await queueUp(kit, count);
    const busy = await queryTimes(kit, 600);
    const grown = process.memoryUsage().rss - before;
    const cancelled = await timed(() => kit.jobs.queue.cancelMatching({}));
    const idle = await queryTimes(kit, 600);
    return {
      'query.busy.p99': ratio(quantile(busy, 0.99) / quantile(idle, 0.99)),
      'query.busy.p99-ms': { unit: 'ms', value: quantile(busy, 0.99) },
      'cancel-all': { unit: 'ms', value: cancelled },
      'memory.busy': { unit: 'MiB', value: grown / 2 ** 20 },
    };
  } finally {
    await kit.end();
  }
}

/** From opening the workspace to the first job that runs, in milliseconds. */
async function startTime(dir: string, key: Buffer): Promise<number> {
  const start = performance.now();
  const kit = await openEngine(dir, { key });
  while (kit.engine.runningCount() === 0) await nextTurn();
  const took = performance.now() - start;
  await kit.end();
  return took;
}

async function startFigures(full: string, empty: string, count: number): Promise<Record<string, Figure>> {
  const key = randomBytes(32);
  for (const [dir, jobs] of [
    [full, count],
    [empty, 20],
  ] as const) {
    const kit = await openEngine(dir, { key });
    await queueUp(kit, jobs);
    // As a kill leaves them: under way, in the lease of a process that is gone.
    kit.db.prepare("UPDATE job SET status = 'queued', lease_token = NULL WHERE status = 'running'").run();
    await kit.end();
  }
  const pairs: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const few = await startTime(empty, key);
    pairs.push((await startTime(full, key)) - few);
  }
  return { 'start.10000-queued.beyond-boot': { unit: 'ms', value: quantile(pairs, 0.5) } };
}

async function planFigures(dir: string, count: number): Promise<Record<string, Figure>> {
  const kit = await openEngine(dir, { sources: [FIXTURES] });
  try {
    const flavorIds = kit.engine.catalogue
      .list()
      .filter((flavor) => flavor.source === 'kit' && flavor.dataTypes.includes('other'))
      .slice(0, 20)
      .map((flavor) => flavor.id);
    const subjects = Array.from({ length: count }, (_, i) => ({ dataType: 'other' as const, value: `value ${i}` }));
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const took = await timed(() => kit.jobs.plan({ subjects, flavorIds }));
    delay.disable();
    const alone = await decisionsAlone(kit, flavorIds, count);
    return {
      plan: ratio(took / alone),
      'plan.decisions': { unit: 'decisions/s', value: (count * flavorIds.length) / (took / 1_000) },
      'plan.longest-turn': { unit: 'ms', value: delay.max / 1e6 },
    };
  } finally {
    await kit.end();
  }
}

async function enqueueFigures(dir: string, plain: string, count: number): Promise<Record<string, Figure>> {
  const kit = await openEngine(dir);
  try {
    kit.jobs.queue.pause(HERE, true);
    const sheet = await kit.jobs.plan({ subjects: hosts(count), flavorIds: [TRIVIAL] });
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const took = await timed(() => kit.jobs.run(sheet.id, sheet.localIndex.rows));
    delay.disable();
    const floor = bareInserts(kit, plain);
    return {
      enqueue: ratio(took / floor),
      'enqueue.rows': { unit: 'rows/s', value: count / (took / 1_000) },
      'enqueue.longest-turn': { unit: 'ms', value: delay.max / 1e6 },
    };
  } finally {
    await kit.end();
  }
}

/** The same rows, jobs and decisions, straight into the same tables of another sealed workspace: what the disk allows. */
function bareInserts(kit: BenchEngine, dir: string): number {
  const db = openDatabase(join(dir, 'w.db'), randomBytes(32));
  migrate(db, () => undefined);
  db.pragma('foreign_keys = OFF');
  const tables = ['job', 'gate_decision'].map((table) => {
    const rows = kit.db.prepare(`SELECT * FROM ${table}`).all() as Record<string, unknown>[];
    const columns = Object.keys(rows[0] ?? {});
    const insert = db.prepare(
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((name) => `@${name}`).join(', ')})`,
    );
    return { rows, insert };
  });
  const count = tables[0]?.rows.length ?? 0;
  const start = performance.now();
  for (let at = 0; at < count; at += 1_000) {
    db.transaction(() => {
      for (const { rows, insert } of tables) for (const row of rows.slice(at, at + 1_000)) insert.run(row);
    }).immediate();
  }
  const took = performance.now() - start;
  db.close();
  return took;
}

/** The pure rules on facts that are at hand already. */
async function decisionsAlone(kit: BenchEngine, flavorIds: string[], count: number): Promise<number> {
  kit.jobs.queue.pause(HERE, true);
  const sheet = await kit.jobs.plan({ subjects: [{ dataType: 'other', value: 'facts' }], flavorIds });
  await kit.jobs.run(sheet.id, sheet.localIndex.rows);
  const facts = (kit.db.prepare('SELECT facts FROM gate_decision').pluck().all() as string[]).map(
    (text) => JSON.parse(text) as GateFacts,
  );
  let allowed = 0;
  const start = performance.now();
  for (let i = 0; i < count; i += 1)
    for (let k = 0; k < flavorIds.length; k += 1)
      if (decide(facts[k % facts.length]!).verdict === 'allow') allowed += 1;
  const took = performance.now() - start;
  if (allowed === 0) throw new Error('the gate allowed nothing');
  return took;
}
