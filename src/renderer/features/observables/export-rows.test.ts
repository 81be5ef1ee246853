import { expect, test } from 'vitest';
import type { Observable } from '../../../shared/contract/entities.ts';
import { exportText } from './export-rows.ts';

const row = (value: string, more: Partial<Observable> = {}): Observable => ({
  id: '01890000-0000-7000-8000-000000000000',
  num: 1,
  caseId: '01890000-0000-7000-8000-000000000001',
  dataType: 'other',
  value,
  sha256: null,
  sightedAt: null,
  ignoreSimilarity: false,
  updatedAt: 0,
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
  expect(csv([row(value)])[0]).toContain(`,"'${value}",`);
});

test('commas, quotes and line ends stay in their cell', () => {
  expect(csv([row('a,"b"')])[0]).toContain(',"a,""b""",');
  expect(exportText([row('x', { message: 'a\nb' })], { format: 'csv', isDefanged: true })).toContain(',"a\nb",');
});

test('values are defanged unless the originals are asked for', () => {
  const url = row('https://bad.example/a.b', { dataType: 'url' });
  expect(csv([url])[0]).toContain('hxxps://bad[.]example/a.b');
  expect(csv([url], false)[0]).toContain('https://bad.example/a.b');
  expect(JSON.parse(exportText([url], { format: 'json', isDefanged: true }))).toMatchObject([
    { dataType: 'url', value: 'hxxps://bad[.]example/a.b', ioc: false },
  ]);
});

const sha256 = 'a'.repeat(64);

test('a file is its name and its hash, one line each', () => {
  const rows = [row('a.exe', { dataType: 'file', sha256 }), row('bad.example', { dataType: 'domain' })];
  expect(exportText(rows, { format: 'txt', isDefanged: true })).toBe(`a.exe|${sha256}\nbad[.]example\n`);
  expect(exportText(rows, { format: 'misp', isDefanged: false })).toBe(
    `*filename|sha256\t:a.exe|${sha256}\n*domain\t:bad.example\n`,
  );
  expect(exportText([row('one\ntwo')], { format: 'misp', isDefanged: true })).toBe('*other\t:one two\n');
  const hash = row('b'.repeat(32), { dataType: 'hash' });
  expect(exportText([hash], { format: 'misp', isDefanged: true })).toMatch(/^\*md5\t/);
});

test('each analyzer has a column, with what it said', () => {
  const said = {
    level: 'malicious' as const,
    namespace: 'VT',
    predicate: 'detections',
    value: '14/92',
    jobId: 'j',
    flavorId: 'cortex/VirusTotal_3_1',
    reportedAt: 1,
  };
  const reports = [
    { flavorId: 'cortex/VirusTotal_3_1', at: 1, basisId: null },
    { flavorId: 'osmia/DomainParts_1_0', at: 1, basisId: null },
  ];
  const rows = [row('a.example', { taxonomies: [said], reports }), row('b.example')];
  const [head, first, second] = exportText(rows, { format: 'csv', isDefanged: false }).split('\r\n');
  expect(head).toMatch(/,"DomainParts_1_0","VirusTotal_3_1"$/);
  expect(first).toMatch(/,"no verdict","malicious VT:detections=14\/92"$/);
  expect(second).toMatch(/,"",""$/);
});
