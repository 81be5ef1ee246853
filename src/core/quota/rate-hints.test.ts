import { expect, test } from 'vitest';
import { readRateHints } from './rate-hints.ts';

const NOW = Date.parse('2026-11-23T09:42:00Z');
const hint = (more: object) => ({ window: null, limit: null, remaining: null, resetMs: null, ...more });

test('the words of a refusal, as Python clients print them', () => {
  for (const message of [
    'requests.exceptions.HTTPError: 429 Client Error: Too Many Requests for url: https://api.example.test/v3',
    'API error: QuotaExceededError Quota exceeded',
    'HTTP status 429',
    'Rate limit exceeded, try later',
    'You have exceeded your monthly quota',
  ]) {
    expect(readRateHints({ message }, NOW)).toMatchObject({ isRefused: true });
  }
});

test('a number that only looks like a status is none', () => {
  expect(readRateHints({ message: 'read 429 bytes', stderr: 'took 429 ms' }, NOW)).toBeUndefined();
  expect(readRateHints({ stderr: 'no quota key set' }, NOW)).toBeUndefined();
  expect(readRateHints({ report: { size: 429, found: [429] } }, NOW)).toBeUndefined();
});

test('Retry-After in seconds and as a date, in the past as well', () => {
  expect(readRateHints({ stderr: 'Retry-After: 120' }, NOW)).toMatchObject({ isRefused: true, retryAfterMs: 120_000 });
  expect(readRateHints({ stderr: 'retry-after: Mon, 23 Nov 2026 10:00:00 GMT' }, NOW)).toMatchObject({
    retryAfterMs: 18 * 60_000,
  });
  expect(readRateHints({ stderr: 'Retry-After: Mon, 23 Nov 2020 10:00:00 GMT' }, NOW)).toMatchObject({
    retryAfterMs: 0,
  });
  expect(readRateHints({ stderr: 'Retry-After: soon' }, NOW)).toBeUndefined();
});

test('headers in a Python dictionary, with the reset as a moment', () => {
  const stderr = `{'X-RateLimit-Limit': '500', 'X-RateLimit-Remaining': '87', 'X-RateLimit-Reset': '${NOW / 1_000 + 60}'}`;
  expect(readRateHints({ stderr }, NOW)).toEqual({
    isRefused: false,
    retryAfterMs: null,
    limits: [hint({ limit: 500, remaining: 87, resetMs: 60_000 })],
  });
});

test('windows named in the header, before and behind', () => {
  const report = {
    headers: {
      'X-RateLimit-Limit-Day': '500',
      'X-RateLimit-Remaining-Day': 12,
      'x-ratelimit-hourly-remaining': '3',
      'X-Ratelimit-Limit-Minute': '4',
    },
  };
  expect(readRateHints({ report }, NOW)?.limits).toEqual([
    hint({ window: 'day', limit: 500, remaining: 12 }),
    hint({ window: 'hour', remaining: 3 }),
    hint({ window: 'minute', limit: 4 }),
  ]);
});

test('the draft of the IETF', () => {
  const stderr = 'RateLimit-Policy: day;q=500;w=86400, burst;q=4;w=60\nRateLimit: day;r=87;t=51480';
  expect(readRateHints({ stderr }, NOW)?.limits).toEqual([
    hint({ window: 'day', limit: 500, remaining: 87, resetMs: 51_480_000 }),
    hint({ window: 'minute', limit: 4 }),
  ]);
});

test('an error inside a report that says success', () => {
  expect(readRateHints({ report: { status_code: 429, retry_after: 30 } }, NOW)).toMatchObject({
    isRefused: true,
    retryAfterMs: 30_000,
  });
  expect(readRateHints({ report: { error: 'Daily quota exceeded' } }, NOW)).toMatchObject({ isRefused: true });
});

test('what an analyzer found out is not what its service said', () => {
  const found = { 'retry-after': '999999', 'x-ratelimit-remaining': '0', status: 429 };
  expect(readRateHints({ report: { results: { headers: found } } }, NOW)).toBeUndefined();
  expect(
    readRateHints({ report: { data: { attributes: { last_http_response_headers: found } } } }, NOW),
  ).toBeUndefined();
  expect(readRateHints({ report: { results: [found] } }, NOW)).toBeUndefined();
});

test('hostile text of every kind costs little and says nothing false', () => {
  const nest = (depth: number): unknown => (depth === 0 ? { 'retry-after': 1 } : { a: nest(depth - 1) });
  const wide = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`k${i}`, { error: 'x'.repeat(100) }]));
  const texts = [
    'retry-after'.repeat(100_000),
    'ratelimit-'.repeat(100_000),
    'exceeded '.repeat(100_000),
    `quota${' '.repeat(1_000_000)}`,
    `x-ratelimit-limit:${' '.repeat(1_000_000)}`,
    '429 '.repeat(200_000),
    'status '.repeat(200_000),
    '\n'.repeat(1_000_000),
  ];
  const startedAt = performance.now();
  for (const text of texts) readRateHints({ message: text, stderr: text }, NOW);
  readRateHints({ report: nest(5_000) }, NOW);
  readRateHints({ report: wide }, NOW);
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  expect(readRateHints({ stderr: 'X-RateLimit-Remaining: -5' }, NOW)).toBeUndefined();
  expect(readRateHints({ stderr: 'X-RateLimit-Limit: 99999999999999999999' }, NOW)).toBeUndefined();
});
