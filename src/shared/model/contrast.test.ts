import { expect, test } from 'vitest';
import { contrast, standOut } from './contrast.ts';

test('black on white is 21, a colour on itself 1', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
  expect(contrast('#336699', '#336699')).toBe(1);
});

test.each([
  ['dark', ['#0c0e11', '#121519', '#20242a', '#1a2242']],
  ['light', ['#f7f8fa', '#ffffff', '#eceef2', '#e9edff']],
])('every colour stands out in the %s theme, and stays itself where it does already', (_theme, backgrounds) => {
  const steps = ['00', '33', '66', '99', 'cc', 'ff'];
  for (const red of steps)
    for (const green of steps)
      for (const blue of steps) {
        const colour = `#${red}${green}${blue}`;
        const shown = standOut(colour, backgrounds);
        for (const background of backgrounds)
          expect(contrast(shown, background), `${colour} on ${background}`).toBeGreaterThanOrEqual(3);
        if (backgrounds.every((each) => contrast(colour, each) >= 3)) expect(shown).toBe(colour);
      }
});
