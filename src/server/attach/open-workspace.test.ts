import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeTempDir, silentLogger } from '../../../test/support/make-db.ts';
import type { CoreOptions } from '../../core/app.ts';
import { acquireLock } from '../../core/workspace/lock.ts';
import { nodeCoreOptions } from './node-core-options.ts';
import { openWorkspace } from './open-workspace.ts';
import { openTemporaryWorkspace, sweepTemporaryWorkspaces } from './temporary-workspace.ts';

const optionsFor = (at: { dir: string; masterKey?: Buffer }): CoreOptions =>
  nodeCoreOptions({ ...at, createIfMissing: true, osmiaVersion: '0.1.0', logger: silentLogger, useKeychain: false });

it('holds a workspace that nobody holds, and attaches to one that somebody holds', async () => {
  const dir = join(makeTempDir(), 'ws');
  const first = await openWorkspace(optionsFor({ dir, masterKey: randomBytes(32) }));
  onTestFinished(() => first.close());
  expect(first.kind).toBe('core');
  const second = await openWorkspace(optionsFor({ dir }));
  if (second.kind !== 'attached') throw new Error('two cores on one workspace');
  const made = await second.connection.api['cases.create']({ title: 'From the second' });
  expect(made.number).toBe(1);
  await second.close();
});

it('waits for a holder that is just starting', async () => {
  const dir = join(makeTempDir(), 'ws');
  const [first, second] = await Promise.all([
    openWorkspace(optionsFor({ dir, masterKey: randomBytes(32) })),
    openWorkspace(optionsFor({ dir, masterKey: randomBytes(32) })),
  ]);
  expect([first.kind, second.kind].sort()).toEqual(['attached', 'core']);
  for (const opened of first.kind === 'attached' ? [first, second] : [second, first]) await opened.close();
});

it('gives up on a holder that never answers', async () => {
  const dir = join(makeTempDir(), 'ws');
  const lock = acquireLock(dir);
  onTestFinished(() => lock?.release());
  await expect(openWorkspace({ ...optionsFor({ dir }), patienceMs: 50 })).rejects.toMatchObject({
    code: 'workspace.in_use',
  });
});

it('makes a temporary workspace that only its user can enter, and leaves nothing', async () => {
  const parent = makeTempDir();
  const temporary = await openTemporaryWorkspace(optionsFor, parent);
  const [name] = readdirSync(parent);
  if (process.platform !== 'win32') expect(statSync(join(parent, name!)).mode & 0o777).toBe(0o700);
  expect(temporary.core.status().state).toBe('open');
  // Its lock is held, so nobody sweeps it.
  expect(sweepTemporaryWorkspaces(parent)).toBe(0);
  await temporary.close();
  expect(readdirSync(parent)).toEqual([]);
});

it('sweeps what is surely left over, and nothing else', () => {
  const parent = makeTempDir();
  const make = (name: string, isMarked: boolean, ageMs: number): string => {
    const dir = join(parent, name);
    mkdirSync(join(dir, 'run'), { recursive: true, mode: 0o700 });
    if (isMarked) writeFileSync(join(dir, 'run', 'temporary'), '');
    const at = (Date.now() - ageMs) / 1000;
    utimesSync(dir, at, at);
    return dir;
  };
  const dead = make('osmia-tmp-dead', true, 0);
  const halfMade = make('osmia-tmp-new', false, 0);
  const abandoned = make('osmia-tmp-old', false, 7_200_000);
  const foreign = make('something-else', true, 7_200_000);
  expect(sweepTemporaryWorkspaces(parent)).toBe(2);
  expect([dead, halfMade, abandoned, foreign].map((dir) => existsSync(dir))).toEqual([false, true, false, true]);
});
