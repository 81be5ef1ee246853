import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { makeTempDir } from '../../../test/support/make-db.ts';
import { makePassphraseFile, type OsmiaRun, runOsmia } from '../../../test/support/run-osmia.ts';

const ANALYZERS = fileURLToPath(new URL('../../../test/fixtures/protocol', import.meta.url));
const RESPONDERS = fileURLToPath(new URL('../../../test/fixtures/responders', import.meta.url));

/** The command line on one workspace of the test's own. */
function makeBench(): { home: string; osmia: (args: string[], stdin?: string | Uint8Array) => Promise<OsmiaRun> } {
  const home = makeTempDir();
  const key = ['--passphrase-file', makePassphraseFile(home), '--workspace', join(home, 'w')];
  return { home, osmia: (args, stdin) => runOsmia([...args, ...key], { home, ...(stdin && { stdin }) }) };
}

it('names what was wrong in the words of the command, never a call', async () => {
  const { osmia } = makeBench();
  for (const [args, words] of [
    [['analyze', ''], 'The value is empty'],
    [['case', 'new', ''], 'A case needs a title.'],
    [['egress', 'find', ' '], 'Name a value or a hash'],
    [['quota', 'ledger', 'k', '--limit', '0'], '--limit takes a whole number from 1'],
    [['quota', 'share', 'k', 'none'], 'or “all”'],
    [['quota', 'list', '--engagement', 'nobody'], 'There are: First engagement'],
    [['egress', 'list', '--engagement', 'nobody'], 'There are: First engagement'],
  ] as const) {
    const run = await osmia([...args]);
    expect(run, args.join(' ')).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain(words);
    expect(run.stderr).not.toMatch(/expected string|[a-z]+\.[a-z]+: /);
  }
});

it('takes a secret from standard input only where it is a text', async () => {
  const { osmia } = makeBench();
  expect(await osmia(['analyzers', 'add', ANALYZERS])).toMatchObject({ code: 0, stdout: 'protocol: 8 analyzers.\n' });
  expect(await osmia(['analyzers', 'add', RESPONDERS])).toMatchObject({ stdout: 'fixtures: 6 responders.\n' });
  const set = ['analyzers', 'set', 'Twice_NeedsKey_1_0', 'api_key'];
  const binary = await osmia(set, new Uint8Array([0x6b, 0xff, 0xfe, 0x1b, 0x79, 0x0a]));
  expect(binary).toMatchObject({ code: 2, stdout: '' });
  expect(binary.stderr).toContain('api_key is no text');
  expect((await osmia([...set, '--unset', 'x'])).stderr).toContain('not both');
  expect(await osmia(set, 'clé-ñ-12345678\n')).toMatchObject({ code: 0 });
  const { stdout } = await osmia(['doctor']);
  expect(stdout).toMatch(/^ok +secrets +1 in the vault file; new ones go to the vault file$/m);
  expect(stdout).not.toMatch(/5678|api_key|\/tmp/);
});

it('says that nobody uses a key, and what share was given', async () => {
  const { osmia } = makeBench();
  expect(await osmia(['quota', 'set', 'virustotl', '--day', '5'])).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('No analyzer here uses this key.') as string,
  });
  expect((await osmia(['quota', 'share', 'virustotl', '40'])).stdout).toContain('First engagement may use 40 %');
});

it('writes an export that only its user can read, also over a file that others could', async () => {
  const { home, osmia } = makeBench();
  const file = join(home, 'egress.csv');
  writeFileSync(file, 'old');
  chmodSync(file, 0o644);
  expect((await osmia(['egress', 'list'])).stdout).toMatch(/^Nothing of this engagement left/);
  expect(await osmia(['egress', 'export', '--output', file])).toMatchObject({ code: 0 });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).toMatch(/^"time_utc"/);
});
