import { expect, test } from 'vitest';
import { packBody, unpackBody } from './reports.repo.ts';

test('a body comes back as it was, packed where that saves room', () => {
  const short = Buffer.from(JSON.stringify({ full: { text: 'bee ü' } }));
  const long = Buffer.from(JSON.stringify({ full: { text: 'bee ü '.repeat(5_000) } }));
  expect(packBody(short)).toBe(short);
  expect(packBody(long).length).toBeLessThan(long.length / 10);
  for (const body of [short, long]) expect(unpackBody(packBody(body)).equals(body)).toBe(true);
});
