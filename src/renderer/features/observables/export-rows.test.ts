import { expect, test } from 'vitest';
import type { Observable } from '../../../shared/contract/entities.ts';
import { exportText } from './export-rows.ts';

const row = (value: string, more: Partial<Observable> = {}): Observable => ({
  id: '01890000-0000-7000-8000-000000000000',
  caseId: '01890000-0000-7000-8000-000000000001',
  dataType: 'other',
  value,
  tlp: 'amber',
  pap: 'amber',
  tags: [],
  message: '',
  marks: [],
  isIoc: false,
  isSighted: false,
  verdict: null,
  taxonomies: [],
  activeJobs: 0,
  reports: [],
  analysedAt: null,
  seenIn: [],
  evidenceId: null,
  createdAt: 0,
  ...more,
});

const csv = (rows: Observable[], isDefanged = true): string[] =>
  exportText(rows, { format: 'csv', isDefanged }).split('\r\n').slice(1, -1);

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx'])('%j is no formula in a spreadsheet', (value) => {
  expect(csv([row(value)])[0]).toContain(`,'${value},`);
});

test('commas, quotes and line ends stay in their cell', () => {
  expect(csv([row('a,"b"')])[0]).toContain(',"a,""b""",');
  expect(exportText([row('x', { message: 'a\nb' })], { format: 'csv', isDefanged: true })).toContain(',"a\nb"');
});

test('values are defanged unless the originals are asked for', () => {
  const url = row('https://bad.example/a.b', { dataType: 'url' });
  expect(csv([url])[0]).toContain('hxxps://bad[.]example/a.b');
  expect(csv([url], false)[0]).toContain('https://bad.example/a.b');
  expect(JSON.parse(exportText([url], { format: 'json', isDefanged: true }))).toMatchObject([
    { dataType: 'url', value: 'hxxps://bad[.]example/a.b', ioc: false },
  ]);
});
