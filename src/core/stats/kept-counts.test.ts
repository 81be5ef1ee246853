import { expect, test } from 'vitest';
import { makeCore } from '../../../test/support/make-core.ts';
import { editAtRandom } from '../../../test/support/random-edits.ts';
import { createKeptCounts } from './kept-counts.repo.ts';

test('after thousands of random edits, and some rolled back, every counter is what a full count says', async () => {
  const { db, records } = await makeCore();
  const counts = createKeptCounts(db);
  for (const seed of [7, 11]) {
    db.pragma('synchronous=OFF');
    editAtRandom(db, records, 1_000, seed);
    expect(counts.differences()).toEqual([]);
  }
  // It can fail: one counter that is off is found.
  db.prepare(`UPDATE kept_count SET things = things + 1 WHERE entity = 'note' AND bucket = 0 AND state = 'task'`).run();
  expect(counts.differences()).toContainEqual(expect.objectContaining({ entity: 'note', field: '', bucket: 0 }));
});
