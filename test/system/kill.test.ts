import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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
