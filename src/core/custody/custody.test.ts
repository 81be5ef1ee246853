import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { makeCore, type TestCore } from '../../../test/support/make-core.ts';
import { makeTempDir } from '../../../test/support/make-db.ts';

const SCRIPT = fileURLToPath(new URL('../../../resources/custody/verify_custody.py', import.meta.url));
const BYTES = Buffer.from('Please pay to evil.example.com\n');
const SHA256 = hash('sha256', BYTES, 'hex');

async function caseWithFile(core: TestCore, name = 'invoice.txt'): Promise<{ caseId: string; evidenceId: string }> {
  const dir = makeTempDir();
  writeFileSync(join(dir, name), BYTES);
  const { id } = await core.api['intake.fromPath']({ path: join(dir, name) });
  await core.api['intake.wait']({ id });
  const { caseId, evidenceId } = await core.api['intake.accept']({ id, newCaseTitle: 'Invoice' });
  if (evidenceId === null) throw new Error('a file is evidence');
  return { caseId, evidenceId };
}

function exportOf(core: TestCore, caseId: string): string {
  let text = '';
  for (let cursor: string | undefined; ; ) {
    const page = core.records.custody.export(caseId, cursor);
    text += page.text;
    if (page.next === null) return text;
    cursor = page.next;
  }
}

/** What the script of resources/custody says of a log, as a stranger without Osmia would run it. */
function verify(log: string, ...files: string[]): { status: number | null; text: string } {
  const path = join(makeTempDir(), 'log.jsonl');
  writeFileSync(path, log);
  const { status, stdout, stderr } = spawnSync('python3', ['-I', SCRIPT, path, ...files], { encoding: 'utf8' });
  return { status, text: stdout + stderr };
}

const run = (caseId: string, blobId: string, id = 'j1') => ({
  id,
  flavor_id: 'osmia/FileInfo_1_0',
  case_id: caseId,
  blob_id: blobId,
  analyzer_sha256: 'aa'.repeat(32),
});

test('a file is followed from where it came in: who, when, what ran on it, what left', async () => {
  const core = await makeCore();
  const { caseId, evidenceId } = await caseWithFile(core);
  const blobId = core.db.prepare('SELECT blob_id FROM evidence').pluck().get() as string;
  core.records.custody.recordRun(run(caseId, blobId), undefined);
  core.records.custody.recordRun(run(caseId, blobId, 'j2'), { destination: 'VirusTotal', what: 'the SHA-256' });
  core.records.custody.recordExport(evidenceId, 'ana', { as: 'zip with a password' });
  const { items } = core.records.custody.list({ caseId, limit: 100 });
  expect(items.map(({ event, actor }) => [event, actor])).toEqual([
    ['exported', 'ana'],
    ['sent', 'Osmia'],
    ['analysed', 'Osmia'],
    ['accepted', 'ana'],
    ['received', 'ana'],
  ]);
  expect(items[1]?.detail).toMatchObject({
    by: 'osmia/FileInfo_1_0',
    job: 'j2',
    to: 'VirusTotal',
    what: 'the SHA-256',
  });
  expect(new Set(items.map(({ sha256 }) => sha256))).toEqual(new Set([SHA256]));
  expect(await core.records.custody.verify(caseId)).toMatchObject({ entries: 5, brokenAt: null, head: items[0]?.hash });
});

test('into the trash and back, by undo too, is in the log', async () => {
  const core = await makeCore();
  const { caseId, evidenceId } = await caseWithFile(core);
  await core.api['changes.undo']({});
  await core.api['changes.redo']({});
  const events = core.records.custody.list({ caseId, evidenceId, limit: 10 }).items.map(({ event }) => event);
  expect(events).toEqual(['restored', 'trashed', 'accepted', 'received']);
});

test('the database itself refuses to change the log, but for blanking what a destroyed case held', async () => {
  const core = await makeCore();
  const { caseId } = await caseWithFile(core);
  expect(() => core.db.prepare(`UPDATE custody SET actor = 'eve', name = 'x'`).run()).toThrow(/append-only/);
  expect(() => core.db.prepare('DELETE FROM custody').run()).toThrow(/append-only/);
  core.db.prepare(`UPDATE custody SET name = '', detail = '{}'`).run();
  expect(await core.records.custody.verify(caseId)).toMatchObject({ entries: 2, purged: 2, brokenAt: null });
});

test('the script that needs no Osmia agrees, finds the file, and finds what was changed', async () => {
  const core = await makeCore();
  const { caseId, evidenceId } = await caseWithFile(core, 'rechnung-\u202egpj.exe\u2028 “ü”.txt');
  for (let i = 0; i < 700; i += 1) core.records.custody.recordExport(evidenceId, 'ana', { as: `copy ${i}` });
  const log = exportOf(core, caseId);
  const dir = makeTempDir();
  writeFileSync(join(dir, 'same'), BYTES);
  writeFileSync(join(dir, 'other'), 'other');
  const good = verify(log, join(dir, 'same'));
  expect(good.text).toContain('OK  case #1, 702 entries');
  expect(good.text).toContain('is in the log');
  expect(good.text).not.toMatch(/[\u202e\u2028]/);
  expect(good.status).toBe(0);

  const lines = log.trimEnd().split('\n');
  const changed = lines.with(3, lines[3]!.replace('copy 0', 'copy X'));
  expect(verify(changed.join('\n')).text).toContain('Entry 3');
  const cut = lines.slice(0, -1).join('\n');
  expect(verify(cut)).toMatchObject({ status: 1, text: expect.stringContaining('701 are there') });
  const without = lines.toSpliced(5, 1).join('\n');
  expect(verify(without)).toMatchObject({ status: 1 });
  expect(verify(log, join(dir, 'other'))).toMatchObject({
    status: 1,
    text: expect.stringContaining('is not in the log'),
  });
  expect(verify('no log').status).toBe(2);
  expect(verify('').status).toBe(2);
});
