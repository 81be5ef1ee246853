import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { killDuringJobs } from './support/job-kill-run.ts';
import { makeKillRun, type KillRun } from './support/kill-run.ts';

// Ten rounds here; a hundred in kill.long.test.ts.
describe.skipIf(process.platform !== 'linux')('after a kill at a random moment', () => {
  let run: KillRun;
  beforeEach(async () => {
    run = await makeKillRun();
  });
  afterEach(() => run.remove());

  it('everything acknowledged is there, nothing ran twice, nothing is left over', async () => {
    for (let round = 0; round < 10; round += 1) await run.round();
    expect(run.acknowledged()).toBeGreaterThan(10);
  }, 120_000);
});

// A thousand in kill.long.test.ts.
it.skipIf(process.platform !== 'linux')(
  'killed ten times during a run of 500 jobs: each ends exactly once, and nothing is lost',
  async () => {
    const { ended, crashed } = await killDuringJobs(10);
    expect(ended).toBeGreaterThanOrEqual(500);
    // Under way at two kills are at most the few that run at once, never a share of the queue.
    expect(crashed).toBeLessThan(40);
  },
  120_000,
);
