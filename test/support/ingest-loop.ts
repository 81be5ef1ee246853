import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMemorySecretStore } from '../../src/core/adapters/memory-secret-store.ts';
import { createSystemClock } from '../../src/core/adapters/system-clock.ts';
import { createCore } from '../../src/core/app.ts';
import type { BlobStore } from '../../src/core/evidence/blob-store.ts';

import { openTinySession } from './tiny-session.ts';

/*
 * A process to be killed: takes in files and streams for ever and prints `id sha256` of each once it is acknowledged.
 * Arguments: workspace folder, folder for its input, master key in hex.
 */
const [dir, inputs, master] = process.argv.slice(2) as [string, string, string];
await createCore({
  dir,
  clock: createSystemClock(),
  logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
  secrets: createMemorySecretStore(),
  osmiaVersion: '0.0.0-test',
  createIfMissing: true,
  masterKey: Buffer.from(master, 'hex'),
  engine: { nodePath: process.execPath, bundledRoot: dir },
  openSession(deps) {
    setImmediate(() => void ingestForEver(deps.blobs));
    return openTinySession(deps);
  },
});

async function ingestForEver(blobs: BlobStore): Promise<never> {
  for (let n = 0; ; n += 1) {
    const bytes = randomBytes(1 + ((n * 7_919) % 600_000));
    const owner = { owner: 'intake', id: `${process.pid}-${n}` } as const;
    const path = join(inputs, 'input');
    writeFileSync(path, bytes);
    const stored = n % 2 === 0 ? await blobs.ingest({ path }, owner) : await blobs.put(bytes, owner);
    process.stdout.write(`${stored.id} ${stored.sha256}\n`);
  }
}
