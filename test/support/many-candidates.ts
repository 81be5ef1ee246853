import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { analysisThatFinds } from './direct-analysis.ts';
import { makeCore } from './make-core.ts';
import { makeTempDir } from './make-db.ts';

/** Takes in a file with `count` candidates, pages through them, decides nearly all at once and accepts 6,000. */
export async function manyCandidates(count: number): Promise<void> {
  const observables = Array.from({ length: count }, (_, i) => ({
    dataType: 'ip' as const,
    value: `45.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`,
    places: [{ part: '/', offset: i, length: 9, text: 'x', line: i + 1 }],
    marks: [],
  }));
  const { api } = await makeCore({ analysis: analysisThatFinds(observables) });
  const path = join(makeTempDir(), 'many.txt');
  writeFileSync(path, 'x');
  const { id } = await api['intake.fromPath']({ path });
  expect((await api['intake.wait']({ id })).counts.accepted).toBe(count);
  let seen = 0;
  for (let after: number | null = -1; after !== null; ) {
    const page: Awaited<ReturnType<(typeof api)['intake.candidates']>> = await api['intake.candidates']({
      id,
      after,
      limit: 5_000,
    });
    seen += page.items.length;
    after = page.next;
  }
  expect(seen).toBe(count);
  const seqs = Array.from({ length: count - 1_000 }, (_, i) => i);
  const skipped = await api['intake.decide']({ id, seqs, decision: 'skip' });
  expect(skipped.counts).toMatchObject({ accepted: 1_000, skipped: count - 1_000 });
  await api['intake.decide']({ id, seqs: seqs.slice(0, 5_000), decision: 'accept' });
  const accepting = api['intake.accept']({ id, newCaseTitle: 'Many' });
  await expect(api['intake.discard']({ id })).rejects.toMatchObject({ code: 'conflict' });
  expect(await accepting).toMatchObject({ added: 6_001 });
}
