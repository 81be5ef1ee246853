import { describe, expect, it } from 'vitest';
import type { Finding } from '../inspection.ts';
import { type Collected, createCollector } from './collector.ts';
import { ADDRESSES, type Case, HTML, JSONS, NAMES, OTHERS, URLS } from './extract.cases.ts';
import { type ExtractOptions, extractInto } from './extract.ts';
import type { TextFormat } from './text-format.ts';

function extract(text: string, options: Partial<ExtractOptions> = {}): Collected {
  const collector = createCollector();
  extractInto(collector, Buffer.from(text), { part: '/', format: 'text', ...options });
  return collector.result();
}

function written({ dataType, value, marks }: Finding): string {
  return `${dataType} ${value}${marks.length > 0 ? ` #${marks.toSorted().join(',')}` : ''}`;
}

function check(format: TextFormat, [text, ...expected]: Case, around: (text: string) => string): void {
  const whole = around(text);
  const { observables, rejected } = extract(whole, { format });
  expect(observables.map(written)).toEqual(expected.filter((line) => !line.startsWith('!')));
  for (const refusal of expected.filter((line) => line.startsWith('!'))) {
    expect(rejected.map(({ reason }) => reason).join('\n')).toContain(refusal.slice(1));
    expect(rejected.length).toBeGreaterThan(0);
  }
  const bytes = Buffer.from(whole);
  for (const { places } of observables) {
    for (const place of places) {
      expect(bytes.toString('utf8', place.offset, place.offset + place.length)).toBe(place.text);
    }
  }
}

const GROUPS: readonly (readonly [string, TextFormat, readonly Case[]])[] = [
  ['addresses', 'text', ADDRESSES],
  ['names', 'text', NAMES],
  ['URLs', 'text', URLS],
  ['other kinds', 'text', OTHERS],
  ['HTML', 'html', HTML],
  ['JSON', 'json', JSONS],
];

describe.each(GROUPS)('%s', (_name, format, cases) => {
  it.each(cases.map((one) => [one[0], one] as const))('%s', (_text, one) => check(format, one, (text) => text));

  it.each(cases.map((one) => [one[0], one] as const))('within a line, after wide characters: %s', (_text, one) => {
    check(format, one, (text) => `Größe – 数 😀\r\n ${text} \r\nnext`);
  });
});

describe('places', () => {
  it('counts bytes and lines from the base of the window', () => {
    const { observables } = extract('ä\nb\n evil.com\nx evil.com', { baseOffset: 1000, baseLine: 7, page: 3 });
    expect(observables).toEqual([
      {
        dataType: 'domain',
        value: 'evil.com',
        marks: [],
        places: [
          { part: '/', offset: 1006, length: 8, text: 'evil.com', line: 9, page: 3 },
          { part: '/', offset: 1017, length: 8, text: 'evil.com', line: 10, page: 3 },
        ],
      },
    ]);
  });

  it('shows what was written, the value normalised', () => {
    const { observables } = extract('x hXXp://EVIL[.]com/A');
    expect(observables[0]?.value).toBe('http://evil.com/A');
    expect(observables[0]?.places[0]).toEqual({
      part: '/',
      offset: 2,
      length: 19,
      text: 'hXXp://EVIL[.]com/A',
      line: 1,
    });
  });

  it('gives a value beyond its token its whole length', () => {
    const text = 'a Mozilla/5.0 (X11; Linux) Gecko/1 b.com';
    const [agent, host] = extract(text).observables;
    expect(agent?.places[0]?.text).toBe('Mozilla/5.0 (X11; Linux) Gecko/1');
    expect(host?.value).toBe('b.com');
  });
});

describe('derive', () => {
  it('adds the host of URLs and mail addresses', () => {
    const { observables } = extract('http://a.evil.com:1/x john@evil.net http://9.9.9.9/', { derive: true });
    expect(observables.map(written)).toEqual([
      'url http://a.evil.com:1/x',
      'fqdn a.evil.com #derived',
      'mail john@evil.net',
      'domain evil.net #derived',
      'url http://9.9.9.9/',
      'ip 9.9.9.9 #derived',
    ]);
    expect(observables[1]?.places[0]).toMatchObject({ offset: 7, length: 10, text: 'a.evil.com' });
  });

  it('drops the mark when the value stands on its own as well', () => {
    const { observables } = extract('http://evil.com/x evil.com', { derive: true });
    expect(observables.map(written)).toEqual(['url http://evil.com/x', 'domain evil.com']);
  });

  it('is off by default', () => {
    expect(extract('http://a.evil.com/x john@evil.net').observables.map(written)).toEqual([
      'url http://a.evil.com/x',
      'mail john@evil.net',
    ]);
  });
});

describe('bytes that are not text', () => {
  it('takes invalid UTF-8 as the end of a word', () => {
    const collector = createCollector();
    extractInto(collector, Buffer.from([0xff, ...Buffer.from('evil.com'), 0xc3, 0x28]), { part: '/', format: 'text' });
    expect(collector.result().observables.map(written)).toEqual(['domain evil.com']);
  });

  it('takes NUL as a blank', () => {
    expect(extract('evil.com\0evil.net').observables.map(written)).toEqual(['domain evil.com', 'domain evil.net']);
  });

  it('reads nothing out of nothing', () => {
    expect(extract('')).toEqual({ observables: [], rejected: [], overflowed: false });
  });
});
