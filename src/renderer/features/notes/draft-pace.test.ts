import { expect, test } from 'vitest';
import { createDraftPace, DRAFT_AFTER, type Timers } from './draft-pace.ts';

/** A clock that is moved by hand; answers with what was stored, and when. */
function bench(answers: boolean[] = []) {
  let now = 0;
  let timers: { at: number; run: () => void }[] = [];
  const saves: number[] = [];
  const clock: Timers = {
    setTimeout(run, ms) {
      const timer = { at: now + ms, run };
      timers.push(timer);
      return timer;
    },
    clearTimeout(timer) {
      timers = timers.filter((each) => each !== timer);
    },
  };
  const pace = createDraftPace(async () => {
    saves.push(now);
    return answers.shift() ?? true;
  }, clock);
  const pass = async (ms: number): Promise<void> => {
    for (const end = now + ms; now < end; ) {
      now += 10;
      const due = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      for (const { run } of due) run();
      await Promise.resolve();
      await Promise.resolve();
    }
  };
  return { pace, saves, pass };
}

test('somebody who types without a pause is never more than a second ahead of what is stored', async () => {
  const { pace, saves, pass } = bench();
  for (let key = 0; key < 100; key += 1) {
    pace.touch();
    await pass(100);
  }
  expect(saves.length).toBeGreaterThan(10);
  const gaps = saves.map((at, index) => at - (saves[index - 1] ?? 0));
  expect(Math.max(...gaps)).toBeLessThanOrEqual(1_000);
  expect(DRAFT_AFTER).toBeLessThan(1_000);
});

test('what could not be stored is tried again, and nothing is stored twice', async () => {
  const { pace, saves, pass } = bench([false, false]);
  pace.touch();
  await pass(20_000);
  expect(saves).toHaveLength(3);
});

test('the last words are stored when the editor closes, and none after they were given up', async () => {
  const { pace, saves, pass } = bench();
  pace.flush();
  expect(saves).toEqual([]);
  pace.touch();
  pace.flush();
  expect(saves).toEqual([0]);
  pace.touch();
  pace.stop();
  await pass(2_000);
  expect(saves).toEqual([0]);
});
