import { describe, expect, test } from 'vitest';
import { refang } from './refang.ts';
import { parseSearch, type SearchQuery } from './search-query.ts';

const NOW = Date.UTC(2026, 10, 23, 9, 42);
const parse = (text: string): SearchQuery => parseSearch(text, NOW);
const terms = (text: string): string[] =>
  parse(text).terms.map(
    ({ text: words, isPhrase, isNegated }) => `${isNegated ? '-' : ''}${isPhrase ? `"${words}"` : words}`,
  );
const filters = (text: string): string[] =>
  parse(text).filters.map(({ key, value, isNegated }) => `${isNegated ? '-' : ''}${key}=${value}`);

test('words, phrases and negation', () => {
  expect(terms('  loader "call home"  -beacon -"old news" ')).toEqual([
    'loader',
    '"call home"',
    '-beacon',
    '-"old news"',
  ]);
  expect(terms('a-b -- - "" -"" ...')).toEqual(['a-b']);
});

test('every filter, in any case, with quotation marks and negated', () => {
  expect(
    filters(
      'TYPE:ip tag:"two words" is:IOC case:#12 in:notes tlp:amber+strict verdict:malicious assignee:ana before:2026-11-01 after:7d -type:url -is:flagged',
    ),
  ).toEqual([
    'type=ip',
    'tag=two words',
    'is=ioc',
    'case=12',
    'in=note',
    'tlp=amber+strict',
    'verdict=malicious',
    'assignee=ana',
    `before=${Date.UTC(2026, 10, 1)}`,
    `after=${NOW - 7 * 86_400_000}`,
    '-type=url',
    '-is=starred',
  ]);
  expect(filters('type:email')).toEqual(['type=mail']);
});

test('what looks like a filter and is none stays text', () => {
  for (const text of ['http://evil.test/a', 'C:\\Windows\\x.exe', '10.0.0.1:443', 'fe80::1', 'vt:score', ':x', '12:30'])
    expect(terms(text), text).toEqual([text]);
});

describe('what is not understood is said, with its place, and the rest counts', () => {
  test.each([
    ['beacon typ:ip', 7, 13, /no filter “typ:”/, /type:/],
    ['beacon tpye:ip', 7, 14, /no filter/, /type:/],
    ['beacon tlp:purple', 7, 17, /“purple”/, /clear, green, amber, amber\+strict, red/],
    ['beacon before:2026-02-30', 7, 24, /2026-02-30/, /2026-11-01/],
    ['beacon case:abc', 7, 15, /“abc”/, /number/],
    ['beacon is:', 7, 10, /says nothing/, /is:ioc/],
    ['beacon "open end', 7, 16, /no partner/, /closing "/],
  ])('%s', (text, from, to, message, hint) => {
    const { problems, terms: kept } = parse(text);
    expect(problems).toMatchObject([{ from, to }]);
    expect(problems[0]!.message).toMatch(message);
    expect(problems[0]!.hint).toMatch(hint);
    expect(kept[0]?.text).toBe('beacon');
  });
});

test('defanged text is what it stands for', () => {
  expect(terms('hxxps://evil[.]example[.]test/a(b) 10[.]0[.]0[.]1 ana[at]mail[.]test')).toEqual([
    'https://evil.example.test/a(b)',
    '10.0.0.1',
    'ana@mail.test',
  ]);
  expect(refang('fxps://a{.}b<dot>c [:] hxxp[://]x')).toBe('ftps://a.b.c : http://x');
});

test('bounds: many words are cut and said; long input stays linear', () => {
  const { terms: kept, problems } = parse(Array.from({ length: 50 }, (_, i) => `w${i}`).join(' '));
  expect(kept).toHaveLength(20);
  expect(problems).toHaveLength(1);
  for (const text of ['"'.repeat(2_000), '-'.repeat(2_000), 'a:'.repeat(1_000), '[.'.repeat(1_000)]) {
    const startedAt = performance.now();
    parse(text);
    expect(performance.now() - startedAt).toBeLessThan(500);
  }
});
