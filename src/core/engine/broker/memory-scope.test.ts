import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeTempDir } from '../../../../test/support/make-db.ts';
import { limitMemoryTogether } from './memory-scope.ts';

/** A busctl that writes down how it was called. */
function fake(status: number): { runtime: string; busctl: string; called: string } {
  const runtime = makeTempDir();
  const [busctl, called] = [join(runtime, 'busctl'), join(runtime, 'called')];
  writeFileSync(join(runtime, 'bus'), '');
  writeFileSync(busctl, `#!/bin/sh\nprintf '%s\\n' "$@" > ${called}\nexit ${status}\n`, { mode: 0o755 });
  return { runtime, busctl, called };
}

test('the process is put into a scope of its own with a part of the memory', async () => {
  const { runtime, busctl, called } = fake(0);
  expect(await limitMemoryTogether(4_711, { XDG_RUNTIME_DIR: runtime }, busctl)).toBe(true);
  expect(readFileSync(called, 'utf8').trim().split('\n').slice(6)).toEqual([
    'StartTransientUnit',
    'ssa(sv)a(sa(sv))',
    'osmia-4711.scope',
    'fail',
    '2',
    'PIDs',
    'au',
    '1',
    '4711',
    'MemoryMax',
    't',
    String(Math.floor(totalmem() * 0.75)),
    '0',
  ]);
});

test('where nobody answers, or says no, it is not done, and where there is no bus nothing is started', async () => {
  const refusing = fake(1);
  expect(await limitMemoryTogether(1, { XDG_RUNTIME_DIR: refusing.runtime }, refusing.busctl)).toBe(false);
  const { busctl, called } = fake(0);
  for (const env of [{}, { XDG_RUNTIME_DIR: makeTempDir() }])
    expect(await limitMemoryTogether(1, env, busctl)).toBe(false);
  expect(existsSync(called)).toBe(false);
});
