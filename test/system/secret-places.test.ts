import { randomUUID } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { createMemorySecretStore } from '../../src/core/adapters/memory-secret-store.ts';
import { type Core, createCore } from '../../src/core/app.ts';
import { formsOf } from '../../src/core/secrets/secret-forms.ts';
import { readKeyFile } from '../../src/core/workspace/key-file.ts';
import { createWorkspaceKeys } from '../../src/core/workspace/keys.ts';
import { openDatabaseFile } from '../../src/core/workspace/opened-workspace.ts';
import { contract, type OsmiaContract } from '../../src/shared/contract/contract.ts';
import type { Client } from '../../src/shared/rpc/contract.ts';
import { connect } from '../../src/shared/rpc/connect.ts';
import { createInProcessPair } from '../../src/shared/rpc/in-process-port.ts';
import { serve } from '../../src/shared/rpc/serve.ts';
import { makeTempDir, silentLogger } from '../support/make-db.ts';
import { FIXTURES, NODE, REPOSITORY } from '../support/make-engine.ts';

const clock = { now: Date.now, monotonic: () => performance.now(), zone: () => 'UTC' };

async function open(
  dir: string,
  secrets: ReturnType<typeof createMemorySecretStore>,
): Promise<{ core: Core; api: Client<OsmiaContract> }> {
  const core = await createCore({
    dir,
    clock,
    logger: silentLogger,
    secrets,
    osmiaVersion: '0.0.0-test',
    createIfMissing: true,
    engine: { nodePath: NODE, bundledRoot: REPOSITORY, width: 2 },
  });
  onTestFinished(() => core.close());
  const [near, far] = createInProcessPair();
  void serve(contract, core.handlers, far, {
    context: { client: 'local', actor: 'ana', resolveGrant: () => undefined },
    app: '0.0.0-test',
    strict: true,
    onBug: (error) => {
      throw error;
    },
  });
  return { core, api: connect(contract, near).api };
}

/** Every value of every table, with what is packed unpacked. */
function everythingIn(dir: string, master: Buffer): string {
  const db = openDatabaseFile(dir, createWorkspaceKeys(master).database);
  const tables = db
    .prepare<[], { name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'`)
    .all();
  const texts = tables.flatMap(({ name }) =>
    (db.prepare(`SELECT * FROM "${name}"`).all() as Record<string, unknown>[]).flatMap((row) =>
      Object.values(row).map((value) => (Buffer.isBuffer(value) ? unpacked(value) : String(value))),
    ),
  );
  db.close();
  return texts.join('\n');
}

function unpacked(value: Buffer): string {
  for (const unpack of [zstdDecompressSync, gunzipSync, inflateSync]) {
    try {
      return unpack(value).toString('latin1');
    } catch {
      // Packed in another way, or not at all.
    }
  }
  return value.toString('latin1');
}

test('in keychain mode the workspace holds nothing of a secret, sealed or not, and another start finds it', async () => {
  const secret = `k-${randomUUID()}/é`;
  const keychain = createMemorySecretStore();
  const dir = join(makeTempDir(), 'w');
  const kit = join(makeTempDir(), 'kit');
  cpSync(join(FIXTURES, 'Good'), join(kit, 'Good'), { recursive: true });
  const descriptor = join(kit, 'Good/Echo.json');
  writeFileSync(descriptor, readFileSync(descriptor, 'utf8').replace('"Echo"', '"Said"'));

  const first = await open(dir, keychain);
  await first.api['analyzers.addSource']({ path: kit });
  await first.api['config.set']({ flavorId: 'kit/Said_1_0', scope: 'base', values: { api_token: secret } });
  expect((await first.api['secrets.list']({})).secrets).toMatchObject([{ place: 'keychain', isReadable: true }]);
  const subjects = [{ dataType: 'ip' as const, value: '192.0.2.1' }];
  const run = async ({ api }: typeof first): Promise<string> => {
    const sheet = await api['jobs.plan']({ subjects, flavorIds: ['kit/Said_1_0'] });
    const [job] = await api['jobs.start']({ sheetId: sheet.id, rows: [0], force: [0] });
    const [done] = await api['jobs.wait']({ ids: [job!.id] });
    expect(done).toMatchObject({ status: 'done' });
    return JSON.stringify(await api['reports.get']({ jobId: job!.id }));
  };
  // It had it: the report is what it was given, without the secret.
  expect(await run(first)).toContain('"api_token":"[redacted]"');
  // What asks to be exported says so.
  expect((await first.api['secrets.scan']({ text: `x ${encodeURIComponent(secret)}` })).found).toMatchObject([
    { label: 'api_token of Good' },
  ]);
  await first.core.close();

  const second = await open(dir, keychain);
  expect(await run(second)).toContain('"api_token":"[redacted]"');
  expect((await second.api['secrets.list']({})).secrets).toMatchObject([{ testResult: 'accepted' }]);
  await second.core.close();

  expect(readdirSync(dir)).not.toContain('secrets.vault');
  const master = Buffer.from((await keychain.get(readKeyFile(dir)!.id))!, 'base64');
  const everything = everythingIn(dir, master);
  expect(everything).toContain('[redacted]');
  for (const form of formsOf(secret)) {
    expect(everything).not.toContain(form);
    // Packed texts were read as bytes.
    expect(everything).not.toContain(Buffer.from(form).toString('latin1'));
  }
  expect(everything).not.toContain(secret.slice(2, 20));
});
