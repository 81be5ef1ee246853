import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeTempDir } from '../../../test/support/make-db.ts';
import { acquireLock, holdsLock } from './lock.ts';

test('one holder at a time, also within a process', () => {
  const dir = join(makeTempDir(), 'new', 'workspace');
  const lock = acquireLock(dir)!;
  expect(holdsLock(dir)).toBe(true);
  expect(acquireLock(dir)).toBeUndefined();
  lock.release();
  expect(holdsLock(dir)).toBe(false);
  const again = acquireLock(dir)!;
  again.release();
  expect(statSync(dir).mode & 0o777).toBe(0o700);
  for (const name of readdirSync(dir)) expect(statSync(join(dir, name)).mode & 0o077, name).toBe(0);
});

test('another process is refused, and kill -9 frees the lock', async () => {
  const dir = makeTempDir();
  const code = `
    const { acquireLock } = await import(${JSON.stringify(new URL('./lock.ts', import.meta.url).href)});
    console.log(acquireLock(${JSON.stringify(dir)}) ? 'held' : 'refused');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  expect(line.toString()).toBe('held\n');
  expect(acquireLock(dir)).toBeUndefined();
  child.kill('SIGKILL');
  await once(child, 'exit');
  const lock = acquireLock(dir);
  expect(lock).toBeDefined();
  lock!.release();
});

test('a folder with other files is refused and left as it is', () => {
  const dir = makeTempDir();
  writeFileSync(join(dir, 'thesis.docx'), 'x');
  expect(() => acquireLock(dir)).toThrow(expect.objectContaining({ code: 'workspace.not_a_workspace' }));
  expect(readdirSync(dir)).toEqual(['thesis.docx']);
  const missing = join(dir, 'missing');
  expect(() => acquireLock(missing, { createIfMissing: false })).toThrow(
    expect.objectContaining({ code: 'workspace.not_a_workspace' }),
  );
});
