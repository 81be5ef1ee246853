import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { NODE, REPOSITORY } from '../support/make-engine.ts';
import { type Conformance, type ConformanceRow, runConformance } from './cortex-folder.ts';

let made: Conformance;
beforeAll(async () => {
  made = await runConformance(
    { folder: join(REPOSITORY, 'test/fixtures/protocol'), hasNetwork: false, isEveryType: true, only: '', seconds: 30 },
    (core) => ({ ...core, engine: { ...core.engine, nodePath: NODE } }),
  );
}, 60_000);

const of = (name: string): ConformanceRow[] => made.rows.filter(({ flavor }) => flavor === name);

test('a program that checks the protocol finds it kept, for each type and for a file', () => {
  const rows = of('Protocol_Check');
  expect(rows.map(({ dataType }) => dataType)).toEqual([
    'domain',
    'file',
    'hash',
    'ip',
    'mail',
    'mail_subject',
    'other',
    'url',
  ]);
  expect(rows.map(({ result, reason }) => [result, reason])).toEqual(
    rows.map(() => ['done', 'Protocol:Kept=19 (info), Protocol:Level=becomes info (info)']),
  );
});

test('what real programs do wrong is repaired or told', () => {
  const said = Object.fromEntries(
    made.rows
      .filter(({ flavor }) => flavor.startsWith('Twice'))
      .map(({ flavor, result, reason }) => [flavor.slice(6), `${result}: ${reason}`]),
  );
  expect(said).toMatchObject({
    Chatter: 'done: ',
    Text: 'done: ',
    Keys: 'done: ',
    Acted: expect.stringMatching(/^failed: and then said no/),
    Silent: expect.stringMatching(/^failed: It ended without a report/),
    Trace: expect.stringMatching(/^failed: It ended with status 1 and left no report.*ValueError: it fell over/),
    NeedsKey: 'not run: A secret is not set: api_key.',
  });
});

test('defects are told, one line each', () => {
  expect(made.defects.map(({ message }) => message)).toEqual([expect.stringMatching(/^item cache\.root has a dot/)]);
});
