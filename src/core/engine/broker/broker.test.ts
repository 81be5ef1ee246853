import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { processesWith } from '../../../../test/support/kill-engine.ts';
import { makeTempDir, silentLogger } from '../../../../test/support/make-db.ts';
import { NODE, REPOSITORY } from '../../../../test/support/make-engine.ts';
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
