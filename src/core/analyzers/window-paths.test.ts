import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeSession, type TestSession } from '../../../test/support/make-session.ts';

const SCRIPT = 'osmia/Script_1_0';

let window: TestSession;
beforeAll(async () => {
  window = await makeSession({ context: { client: 'window' } });
});
afterAll(() => window.close());

const valueOf = async (name: string) =>
  (await window.api['config.get']({ flavorId: SCRIPT })).fields.find((field) => field.name === name)?.effective;

test.each(['flavor', 'base'] as const)('a window names no program and no readable file, for %s', async (scope) => {
  const wanted: Record<string, string | string[]> = { program: '/usr/bin/env', also_readable: ['/home'] };
  for (const [name, value] of Object.entries(wanted)) {
    await expect(
      window.api['config.set']({ flavorId: SCRIPT, scope, values: { [name]: value } }),
    ).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining(`osmia analyzers set ${SCRIPT} ${name}`) as string,
    });
    expect(await valueOf(name)).toBeNull();
  }
});

test('nor by way of an import; what opens no file it may set, and take away', async () => {
  const worker = { name: 'Script', workerDefinitionId: 'Script_1_0', configuration: { program: '/usr/bin/env' } };
  const done = await window.api['config.importCortex']({ json: JSON.stringify([worker]), apply: true });
  expect(done.lines).toMatchObject([
    { setting: 'program', result: 'left', message: expect.stringMatching(/window may not name files/) as string },
  ]);
  expect(await valueOf('program')).toBeNull();
  const values = { timeout_seconds: 30, program: null };
  await window.api['config.set']({ flavorId: SCRIPT, scope: 'flavor', values });
  expect(await valueOf('timeout_seconds')).toBe(30);
});

test('the command line may', async () => {
  const local = await makeSession();
  try {
    const values = { program: '/usr/bin/env' };
    const set = await local.api['config.set']({ flavorId: SCRIPT, scope: 'flavor', values });
    expect(set.fields.find((field) => field.name === 'program')?.effective).toBe('/usr/bin/env');
  } finally {
    await local.close();
  }
});
