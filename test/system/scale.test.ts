import { afterAll, beforeAll, expect, test } from 'vitest';
import { join } from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { type BigWorkspace, makeBigWorkspace, observablesOnly, shareOf, WHOLE } from '../bench/big-workspace.ts';
import { questionsOf, spentOn } from '../support/scale-questions.ts';

/** Twenty times as many rows. By look-up a question takes a little longer, by reading all of them twenty times as long. */
const SMALL = 1_000;
const BIG = 20_000;
const MOST = 8;

let home: string;
let small: BigWorkspace;
let big: BigWorkspace;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'osmia-scale-'));
  small = makeBigWorkspace(join(home, 'small'), observablesOnly(SMALL));
  big = makeBigWorkspace(join(home, 'big'), observablesOnly(BIG));
});
afterAll(() => {
  small.close();
  big.close();
  rmSync(home, { recursive: true, force: true });
});

test('search, look-ups, pages and related cases grow by look-up: 20,000 rows ÷ 1,000', async () => {
  const few = questionsOf(small);
  const many = questionsOf(big);
  const grown: Record<string, number> = {};
  for (const name of Object.keys(few)) {
    let ratio = Number.POSITIVE_INFINITY;
    // Of a few tries the least: a machine that was busy in one is not in all of them.
    for (let tried = 0; tried < 4 && ratio > MOST; tried += 1) {
      ratio = Math.min(ratio, (await spentOn(many[name]!)) / (await spentOn(few[name]!)));
    }
    grown[name] = ratio;
  }
  expect(Object.entries(grown).filter(([, ratio]) => ratio > MOST)).toEqual([]);
});

test('the generator fills every kind, the same each time', () => {
  const profile = { ...shareOf(WHOLE, 1 / 4_000), reports: 5 };
  const rowsOf = (name: string): unknown[] => {
    const { db, close } = makeBigWorkspace(join(home, name), profile);
    const counted = ['case_record', 'observable', 'task', 'note', 'alert', 'report', 'search_doc'].map((table) => [
      table,
      db.prepare(`SELECT count(*) FROM ${table}`).pluck().get(),
    ]);
    const values = db.prepare('SELECT value, message FROM observable ORDER BY num').all();
    close();
    return [counted, values];
  };
  const first = rowsOf('a');
  expect(first).toEqual(rowsOf('b'));
  expect(first[0]).toEqual([
    ['case_record', profile.cases],
    ['observable', expect.any(Number)],
    ['task', profile.tasks],
    ['note', profile.notes],
    ['alert', profile.alerts],
    ['report', profile.reports],
    ['search_doc', profile.cases + profile.tasks + profile.notes + profile.alerts + profile.reports],
  ]);
});
