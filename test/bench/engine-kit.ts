import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { migrate } from '../../src/core/db/migrate.ts';
import { openDatabase } from '../../src/core/db/open.ts';
import { type EngineKit, makeEngine, REPOSITORY } from '../support/make-engine.ts';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

export interface BenchEngine extends EngineKit {
  /** Ends the engine and closes the database. */
  end(): Promise<void>;
}

export const TRIVIAL = 'kit/Trivial_1_0';
export const hosts = (count: number, prefix = 'host') =>
  Array.from({ length: count }, (_, i) => ({ dataType: 'domain' as const, value: `${prefix}${i}.example.org` }));

/** The engine on a sealed workspace in `dir`, two jobs at a time; give `key` again to open the same one. */
export async function openEngine(
  dir: string,
  options: { key?: Buffer; width?: number; allowSandbox?: boolean; sources?: string[] } = {},
): Promise<BenchEngine> {
  const { key = randomBytes(32), width = 2, allowSandbox = false } = options;
  const db = openDatabase(join(dir, 'w.db'), key);
  migrate(db, () => undefined);
  const sources = options.sources ?? [join(REPOSITORY, 'test/fixtures/bench-analyzers')];
  const kit = await makeEngine(db, dir, { logger: quiet, allowSandbox, width, sources, master: key });
  return {
    ...kit,
    async end() {
      await kit.close();
      db.close();
    },
  };
}
