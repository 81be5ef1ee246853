import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeClock, makeDb, makeTempDir, silentLogger } from '../../../../test/support/make-db.ts';
import { NODE, REPOSITORY } from '../../../../test/support/make-engine.ts';
import { servePythonIndex, type WheelInput } from '../../../../test/support/python-index.ts';
import { createBroker } from '../../engine/broker/broker-client.ts';
import { detectSandbox } from '../../engine/sandbox/sandbox.ts';
import { createInterpreters } from '../interpreter.ts';
import { readSource } from '../read-source.ts';
import { createEnvironmentStore } from './environment-store.ts';
import { createEnvironmentsRepo } from './environments.repo.ts';
import { createEnvironments } from './environments.service.ts';

const never = new AbortController().signal;
const PATH = process.env['PATH'] ?? '/usr/bin:/bin';

const HELLO: WheelInput = {
  name: 'osmia-hello',
  version: '1.2',
  files: { 'osmia_hello.py': 'from osmia_below import WORD\ndef main():\n    print("hello " + WORD)\n' },
  requires: ['osmia-below>=2'],
  scripts: { 'osmia-say': 'osmia_hello:main' },
};
const BELOW: WheelInput = { name: 'osmia-below', version: '2.1', files: { 'osmia_below.py': 'WORD = "from below"\n' } };

/** A source with one analyzer that asks for `requirements`, and everything that makes environments. */
async function makeKit(requirements: string, options: { allowSandbox?: boolean; root?: string } = {}) {
  const source = makeTempDir();
  mkdirSync(join(source, 'A'));
  writeFileSync(join(source, 'A', 'a.py'), '#!/usr/bin/env python3\n', { mode: 0o755 });
  writeFileSync(join(source, 'A', 'requirements.txt'), requirements);
  const descriptor = { name: 'A', version: '1', dataTypeList: ['ip'], command: 'A/a.py' };
  writeFileSync(join(source, 'A', 'a.json'), JSON.stringify(descriptor));
  const { flavors } = readSource('s', source, false);
  const broker = createBroker({
    nodePath: NODE,
    program: join(REPOSITORY, 'src/core/engine/broker/broker.ts'),
    logger: silentLogger,
    monotonic: () => performance.now(),
  });
  const sandbox = await detectSandbox(broker, options.allowSandbox ?? true);
  const root = options.root ?? join(makeTempDir(), 'environments');
  const store = createEnvironmentStore(root);
  const db = makeDb();
  const steps: string[] = [];
  let changes = 0;
  const environments = createEnvironments({
    broker,
    sandbox,
    store,
    repo: createEnvironmentsRepo(db),
    flavors: () => flavors,
    onChange: () => Promise.resolve(void (changes += 1)),
    onStep: (id) => void steps.push(environments.get(id).step ?? ''),
    clock: makeClock(),
    logger: silentLogger,
    searchPath: PATH,
    environment: {},
  });
  onTestFinished(async () => {
    await environments.close();
    await broker.close();
  });
  const id = flavors[0]?.requirements?.id ?? '';
  const run = async (args: string[]): Promise<string> => {
    const start = store.startOf(id);
    if (start === undefined) throw new Error('no environment');
    const { ended } = await broker.startOwn({
      ...sandbox.wrap({
        command: [
          args[0] === 'python' ? start.python : join(start.env['VIRTUAL_ENV'] ?? '', 'bin', args[0] ?? ''),
          ...args.slice(1),
        ],
        env: start.env,
        readOnly: start.readOnly,
        cwd: '/',
        hasNetwork: false,
        limits: {},
      }),
      hasStdin: false,
      isStreamed: false,
      outputCap: 65_536,
      wallMs: 20_000,
      graceMs: 0,
    }).ended;
    return (ended.stdout + ended.stderr).trim();
  };
  const ledger = () =>
    db.prepare('SELECT destination, hosts, value, what, flavor_id FROM egress_entry').all() as Record<string, string>[];
  return { environments, store, root, id, run, steps, ledger, changes: () => changes, broker };
}

test('fetched once from an index, pinned with hashes, and of use without any link', async () => {
  const index = await servePythonIndex([HELLO, BELOW]);
  const { environments, store, id, run, steps, ledger, changes, root, broker } = await makeKit(
    'osmia-hello==1.2\n--index-url https://other.example/\n',
  );
  expect(environments.get(id)).toMatchObject({
    state: 'none',
    flavorIds: ['s/A_1'],
    ignored: [expect.stringMatching(/options/)],
  });

  const plan = await environments.plan({ id, index: index.url });
  expect(plan).toMatchObject({ requirements: ['osmia-hello==1.2'], hosts: [new URL(index.url).host], needsLink: true });
  expect(index.asked).toEqual([]);

  expect(await environments.make({ id, index: index.url })).toMatchObject({ state: 'making' });
  const made = await environments.wait(id, never);
  await index.close();
  expect(made).toMatchObject({
    state: 'ready',
    failure: null,
    packages: [
      { name: 'osmia-below', version: '2.1', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { name: 'osmia-hello', version: '1.2' },
    ],
  });
  expect(made.bytes).toBeGreaterThan(1_000);
  expect(steps).toEqual(expect.arrayContaining(['Looking for osmia-hello==1.2', 'Installing']));
  expect(changes()).toBe(1);
  expect(readFileSync(join(root, id, 'lock.txt'), 'utf8')).toMatch(/^osmia_below==2\.1 --hash=sha256:[0-9a-f]{64}\n/);
  expect(readdirSync(root)).toEqual([id]);

  // The link is gone. The package and its script run, in the sandbox, without a network.
  expect(await run(['python', '-c', 'import osmia_hello; osmia_hello.main()'])).toBe('hello from below');
  expect(await run(['osmia-say'])).toBe('hello from below');
  const interpreters = createInterpreters({ broker, nodePath: NODE, path: PATH, environment: store.startOf });
  const start = await interpreters.forProgram(join(REPOSITORY, 'test/fixtures/analyzers/Good/ok.py'), id);
  expect(start).toMatchObject({ command: [join(root, id, 'venv/bin/python')], env: { PYTHONNOUSERSITE: '1' } });

  expect(ledger()).toEqual([
    {
      destination: 'package index',
      hosts: JSON.stringify([new URL(index.url).host]),
      value: 'osmia-hello==1.2',
      what: 'The names and versions of Python packages; nothing of any case',
      flavor_id: `environment/${id}`,
    },
  ]);

  // Its Python went away: made again from what was kept, without asking anybody.
  rmSync(join(root, id, 'venv'), { recursive: true });
  expect(environments.get(id).state).toBe('broken');
  expect(await environments.plan({ id })).toMatchObject({ needsLink: false, hosts: [] });
  await environments.make({ id });
  expect(await environments.wait(id, never)).toMatchObject({ state: 'ready', failure: null });
  expect(await run(['osmia-say'])).toBe('hello from below');
  expect(ledger()).toHaveLength(1);

  await environments.remove(id);
  expect(environments.get(id)).toMatchObject({ state: 'none', bytes: 0 });
  expect(readdirSync(root)).toEqual([]);
}, 60_000);

test('without the sandbox it is made the same way', async () => {
  const index = await servePythonIndex([BELOW]);
  onTestFinished(() => index.close());
  const { environments, id, run } = await makeKit('osmia-below', { allowSandbox: false });
  await environments.make({ id, index: index.url });
  expect(await environments.wait(id, never)).toMatchObject({ state: 'ready' });
  expect(await run(['python', '-c', 'import osmia_below; print(osmia_below.WORD)'])).toBe('from below');
}, 60_000);

test('no link, no such version and no such package are told apart, and leave nothing behind', async () => {
  const index = await servePythonIndex([BELOW]);
  const { environments, id, root, ledger } = await makeKit('osmia-below==9.9');
  await environments.make({ id, index: index.url });
  expect(await environments.wait(id, never)).toMatchObject({
    state: 'none',
    failure: { code: 'no_such_version', message: expect.stringMatching(/There is no osmia-below==9\.9 .*it has 2\.1/) },
  });
  await index.close();

  const asks = index.asked.length;
  await environments.make({ id, index: index.url });
  expect(await environments.wait(id, never)).toMatchObject({
    state: 'none',
    failure: { code: 'no_link', message: expect.stringMatching(/does not answer/) },
  });
  expect(index.asked).toHaveLength(asks);
  expect(readdirSync(root)).toEqual([]);
  // Both attempts may have told somebody what was asked for.
  expect(ledger()).toHaveLength(2);
}, 60_000);

test('a package that was changed on its way is not installed', async () => {
  const index = await servePythonIndex([{ ...BELOW, isTampered: true }]);
  onTestFinished(() => index.close());
  const { environments, id, root } = await makeKit('osmia-below');
  await environments.make({ id, index: index.url });
  expect(await environments.wait(id, never)).toMatchObject({ state: 'none', failure: { code: 'tampered' } });
  expect(readdirSync(root)).toEqual([]);
}, 60_000);

test('cancelled in the middle of a download: nothing is left, and it can be made afterwards', async () => {
  const index = await servePythonIndex([BELOW]);
  onTestFinished(() => index.close());
  const { environments, id, root } = await makeKit('osmia-below');
  const held = index.hold();
  await environments.make({ id, index: index.url });
  await held;
  await environments.cancel(id);
  expect(environments.get(id)).toMatchObject({ state: 'none', failure: { code: 'cancelled' } });
  expect(readdirSync(root)).toEqual([]);
}, 60_000);

test('what a killed Osmia left half built is swept; what is foreign or of a living process stays', async () => {
  const root = makeTempDir();
  const id = 'a'.repeat(32);
  const dead = join(root, `.new-999999999-${id}`);
  const living = join(root, `.new-${process.ppid}-${id}`);
  for (const folder of [dead, living, join(root, 'mine')]) mkdirSync(folder);
  createEnvironmentStore(root).sweep();
  expect([existsSync(dead), existsSync(living), existsSync(join(root, 'mine'))]).toEqual([false, true, true]);
});

test('bad choices are refused before anything is sent', async () => {
  const { environments, id, ledger } = await makeKit('osmia-below');
  await expect(environments.plan({ id: 'f'.repeat(32) })).rejects.toMatchObject({ code: 'not_found' });
  await expect(environments.plan({ id, python: '/bin/sh' })).rejects.toMatchObject({ code: 'invalid_input' });
  await expect(environments.make({ id, index: 'http://pypi.example/simple' })).rejects.toMatchObject({
    code: 'invalid_input',
  });
  await expect(environments.plan({ id, index: 'file:///etc' })).rejects.toMatchObject({ code: 'invalid_input' });
  expect(environments.get(id).state).toBe('none');
  expect(ledger()).toEqual([]);
});
