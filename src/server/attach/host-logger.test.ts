import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeTempDir } from '../../../test/support/make-db.ts';
import { createHostLogger } from './host-logger.ts';

it('leaves nothing until there is something to say', () => {
  const folder = makeTempDir();
  const logger = createHostLogger('cli', folder);
  expect(readdirSync(folder)).toEqual([]);
  logger.warn('something', { count: 3 });
  expect(JSON.parse(readFileSync(join(folder, 'cli.log'), 'utf8'))).toMatchObject({ msg: 'something', count: 3 });
});

it('goes on where nothing can be written', () => {
  const file = join(makeTempDir(), 'a file');
  writeFileSync(file, '');
  createHostLogger('cli', join(file, 'logs')).error('lost');
});
