import { spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeCore, type TestCore } from '../../../../test/support/make-core.ts';
import { makeTempDir } from '../../../../test/support/make-db.ts';
import { NODE, REPOSITORY } from '../../../../test/support/make-engine.ts';
import { keepEvidence } from '../../observables/keep-evidence.ts';

const EACH = 2_500;
/** Of 5,000 rows in steps of a hundred there are some fifty. */
const TURNS = 50;

async function sourceCase(core: TestCore, title: string): Promise<string> {
  const { api, blobs, db, records, clock } = core;
  const { id } = await api['cases.create']({ title });
  const items = Array.from({ length: EACH }, (_, i) => ({
    dataType: 'fqdn' as const,
    value: `${title}${i}.example.com`,
  }));
  for (let at = 0; at < EACH; at += 500) await api['observables.add']({ caseId: id, items: items.slice(at, at + 500) });
  const { id: blobId } = await blobs.put(Buffer.from(`a letter to ${title}`), { owner: 'case', id });
  const file = { blobId, name: `${title}.txt`, mediaType: 'text/plain', typeLabel: 'text', intakeId: null };
  db.transaction(() =>
    keepEvidence(
      { ...records, blobs, clock, osmiaVersion: 'test' },
      id,
      { ...file, sourceJobId: null },
      { actor: 'a' },
    ),
  )();
  return id;
}

/** Runs a merge or its opposite in a process of its own; says how it ended. */
async function run(
  { dir, master }: TestCore,
  what: 'merge' | 'unmerge',
  turns: number,
  ids: string[],
): Promise<string | null> {
  const script = join(REPOSITORY, 'test/support/case-merger.ts');
  const child = spawn(NODE, [script, dir, master.toString('hex'), what, String(turns), ...ids], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.on('data', () => {
    if (turns === 0) child.kill('SIGKILL');
  });
  const [, how] = (await once(child, 'close')) as [number | null, string | null];
  return how;
}

const letters = async ({ api, blobs }: TestCore, caseId: string): Promise<string[]> => {
  const texts: string[] = [];
  for (const { sha256 } of await api['evidence.list']({ caseId })) {
    const reader = await blobs.open(blobs.findBySha256(sha256)!.id);
    texts.push(Buffer.from(await reader.read(0, reader.size)).toString());
    await reader.close();
  }
  return texts.sort();
};

test('kill -9 in the middle of a merge of 5,000 observables leaves the cases as they were; in the middle of taking it apart, all or nothing', async () => {
  const dir = makeTempDir();
  const master = randomBytes(32);
  const first = await makeCore({ dir, master });
  const ids = [await sourceCase(first, 'one'), await sourceCase(first, 'two')];
  await first.drop();

  let core = first;
  for (const turns of [1 + randomInt(3), 4 + randomInt(TURNS - 5)]) {
    expect(await run(core, 'merge', turns, ids)).toBe('SIGKILL');
    core = await makeCore({ dir, master });
    const { items } = await core.api['cases.list']({});
    expect(items.map(({ title, status, mergedInto }) => `${title} ${status} ${mergedInto}`).sort()).toEqual([
      'one open null',
      'two open null',
    ]);
    for (const { counts } of items) expect(counts).toMatchObject({ observables: EACH, evidence: 1 });
    expect(await letters(core, ids[0]!)).toEqual(['a letter to one']);
    await core.drop();
  }

  core = await makeCore({ dir, master });
  const { id } = await core.api['cases.merge']({ ids });
  await core.api['observables.add']({ caseId: id, items: [{ dataType: 'fqdn', value: 'later.example.com' }] });
  await core.drop();
  expect(await run(core, 'unmerge', 0, [id, ids[0]!])).toBe('SIGKILL');
  core = await makeCore({ dir, master });
  const after = await core.api['cases.list']({});
  const isApart = after.items.length === 2;
  const open = after.items.filter(({ status }) => status === 'open').map(({ counts }) => counts.observables);
  expect(open.sort((a, b) => a - b)).toEqual(isApart ? [EACH, EACH + 1] : [2 * EACH + 1]);
  if (!isApart) {
    expect(await letters(core, id)).toEqual(['a letter to one', 'a letter to two']);
    // Without the keys of the cases that they came from: the merged one has its own.
    for (const caseId of ids) core.blobs.release({ owner: 'case', id: caseId });
    expect(await letters(core, id)).toEqual(['a letter to one', 'a letter to two']);
    expect(await core.api['cases.unmerge']({ id, carryTo: ids[0]! })).toMatchObject({ carried: 1 });
  }
  expect((await core.api['cases.get']({ id: ids[0]! })).counts.observables).toBe(EACH + 1);
  expect(core.db.pragma('integrity_check', { simple: true })).toBe('ok');
});
