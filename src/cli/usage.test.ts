import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeTempDir } from '../../test/support/make-db.ts';
import { runOsmia } from '../../test/support/run-osmia.ts';
import { ErrorOutput } from './output.ts';

it('prints its version, and nothing else', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  expect(await runOsmia(['--version'], { home: makeTempDir() })).toEqual({
    code: 0,
    stdout: `${version}\n`,
    stderr: '',
  });
});

it('helps', async () => {
  const { code, stdout } = await runOsmia(['--help'], { home: makeTempDir() });
  expect(code).toBe(0);
  for (const command of ['extract', 'analyze', 'analyzers', 'case', 'doctor', 'serve'])
    expect(stdout).toContain(command);
});

it.each([
  [['nonsense']],
  [['extract']],
  [['extract', 'a', 'b']],
  [['extract', '--nonsense', 'a']],
  [['analyze', 'evil.example', '--tlp', 'purple']],
  [['analyze', 'evil.example', '--type', 'nonsense']],
  [['analyze', 'evil.example', '--case', 'x']],
  [['analyze', 'evil.example', '--observables']],
  [['case', 'export', '1']],
  [['serve', '--port', '99999']],
  [['quota', 'set', 'virustotal']],
  [['quota', 'forecast', 'virustotal', 'many']],
  [['extract', './nothing.eml']],
  [['analyze', './nothing.eml']],
])('says what is wrong with %j: exit code 2, standard output empty', async (args) => {
  const json = await runOsmia([...args, '--json'], { home: makeTempDir() });
  expect(json).toMatchObject({ code: 2, stdout: '' });
  expect(ErrorOutput.parse(JSON.parse(json.stderr)).error.message).not.toBe('');
});

it('says it in a line to a person', async () => {
  const text = await runOsmia(['nonsense'], { home: makeTempDir() });
  expect(text).toMatchObject({ code: 2, stdout: '' });
  expect(text.stderr).toMatch(/^osmia: Unknown command 'nonsense'.*\n$/);
});

it('refuses a folder that holds something else, and leaves it alone', async () => {
  const home = makeTempDir();
  const run = await runOsmia(['case', 'list', '--json', '--workspace', join(home, '..')], { home });
  expect(run.code).toBe(2);
  expect(JSON.parse(run.stderr)).toMatchObject({ error: { code: 'workspace.not_a_workspace' } });
});
