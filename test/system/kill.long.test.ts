import { expect, it, onTestFinished } from 'vitest';
import { makeKillRun } from './support/kill-run.ts';

it.skipIf(process.platform !== 'linux')(
  'a hundred kills at random moments lose nothing that was acknowledged',
  async () => {
    const run = await makeKillRun();
    onTestFinished(() => run.remove());
    for (let round = 0; round < 100; round += 1) await run.round();
    expect(run.acknowledged()).toBeGreaterThan(100);
  },
  1_200_000,
);
