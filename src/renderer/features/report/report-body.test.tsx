import { cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, test } from 'vitest';
import { ReportBodyView } from './report-body.tsx';

afterEach(cleanup);

const draw = (full: Record<string, unknown>, flavorName = 'Foreign'): HTMLElement =>
  render(<ReportBodyView full={full} flavorName={flavorName} />).container;

test('records read as pairs and lists of records as a table', () => {
  draw({ first_seen: '2026', hosts: [{ name: 'a', port: 1 }, { name: 'b' }] });
  expect(screen.getByText('first seen')).toBeDefined();
  expect(screen.getAllByRole('columnheader').map((each) => each.textContent)).toEqual(['name', 'port']);
});

test('addresses anywhere are defanged and markup stays text', () => {
  const container = draw({
    note: 'see http://evil.com/x <img src=x onerror=alert(1)>',
    link: 'https://evil.com/y',
    rows: [{ from: 'mx.evil.com' }],
  });
  expect(container.textContent).not.toMatch(/https?:\/\/evil|mx\.evil\.com/);
  expect(container.querySelector('img, a')).toBeNull();
});

test('a hundred thousand rows draw fifty and offer more', async () => {
  draw({ rows: Array.from({ length: 100_000 }, (_, n) => ({ n })) });
  expect(screen.getAllByRole('row')).toHaveLength(51);
  await userEvent.click(screen.getByRole('button', { name: /Show more/ }));
  expect(screen.getAllByRole('row')).toHaveLength(551);
});

test('a text of a megabyte is clipped', () => {
  expect(draw({ body: 'x'.repeat(1_000_000) }).textContent?.length).toBeLessThan(5_000);
});

test('ten thousand levels neither crash nor draw', () => {
  let deep: unknown = 'end';
  for (let level = 0; level < 10_000; level++) deep = { in: deep };
  expect(draw({ deep }).textContent).not.toContain('end');
});

test.each([
  ['null prototype keys', { __proto__: null, constructor: 'x', toString: 'y' }],
  ['odd keys', { '': 1, '\u202Ekey': 'v', 'a.b/c': [null, undefined, [[]]] }],
  ['known sections of the wrong shape', { findings: 'none', links: [1, null], received: { a: 1 }, observables: [[]] }],
])('%s are survived', (_name, full) => {
  expect(() => draw(full as Record<string, unknown>, 'Email')).not.toThrow();
  cleanup();
  expect(() => draw(full as Record<string, unknown>, 'Indicators')).not.toThrow();
});

test('an empty report says so', () => {
  expect(draw({ a: [], b: {}, c: '' }).textContent).toContain('no details');
});
