import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLogger } from '../../../test/support/make-db.ts';
import { processesWith } from '../../../test/support/kill-engine.ts';
import { type EngineKit, FIXTURES, makeEngine, probeSandbox } from '../../../test/support/make-engine.ts';
import { migrate } from '../db/migrate.ts';
import { openDatabase } from '../db/open.ts';

const SECRET = 's3cr3t-Value/42';

// Where the machine has no working bubblewrap there is nothing to test of it; CI installs it.
const canIsolate = (await probeSandbox()) === 'isolated';

for (const allowSandbox of [true, false]) {
  describe.skipIf(allowSandbox && !canIsolate)(allowSandbox ? 'isolated' : 'limited', () => {
    let dir: string;
    /** A copy, so that what these jobs leave behind is told from those of other tests. */
    let fixtures: string;
    let kit: EngineKit;
    let server: Server;
    let port: number;
    beforeAll(async () => {
      dir = mkdtempSync(join(tmpdir(), 'osmia-engine-'));
      const db = openDatabase(join(dir, 'w.db'), randomBytes(32));
      migrate(db, () => undefined);
      fixtures = join(dir, 'fixtures/analyzers');
      cpSync(FIXTURES, fixtures, { recursive: true });
      kit = await makeEngine(db, dir, { logger: silentLogger, allowSandbox, sources: [fixtures] });
      server = createServer((socket) => socket.destroy());
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      port = (server.address() as { port: number }).port;
    });
    afterAll(async () => {
      await kit.close();
      server.close();
      kit.db.close();
      rmSync(dir, { recursive: true, force: true });
    });

    const one = async (flavor: string, value = 'a value', dataType: 'other' | 'ip' = 'other') => {
      const [job] = await kit.run([{ dataType, value }], [`kit/${flavor}_1_0`]);
      if (job === undefined) throw new Error('no job');
      return job;
    };
    const fullOf = (jobId: string): Record<string, unknown> => kit.reports.get(jobId).report.full;

    test('a good analyzer: report, taxonomies, artifacts, and it says how it was confined', async () => {
      const job = await one('Ok');
      expect(job).toMatchObject({
        status: 'done',
        reason: null,
        sandbox: allowSandbox ? 'isolated' : 'limited',
        summary: 'Verdict clean',
      });
      const report = kit.reports.get(job.id);
      expect(report.report.summary.taxonomies).toEqual([
        { level: 'safe', namespace: 'Kit', predicate: 'Verdict', value: 'clean' },
      ]);
      expect(report.artifacts).toMatchObject([
        { index: 0, dataType: 'domain', data: 'found.example.org', knownAs: 'domain' },
      ]);
      expect(report.analyzerSha256).toMatch(/^[0-9a-f]{64}$/);
      expect(kit.recorded.at(-1)).toMatchObject({ job: { id: job.id }, report: { level: 'safe' } });
      if (!allowSandbox) expect(job.sandboxNotes.join(' ')).toMatch(/Not isolated/);
    });

    test('what it is given: input.json as Cortex writes it, an empty environment, the Cortex working folder', async () => {
      const intakeId = await kit.intake('naïve .txt', Buffer.from('hello'), 'text/plain');
      const [job] = await kit.run([{ intakeId }], ['kit/Echo_1_0']);
      expect(job?.reason).toBeNull();
      const seen = fullOf(job?.id ?? '') as {
        input: Record<string, unknown> & { config: Record<string, unknown> };
        cwd: string;
        env: Record<string, string>;
        bytes: string;
        files: string[];
      };
      expect(seen.input).toMatchObject({
        dataType: 'file',
        filename: 'naïve .txt',
        contentType: 'text/plain',
        tlp: 2,
        pap: 2,
        message: '',
        parameters: {},
      });
      expect(seen.input['data']).toBeUndefined();
      expect(seen.input.config).toMatchObject({
        auto_extract_artifacts: false,
        proxy_http: null,
        jobTimeout: 30,
        'cache.root': '/tmp',
        cache: { root: '/tmp' },
        check_tlp: false,
        max_tlp: 2,
      });
      expect(seen.bytes).toBe('hello');
      expect(seen.cwd.endsWith('/fixtures/analyzers')).toBe(true);
      expect(
        Object.keys(seen.env)
          .filter((name) => !/^(LC_CTYPE|PWD|OLDPWD|SHLVL|_|PYTHONUSERBASE)$/.test(name))
          .sort(),
      ).toEqual(
        [
          'HOME',
          'LANG',
          'OSMIA_RUN',
          'PATH',
          'PYTHONDONTWRITEBYTECODE',
          'PYTHONIOENCODING',
          'PYTHONUTF8',
          'TEMP',
          'TMP',
          'TMPDIR',
        ].sort(),
      );
    });

    test('an analyzer in Node, and one without an execute bit, start by their #! line', async () => {
      expect((await one('NodeEcho')).reason).toBeNull();
    });

    test('file artifacts are stored by content; names that lead out of output/ are left out with a note', async () => {
      const intakeId = await kit.intake('a.bin', Buffer.from('x'), 'application/octet-stream');
      const [job] = await kit.run([{ intakeId }], ['kit/WithFile_1_0']);
      const report = kit.reports.get(job?.id ?? '');
      expect(report.artifacts).toMatchObject([
        { dataType: 'file', filename: '../../evil name.exe', size: 4096, knownAs: 'file' },
      ]);
      const blob = kit.blobs.findBySha256(report.artifacts[0]?.sha256 ?? '');
      expect(blob?.size).toBe(4096);
      expect(job?.sandboxNotes.join('\n')).toMatch(/input\.json was left out.*\n.*missing\.bin was left out/);
    });

    const failures: [flavor: string, code: string, message: RegExp][] = [
      ['NeverEnds', 'timeout', /more than 2 s/],
      ['PrintsTooMuch', 'output_too_large', /8 MiB/],
      ['BrokenJson', 'bad_output', /ends in the middle/],
      ['NotJson', 'bad_output', /no JSON object/],
      ['EmptyOutput', 'no_output', /without a report/],
      ['HugeOutput', 'output_too_large', /64 MiB/],
      ['LinkOutput', 'bad_output', /link/],
      ['PipeOutput', 'bad_output', /no file/],
      ['FolderOutput', 'bad_output', /no file/],
      ['ExitsThree', 'exit_code', /status 3.*Traceback: something broke/],
      ['EatsMemory', 'exit_code', /MemoryError/],
    ];
    test.each(failures)('%s fails as %s', async (flavor, code, message) => {
      const job = await one(flavor);
      expect(job).toMatchObject({ status: 'failed', reason: { code } });
      expect(job.reason?.message).toMatch(message);
      expect(job.reportId).toBeNull();
      expect(processesWith(fixtures)).toEqual([]);
    });

    test('a program that ignores SIGTERM, one that leaves a child in another session, a fork bomb: none survives', async () => {
      const stubborn = await one('IgnoresTerm');
      expect(stubborn.reason?.code).toBe('timeout');
      expect((await one('LeavesChild')).status).toBe('done');
      if (allowSandbox) await one('ForkBomb');
      expect(processesWith(fixtures)).toEqual([]);
    }, 60_000);

    test('a report is kept although the program ended with a status; a failure it tells itself is its reason', async () => {
      expect((await one('ExitsThreeWithReport')).status).toBe('done');
      const said = await one('SaysFailure');
      expect(said.reason).toEqual({ code: 'analyzer_error', message: 'The key [redacted] was refused' });
    });

    test('secrets come back in no form', async () => {
      const job = await one('PrintsSecrets');
      const everything = JSON.stringify([job, kit.reports.get(job.id)]);
      for (const form of [SECRET, encodeURIComponent(SECRET), Buffer.from(SECRET).toString('base64')]) {
        expect(everything).not.toContain(form);
      }
      expect(job.stderr).toContain('token is [redacted]');
    });

    test('an odd report is repaired, not refused', async () => {
      const job = await one('OddReport');
      expect(job.taxonomies).toEqual([{ level: 'info', namespace: 'K', predicate: 'p', value: 7 }]);
      const { report } = kit.reports.get(job.id);
      expect(report.artifacts).toEqual([{ dataType: 'mail', data: 'a@example.org', tags: [] }]);
      expect(report.full).toEqual({ report: ['a', { b: '\uFFFDbell' }] });
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    });

    test('a large report is parsed outside the core', async () => {
      const job = await one('ManyArtifacts');
      expect(job.reason).toBeNull();
      expect(kit.reports.get(job.id).artifacts).toHaveLength(60_000);
    });

    test('cancel ends a running job, and its tree is gone when the call returns', async () => {
      const sheet = await kit.jobs.plan({
        subjects: [{ dataType: 'other', value: 'to be cancelled' }],
        flavorIds: ['kit/IgnoresTerm_1_0'],
      });
      const [job] = await kit.jobs.start(sheet.id, [0]);
      const id = job?.id ?? '';
      await new Promise<void>((resolve) => {
        const stop = kit.engine.onJob((changed) => {
          if (changed.id !== id || kit.jobs.get(id).status !== 'running') return;
          stop();
          resolve();
        });
      });
      expect(await kit.jobs.cancel([id])).toBe(1);
      expect(kit.jobs.get(id)).toMatchObject({ status: 'cancelled', reason: null });
      expect(processesWith(fixtures)).toEqual([]);
      expect(await kit.jobs.cancel([id])).toBe(0);
    });

    test.runIf(allowSandbox)('nothing outside can be written, read or reached', async () => {
      const target = join(dir, 'outside.txt');
      const wrote = fullOf((await one('WritesOutside', target)).id)['wrote'] as string[];
      expect(wrote.filter((path) => path.startsWith('/usr') || path.startsWith('/etc'))).toEqual([]);
      // The rest is the job's own memory file system: nothing of it is really there.
      for (const path of [target, join(fixtures, 'osmia-was-here')]) expect(existsSync(path)).toBe(false);
      const canary = join(dir, 'canary.txt');
      writeFileSync(canary, 'OSMIA_CANARY');
      const read = fullOf((await one('ReadsOutside', canary)).id) as { seen: string[]; processes: string[] };
      expect(read.seen).toEqual([]);
      expect(read.processes.length).toBeLessThan(6);
      expect(fullOf((await one('TriesNetwork', `127.0.0.1:${port}`)).id)['reached']).toEqual([]);
    });

    test('job folders are private while they live and gone afterwards', async () => {
      await one('Ok', 'folders');
      const roots = [join(dir, 'scratch'), '/dev/shm'].filter(existsSync);
      for (const root of roots) {
        for (const name of readdirSync(root).filter((entry) => entry.startsWith('osmia-jobs-'))) {
          const owner = JSON.parse(readFileSync(join(root, name, 'owner.json'), 'utf8')) as { pid: number };
          if (owner.pid === process.pid) expect(readdirSync(join(root, name))).toEqual(['owner.json']);
        }
      }
    });
  });
}
