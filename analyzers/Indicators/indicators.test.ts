import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AnalyzerInput, AnalyzerOutput } from '../../src/analysis/analyzer.ts';
import { sourceFromBytes } from '../../src/analysis/byte-source.ts';
import { ReportBody } from '../../src/shared/model/report.ts';
import indicators from './indicators.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');

function run(input: Partial<AnalyzerInput>, signal = new AbortController().signal): Promise<AnalyzerOutput> {
  return indicators.run(
    { dataType: 'file', tlp: 2, pap: 2, message: '', parameters: {}, config: {}, ...input },
    signal,
  );
}

function runFile(
  name: string,
  contentType: string,
  bytes = readFileSync(join(FIXTURES, name)),
): Promise<AnalyzerOutput> {
  return run({ file: { name, contentType, source: sourceFromBytes(bytes) } });
}

const listed = ({ artifacts }: AnalyzerOutput): string[] =>
  artifacts
    .map((one) => (one.dataType === 'file' ? 'file' : `${one.dataType} ${'data' in one ? one.data : ''}`))
    .toSorted();

describe('a report of a vendor', () => {
  it('gives every indicator and none of the decoys', async () => {
    const output = await runFile('vendor-report.txt', 'text/plain');
    expect(listed(output)).toMatchSnapshot();
    const rejected = (output.full['rejected'] as { text: string; reason: string }[]).map(({ text }) => text);
    for (const decoy of [
      'System.IO',
      'document.write',
      'readme.md',
      'main.py',
      'node.js',
      'e.g',
      '4.0.30319.1',
      '999.888.777.666',
    ]) {
      expect(rejected).toContain(decoy);
    }
  });
});

describe('a proxy log, a phishing page, a feed', () => {
  it.each([
    ['proxy.csv', 'text/csv'],
    ['phishing.html', 'text/html'],
    ['feed.json', 'application/json'],
  ])('%s', async (name, contentType) => {
    expect(listed(await runFile(name, contentType))).toMatchSnapshot();
  });
});

describe('the report', () => {
  it('has the shape of a report and counts by type', async () => {
    const output = await runFile('x.txt', 'text/plain', Buffer.from('evil.com 8.8.8.8 8.8.4.4'));
    expect(
      ReportBody.safeParse({
        operations: [],
        ...output,
        artifacts: output.artifacts.map((one) => ({ tags: [], ...one })),
      }).success,
    ).toBe(true);
    expect(
      output.summary.taxonomies.map(
        ({ level, namespace, predicate, value }) => `${level} ${namespace}:${predicate}=${String(value)}`,
      ),
    ).toEqual(['info Indicators:Observables=3', 'info Indicators:ip=2', 'info Indicators:domain=1']);
    expect(output.full).toMatchObject({ total: 3, counts: { ip: 2, domain: 1 }, notes: [] });
  });

  it('opens with a sentence', async () => {
    const said = async (name: string, bytes: Buffer<ArrayBuffer>): Promise<unknown> =>
      (await runFile(name, 'application/octet-stream', bytes)).full['sentence'];
    expect(await said('x.txt', Buffer.from('evil.com 8.8.8.8'))).toBe('2 observables.');
    expect(await said('x.txt', Buffer.alloc(0))).toBe('No observables.');
    expect(await said('x.exe', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(99), Buffer.from('evil.com\0')]))).toBe(
      '1 observable; 1 part could not be read in full.',
    );
  });

  it('lists the first of very many and says so', async () => {
    const text = Array.from({ length: 6_000 }, (_, i) => `host${i}.com`).join('\n');
    const output = await runFile('many.txt', 'text/plain', Buffer.from(text));
    expect(output.artifacts).toHaveLength(5_000);
    expect(output.full['total']).toBe(6_000);
    expect(output.full['notes']).toEqual([
      '6000 observables were found; the first 5000 are listed and proposed for import.',
    ]);
  });

  it('finds nothing in nothing', async () => {
    const output = await runFile('empty.txt', 'text/plain', Buffer.alloc(0));
    expect(output.artifacts).toEqual([]);
    expect(output.summary.taxonomies[0]).toMatchObject({ predicate: 'Observables', value: 0 });
  });
});

describe('a value', () => {
  it('gives what stands in it, not itself', async () => {
    const output = await run({ dataType: 'url', data: 'http://a.evil.com/x' });
    expect(listed(output)).toEqual(['fqdn a.evil.com']);
  });

  it('reads a subject', async () => {
    const output = await run({ dataType: 'mail_subject', data: 'Invoice from evil[.]com, call 8.8.8.8' });
    expect(listed(output)).toEqual(['domain evil.com', 'ip 8.8.8.8']);
  });

  it('says what is missing when there is neither a value nor a file', async () => {
    await expect(run({ dataType: 'other' })).rejects.toThrow('neither a file nor a value');
  });
});

describe('cancelling', () => {
  it('stops with the reason of the signal', async () => {
    const controller = new AbortController();
    controller.abort(new Error('enough'));
    const file = { name: 'x.txt', contentType: 'text/plain', source: sourceFromBytes(Buffer.from('evil.com')) };
    await expect(run({ file }, controller.signal)).rejects.toThrow('enough');
  });
});

describe('the descriptor', () => {
  it('names this program and says that nothing leaves', () => {
    const read = (name: string): Record<string, unknown> =>
      JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8')) as Record<string, unknown>;
    expect(read('Indicators.json')).toMatchObject({
      name: 'Indicators',
      version: '1.0',
      command: 'Indicators/indicators.ts',
    });
    expect(read('osmia.json')).toMatchObject({ runtime: 'worker', card: { leaves: 'nothing', hosts: [] } });
  });
});
