import { expect, test } from 'vitest';
import { isTouched } from './live.ts';

const event = (topic: 'job' | 'case', caseId: string | null) => ({ topic, caseId });

test('an event touches the queries of its topic', () => {
  expect(isTouched({ meta: { topics: ['job'] } }, [event('job', null)])).toBe(true);
  expect(isTouched({ meta: { topics: ['case'] } }, [event('job', null)])).toBe(false);
});

test('a query of one case ignores events of another, not those of none', () => {
  const query = { meta: { topics: ['job' as const], caseId: 'a' } };
  expect(isTouched(query, [event('job', 'b')])).toBe(false);
  expect(isTouched(query, [event('job', 'a')])).toBe(true);
  expect(isTouched(query, [event('job', null)])).toBe(true);
});

test('a query without topics is never touched', () => {
  expect(isTouched({ meta: undefined }, [event('job', null)])).toBe(false);
});
