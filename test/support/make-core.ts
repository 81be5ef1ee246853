import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { migrate } from '../../src/core/db/migrate.ts';
import { type Db, openDatabase } from '../../src/core/db/open.ts';
import { createEventBus, type EventBus } from '../../src/core/events/bus.ts';
import { type BlobStore, createBlobStore } from '../../src/core/evidence/blob-store.ts';
import { createFeatures, type Features } from '../../src/core/features.ts';
import type { AnalysisWorker, CallContext } from '../../src/core/ports.ts';
import { createRecords, type Records } from '../../src/core/records.ts';
import { groupedHandlers } from '../../src/core/sync/grouped-handlers.ts';
import { createWorkspaceKeys } from '../../src/core/workspace/keys.ts';
import { caseTemplatesContract } from '../../src/shared/contract/case-templates.ts';
import { customFieldsContract } from '../../src/shared/contract/custom-fields.ts';
import { tagsContract, taxonomiesContract } from '../../src/shared/contract/tags.ts';
import { activityContract } from '../../src/shared/contract/activity.ts';
import { alertsContract } from '../../src/shared/contract/alerts.ts';
import { caseListContract } from '../../src/shared/contract/case-list.ts';
import { caseMergeContract } from '../../src/shared/contract/case-merge.ts';
import { destroyContract } from '../../src/shared/contract/destroy.ts';
import { trashContract } from '../../src/shared/contract/trash.ts';
import { viewsContract } from '../../src/shared/contract/views.ts';
import { casesContract } from '../../src/shared/contract/cases.ts';
import { observablesContract } from '../../src/shared/contract/observables.ts';
import { relationsContract } from '../../src/shared/contract/relations.ts';
import { notesContract } from '../../src/shared/contract/notes.ts';
import { changesContract } from '../../src/shared/contract/changes.ts';
import { dashboardsContract } from '../../src/shared/contract/dashboards.ts';
import { graphContract } from '../../src/shared/contract/graph.ts';
import { intakeContract } from '../../src/shared/contract/intake.ts';
import { systemContract } from '../../src/shared/contract/jobs.ts';
import { searchContract } from '../../src/shared/contract/search.ts';
import { tasksContract } from '../../src/shared/contract/tasks.ts';
import { assetsContract } from '../../src/shared/contract/assets.ts';
import { attackContract } from '../../src/shared/contract/attack.ts';
import { timelineContract } from '../../src/shared/contract/timeline.ts';
import { settingsContract } from '../../src/shared/contract/workspace.ts';
import { connect } from '../../src/shared/rpc/connect.ts';
import type { Client } from '../../src/shared/rpc/contract.ts';
import { createInProcessPair } from '../../src/shared/rpc/in-process-port.ts';
import { serve } from '../../src/shared/rpc/serve.ts';
import { directAnalysis } from './direct-analysis.ts';
import { type FakeClock, makeClock, makeTempDir, silentLogger } from './make-db.ts';

/** Every call but those of the engine's features. */
const featureContract = {
  ...settingsContract,
  ...intakeContract,
  ...casesContract,
  ...caseTemplatesContract,
  ...customFieldsContract,
  ...tagsContract,
  ...taxonomiesContract,
  ...caseListContract,
  ...caseMergeContract,
  ...trashContract,
  ...destroyContract,
  ...viewsContract,
  ...observablesContract,
  ...relationsContract,
  ...notesContract,
  ...activityContract,
  ...alertsContract,
  ...searchContract,
  ...changesContract,
  ...graphContract,
  ...systemContract,
  ...dashboardsContract,
  ...tasksContract,
  ...timelineContract,
  ...assetsContract,
  ...attackContract,
};

export interface TestCore {
  /** A local client over the in-process port: what goes through it went through JSON and zod. */
  api: Client<typeof featureContract>;
  as(context: Partial<CallContext>): Client<typeof featureContract>;
  db: Db;
  blobs: BlobStore;
  events: EventBus;
  records: Records;
  features: Features;
  clock: FakeClock;
  dir: string;
  master: Buffer;
  /** Like kill -9 as far as the database can tell: nothing is parked or told. */
  drop(): Promise<void>;
}

/** The features on a real sealed workspace, without processes. Give `dir` and `master` to open one again. */
export async function makeCore(
  options: { dir?: string; master?: Buffer; analysis?: AnalysisWorker; clock?: FakeClock } = {},
): Promise<TestCore> {
  const dir = options.dir ?? makeTempDir();
  const master = options.master ?? randomBytes(32);
  const clock = options.clock ?? makeClock();
  const keys = createWorkspaceKeys(master);
  const db = openDatabase(join(dir, 'workspace.db'), keys.database);
  migrate(db, () => undefined);
  const blobs = createBlobStore({ db, dir: join(dir, 'blobs'), keys, clock });
  const events = createEventBus();
  const records = createRecords({ db, blobs, events, clock, osmiaVersion: '0.0.0-test' });
  const features = createFeatures({
    records,
    db,
    dir,
    blobs,
    events,
    clock,
    logger: silentLogger,
    osmiaVersion: '0.0.0-test',
    analysis: options.analysis ?? directAnalysis,
    jobsOf: () => [],
    upstream: () => undefined,
    otherChecks: async () => [{ name: 'keychain', status: 'ok', message: 'test' }],
  });
  features.intake.resume();

  const as = (context: Partial<CallContext>): Client<typeof featureContract> => {
    const [near, far] = createInProcessPair();
    void serve(featureContract, groupedHandlers(featureContract, features.handlers), far, {
      context: { client: 'local', actor: 'ana', resolveGrant: () => undefined, ...context },
      app: '0.0.0-test',
      strict: true,
      onBug(error) {
        bugs.push(error);
        return 'bug';
      },
    });
    return connect(featureContract, near).api;
  };
  const bugs: unknown[] = [];
  let isDropped = false;
  const drop = async (): Promise<void> => {
    if (isDropped) return;
    isDropped = true;
    await features.destroying.close();
    await features.intake.close();
    await blobs.close();
    db.close();
  };
  onTestFinished(async () => {
    await drop();
    // A bug that the test did not ask about would otherwise look like any other rejection.
    if (bugs.length > 0) throw bugs[0];
  });
  return { api: as({}), as, db, blobs, events, records, features, clock, dir, master, drop };
}
