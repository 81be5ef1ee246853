import { expect, it, onTestFinished } from 'vitest';
import { killDuringJobs } from './support/job-kill-run.ts';
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

// Twenty workspaces of fifty kills each, about half an hour: none of them grows for ever.
it.skipIf(process.platform !== 'linux')(
  'killed a thousand times during runs of 500 jobs: each job ends exactly once',
  async () => {
    for (let world = 0; world < 20; world += 1) await killDuringJobs(50);
  },
  7_200_000,
);
