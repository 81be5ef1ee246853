import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNoSecretStore } from '../../src/core/adapters/memory-secret-store.ts';
import { type Core, createCore } from '../../src/core/app.ts';
import type { EngineOptions } from '../../src/core/engine/engine.ts';
import type { CallContext } from '../../src/core/ports.ts';
import { contract, type OsmiaContract } from '../../src/shared/contract/contract.ts';
import { connect } from '../../src/shared/rpc/connect.ts';
import type { Client } from '../../src/shared/rpc/contract.ts';
import { createInProcessPair } from '../../src/shared/rpc/in-process-port.ts';
import { serve } from '../../src/shared/rpc/serve.ts';
import { silentLogger } from './make-db.ts';
import { NODE, REPOSITORY } from './make-engine.ts';

export interface TestSession {
  core: Core;
  /** A local client: what goes through it went through JSON and zod. */
  api: Client<OsmiaContract>;
  dir: string;
  master: Buffer;
  /** Ends it; removes the folder where it made one. */
  close(): Promise<void>;
}

const clock = { now: Date.now, monotonic: () => performance.now(), zone: () => 'Europe/Madrid' };

/**
 * A whole core over a real workspace, with its engine; the caller closes it, so that a file of tests can share one. Give
 * `dir` and `master` to open one again.
 */
export async function makeSession(
  options: { dir?: string; master?: Buffer; context?: Partial<CallContext>; engine?: Partial<EngineOptions> } = {},
): Promise<TestSession> {
  const temporary = options.dir === undefined ? mkdtempSync(join(tmpdir(), 'osmia-session-')) : undefined;
  const dir = options.dir ?? join(temporary ?? '', 'w');
  const master = options.master ?? randomBytes(32);
  const core = await createCore({
    dir,
    clock,
    logger: silentLogger,
    secrets: createNoSecretStore('There is no keychain here.'),
    osmiaVersion: '0.0.0-test',
    masterKey: master,
    createIfMissing: true,
    engine: { nodePath: NODE, bundledRoot: REPOSITORY, width: 2, ...options.engine },
  });
  const [near, far] = createInProcessPair();
  void serve(contract, core.handlers, far, {
    context: { client: 'local', actor: 'ana', resolveGrant: () => undefined, ...options.context },
    app: '0.0.0-test',
    strict: true,
    onBug: (error) => {
      throw error;
    },
  });
  return {
    core,
    api: connect(contract, near).api,
    dir,
    master,
    async close() {
      await core.close();
      if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
    },
  };
}
