import { expect, test } from 'vitest';
import { makeTempDir } from '../../../test/support/make-db.ts';
import { takeTogether } from '../../../test/support/quota-takers.ts';

test('four processes at once on a budget of 1,000 take exactly 1,000', async () => {
  const { taken, reserved } = await takeTogether(makeTempDir(), 4, 1_000);
  expect(taken.reduce((sum, each) => sum + each, 0)).toBe(1_000);
  expect(reserved).toBe(1_000);
});
