import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeTempDir } from '../../../test/support/make-db.ts';
import { createFileLogger } from './file-logger.ts';

test('lines are JSON, go to a private file and rotate to five at most', () => {
  const folder = join(makeTempDir(), 'logs');
  const logger = createFileLogger({ folder, maxBytes: 2_000 });
  onTestFinished(() => logger.close());
  for (let i = 0; i < 500; i += 1) logger.info('did a thing', { i });
  const names = readdirSync(folder).sort();
  expect(names).toEqual(['osmia.1.log', 'osmia.2.log', 'osmia.3.log', 'osmia.4.log', 'osmia.log']);
  for (const name of names) {
    const { size, mode } = statSync(join(folder, name));
    expect(size).toBeLessThanOrEqual(2_000);
    expect(mode & 0o777).toBe(0o600);
  }
  const last = readFileSync(logger.path, 'utf8').trimEnd().split('\n').at(-1)!;
  expect(JSON.parse(last)).toMatchObject({ msg: 'did a thing', i: 499 });
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test('it goes on where it stopped, and an error brings no message along', () => {
  const folder = makeTempDir();
  for (const n of [1, 2]) {
    const logger = createFileLogger({ folder });
    logger.error(`run ${n}`, { cause: new Error('/home/client/secret.pdf') });
    logger.close();
  }
  const text = readFileSync(join(folder, 'osmia.log'), 'utf8');
  expect(text.trimEnd().split('\n')).toHaveLength(2);
  expect(text).not.toContain('secret.pdf');
});
