import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makePassphraseFile, type OsmiaRun, runOsmia } from '../../../test/support/run-osmia.ts';
import { AnalyzeOutput, CaseListOutput, CaseOutput } from '../output.ts';
import { exitCodeOfJobs } from './analyze.ts';

let home: string;
let workspace: string[];
let note: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'osmia-test-'));
  workspace = ['--workspace', join(home, 'ws'), '--passphrase-file', makePassphraseFile(home)];
  note = join(home, 'note.txt');
  writeFileSync(note, 'See hxxps://evil[.]example[.]com/a\n');
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const osmia = (args: string[], stdin?: string): Promise<OsmiaRun> =>
  runOsmia([...args, '--json'], { home, ...(stdin === undefined ? {} : { stdin }) });
const analysisOf = (run: OsmiaRun): AnalyzeOutput => AnalyzeOutput.parse(JSON.parse(run.stdout));

it('runs every local analyzer of a file, and prints evidence, coverage and reports', async () => {
  const run = await osmia(['analyze', note]);
  expect(run).toMatchObject({ code: 0, stderr: '' });
  const { evidence, coverage, jobs } = analysisOf(run);
  expect(evidence).toMatchObject({ name: 'note.txt', size: 35, mediaType: 'text/plain' });
  expect(coverage).toEqual({ parts: 1, skipped: [] });
  expect(jobs.map((j) => [j.flavor, j.status, j.observable])).toEqual([
    ['osmia/FileInfo_1_0', 'done', { dataType: 'file', value: 'note.txt' }],
    ['osmia/Indicators_1_0', 'done', { dataType: 'file', value: 'note.txt' }],
  ]);
  expect(jobs[1]?.report?.artifacts).toContainEqual(
    expect.objectContaining({ dataType: 'url', data: 'https://evil.example.com/a' }),
  );
});

it('runs the analyzers that are named, on standard input too', async () => {
  const run = await osmia(['analyze', '-', '--analyzers', 'Indicators_1_0,osmia/Indicators_1_0'], 'evil.example.com');
  expect(run.code).toBe(0);
  expect(analysisOf(run).jobs.map((j) => j.flavor)).toEqual(['osmia/Indicators_1_0']);
  const unknown = await osmia(['analyze', note, '--analyzers', 'FileInfo']);
  expect(unknown).toMatchObject({ code: 2, stdout: '' });
  expect(JSON.parse(unknown.stderr)).toMatchObject({ error: { details: { candidates: ['osmia/FileInfo_1_0'] } } });
});

it('says with exit code 3 that no analyzer applies, and still prints the whole JSON', async () => {
  const run = await osmia(['analyze', '192.0.2.7']);
  expect(run).toMatchObject({ code: 3, stderr: '' });
  expect(analysisOf(run)).toEqual({ jobs: [] });
});

it('takes a value that is the name of a file as a value only when told to', async () => {
  writeFileSync(join(home, 'evil.example.com'), 'a file');
  const asFile = await runOsmia(['analyze', 'evil.example.com', '--json'], { home });
  expect(analysisOf(asFile).evidence?.name).toBe('evil.example.com');
  const asValue = await runOsmia(['analyze', 'evil.example.com', '--value', '--json'], { home });
  expect(analysisOf(asValue).evidence).toBeUndefined();
  const fromStdin = await osmia(['analyze', '-', '--value'], 'hxxps://evil[.]example[.]com/x\n');
  expect(analysisOf(fromStdin).jobs[0]?.observable).toEqual({ dataType: 'url', value: 'https://evil.example.com/x' });
});

it('refuses what is neither a file nor an observable', async () => {
  for (const [args, code] of [
    [['analyze', 'nothing.eml'], 'file.not_found'],
    [['analyze', '999.888.777.666'], 'invalid_input'],
    [['analyze', note, '--type', 'url'], 'invalid_input'],
    [['analyze', home], 'file.not_a_file'],
  ] as const) {
    const run = await osmia([...args]);
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(JSON.parse(run.stderr)).toMatchObject({ error: { code } });
  }
});

it('puts a file and what was found in it into a case', async () => {
  const made = await osmia(['case', 'new', 'Phish', '--tlp', 'green', '--tag', 'mail', ...workspace]);
  expect(made.code).toBe(0);
  expect(made.stderr).toContain('Created the workspace');
  expect(CaseOutput.parse(JSON.parse(made.stdout)).case).toMatchObject({ number: 1, tlp: 'green', tags: ['mail'] });

  const run = await osmia(['analyze', note, '--observables', '--case', '1', ...workspace]);
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(analysisOf(run).jobs.map((j) => [j.flavor, j.observable.dataType])).toEqual([
    ['osmia/FileInfo_1_0', 'file'],
    ['osmia/Indicators_1_0', 'file'],
    ['osmia/Indicators_1_0', 'url'],
  ]);
  const value = await osmia(['analyze', '192.0.2.9', '--case', '1', ...workspace]);
  expect(value.code).toBe(3);

  const shown = await osmia(['case', 'show', '1', ...workspace]);
  expect(CaseOutput.parse(JSON.parse(shown.stdout)).case.counts).toMatchObject({
    observables: 3,
    evidence: 1,
    jobs: 3,
  });
  const listed = await osmia(['case', 'list', '--text', 'Phish', ...workspace]);
  expect(CaseListOutput.parse(JSON.parse(listed.stdout)).cases).toHaveLength(1);
  expect(await osmia(['case', 'show', '7', ...workspace])).toMatchObject({ code: 2, stdout: '' });

  const again = await osmia(['analyze', note, '--case', '1', ...workspace]);
  expect(analysisOf(again).jobs.map((j) => j.cached)).toEqual([true, true]);
});

it('needs the key of a workspace that exists: exit code 4 without it, and with a wrong one', async () => {
  const dir = workspace[1]!;
  const without = await osmia(['case', 'list', '--workspace', dir]);
  expect(without).toMatchObject({ code: 4, stdout: '' });
  expect(JSON.parse(without.stderr)).toMatchObject({ error: { code: 'passphrase.missing' } });
  const wrong = join(home, 'wrong');
  writeFileSync(wrong, 'not it', { mode: 0o600 });
  const refused = await osmia(['case', 'list', '--workspace', dir, '--passphrase-file', wrong]);
  expect(refused).toMatchObject({ code: 4, stdout: '' });
  expect(JSON.parse(refused.stderr)).toMatchObject({ error: { code: 'workspace.wrong_key' } });
  const byEnvironment = await runOsmia(['case', 'list', '--workspace', dir], {
    home,
    env: { OSMIA_PASSPHRASE_FILE: workspace[3]! },
  });
  expect(byEnvironment.code).toBe(0);
});

it.each([
  [[], 3],
  [['done'], 0],
  [['done', 'refused'], 3],
  [['done', 'waiting'], 3],
  [['refused', 'failed'], 1],
  [['done', 'cancelled'], 1],
] as const)('sums %j up as exit code %i', (statuses, code) => {
  expect(exitCodeOfJobs(statuses.map((status) => ({ status })))).toBe(code);
});
