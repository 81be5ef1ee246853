import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Catalogue, createCatalogue } from '../../src/core/analyzers/analyzers.service.ts';
import { carryOver } from '../../src/core/analyzers/carry-over.ts';
import { type ConfigService, createConfigService } from '../../src/core/analyzers/config.service.ts';
import { createInterpreters } from '../../src/core/analyzers/interpreter.ts';
import { createStoredSettings, type StoredSettings } from '../../src/core/analyzers/stored-settings.ts';
import type { Db } from '../../src/core/db/open.ts';
import { createBroker } from '../../src/core/engine/broker/broker-client.ts';
import { createEventBus } from '../../src/core/events/bus.ts';
import type { SecretVault } from '../../src/core/secrets/secret-vault.ts';
import { makeClock, makeDb, makeTempDir, silentLogger } from './make-db.ts';
import { NODE, REPOSITORY } from './make-engine.ts';
import { makeVault } from './make-vault.ts';

export interface Item {
  name: string;
  type?: string;
  multi?: boolean;
  required?: boolean;
  defaultValue?: unknown;
}

/** Writes a descriptor of a program that nobody runs; the same name and version again replaces it. */
export function writeFlavor(
  root: string,
  flavor: { name: string; version?: string; base?: string; items?: Item[]; config?: Record<string, unknown> },
): void {
  const folder = join(root, 'Kit');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'run'), '#!/bin/sh\n', { mode: 0o755 });
  const version = flavor.version ?? '1.0';
  const descriptor = {
    name: flavor.name,
    version,
    author: 'a',
    url: 'u',
    license: 'l',
    description: 'd',
    dataTypeList: ['ip'],
    command: 'Kit/run',
    ...(flavor.base === undefined ? {} : { baseConfig: flavor.base }),
    config: flavor.config ?? {},
    configurationItems: (flavor.items ?? []).map((item) => ({ description: 'd', type: 'string', ...item })),
  };
  writeFileSync(join(folder, `${flavor.name}_${version}.json`), JSON.stringify(descriptor));
}

export interface SettingsKit {
  root: string;
  db: Db;
  vault: SecretVault;
  settings: StoredSettings;
  catalogue: Catalogue;
  config: ConfigService;
}

/** Settings over a real database, vault file and catalogue; the folder `root` is its source `kit`. */
export async function makeSettings(root = makeTempDir()): Promise<SettingsKit> {
  const db = makeDb();
  const clock = makeClock();
  const { vault } = makeVault({ db, wanted: 'vault', clock });
  const settings = createStoredSettings(db, vault);
  const broker = createBroker({
    nodePath: NODE,
    program: join(REPOSITORY, 'src/core/engine/broker/broker.ts'),
    logger: silentLogger,
    monotonic: () => performance.now(),
  });
  onTestFinished(() => broker.close());
  mkdirSync(root, { recursive: true });
  db.prepare(`INSERT INTO analyzer_source (name, path, added_at) VALUES ('kit', ?, 0)`).run(root);
  const catalogue = await createCatalogue({
    db,
    bundledRoot: REPOSITORY,
    interpreters: createInterpreters({ broker, nodePath: NODE, path: '/usr/local/bin:/usr/bin:/bin' }),
    ownCode: [],
    clock,
    logger: silentLogger,
    settings,
    onRead: (flavors) => void carryOver(flavors, settings, clock),
  });
  const config = createConfigService({ catalogue, settings, vault, events: createEventBus(), clock });
  return { root, db, vault, settings, catalogue, config };
}
