import { expect, test } from 'vitest';
import { packBody } from '../jobs/reports.repo.ts';
import type { Finished } from '../engine/runner.ts';
import { withHints } from './hints-of-run.ts';

/** A run that is done and left this text as its report. */
function ended(json: string): Finished {
  const text = Buffer.from(json);
  const basis = { flavorId: 'kit/A_1', version: '1', file: '', settings: '', key: '' };
  return {
    end: { status: 'done', reason: null, exitCode: 0, stderr: '', sandbox: 'none', sandboxNotes: [] },
    report: {
      id: 'r',
      level: null,
      taxonomies: [],
      body: packBody(text),
      bodyBytes: text.length,
      words: '',
      files: [],
      basis: basis as never,
    },
    retry: false,
  };
}

const filler = JSON.stringify('x'.repeat(20_000));

test('a report that can hold no hint is not parsed', () => {
  // Were it parsed, this would throw.
  for (const broken of ['{"full":', `{"full":${filler}`])
    expect(withHints(ended(broken), 0, true).hints).toBeUndefined();
});

test.each([
  ['{"full":{"headers":{"Retry-After":"30"}}}', { isRefused: true, retryAfterMs: 30_000 }],
  [`{"full":{"filler":${filler},"error":{"retry_after":"30"}}}`, { isRefused: true, retryAfterMs: 30_000 }],
  ['{"full":{"X-RateLimit-Remaining":0}}', { limits: [{ remaining: 0 }] }],
  ['{"full":{"status_code":429}}', { isRefused: true }],
  ['{"full":{"message":"Too Many Requests"}}', { isRefused: true }],
  ['{"full":{"message":"Your QUOTA is exceeded"}}', { isRefused: true }],
])('%.60s is read', (json, hints) => {
  expect(withHints(ended(json), 0, true).hints).toMatchObject(hints);
});
