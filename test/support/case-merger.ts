import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '../../src/core/db/migrate.ts';
import { openDatabase } from '../../src/core/db/open.ts';
import { createEventBus } from '../../src/core/events/bus.ts';
import { createBlobStore } from '../../src/core/evidence/blob-store.ts';
import { createFeatures } from '../../src/core/features.ts';
import type { CallContext } from '../../src/core/ports.ts';
import { createRecords } from '../../src/core/records.ts';
import { createWorkspaceKeys } from '../../src/core/workspace/keys.ts';
import { directAnalysis } from './direct-analysis.ts';
import { makeClock, silentLogger } from './make-db.ts';

// Merges cases, or takes a merge apart. `turns` is after how many turns of the event loop it kills itself with -9, so that
// every step between two transactions is met; 0 leaves that to whoever reads "begun".
const [dir = '', master = '', what = '', turns = '0', ...ids] = process.argv.slice(2);
const clock = makeClock();
const keys = createWorkspaceKeys(Buffer.from(master, 'hex'));
const db = openDatabase(join(dir, 'workspace.db'), keys.database);
migrate(db, () => undefined);
const blobs = createBlobStore({ db, dir: join(dir, 'blobs'), keys, clock });
const events = createEventBus();
const records = createRecords({ db, blobs, events, clock, osmiaVersion: '0.0.0-test' });
const { handlers } = createFeatures({
  records,
  db,
  dir,
  blobs,
  events,
  clock,
  logger: silentLogger,
  osmiaVersion: '0.0.0-test',
  analysis: directAnalysis,
  jobsOf: () => [],
  upstream: () => undefined,
  otherChecks: async () => [],
});
const ctx: CallContext = { client: 'local', actor: 'ana', resolveGrant: () => undefined };
const { signal } = new AbortController();

let left = Number(turns);
const turn = (): void => {
  left -= 1;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
  setImmediate(turn);
};
writeSync(1, 'begun\n');
if (left > 0) turn();
if (what === 'merge') await handlers['cases.merge'](ctx, { ids, choices: { fields: [] } }, signal);
else await handlers['cases.unmerge'](ctx, { id: ids[0]!, carryTo: ids[1]! }, signal);
process.exit(0);
