import type { Db } from '../db/open.ts';
import type { Broker } from '../engine/broker/broker-client.ts';
import type { Sandbox } from '../engine/sandbox/sandbox.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock, Logger } from '../ports.ts';
import type { Catalogue } from './analyzers.service.ts';
import { createImportCheck } from './doctor/check-imports.ts';
import { createFlavorDoctor, type FlavorDoctor } from './doctor/flavor-doctor.ts';
import type { EnvironmentStore } from './python/environment-store.ts';
import { createEnvironmentsRepo } from './python/environments.repo.ts';
import { createEnvironments, type Environments } from './python/environments.service.ts';

/** What looks after analyzers besides running them. */
export interface AnalyzerTools {
  environments: Environments;
  doctor: FlavorDoctor;
  close(): Promise<void>;
}

export function createAnalyzerTools(deps: {
  db: Db;
  broker: Broker;
  sandbox: Sandbox;
  store: EnvironmentStore;
  catalogue: Catalogue;
  events: EventBus;
  clock: Clock;
  logger: Logger;
  searchPath: string;
}): AnalyzerTools {
  const { broker, sandbox, store, catalogue, events, clock, logger, searchPath } = deps;
  const environments = createEnvironments({
    broker,
    sandbox,
    store,
    repo: createEnvironmentsRepo(deps.db),
    flavors: () => [...catalogue.list(), ...catalogue.responders()],
    async onChange() {
      await catalogue.reload();
      events.publish('analyzers', 'environments');
    },
    onStep: (id) => events.publish('analyzers', id),
    clock,
    logger,
    searchPath,
    environment: process.env,
  });
  const doctor = createFlavorDoctor({
    imports: createImportCheck({ broker, sandbox }),
    environments: store,
    configOf: catalogue.configOf,
  });
  return { environments, doctor, close: environments.close };
}
