import { expect, test } from 'vitest';
import { leftOutOfRetry } from './retry-rules.ts';

const failed = (reason_code: string, reason_message = '') =>
  leftOutOfRetry({ kind: 'analyzer', status: 'failed', reason_code, reason_message });

test.each(['crashed', 'timeout', 'spawn_failed', 'internal', 'disk.full'])('%s is tried again', (code) => {
  expect(failed(code)).toBeNull();
});

test.each(['bad_output', 'no_output', 'output_too_large', 'exit_code', 'flavor_gone', 'toString', '__proto__', ''])(
  '%s is not tried again',
  (code) => {
    expect(failed(code)).toEqual(expect.any(String));
  },
);

test.each([
  'HTTPSConnectionPool(host=x): Max retries exceeded with url',
  'Connection refused',
  'Temporary failure in name resolution',
  'API answered 429',
  'Too many requests',
  'Request timed out',
])('trouble on the way is tried again: %s', (message) => {
  expect(failed('analyzer_error', message)).toBeNull();
});

test.each(['Invalid API key', 'Unknown hash', 'id 4290 not found', ''])('an answer is not: %s', (message) => {
  expect(failed('analyzer_error', message)).not.toBeNull();
});

test('a responder is never repeated, nor what is done, refused or under way', () => {
  const job = { reason_code: 'crashed', reason_message: '' };
  expect(leftOutOfRetry({ ...job, kind: 'responder', status: 'unknown' })).not.toBeNull();
  expect(leftOutOfRetry({ ...job, kind: 'responder', status: 'failed' })).not.toBeNull();
  for (const status of ['done', 'refused', 'queued', 'waiting', 'running', 'unknown'] as const) {
    expect(leftOutOfRetry({ ...job, kind: 'analyzer', status })).not.toBeNull();
  }
  expect(leftOutOfRetry({ ...job, kind: 'analyzer', status: 'cancelled' })).toBeNull();
});
