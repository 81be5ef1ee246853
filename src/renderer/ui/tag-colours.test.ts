import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contrast } from '../../shared/model/contrast.ts';
import { SURFACES, shadesOf } from './tag-colours.ts';

const TOKENS = readFileSync(join(import.meta.dirname, '../styles/tokens.css'), 'utf8');

test.each(['dark', 'light'] as const)('the surfaces of the %s theme are those of the tokens', (theme) => {
  const block = TOKENS.slice(TOKENS.indexOf(`color-scheme="${theme}"`)).split('}')[0] ?? '';
  const inTokens = ['bg', 's1', 's2', 's3', 'overlay', 'accent-soft'].map(
    (name) => new RegExp(`--o-${name}: (#[0-9a-f]{6})`).exec(block)?.[1],
  );
  expect(new Set(SURFACES[theme])).toEqual(new Set(inTokens));
});

test.each(['#000000', '#ffffff', '#777777', '#ff2b2b', '#3654d9', '#ffee00'])(
  '%s can be seen in both themes',
  (colour) => {
    const shades = shadesOf(colour);
    for (const theme of ['dark', 'light'] as const)
      for (const surface of SURFACES[theme]) expect(contrast(shades[theme], surface)).toBeGreaterThanOrEqual(3);
  },
);
