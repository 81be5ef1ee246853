import { randomBytes, randomInt } from 'node:crypto';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { acquireLock } from '../../../src/core/workspace/lock.ts';
import type { AttachContract } from '../../../src/server/attach/attach-contract.ts';
import type { OsmiaContract } from '../../../src/shared/contract/contract.ts';
import { AppError } from '../../../src/shared/errors.ts';
import type { Client } from '../../../src/shared/rpc/contract.ts';
import { FIXTURES } from '../../support/make-engine.ts';
import { processesAbout, type Seen, stillAlive, treeOf } from './processes.ts';
import { until } from './until.ts';
import { makeWorld } from './world.ts';

export interface KillRun {
  /** Work, a kill -9 at a random moment of it, a restart, and everything is judged; now and then a command is killed too. */
  round(): Promise<void>;
  /** How many writes were acknowledged so far. */
  acknowledged(): number;
  remove(): Promise<void>;
}

type Api = Client<AttachContract>;

/** What the program said that it has; from then on it must have it. */
interface Acknowledged {
  cases: Map<string, string>;
  notes: Map<string, { caseId: string; body: string }>;
  /** The last draft of each case. */
  drafts: Map<string, string>;
  /** Accepted evidence: case → SHA-256s. */
  evidence: { caseId: string; evidenceId: string }[];
  intakes: Set<string>;
  /** Started jobs; those that were seen to end, with their report. */
  jobs: Map<string, { reportId: string | null; endedAt: number | null } | undefined>;
}

const FLAVORS = ['kit/Ok_1_0', 'osmia/Indicators_1_0'];
/** The longest that a round works before the kill, in milliseconds. */
const LONGEST_MS = 900;

export async function makeKillRun(): Promise<KillRun> {
  const world = makeWorld();
  const kit = join(world.inputs, 'kit');
  cpSync(join(FIXTURES, 'Good'), join(kit, 'Good'), { recursive: true });
  const known: Acknowledged = {
    cases: new Map(),
    notes: new Map(),
    drafts: new Map(),
    evidence: [],
    intakes: new Set(),
    jobs: new Map(),
  };
  let count = 0;
  let rounds = 0;
  /** In this round: a job that was under way both times is given up, with that reason. */
  let wasKilledTwice = false;
  let host = await world.serve();
  const { api, close } = await host.connect();
  await api['analyzers.addSource']({ path: kit });
  const home = await api['cases.create']({ title: 'the first' });
  close();
  known.cases.set(home.id, home.title);

  const word = (): string => randomBytes(8).toString('hex');

  /** One kind of work, again and again until the connection is lost; each answer is written down the moment it comes. */
  const workers: ((api: Api) => Promise<void>)[] = [
    async (core) => {
      const title = `case ${word()}`;
      const made = await core['cases.create']({ title });
      known.cases.set(made.id, title);
    },
    async (core) => {
      const body = word().repeat(randomInt(1, 2_000));
      const note = await core['notes.save']({ caseId: home.id, title: 'n', body });
      known.notes.set(note.id, { caseId: home.id, body });
    },
    async (core) => {
      const body = word();
      const caseId = home.id;
      // Until it is answered, either may be there.
      const before = known.drafts.get(caseId);
      known.drafts.delete(caseId);
      try {
        await core['drafts.save']({ caseId, noteId: null, title: '', body });
        known.drafts.set(caseId, body);
      } catch (error) {
        if (before !== undefined && !isLost(error)) known.drafts.set(caseId, before);
        throw error;
      }
    },
    async (core) => {
      const lines = Array.from({ length: randomInt(1, 400) }, (_, i) => `https://h${i}.${word()}.example.com/`);
      const path = world.put(`in-${word()}.txt`, lines.join('\n'));
      const { id } = await core['intake.fromPath']({ path });
      const ready = await core['intake.wait']({ id });
      if (ready.state !== 'ready') throw new Error(`an intake is ${ready.state}: ${ready.error ?? ''}`);
      known.intakes.add(id);
      const { evidenceId, caseId } = await core['intake.accept']({ id, caseId: home.id });
      known.evidence.push({ caseId, evidenceId: evidenceId! });
    },
    async (core) => {
      const subjects = Array.from({ length: 4 }, () => ({
        dataType: 'url' as const,
        value: `https://${word()}.example.com/`,
      }));
      const sheet = await core['jobs.plan']({ subjects, flavorIds: FLAVORS });
      const started = await core['jobs.start']({ sheetId: sheet.id, rows: sheet.localIndex.rows });
      for (const { id } of started) known.jobs.set(id, undefined);
      for (const job of await core['jobs.wait']({ ids: started.map(({ id }) => id) })) {
        known.jobs.set(job.id, { reportId: job.reportId, endedAt: job.endedAt });
      }
    },
  ];

  const work = async (core: Api, one: (core: Api) => Promise<void>): Promise<void> => {
    try {
      for (;;) {
        await one(core);
        count += 1;
      }
    } catch (error) {
      if (!isLost(error)) throw error;
    }
  };

  const judge = async (): Promise<void> => {
    const { api: core, close: leave } = await host.connect();
    expect(await allCases(core)).toEqual(new Map([...(await allCases(core)), ...known.cases]));
    const notes = new Map((await core['notes.list']({ caseId: home.id })).map((note) => [note.id, note.body]));
    for (const [id, { body }] of known.notes) expect(notes.get(id)).toBe(body);
    for (const [caseId, body] of known.drafts) {
      expect((await core['drafts.get']({ caseId, noteId: null }))?.body).toBe(body);
    }
    const evidence = new Set((await core['evidence.list']({ caseId: home.id })).map(({ id }) => id));
    for (const { evidenceId } of known.evidence) expect(evidence).toContain(evidenceId);
    for (const id of known.intakes) expect(['ready', 'accepted']).toContain((await core['intake.get']({ id })).state);
    await judgeJobs(core);
    leave();
  };

  const judgeJobs = async (core: Api): Promise<void> => {
    if (known.jobs.size === 0) return;
    const jobs = await core['jobs.wait']({ ids: [...known.jobs.keys()] });
    // None lost.
    expect(jobs).toHaveLength(known.jobs.size);
    for (const job of jobs) {
      const before = known.jobs.get(job.id);
      if (before) {
        // What had ended has not run again.
        expect({ reportId: job.reportId, endedAt: job.endedAt }).toEqual(before);
        continue;
      }
      const isOver = job.status === 'done' || (job.reason?.code === 'crashed' && wasKilledTwice);
      expect({ id: job.id, status: job.status, reason: job.reason, isOver }).toMatchObject({ isOver: true });
      known.jobs.set(job.id, { reportId: job.reportId, endedAt: job.endedAt });
    }
    // One report each.
    const reports = jobs.flatMap(({ reportId }) => reportId ?? []);
    expect(new Set(reports).size).toBe(reports.length);
  };

  /** A command that holds the workspace by itself, killed at a random moment. */
  const killCommand = async (): Promise<Seen[]> => {
    const path = world.put(`c-${word()}.txt`, `https://${word()}.example.com/`);
    const child = world.start(['analyze', path, '--json', '--case', '1', ...world.flags]);
    child.stdin.end();
    const gone = new Promise((resolve) => child.once('close', resolve));
    await pause(randomInt(200, 1_800));
    const tree = treeOf(child.pid!);
    child.kill('SIGKILL');
    await gone;
    return tree;
  };

  const killHost = async (): Promise<Seen[]> => {
    const { api: core, close: leave } = await host.connect();
    const under = workers.map((one) => work(core, one));
    await pause(randomInt(5, LONGEST_MS));
    const tree = treeOf(host.pid);
    await host.kill(randomInt(2) === 0 ? 'process' : 'group');
    await Promise.all(under);
    leave();
    return tree;
  };

  const expectNothingLeft = async (tree: readonly Seen[]): Promise<void> => {
    // The death of the parent reaches them through a closed pipe or the kernel; that takes a moment.
    await until('all its processes are gone', () => stillAlive(tree).length === 0, 10_000);
    await until('nothing else of it runs', () => processesAbout(world.home).length === 0, 10_000);
    expect(processesAbout(kit)).toEqual([]);
    const lock = acquireLock(world.workspace, { createIfMissing: false });
    expect(lock).toBeDefined();
    lock?.release();
  };

  const leftInScratch = (): string[] =>
    ['/dev/shm', join(world.home, 'tmp')].flatMap((parent) =>
      readdirSync(parent)
        .filter((name) => name.startsWith('osmia-jobs-') || name.startsWith('osmia-tmp-'))
        .map((name) => join(parent, name))
        .filter(belongsToTheDead),
    );

  return {
    acknowledged: () => count,
    async round() {
      rounds += 1;
      await expectNothingLeft(await killHost());
      wasKilledTwice = rounds % 3 === 0;
      if (wasKilledTwice) await expectNothingLeft(await killCommand());
      host = await world.serve();
      expect(leftInScratch()).toEqual([]);
      expect(readdirSync(join(world.workspace, 'blobs', 'incoming'))).toEqual([]);
      await judge();
    },
    async remove() {
      expect(await host.stop()).toBe(130);
      expect(leftInScratch()).toEqual([]);
      await world.remove();
    },
  };
}

const isLost = (error: unknown): boolean => error instanceof AppError && error.code === 'unavailable';

async function allCases(core: Client<OsmiaContract>): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  let cursor: string | undefined;
  do {
    const page = await core['cases.list']({ limit: 1_000, ...(cursor === undefined ? {} : { cursor }) });
    for (const { id, title } of page.items) all.set(id, title);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return all;
}

/** Folders of other tests that run now belong to living processes. */
function belongsToTheDead(folder: string): boolean {
  try {
    const { pid } = JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8')) as { pid: number };
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // Gone in between: another test's host has ended.
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
