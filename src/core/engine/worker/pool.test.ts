import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentLogger } from '../../../../test/support/make-db.ts';
import { NODE, REPOSITORY } from '../../../../test/support/make-engine.ts';
import { type Broker, createBroker } from '../broker/broker-client.ts';
import { detectSandbox } from '../sandbox/sandbox.ts';
import { createWorkerPool, type WorkerPool } from './pool.ts';
import type { ReportAnswer } from './protocol.ts';

let root: string;
let broker: Broker;
let pool: WorkerPool;
const never = new AbortController().signal;

/** Bundled analyzers as a careless or hostile author would write them. */
const PROGRAMS: Record<string, string> = {
  exits: 'process.exit(7)',
  loops: 'for (;;) {}',
  eats: 'const kept = []; for (;;) kept.push(new Array(1e6).fill(Math.random()))',
  throws: `throw new Error('the file is odd: s3cr3t-Value/42')`,
  prints: `console.log('noise on stdout'); process.stdout.write('more'); return report({ ok: true })`,
  rubbish: 'return { full: [1], summary: 3, artifacts: [{ dataType: 5 }] }',
  huge: `return report({ text: 'x'.repeat(80 * 2 ** 20) })`,
  files: `return { ...report({}), artifacts: [{ dataType: 'file', filename: 'a', bytes: new Uint8Array(3 * 2 ** 20).fill(7) }, { dataType: 'file', filename: 'b', bytes: new Uint8Array(0) }] }`,
  network: `const { connect } = await import('node:net'); return new Promise((resolve) => connect({ host: '1.1.1.1', port: 53, timeout: 500 })
    .on('connect', () => resolve(report({ reached: true }))).on('timeout', () => resolve(report({ reached: false }))).on('error', () => resolve(report({ reached: false }))))`,
  writes: `const { writeFileSync } = await import('node:fs'); try { writeFileSync('/usr/osmia-was-here', 'x'); return report({ wrote: true }) } catch { return report({ wrote: false }) }`,
};

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'osmia-pool-'));
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  for (const [name, body] of Object.entries(PROGRAMS)) {
    mkdirSync(join(root, 'analyzers', name), { recursive: true });
    writeFileSync(
      join(root, 'analyzers', name, `${name}.ts`),
      `const report = (full: object) => ({ summary: { taxonomies: [] }, full, artifacts: [] });\nexport default { async run(): Promise<unknown> { ${body} } };\n`,
    );
  }
  broker = createBroker({
    nodePath: NODE,
    program: join(REPOSITORY, 'src/core/engine/broker/broker.ts'),
    logger: silentLogger,
    monotonic: () => performance.now(),
  });
  pool = createWorkerPool({
    broker,
    sandbox: await detectSandbox(broker, true),
    nodePath: NODE,
    sourceRoot: REPOSITORY,
    bundledRoot: root,
    size: 1,
    memoryMib: 128,
    logger: silentLogger,
  });
});
afterAll(async () => {
  await pool.close();
  await broker.close();
  rmSync(root, { recursive: true, force: true });
});

const run = (name: string, wallMs = 10_000, program = join(root, 'analyzers', name, `${name}.ts`)) =>
  pool.request(
    {
      op: 'analyze',
      program,
      file: null,
      input: { dataType: 'ip', data: '192.0.2.1', tlp: 2, pap: 2, message: '', parameters: {}, config: {} },
      secrets: ['s3cr3t-Value/42'],
    },
    { signal: never, wallMs },
  );
const full = async (name: string): Promise<unknown> => {
  const { attachments } = await run(name);
  return (JSON.parse(Buffer.from(attachments.at(-1) ?? []).toString('utf8')) as { full: unknown }).full;
};

test.each([
  ['exits', 'crashed'],
  ['eats', 'crashed'],
  ['throws', 'thrown'],
  ['huge', 'crashed'],
])(
  '%s ends as %s, and the next request is served',
  async (name, cause) => {
    await expect(run(name)).rejects.toMatchObject({ code: 'unavailable', details: { cause } });
    expect(await full('prints')).toEqual({ ok: true });
  },
  30_000,
);

test('an endless loop is ended at its time', async () => {
  await expect(run('loops', 1_000)).rejects.toMatchObject({ details: { cause: 'timeout' } });
  expect(await full('prints')).toEqual({ ok: true });
});

test('a report of another shape is repaired', async () => {
  const { result } = await run('rubbish');
  expect(result as ReportAnswer).toMatchObject({ isSuccess: true, taxonomies: [], artifacts: [] });
  expect(await full('rubbish')).toEqual({ report: [1] });
});

test('file artifacts come as bytes, in order, the empty one too', async () => {
  const { result, attachments } = await run('files');
  expect(result).toMatchObject({
    artifacts: [
      { filename: 'a', attachment: 0 },
      { filename: 'b', attachment: 1 },
    ],
  });
  expect(attachments.map((bytes) => bytes.length).slice(0, 2)).toEqual([3 * 2 ** 20, 0]);
  expect(Buffer.from(attachments[0] ?? []).every((byte) => byte === 7)).toBe(true);
});

test('no network, no writing, and no program from elsewhere', async () => {
  if ((await detectSandbox(broker, true)).report.level === 'isolated') {
    expect(await full('network')).toEqual({ reached: false });
    expect(await full('writes')).toEqual({ wrote: false });
  }
  for (const path of [
    join(root, 'evil.ts'),
    join(root, 'analyzers', '..', 'evil.ts'),
    `${root}/analyzers/../evil.ts`,
  ]) {
    writeFileSync(join(root, 'evil.ts'), 'export default { run: () => ({ full: {} }) }');
    await expect(run('evil', 5_000, path)).rejects.toMatchObject({ details: { cause: 'thrown' } });
  }
});

test('many at once are served one after the other by one worker', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => full('prints')));
  expect(answers).toHaveLength(20);
});
