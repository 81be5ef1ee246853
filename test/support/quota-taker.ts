/**
 * A process that takes one unit at a time from a budget until it gets no more: argv is database, key in hex, a name for
 * its jobs. Starts when its standard input ends; prints how many it got. Every take is a durable transaction of its own.
 */
import { openDatabase } from '../../src/core/db/open.ts';
import { createSystemClock } from '../../src/core/adapters/system-clock.ts';
import { createQuotaLedger } from '../../src/core/quota/quota-ledger.ts';
import { createQuotaRepo } from '../../src/core/quota/quota.repo.ts';

const [path = '', key = '', name = ''] = process.argv.slice(2);
const db = openDatabase(path, Buffer.from(key, 'hex'));
db.pragma('busy_timeout=60000');
const clock = createSystemClock();
const ledger = createQuotaLedger({ repo: createQuotaRepo(db), clock, changed: () => undefined });
const take = db.transaction((id: string) => {
  const job = { id, quota_key: 'shared', quota_units: 1, engagement_id: 'e' };
  return ledger.reserve(job, clock.now()).isReserved;
});
process.stdout.write('ready\n');
for await (const _ of process.stdin) continue;
let taken = 0;
while (take.immediate(`${name}-${taken}`)) {
  taken += 1;
  // What is taken is used: half of it ends at once, half stays under way.
  if (taken % 2 === 0) db.transaction(() => ledger.settle(`${name}-${taken - 1}`, clock.now())).immediate();
}
db.close();
process.stdout.write(`${taken}\n`);
