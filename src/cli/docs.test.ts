import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { buildAttackBundle } from '../../test/support/build-attack-bundle.ts';
import { makePassphraseFile, osmiaEnvironment } from '../../test/support/run-osmia.ts';
import { makeSlowAnalyzer } from '../../test/support/slow-analyzer.ts';
import {
  AlertsImportOutput,
  AlertsListOutput,
  AlertsShowOutput,
  AnalyzeOutput,
  AnalyzersAddOutput,
  AnalyzersImportOutput,
  AnalyzersSettingsOutput,
  AnalyzersDoctorOutput,
  AnalyzersPrepareOutput,
  AnalyzersListOutput,
  AnalyzersShowOutput,
  AttackCasesOutput,
  AttackPackOutput,
  BackupOutput,
  CaseListOutput,
  CaseOutput,
  DoctorOutput,
  EgressExportOutput,
  EgressFindOutput,
  EgressListOutput,
  ErrorOutput,
  ExtractOutput,
  QuotaCheckOutput,
  QuotaForecastOutput,
  QuotaLedgerOutput,
  QuotaListOutput,
  QuotaOutput,
  RestoreOutput,
  TaxonomiesImportOutput,
  TaxonomiesOutput,
  TemplatesImportOutput,
  TemplatesOutput,
} from './output.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const PAGE = readFileSync(at('docs/cli.md'), 'utf8');

/** Every line of every `sh` block, with the exit code that its comment names. */
const EXAMPLES = [...PAGE.matchAll(/```sh\n(.*?)```/gs)]
  .flatMap((block) => block[1]!.trim().split('\n'))
  .map((line): [string, number] => {
    const [command, code] = line.split(/\s+# /);
    return [command!, Number(code ?? 0)];
  });

/** By what follows `osmia` in the example. */
const SCHEMAS: readonly [RegExp, z.ZodType][] = [
  [/^extract/, ExtractOutput],
  [/^analyze /, AnalyzeOutput],
  [/^analyzers list/, AnalyzersListOutput],
  [/^analyzers doctor/, AnalyzersDoctorOutput],
  [/^analyzers prepare/, AnalyzersPrepareOutput],
  [/^analyzers show/, AnalyzersShowOutput],
  [/^analyzers add/, AnalyzersAddOutput],
  [/^analyzers set/, AnalyzersSettingsOutput],
  [/^analyzers import-cortex/, AnalyzersImportOutput],
  [/^case list/, CaseListOutput],
  [/^case (new|show)/, CaseOutput],
  [/^taxonomies import/, TaxonomiesImportOutput],
  [/^taxonomies (list|on|off)/, TaxonomiesOutput],
  [/^attack (import|show)/, AttackPackOutput],
  [/^attack cases/, AttackCasesOutput],
  [/^alerts import/, AlertsImportOutput],
  [/^alerts list/, AlertsListOutput],
  [/^alerts show/, AlertsShowOutput],
  [/^templates list/, TemplatesOutput],
  [/^templates import/, TemplatesImportOutput],
  [/^egress (list|--)/, EgressListOutput],
  [/^egress find/, EgressFindOutput],
  [/^egress export/, EgressExportOutput],
  [/^doctor/, DoctorOutput],
  [/^quota list/, QuotaListOutput],
  [/^quota (set|share)/, QuotaOutput],
  [/^quota ledger/, QuotaLedgerOutput],
  [/^quota forecast/, QuotaForecastOutput],
  [/^quota check/, QuotaCheckOutput],
  [/^backup/, BackupOutput],
  [/^restore/, RestoreOutput],
];

const mispEvent = (end: string): string =>
  JSON.stringify({
    Event: {
      uuid: `5e000000-0000-4000-8000-0000000000${end}`,
      info: 'Invoice fraud',
      date: '2026-11-20',
      threat_level_id: '2',
      Attribute: [{ type: 'domain', category: 'Network activity', value: `${end}.example.com`, to_ids: true }],
    },
  });

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'osmia-test-'));
  mkdirSync(join(home, 'bin'));
  writeFileSync(
    join(home, 'bin', 'osmia'),
    `#!/bin/sh\nexec '${process.execPath}' '${at('scripts/osmia.mjs')}' "$@"\n`,
  );
  chmodSync(join(home, 'bin', 'osmia'), 0o755);
  writeFileSync(
    join(home, 'mail.eml'),
    'From: a@evil.example.com\r\nTo: b@corp.example.org\r\nSubject: Invoice\r\n\r\nPay at hxxps://evil[.]example[.]com/a\r\n',
  );
  makeSlowAnalyzer(home, 'Cortex-Analyzers');
  writeFileSync(
    join(home, 'organisation.json'),
    JSON.stringify([{ name: 'Slow_1_0', workerDefinitionId: 'Slow_1_0', configuration: { jobTimeout: 5 } }]),
  );
  mkdirSync(join(home, 'taxonomies'));
  writeFileSync(
    join(home, 'taxonomies', 'origin.json'),
    JSON.stringify({ namespace: 'origin', description: 'Where from', version: 1, predicates: [{ value: 'mail' }] }),
  );
  writeFileSync(
    join(home, 'Case-Template__Phishing.json'),
    JSON.stringify({ name: 'Phishing', tags: ['phishing'], tasks: [{ title: 'Collect the mail', owner: 'ana' }] }),
  );
  writeFileSync(join(home, 'enterprise-attack.json'), buildAttackBundle());
  for (const path of ['event.json', 'events/second.json']) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), mispEvent(path === 'event.json' ? 'a1' : 'a2'));
  }
  makePassphraseFile(home);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

function shell(command: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn('/bin/sh', ['-c', command], {
      cwd: home,
      env: {
        ...osmiaEnvironment(home),
        PATH: `${join(home, 'bin')}:${process.env['PATH'] ?? ''}`,
        OSMIA_PASSPHRASE_FILE: join(home, 'passphrase'),
      },
    });
    let stdout = '';
    let stderr = '';
    child.stdin.end();
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

describe.skipIf(process.platform === 'win32')('docs/cli.md', () => {
  it('has examples', () => {
    expect(EXAMPLES.length).toBeGreaterThan(20);
  });

  // In the order of the page: a case is shown after it was made.
  it.each(EXAMPLES)('%s', async (command, code) => {
    const run = await shell(command);
    expect(run.code, run.stderr).toBe(code);
    if (!command.includes('--json')) return;
    const schema = SCHEMAS.find(([pattern]) => pattern.test(command.slice('osmia '.length)))?.[1];
    if (code === 2) ErrorOutput.parse(JSON.parse(run.stderr));
    else expect(schema?.parse(JSON.parse(run.stdout))).toBeDefined();
  });

  it.each(SCHEMAS.map(([pattern, schema]) => [String(pattern), schema] as const))(
    'names every field of %s',
    (_, schema) => {
      for (const field of Object.keys((schema as z.ZodObject).shape)) expect(PAGE).toContain(`\`${field}`);
    },
  );
});
