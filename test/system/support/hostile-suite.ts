import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { migrate } from '../../../src/core/db/migrate.ts';
import { openDatabase } from '../../../src/core/db/open.ts';
import { createContactsRepo } from '../../../src/core/engine/network/contacts.repo.ts';
import type { Mechanism } from '../../../src/core/engine/sandbox/sandbox.ts';
import type { Job } from '../../../src/shared/contract/entities.ts';
import { processesWith } from '../../support/kill-engine.ts';
import { silentLogger } from '../../support/make-db.ts';
import { type EngineKit, makeEngine } from '../../support/make-engine.ts';
import { EXPECTED, SECRET, writeKit } from './hostile-table.ts';
import { World } from './hostile-world.ts';

/** Where the program cannot know that what it did reached nobody: kept inside by the namespaces. */
const INSIDE_ONLY: Record<string, string[]> = {
  writes_outside: ['shared memory', 'mode'],
  kills_everybody: ['-1', '1', 'parent'],
};

/** Runs the kit on a real engine that may use these mechanisms, and expects that nothing gets out. */
export function describeHostileKit(level: 'isolated' | 'limited', mechanisms: readonly Mechanism[]): void {
  describe.runIf(process.platform === 'linux')(`the hostile kit, held by ${mechanisms.join(' and ')}`, () => {
    let world: World;
    let kit: EngineKit;
    let facts: Record<string, unknown>;
    let jobs: Map<string, Job>;
    let peakBefore: number;
    const isThere = (): boolean =>
      kit.engine.sandbox().level === level && (level === 'isolated' || kit.engine.sandbox().layers.length >= 4);

    const named = (job: Job): string => job.flavorId.replace(/^kit\/[A-Z][a-z]+_(.*)_1_0$/, '$1');
    const fullOf = (name: string): Record<string, unknown> => kit.reports.get(jobs.get(name)!.id).report.full;
    const value = (more: object = {}): { dataType: 'other'; value: string } => ({
      dataType: 'other',
      value: JSON.stringify({ ...facts, ...more }),
    });

    beforeAll(async () => {
      world = new World();
      facts = await world.facts();
      const root = join(world.dir, 'kit');
      const flavors = writeKit(root);
      const db = openDatabase(join(world.dir, 'w.db'), randomBytes(32));
      migrate(db, () => undefined);
      kit = await makeEngine(db, world.dir, {
        logger: silentLogger,
        allowSandbox: mechanisms,
        sources: [root],
        width: 3,
      });
      facts['broker'] = kit.engine.brokerPid();
      kit.setOffline(false);
      process.env['HOME_OF_TEST'] = world.home;
      peakBefore = process.resourceUsage().maxRSS;
      const ordinary = flavors.filter((id) => !/_(truncated|exits|dies)_1_0$/.test(id));
      const ended = isThere() ? await kit.run([value()], ordinary) : [];
      jobs = new Map(ended.map((job) => [named(job), job]));
    });
    afterAll(async () => {
      delete process.env['HOME_OF_TEST'];
      await kit.close();
      kit.db.close();
      world.close();
    });
    beforeEach((context) => {
      if (!isThere()) context.skip();
    });

    const table = Object.values(EXPECTED).flatMap((programs) => Object.entries(programs));
    test.each(table)('%s ends as %s', (name, expected) => {
      const job = jobs.get(name)!;
      const codes = [expected].flat();
      if (codes[0] === 'done') expect(job).toMatchObject({ status: 'done', reason: null });
      else {
        expect({ status: job.status, code: codes.includes(job.reason?.code ?? '') ? 'right' : job.reason }).toEqual({
          status: 'failed',
          code: 'right',
        });
        expect(job.reason!.message).toMatch(/^(It|The|wrong).{5,}/);
      }
      expect(job.sandbox).toBe(level);
      expect(job.sandboxNotes.join(' ')).toMatch(/^Layers: /);
    });

    test.each([
      'reads_private',
      'writes_outside',
      'connects',
      'local_sockets',
      'types_into_terminal',
      'changes_the_system',
    ])('%s gets nothing', (name) => {
      const { got } = fullOf(name) as { got: Record<string, string> };
      for (const key of INSIDE_ONLY[name] ?? []) delete got[key];
      expect(got).toEqual({});
    });

    test('nothing outside was changed, nobody was reached, no process and no job folder is left', async () => {
      // As long as the one that left its session waits before it writes.
      await vi.waitFor(() => expect(performance.now() - started).toBeGreaterThan(3_000), { timeout: 5_000 });
      expect(world.state()).toBe(world.before);
      expect(world.reached).toEqual([]);
      expect(processesWith(world.marker)).toEqual([]);
      expect(processesWith(world.dir)).toEqual([]);
      expect(kit.engine.brokerPid()).toBe(facts['broker']);
      const memory = readdirSync('/dev/shm').filter((name) => name.startsWith('osmia-jobs-'));
      const mine = [...memory.map((name) => join('/dev/shm', name)), ...foldersIn(join(world.dir, 'scratch'))].filter(
        (path) => (JSON.parse(readFileSync(join(path, 'owner.json'), 'utf8')) as { pid: number }).pid === process.pid,
      );
      for (const path of mine) expect(readdirSync(path)).toEqual(['owner.json']);
    });
    const started = performance.now();

    test('500 MB of output were never held', () => {
      // In KiB. One report of 35 MB is read whole and parsed elsewhere.
      expect(process.resourceUsage().maxRSS - peakBefore).toBeLessThan(700 * 1_024);
    });

    test('secrets come back in no form', () => {
      const told = ['prints_secrets', 'fails_with_secrets'].map((name) => {
        const job = jobs.get(name)!;
        return [job, job.reportId === null ? null : kit.reports.get(job.id)];
      });
      const text = JSON.stringify(told);
      const bytes = Buffer.from(SECRET);
      for (const form of [SECRET, encodeURIComponent(SECRET), bytes.toString('base64'), bytes.toString('hex')])
        expect(text).not.toContain(form);
      expect(text).toContain('[redacted]');
    });

    test('text is kept as text: markup is not read, controls are replaced, prototypes stay as they are', () => {
      expect(fullOf('html_and_bidi')['text']).toContain('<script>alert(2)</script>');
      expect(fullOf('html_and_bidi')['text']).not.toMatch(/[\u0007\u001b]/);
      expect(fullOf('byte_order_mark')).toEqual({ a: 'b' });
      expect(String(fullOf('invalid_utf8')['a'])).toMatch(/^\uFFFD+$/);
      expect(fullOf('nul_bytes')['a']).toBe('x\uFFFDy');
      expect(fullOf('odd_keys')).toMatchObject({ a: 2 });
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
      expect(Object.keys(fullOf('wide'))).toHaveLength(300_000);
      expect(String(fullOf('one_line')['line'])).toHaveLength(30_000_000);
      expect(kit.reports.get(jobs.get('million_artifacts')!.id).artifacts).toHaveLength(100_000);
    });

    test('of the files that it names only regular ones inside its output are taken', () => {
      expect(kit.reports.get(jobs.get('bad_artifacts')!.id).artifacts).toEqual([]);
      const notes = jobs.get('bad_artifacts')!.sandboxNotes.filter((note) => note.includes('left out'));
      expect(notes).toHaveLength(13);
    });

    test('what goes out passes the proxy, which refuses what is not on the card', () => {
      const job = jobs.get('goes_around_the_proxy')!;
      expect(job).toMatchObject({ status: 'done', reason: null, stderr: '' });
      expect(fullOf('goes_around_the_proxy')).toEqual({ got: {} });
      const contacts = createContactsRepo(kit.db).ofJob(job.id);
      expect(new Set(contacts.map((one) => one.host))).toEqual(
        // In the one form that each address has.
        new Set(['169.254.169.254', '127.0.0.1', '::ffff:7f00:1', 'localhost', '10.0.0.1', 'collector.example']),
      );
      for (const contact of contacts) expect(contact).toMatchObject({ allowed: 0, bytesSent: 0, bytesReceived: 0 });
      expect(job.sandboxNotes.join(' ')).toMatch(/It contacted no host\. Osmia refused it .*collector\.example:80/);
    });

    test('cut off at each tenth, a report is never taken for one', async () => {
      const parts = [1, 2, 3, 4, 5, 6, 7, 8, 9];
      const ended = await kit.run(
        parts.map((part) => value({ part })),
        ['kit/Hostile_truncated_1_0'],
      );
      expect(ended.map((job) => job.reason?.code)).toEqual(parts.map(() => 'bad_output'));
    });

    test('statuses and signals without a report are failures', async () => {
      const codes = [0, 1, 2, 3, 77, 126, 127, 255];
      const exits = await kit.run(
        codes.map((code) => value({ code })),
        ['kit/Hostile_exits_1_0'],
      );
      expect(exits.map((job) => job.reason?.code ?? '').toSorted((a, b) => a.localeCompare(b))).toEqual([
        ...codes.slice(1).map(() => 'exit_code'),
        'no_output',
      ]);
      const signals = [6, 9, 11, 31];
      const dead = await kit.run(
        signals.map((signal) => value({ signal })),
        ['kit/Hostile_dies_1_0'],
      );
      // The first process of a namespace is not ended by signals from inside, and goes on to its end.
      for (const job of dead) expect(['exit_code', 'no_output']).toContain(job.reason?.code);
    });
  });
}

const foldersIn = (path: string): string[] => readdirSync(path).map((name) => join(path, name));
