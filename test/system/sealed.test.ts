import {
  chmodSync,
  closeSync,
  cpSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CaseListOutput } from '../../src/cli/output.ts';
import type { ErrorCode } from '../../src/shared/errors.ts';
import type { OsmiaRun } from '../support/run-osmia.ts';
import { makeWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = makeWorld();
  for (const title of ['First', 'Second']) expect(await osmia(['case', 'new', title])).toMatchObject({ code: 0 });
  for (const n of [1, 2]) {
    const run = await osmia(['analyze', evidence(n), '--case', String(n)]);
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
  }
});
afterAll(() => world.remove());

/** Large enough to be two sealed pieces. */
const evidence = (n: number): string =>
  world.put(`evidence ${n}.txt`, `see https://n${n}.example.com/\n`.repeat(40_000));

const at = (workspace: string, passphraseFile: string = world.passphraseFile): string[] => [
  '--json',
  '--workspace',
  workspace,
  '--passphrase-file',
  passphraseFile,
];
const osmia = (args: string[], flags: string[] = at(world.workspace)): Promise<OsmiaRun> =>
  world.run([...args, ...flags]);

function expectError(run: OsmiaRun, exitCode: number, code: ErrorCode): string {
  expect(run).toMatchObject({ code: exitCode, stdout: '' });
  const { error } = JSON.parse(run.stderr.trim().split('\n').at(-1)!) as { error: { code: string; message: string } };
  expect(error.code).toBe(code);
  // What happened and what to do, without a stack.
  expect(error.message).toMatch(/^\S.{20,}/);
  expect(error.message).not.toMatch(/\bat .*:\d+:\d+|SQLITE|\[object/);
  return error.message;
}

async function titles(flags: string[]): Promise<string[]> {
  const run = await osmia(['case', 'list'], flags);
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
  return CaseListOutput.parse(JSON.parse(run.stdout))
    .cases.map(({ title }) => title)
    .sort();
}

/** A copy of the closed workspace, to be damaged. */
function copy(name: string): string {
  const path = join(world.inputs, name);
  cpSync(world.workspace, path, { recursive: true, filter: (source) => !source.endsWith('core.sock') });
  return path;
}

function flip(path: string, offset: number): void {
  const fd = openSync(path, 'r+');
  const byte = Buffer.alloc(1);
  readSync(fd, byte, 0, 1, offset);
  byte[0]! ^= 0x20;
  writeSync(fd, byte, 0, 1, offset);
  closeSync(fd);
}

function blobFiles(workspace: string): string[] {
  return readdirSync(join(workspace, 'blobs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort((a, b) => statSync(a).size - statSync(b).size);
}

it('is locked after a restart: without a passphrase, and with a wrong one', async () => {
  const without = await osmia(['case', 'list'], at(world.workspace).slice(0, 3));
  expect(expectError(without, 4, 'passphrase.missing')).toContain('--passphrase-file');
  expectError(await osmia(['case', 'list'], at(world.workspace, wrongPassphrase())), 4, 'workspace.wrong_key');
  expect(await titles(at(world.workspace))).toEqual(['First', 'Second']);
});

function wrongPassphrase(): string {
  const path = world.put('wrong', 'not it\n');
  chmodSync(path, 0o600);
  return path;
}

it.skipIf(process.platform === 'win32')(
  'refuses a passphrase file that others can read, and does not open with it',
  async () => {
    const exposed = world.put('exposed', 'correct horse battery\n');
    chmodSync(exposed, 0o644);
    const message = expectError(
      await osmia(['case', 'list'], at(world.workspace, exposed)),
      2,
      'passphrase.file_exposed',
    );
    expect(message).toContain('chmod 600');
    expect(message).not.toContain('correct horse');
  },
);

it('keeps every file and folder of the workspace to its user', () => {
  if (process.platform === 'win32') return;
  expect(statSync(world.workspace).mode & 0o777).toBe(0o700);
  for (const entry of readdirSync(world.workspace, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    expect([path, statSync(path).mode & 0o077]).toEqual([path, 0]);
  }
});

it('comes back from a backup with the same data, under the same passphrase only', async () => {
  const backup = join(world.inputs, 'backup');
  const restored = join(world.inputs, 'restored');
  const made = await osmia(['backup', backup]);
  expect(made.code).toBe(0);
  expect(JSON.parse(made.stdout)).toMatchObject({ damaged: 0 });
  expectError(await osmia(['backup', backup]), 2, 'conflict');

  expectError(await osmia(['restore', backup], at(restored, wrongPassphrase())), 4, 'workspace.wrong_key');
  expect(statSync(restored, { throwIfNoEntry: false })).toBeUndefined();
  expect(await osmia(['restore', backup], at(restored))).toMatchObject({ code: 0 });
  expectError(await osmia(['restore', backup], at(restored)), 2, 'conflict');

  expect(await titles(at(restored))).toEqual(['First', 'Second']);
  for (const n of ['1', '2']) {
    const [before, after] = await Promise.all([osmia(['case', 'show', n]), osmia(['case', 'show', n], at(restored))]);
    expect(JSON.parse(after.stdout)).toEqual(JSON.parse(before.stdout));
  }
  // The evidence itself opens: an answer that is not from the cache reads it.
  const run = await osmia(['backup', join(world.inputs, 'second backup')], at(restored));
  expect(JSON.parse(run.stdout)).toMatchObject({ damaged: 0 });
});

it('tells a changed byte in a backup, and restores nothing from it', async () => {
  const backup = join(world.inputs, 'changed backup');
  expect(await osmia(['backup', backup])).toMatchObject({ code: 0 });
  const victim = blobFiles(backup).at(-1)!;
  flip(victim, statSync(victim).size >> 1);
  const target = join(world.inputs, 'from changed');
  expectError(await osmia(['restore', backup], at(target)), 4, 'workspace.damaged');
  expect(statSync(target, { throwIfNoEntry: false })).toBeUndefined();
});

it('tells a changed byte in a stored file: jobs on it fail with a reason, everything else works', async () => {
  const dir = copy('blob flipped');
  const flags = at(dir);
  // The two pieces of evidence are the largest; the other one must stay whole.
  const victim = blobFiles(dir).at(-1)!;
  flip(victim, statSync(victim).size >> 1);
  expect(await titles(flags)).toEqual(['First', 'Second']);

  const backup = await osmia(['backup', join(world.inputs, 'of a flipped blob')], flags);
  expect(backup.code).toBe(1);
  expect(JSON.parse(backup.stdout)).toMatchObject({ damaged: 1 });
  const statuses: string[] = [];
  const host = await world.serve({ workspace: dir });
  const { api, close } = await host.connect();
  for (const { id } of (await api['cases.list']({})).items) {
    const [file] = (await api['observables.list']({ caseId: id, dataTypes: ['file'] })).items;
    const sheet = await api['jobs.plan']({ subjects: [{ observableId: file!.id }], flavorIds: ['osmia/FileInfo_1_0'] });
    const { rows } = sheet.localIndex;
    const jobs = await api['jobs.start']({ sheetId: sheet.id, rows, force: rows });
    for (const job of await api['jobs.wait']({ ids: jobs.map((each) => each.id) })) {
      statuses.push(job.status);
      if (job.status === 'failed') expect(job.reason?.message).toMatch(/damaged|changed|does not open|backup/i);
    }
  }
  expect(statuses.sort()).toEqual(['done', 'failed']);
  close();
  expect(await host.stop()).toBe(130);
}, 60_000);

it('tells a changed byte in the database, and leaves it as it is', async () => {
  const dir = copy('database flipped');
  const database = join(dir, 'workspace.db');
  // The first page, which everything starts from.
  flip(database, 2_000);
  const before = readFileSync(database);
  const message = expectError(await osmia(['case', 'list'], at(dir)), 4, 'workspace.damaged');
  expect(message).toMatch(/restore/);
  expect(readFileSync(database).equals(before)).toBe(true);
  flip(database, 2_000);
  expect(await titles(at(dir))).toEqual(['First', 'Second']);
});

it('never gives wrong data for a changed byte anywhere in the database', async () => {
  const dir = copy('any page flipped');
  const database = join(dir, 'workspace.db');
  const { size } = statSync(database);
  for (const part of [0.2, 0.5, 0.8]) {
    const offset = Math.floor(size * part);
    flip(database, offset);
    const run = await osmia(['case', 'list'], at(dir));
    if (run.code === 0) expect(JSON.parse(run.stdout)).toMatchObject({ cases: { length: 2 } });
    else expectError(run, 4, 'workspace.damaged');
    flip(database, offset);
  }
  expect(await titles(at(dir))).toEqual(['First', 'Second']);
});

it('tells a changed or cut key file from a wrong passphrase where it can, and opens again when it is put back', async () => {
  const dir = copy('keys flipped');
  const keys = join(dir, 'keys.json');
  const good = readFileSync(keys);
  for (const bad of [Buffer.alloc(0), good.subarray(0, good.length >> 1), Buffer.from('{}'), Buffer.from('[1]')]) {
    writeFileSync(keys, bad);
    expectError(await osmia(['case', 'list'], at(dir)), 4, 'workspace.damaged');
  }
  for (let offset = 3; offset < good.length; offset += Math.ceil(good.length / 6)) {
    writeFileSync(keys, good);
    flip(keys, offset);
    const run = await osmia(['case', 'list'], at(dir));
    expect(run).toMatchObject({ code: 4, stdout: '' });
    const { error } = JSON.parse(run.stderr.trim().split('\n').at(-1)!) as { error: { code: string } };
    expect(['workspace.damaged', 'workspace.wrong_key', 'workspace.newer_version']).toContain(error.code);
  }
  writeFileSync(keys, good);
  expect(await titles(at(dir))).toEqual(['First', 'Second']);
}, 60_000);
