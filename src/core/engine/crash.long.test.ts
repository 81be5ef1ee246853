import { test } from 'vitest';
import { killOnceAndCheck } from '../../../test/support/kill-engine.ts';

test('killed at a random commit of 60 jobs, twenty times: each has ended once, with one report', async () => {
  for (let round = 0; round < 20; round += 1) await killOnceAndCheck();
});
