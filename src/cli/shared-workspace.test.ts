import { type ChildProcessWithoutNullStreams, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ended, makePassphraseFile, type OsmiaRun, runOsmia, startOsmia } from '../../test/support/run-osmia.ts';
import { makeSlowAnalyzer } from '../../test/support/slow-analyzer.ts';
import { CaseListOutput, CaseOutput, ServeOutput } from './output.ts';

let home: string;
let dir: string;
let workspace: string[];
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'osmia-test-'));
  dir = join(home, 'ws');
  workspace = ['--workspace', dir, '--passphrase-file', makePassphraseFile(home)];
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const osmia = (args: string[]): Promise<OsmiaRun> => runOsmia([...args, '--json'], { home });

/** A web host that serves the workspace, once it says where. */
async function serve(): Promise<{ child: ChildProcessWithoutNullStreams; at: { url: string; launchUrl: string } }> {
  const child = startOsmia(['serve', '--json', ...workspace], { home });
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').once('data', resolve);
    child.stderr.setEncoding('utf8').on('data', (text: string) => reject(new Error(text)));
  });
  return { child, at: ServeOutput.parse(JSON.parse(line)) };
}

const closed = (child: ChildProcessWithoutNullStreams): Promise<number | null> =>
  new Promise((resolve) => child.on('close', resolve));

it('attaches to the running host, without a key of its own, and gets new launch addresses there', async () => {
  const { child, at } = await serve();
  const made = await osmia(['case', 'new', 'While it runs', '--workspace', dir]);
  expect(made.code).toBe(0);
  expect(CaseOutput.parse(JSON.parse(made.stdout)).case.title).toBe('While it runs');

  const second = await osmia(['serve', '--workspace', dir]);
  expect(second.code).toBe(0);
  const other = ServeOutput.parse(JSON.parse(second.stdout));
  expect(other.url).toBe(at.url);
  expect(other.launchUrl).not.toBe(at.launchUrl);

  if (process.platform === 'linux') {
    const code = new URL(at.launchUrl).hash.slice('#code='.length);
    expect(readFileSync(`/proc/${child.pid}/cmdline`, 'utf8')).not.toContain(code);
    const logs = join(home, '.local', 'state', 'osmia', 'logs');
    for (const name of safeList(logs)) expect(readFileSync(join(logs, name), 'utf8')).not.toContain(code);
  }
  child.kill('SIGINT');
  expect(await closed(child)).toBe(130);
  expect(await osmia(['case', 'list', ...workspace])).toMatchObject({ code: 0 });
});

function safeList(folder: string): string[] {
  return statSync(folder, { throwIfNoEntry: false }) ? readdirSync(folder) : [];
}

it('lets a second command in while the first works', async () => {
  const runs = await Promise.all(['one', 'two', 'three'].map((title) => osmia(['case', 'new', title, ...workspace])));
  expect(runs.map((r) => [r.code, r.stderr])).toEqual([0, 0, 0].map((code) => [code, '']));
  const numbers = runs.map((r) => CaseOutput.parse(JSON.parse(r.stdout)).case.number);
  expect(new Set(numbers).size).toBe(3);
});

it('goes on where a holder was killed', async () => {
  const { child } = await serve();
  child.kill('SIGKILL');
  await closed(child);
  expect(statSync(join(dir, 'run', 'core.sock'), { throwIfNoEntry: false })).toBeDefined();
  const listed = await osmia(['case', 'list', ...workspace]);
  expect(listed).toMatchObject({ code: 0, stderr: '' });
  expect(CaseListOutput.parse(JSON.parse(listed.stdout)).cases.length).toBeGreaterThan(0);
});

it('cancels its jobs when it is interrupted: exit code 130, no process left', async () => {
  // Of this run alone: another may be testing on the same machine.
  const seconds = `61.${process.pid}${Date.now()}`;
  const added = await runOsmia(
    ['analyzers', 'add', makeSlowAnalyzer(home, 'foreign', seconds), '--json', ...workspace],
    { home },
  );
  expect(JSON.parse(added.stdout)).toMatchObject({ analyzers: 1 });
  const child = startOsmia(['analyze', 'evil.example.com', '--analyzers', 'Slow_1_0', '--json', ...workspace], {
    home,
  });
  const run = ended(child);
  const sleeping = (): boolean => spawnSync('pgrep', ['-f', `^sleep ${seconds}$`]).status === 0;
  while (!sleeping()) await new Promise((resolve) => setImmediate(resolve));
  // Twice, as npm does it: once from the terminal, once from npm.
  child.kill('SIGINT');
  child.kill('SIGINT');
  const { code, stdout, stderr } = await run;
  expect(code).toBe(130);
  expect(stdout).toBe('');
  expect(JSON.parse(stderr)).toEqual({ error: { code: 'cancelled', message: 'Interrupted.' } });
  expect(sleeping()).toBe(false);
});

it('says that a port is taken', async () => {
  const { child, at } = await serve();
  const port = new URL(at.url).port;
  const run = await runOsmia(
    ['serve', '--json', '--port', port, '--workspace', join(home, 'other'), ...workspace.slice(2)],
    { home },
  );
  expect(run).toMatchObject({ code: 2, stdout: '' });
  expect(JSON.parse(run.stderr.trim().split('\n').at(-1)!)).toMatchObject({ error: { code: 'conflict' } });
  child.kill('SIGTERM');
  await closed(child);
});
