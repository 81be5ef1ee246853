/**
 * A process that hosts an engine whose budget is 20 calls, to be killed: argv is folder, key in hex, source of analyzers,
 * and `fill` (queue 30 jobs first) or `finish`. Says `changed` at each commit that changes a job.
 */
import { join } from 'node:path';
import { migrate } from '../../src/core/db/migrate.ts';
import { openDatabase } from '../../src/core/db/open.ts';
import { createQuotaRepo } from '../../src/core/quota/quota.repo.ts';
import { makeEngine } from './make-engine.ts';

const [dir = '', key = '', source = '', mode = ''] = process.argv.slice(2);
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const master = Buffer.from(key, 'hex');
const db = openDatabase(join(dir, 'w.db'), master);
migrate(db, () => undefined);
const kit = await makeEngine(db, dir, { logger: quiet, master, sources: [source] });
kit.engine.onJob(() => void process.stdout.write('changed\n'));
kit.setOffline(false);
if (mode === 'fill') {
  const repo = createQuotaRepo(db);
  repo.addKey('paced');
  repo.putBudget('paced', { window: 'month', units: 20, isCalendar: false, zone: 'UTC', origin: 'user' });
  const subjects = Array.from({ length: 30 }, (_, i) => ({ dataType: 'other' as const, value: `value ${i}` }));
  const sheet = await kit.jobs.plan({ subjects, flavorIds: ['kit/Paced_Lookup_1_0'] });
  await kit.jobs.start(
    sheet.id,
    sheet.destinations.flatMap((group) => group.index.rows),
  );
}
await kit.engine.drain();
await kit.close();
db.close();
