import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeTempDir } from '../../../../test/support/make-db.ts';
import { migrate } from '../../db/migrate.ts';
import { openDatabase } from '../../db/open.ts';
import { createContactsRepo } from './contacts.repo.ts';

test('a job that is tried again adds to what its first attempt sent; the most bytes come first', () => {
  const db = openDatabase(join(makeTempDir(), 'w.db'), randomBytes(32));
  migrate(db, () => undefined);
  // Only the numbers are looked at here.
  db.pragma('foreign_keys = OFF');
  const repo = createContactsRepo(db);
  const contact = {
    host: 'a.example',
    port: 443,
    allowed: 1,
    refused: 0,
    bytesSent: 10,
    bytesReceived: 20,
    reason: null,
  };
  const other = {
    ...contact,
    host: 'b.example',
    allowed: 0,
    refused: 2,
    bytesSent: 500,
    reason: 'it is not on the data card',
  };
  repo.add('job', [contact, other], 1);
  repo.add('job', [{ ...contact, refused: 1, reason: 'its name has no address' }], 2);
  expect(repo.ofJob('job')).toEqual([
    other,
    { ...contact, allowed: 2, refused: 1, bytesSent: 20, bytesReceived: 40, reason: 'its name has no address' },
  ]);
  expect(repo.ofJob('another')).toEqual([]);
  db.close();
});
