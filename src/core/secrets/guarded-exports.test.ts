import { expect, test } from 'vitest';
import { makeCore } from '../../../test/support/make-core.ts';
import { makeVault } from '../../../test/support/make-vault.ts';
import type { CallContext } from '../ports.ts';
import { createExportGuard } from './export-guard.ts';
import { guardedExports } from './guarded-exports.ts';

const KEY = 'kT9"x/3fQ7mZ2pLw8vRb';

test('a template or dashboard with a secret in it leaves for nobody, one without does', async () => {
  const core = await makeCore();
  const { vault } = makeVault({ db: core.db, wanted: 'memory' });
  await vault.add(KEY);
  const { features, api } = core;
  const exports = guardedExports(
    features.handlers,
    createExportGuard(vault, () => 'key of Service'),
  );
  const ctx: CallContext = { client: 'local', actor: 'ana', resolveGrant: () => undefined };
  const { signal } = new AbortController();
  const template = async (name: string, description: string): Promise<unknown> => {
    const { id } = await api['caseTemplates.create']({ name, description });
    return exports['caseTemplates.export'](ctx, { id, shape: 'thehive4' }, signal);
  };
  await expect(template('clean', 'Ask the client.')).resolves.toMatchObject({ text: expect.any(String) });
  await expect(template('leaking', `Use ${KEY} for it.`)).rejects.toMatchObject({ code: 'export.holds_secret' });
  const shipped = (await api['dashboards.list']({}))[0]!;
  expect(await exports['dashboards.export'](ctx, { id: shipped.id }, signal)).toMatchObject({
    name: expect.any(String),
  });
  const copy = await api['dashboards.duplicate']({ id: shipped.id });
  await api['dashboards.update']({ id: copy.id, patch: { description: KEY } });
  await expect(exports['dashboards.export'](ctx, { id: copy.id }, signal)).rejects.toMatchObject({
    code: 'export.holds_secret',
  });
});
