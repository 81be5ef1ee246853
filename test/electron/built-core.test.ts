import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeTempDir } from '../support/make-db.ts';

const root = join(import.meta.dirname, '..', '..');
const isBuilt = existsSync(join(root, 'out', 'main', 'core-entry.js'));
if (!isBuilt) console.log('Test of the bundled core skipped: run `npm run build` first (npm test does).');

test.skipIf(!isBuilt)(
  'the bundled core runs on plain Node: a granted file is sealed in a thread, inspected and analysed in workers',
  () => {
    const home = makeTempDir();
    // Over 4 MiB, so that the second thread of the bundle is needed too.
    const content = Buffer.from(`see http://evil.example.net/a\n${'x'.repeat(99)}\n`.repeat(40_000));
    const file = join(home, 'dropped.txt');
    writeFileSync(file, content);
    const run = spawnSync(
      process.execPath,
      [join(import.meta.dirname, 'run-built-core.ts'), root, join(home, 'workspace'), file],
      {
        encoding: 'utf8',
        timeout: 60_000,
        // No D-Bus: the keychain is missing, so a passphrase is asked for.
        env: { PATH: process.env['PATH'], HOME: home, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' },
      },
    );
    expect(run.stderr).toBe('');
    expect(JSON.parse(run.stdout.trim().split('\n').at(-1)!)).toEqual({
      app: '0.0.0-test',
      said: ['ready', 'closed'],
      forbidden: 'forbidden',
      again: expect.not.stringMatching('allowed'),
      state: 'ready',
      sha256: createHash('sha256').update(content).digest('hex'),
      jobs: expect.arrayContaining(['done']),
    });
  },
  90_000,
);
