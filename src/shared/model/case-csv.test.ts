import { expect, test } from 'vitest';
import type { Case } from '../contract/entities.ts';
import { caseCsv } from './case-csv.ts';

test('no title, tag or summary becomes a formula, a line or a column', () => {
  const row = {
    number: 1,
    title: '=HYPERLINK("https://a.example","x")',
    status: 'resolved',
    resolution: 'true_positive',
    impact: 'no_impact',
    severity: 2,
    tlp: 'amber',
    pap: 'red',
    assignee: '@ana',
    isFlagged: false,
    tags: ['a', 'b;c'],
    startAt: 0,
    endAt: 5_400_000,
    createdAt: 0,
    updatedAt: 0,
    summary: 'two\nlines, "quoted"',
    counts: { observables: 1, malicious: 0, suspicious: 0, evidence: 0, tasks: 2, tasksDone: 1 },
  } as unknown as Case;
  const text = caseCsv([row], 9e9);
  expect(text.startsWith('"number","title","status"')).toBe(true);
  expect(text).toContain(`"'=HYPERLINK(""https://a.example"",""x"")"`);
  expect(text).toContain(`"'@ana"`);
  expect(text).toContain('"1970-01-01T01:30:00.000Z"');
  expect(text).toContain('"1.5"');
  expect(text.endsWith('"two\nlines, ""quoted"""\r\n')).toBe(true);
});
