import { describe, expect, it } from 'vitest';
import { MAX_FINDINGS, MAX_PLACES, MAX_REJECTED } from '../inspection.ts';
import { createCollector, type Sighting } from './collector.ts';

const sighting = (value: string, offset: number, more: Partial<Sighting> = {}): Sighting => ({
  dataType: 'domain',
  value,
  place: { part: '/', offset, length: value.length, text: value },
  marks: [],
  ...more,
});

describe('createCollector', () => {
  it('merges equal values over parts, in order of first appearance', () => {
    const collector = createCollector();
    collector.add(sighting('b.com', 5));
    collector.add(sighting('a.com', 9, { marks: ['idn'] }));
    collector.add(
      sighting('b.com', 0, { place: { part: '/1/x', offset: 0, length: 5, text: 'B.com' }, marks: ['defanged'] }),
    );
    const { observables } = collector.result();
    expect(observables.map(({ value, places, marks }) => [value, places.map(({ part }) => part), marks])).toEqual([
      ['b.com', ['/', '/1/x'], ['defanged']],
      ['a.com', ['/'], ['idn']],
    ]);
  });

  it('keeps values of different types apart', () => {
    const collector = createCollector();
    collector.add(sighting('x', 0));
    collector.add(sighting('x', 0, { dataType: 'filename' }));
    expect(collector.result().observables).toHaveLength(2);
  });

  it('keeps the first places, and a merged value is no overflow', () => {
    const collector = createCollector();
    for (let i = 0; i < MAX_PLACES + 10; i++) collector.add(sighting('a.com', i));
    const { observables, overflowed } = collector.result();
    expect(observables[0]?.places).toHaveLength(MAX_PLACES);
    expect(observables[0]?.places.at(-1)?.offset).toBe(MAX_PLACES - 1);
    expect(overflowed).toBe(false);
  });

  it('drops a mark that weakens once a value is found without it, in either order', () => {
    for (const mark of ['derived', 'strings']) {
      const collector = createCollector();
      collector.add(sighting('only.com', 0, { marks: [mark] }));
      collector.add(sighting('only.com', 1, { marks: [mark] }));
      collector.add(sighting('first.com', 2, { marks: ['port:8443'] }));
      collector.add(sighting('first.com', 3, { marks: [mark] }));
      collector.add(sighting('later.com', 4, { marks: [mark] }));
      collector.add(sighting('later.com', 5, { marks: ['port:8443'] }));
      expect(collector.result().observables.map(({ marks }) => marks)).toEqual([[mark], ['port:8443'], ['port:8443']]);
    }
  });

  it('caps values and says so', () => {
    const collector = createCollector();
    for (let i = 0; i <= MAX_FINDINGS; i++) collector.add(sighting(`${i}.com`, i));
    expect(collector.result()).toMatchObject({ overflowed: true });
    expect(collector.result().observables).toHaveLength(MAX_FINDINGS);
  });

  it('lists a refusal once for each part, and caps them', () => {
    const collector = createCollector();
    for (const part of ['/', '/', '/1/x']) collector.reject({ text: 'a.foo', part, offset: 1, reason: 'r' });
    expect(collector.result().rejected).toHaveLength(2);
    for (let i = 0; i <= MAX_REJECTED; i++) collector.reject({ text: `${i}`, part: '/', offset: i, reason: 'r' });
    expect(collector.result().rejected).toHaveLength(MAX_REJECTED);
    expect(collector.result().overflowed).toBe(true);
  });

  it('clips what was written without cutting a character in half', () => {
    const collector = createCollector();
    collector.add(
      sighting('a.com', 0, { place: { part: '/', offset: 0, length: 4103, text: `ä${'x'.repeat(4094)}😀y` } }),
    );
    expect(collector.result().observables[0]?.places[0]).toMatchObject({ text: `ä${'x'.repeat(4094)}`, length: 4096 });
  });
});
