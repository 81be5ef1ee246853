import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { processesWith } from '../../../../test/support/kill-engine.ts';
import { makeTempDir, silentLogger } from '../../../../test/support/make-db.ts';
import { NODE, REPOSITORY } from '../../../../test/support/make-engine.ts';
import { ownArch, seccompFilter } from '../sandbox/seccomp-filter.ts';
import { detectSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { type Broker, createBroker, type RunSpec } from './broker-client.ts';

let broker: Broker;
let sandbox: Sandbox;
beforeAll(async () => {
  broker = createBroker({
    nodePath: NODE,
    program: join(REPOSITORY, 'src/core/engine/broker/broker.ts'),
    logger: silentLogger,
    monotonic: () => performance.now(),
  });
  sandbox = await detectSandbox(broker, true);
});
afterAll(() => broker.close());

const spec = (command: string[], more: Partial<RunSpec> = {}): RunSpec => ({
  ...sandbox.wrap({ command, env: {}, readOnly: [], cwd: '/', hasNetwork: false, limits: {} }),
  hasStdin: false,
  isStreamed: false,
  outputCap: 65_536,
  wallMs: 10_000,
  graceMs: 1_000,
  ...more,
});

test('killed at any of its first moments, nothing of a run is left', async () => {
  const marker = makeTempDir();
  for (let round = 0; round < 40; round += 1) {
    const handle = broker.startOwn(spec(['/bin/sh', '-c', 'sleep 600; :', marker]));
    // From before bwrap has made its namespace to after the program runs.
    const until = performance.now() + (round % 20);
    while (performance.now() < until) await new Promise((resolve) => setImmediate(resolve));
    handle.kill();
    const { ended } = await handle.ended;
    expect(ended).toMatchObject({ cause: 'killed', survivors: 0 });
    expect(processesWith(marker)).toEqual([]);
  }
});

test('what cannot be started says why; a status and the last words come back', async () => {
  const missing = await broker.startOwn(spec([], { file: '/no/such/program', args: [], isNamespace: false })).ended;
  expect(missing.ended).toMatchObject({ cause: 'spawn_failed', message: expect.stringContaining('ENOENT') as string });
  const failing = await broker.startOwn(spec(['/bin/sh', '-c', 'echo out; echo err >&2; exit 5'])).ended;
  expect(failing.ended).toMatchObject({
    cause: 'exited',
    code: 5,
    stdout: 'out\n',
    stderr: 'err\n',
    reportFile: 'none',
  });
});

test('the tail of a long output is kept, and too much ends the run', async () => {
  const { ended } = await broker.startOwn(spec(['/bin/sh', '-c', 'seq 1 20000; echo last'], { outputCap: 2 ** 20 }))
    .ended;
  expect(ended.stdout.length).toBeLessThanOrEqual(64 * 1024);
  expect(ended.stdout.endsWith('last\n')).toBe(true);
  const flood = await broker.startOwn(spec(['/bin/sh', '-c', 'yes'], { outputCap: 2 ** 20 })).ended;
  expect(flood.ended.cause).toBe('output_cap');
});

test.each([
  ['many files that are each small', 'while :; do i=$((i+1)); head -c 1000000 /dev/zero > /job/output/$i; done'],
  ['folders in folders', 'cd /job/output; while mkdir x && cd x; do head -c 100000 /dev/zero > y; done; sleep 20'],
  [
    'a file in a folder nobody may open',
    'cd /job/output; mkdir x; exec > x/y; chmod 0 x; while :; do cat /bin/sh; done',
  ],
])('a job folder that is filled with %s ends the run', async (_what, script) => {
  const path = join(makeTempDir(), 'job');
  const command = ['/bin/sh', '-c', script];
  mkdirSync(path);
  const { ended } = await broker.startOwn({
    ...sandbox.wrap({ command, env: {}, readOnly: [], cwd: '/', hasNetwork: false, limits: {}, jobFolder: path }),
    hasStdin: false,
    isStreamed: false,
    outputCap: 65_536,
    wallMs: 30_000,
    graceMs: 0,
    folder: { path, inputJson: '{}', reportCap: 1_000, capBytes: 20 * 2 ** 20 },
  }).ended;
  expect(ended).toMatchObject({ cause: 'folder_cap', survivors: 0 });
  expect(await broker.wipe(path)).toBe(true);
});

test('nothing starts without the go-ahead of a living broker', async () => {
  const { file, args } = spec(['/bin/sh', '-c', 'echo ran']);
  for (const answer of ['go\n', '']) {
    const child = spawn(file, args, { env: {}, stdio: ['ignore', 'pipe', 'ignore', 'pipe', 'pipe', 'pipe'] });
    ((child.stdio as unknown[])[5] as Duplex).end(seccompFilter(ownArch()!, 'unix', true));
    const goAhead = child.stdio[4] as Duplex;
    goAhead.once('data', () => goAhead.end(answer));
    const output = text(child.stdout!);
    const [code] = (await once(child, 'exit')) as [number];
    expect([code, await output]).toEqual(answer === '' ? [125, ''] : [0, 'ran\n']);
  }
});

test('what a killed broker leaves behind ends at the start of the next one', async () => {
  const marker = makeTempDir();
  const start = (): Broker =>
    createBroker({
      nodePath: NODE,
      program: join(REPOSITORY, 'src/core/engine/broker/broker.ts'),
      logger: silentLogger,
      monotonic: () => performance.now(),
    });
  for (let round = 0; round < 6; round += 1) {
    const doomed = start();
    await detectSandbox(doomed, true);
    const handle = doomed.startOwn(spec(['/bin/sh', '-c', 'sleep 600; :', marker]));
    const until = performance.now() + round * 2;
    while (performance.now() < until) await new Promise((resolve) => setImmediate(resolve));
    // The whole tree at once, as `kill -9` of a process group does it: bwrap cannot tidy up, nor can the broker.
    const pid = doomed.pid()!;
    for (const one of [pid, ...childrenOf(pid)]) process.kill(one, 'SIGKILL');
    await handle.ended;
    const next = start();
    await detectSandbox(next, true);
    expect(processesWith(marker)).toEqual([]);
    await Promise.all([doomed.close(), next.close()]);
  }
});

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) === parent;
      } catch {
        return false;
      }
    });
}
