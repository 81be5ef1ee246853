/**
 * A process that hosts an engine, to be killed: argv is folder, key in hex, and `fill` (queue 60 jobs first) or `finish`
 * (only run what is there). Says `changed` at each commit that changes a job, and `done` when nothing is left.
 */
import { join } from 'node:path';
import { migrate } from '../../src/core/db/migrate.ts';
import { openDatabase } from '../../src/core/db/open.ts';
import { makeEngine } from './make-engine.ts';

const [dir = '', key = '', mode = ''] = process.argv.slice(2);
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const master = Buffer.from(key, 'hex');
const db = openDatabase(join(dir, 'w.db'), master);
migrate(db, () => undefined);
const kit = await makeEngine(db, dir, { logger: quiet, master });
kit.engine.onJob(() => void process.stdout.write('changed\n'));
if (mode === 'fill') {
  const subjects = Array.from({ length: 60 }, (_, i) => ({ dataType: 'other' as const, value: `value ${i}` }));
  const sheet = await kit.jobs.plan({ subjects, flavorIds: ['kit/Ok_1_0'] });
  const { rows } = sheet.localIndex;
  await kit.jobs.start(sheet.id, rows);
}
await kit.engine.drain();
await kit.close();
db.close();
process.stdout.write('done\n');
