import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeTempDir, silentLogger } from '../../../test/support/make-db.ts';
import { NODE, REPOSITORY } from '../../../test/support/make-engine.ts';
import { createBroker } from './broker/broker-client.ts';
import { createCodeCache } from './code-cache.ts';
import { SANDBOX_UID } from './sandbox/bwrap.ts';
import { detectSandbox } from './sandbox/sandbox.ts';
import { workerNode } from './worker/pool.ts';

test('it is filled once, can be read inside the sandbox under its own user id, and not be written there', async () => {
  const broker = createBroker({
    nodePath: NODE,
    program: join(REPOSITORY, 'src/core/engine/broker/broker.ts'),
    logger: silentLogger,
    monotonic: () => performance.now(),
  });
  try {
    const folder = makeTempDir();
    const own = join(folder, `v0-test-${process.getuid?.() ?? ''}`);
    const cache = createCodeCache(own);
    expect(cache).toMatchObject({ folder, env: { NODE_COMPILE_CACHE: folder } });
    const worker = workerNode(NODE, REPOSITORY, 512);
    await cache.fill(broker, worker);
    const made = readdirSync(folder).filter((name) => name.endsWith(`-${process.getuid?.()}`));
    expect(made).toHaveLength(1);
    const code = join(folder, made[0]!);
    expect(readdirSync(code).length).toBeGreaterThan(50);
    // A second fill sees that nothing is to be done.
    const filledAt = statSync(`${own}.filled`).mtimeMs;
    await cache.fill(broker, worker);
    expect(statSync(`${own}.filled`).mtimeMs).toBe(filledAt);

    const sandbox = await detectSandbox(broker, true);
    if (sandbox.report.level !== 'isolated') return;
    const inside = join(folder, made[0]!.replace(/-\d+$/, `-${SANDBOX_UID}`));
    const first = readdirSync(code)[0]!;
    const { ended } = await broker.startOwn({
      ...sandbox.wrap({
        command: [
          '/bin/sh',
          '-c',
          `cat "$1" >/dev/null && echo read; true >"$1" || echo kept; true >"$2/new" || echo closed`,
          'sh',
          join(inside, first),
          folder,
        ],
        env: {},
        readOnly: [folder],
        cwd: '/',
        hasNetwork: false,
        limits: {},
      }),
      hasStdin: false,
      isStreamed: false,
      outputCap: 65_536,
      wallMs: 10_000,
      graceMs: 0,
    }).ended;
    expect(ended.stdout).toBe('read\nkept\nclosed\n');
    expect(readFileSync(join(code, first)).length).toBeGreaterThan(0);
  } finally {
    await broker.close();
  }
});
