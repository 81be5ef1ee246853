/**
 * A process that spends one budget under whatever clock it is given: argv is database and key in hex. Each line on
 * standard input makes it take all it can get; it prints how many those were, and in how many hours there are more.
 */
import { createInterface } from 'node:readline';
import { createSystemClock } from '../../src/core/adapters/system-clock.ts';
import { openDatabase } from '../../src/core/db/open.ts';
import { createQuotaLedger } from '../../src/core/quota/quota-ledger.ts';
import { createQuotaRepo } from '../../src/core/quota/quota.repo.ts';

const [path = '', key = ''] = process.argv.slice(2);
const db = openDatabase(path, Buffer.from(key, 'hex'));
const clock = createSystemClock();
const ledger = createQuotaLedger({ repo: createQuotaRepo(db), clock, changed: () => undefined });
for await (const most of createInterface({ input: process.stdin })) {
  let taken = 0;
  while (taken < Number(most)) {
    const id = `${process.pid}-${performance.now()}-${taken}`;
    const isReserved = db
      .transaction(() => {
        const now = clock.now();
        const answer = ledger.reserve({ id, quota_key: 'vt', quota_units: 1, engagement_id: 'e' }, now);
        if (answer.isReserved) ledger.settle(id, now);
        return answer.isReserved;
      })
      .immediate();
    if (!isReserved) break;
    taken += 1;
  }
  const free = ledger.freeAt('vt', 'e', clock.now()) ?? clock.now();
  process.stdout.write(`${taken} ${((free - clock.now()) / 3_600_000).toFixed(2)}\n`);
}
db.close();
