import { expect, test } from 'vitest';
import { makeCore } from '../../../test/support/make-core.ts';
import { editAtRandom } from '../../../test/support/random-edits.ts';
import { createKeptCounts } from './kept-counts.repo.ts';

test('after 100,000 random edits every counter is what a full count says', async () => {
  const { db, records } = await makeCore();
  db.pragma('synchronous=OFF');
  const counts = createKeptCounts(db);
  for (const seed of [2, 3, 5, 13]) {
    editAtRandom(db, records, 25_000, seed);
    expect(counts.differences()).toEqual([]);
  }
});
