import { describe, expect, it } from 'vitest';
import { growth, LINEAR } from '../../../test/support/growth.ts';
import { createCollector } from './collector.ts';
import { extractInto } from './extract.ts';
import { KNOWN_UNITS, OTHER_UNITS } from './linear.cases.ts';

describe('time grows with the length and no faster, up to four megabytes', () => {
  it.each([...KNOWN_UNITS, ...OTHER_UNITS])('%j', async (unit) => {
    const work = (size: number): void => {
      const bytes = Buffer.from(`${unit.repeat(Math.ceil(size / Buffer.byteLength(unit)))}!`);
      extractInto(createCollector(), bytes, { part: '/', format: 'html', derive: true });
    };
    expect(await growth(work, 1_000_000)).toBeLessThan(LINEAR);
  });
});
