import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeBigWorkspace, shareOf, WHOLE } from '../bench/big-workspace.ts';
import { questionsOf, spentOn } from '../support/scale-questions.ts';

/** The whole has so many times the rows of the part; what reads all of them takes as many times as long. */
const TIMES = 20;
const MOST = 8;

test('25,000 cases and 400,000 observables: every question takes a little longer than with a twentieth of them', async () => {
  const home = mkdtempSync(join(tmpdir(), 'osmia-scale-long-'));
  const part = makeBigWorkspace(join(home, 'part'), shareOf(WHOLE, 1 / TIMES));
  const whole = makeBigWorkspace(join(home, 'whole'), WHOLE);
  try {
    const few = questionsOf(part);
    const many = questionsOf(whole);
    const grown: Record<string, number> = {};
    for (const name of Object.keys(few)) {
      grown[name] = Number.POSITIVE_INFINITY;
      for (let tried = 0; tried < 4 && grown[name] > MOST; tried += 1) {
        grown[name] = Math.min(grown[name], (await spentOn(many[name]!)) / (await spentOn(few[name]!)));
      }
    }
    expect(Object.entries(grown).filter(([, ratio]) => ratio > MOST)).toEqual([]);
  } finally {
    part.close();
    whole.close();
    rmSync(home, { recursive: true, force: true });
  }
});
