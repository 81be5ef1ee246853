import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReportBody } from '../../../shared/model/report.ts';
import { createFrameReader, encodeFrame, type WireFrame } from '../broker/wire.ts';
import { parseFirstJson } from './first-json.ts';
import { isFileArtifact, parseOutput, tidyOutput } from './read-output.ts';
import { redact } from './redact.ts';

const parse = (text: string, secrets: string[] = []) => parseOutput(Buffer.from(text), secrets);

test('any JSON object becomes a report in our shape or a failure, and never throws anything but SyntaxError', () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.constantFrom('success', 'summary', 'full', 'artifacts', 'operations', 'errorMessage', 'x'),
        fc.jsonValue({ maxDepth: 5 }),
      ),
      (raw) => {
        const output = tidyOutput(raw, []);
        if (!output.isSuccess) return typeof output.message === 'string';
        return ReportBody.safeParse({
          ...output.body,
          artifacts: output.artifacts.filter((one) => !isFileArtifact(one)),
        }).success;
      },
    ),
    { numRuns: 500 },
  );
});

test('any bytes: a report or a SyntaxError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      try {
        parseOutput(bytes, []);
      } catch (error) {
        return error instanceof SyntaxError;
      }
      return true;
    }),
    { numRuns: 500 },
  );
});

describe('repairs', () => {
  test('a level nobody knows is info; integers stay; odd keys of artifacts go', () => {
    const output = parse(
      '{"success":true,"summary":{"taxonomies":[{"level":"Critical","namespace":"a","predicate":"b","value":3},7]},"artifacts":[{"dataType":"ip","data":"192.0.2.1","ioc":true,"tlp":4},{"dataType":"ip"},null],"full":{}}',
    );
    expect(output).toMatchObject({
      isSuccess: true,
      artifacts: [{ dataType: 'ip', data: '192.0.2.1', tlp: 3, tags: [] }],
    });
    if (output.isSuccess) {
      expect(output.body.summary.taxonomies).toEqual([{ level: 'info', namespace: 'a', predicate: 'b', value: 3 }]);
      expect(Object.keys(output.artifacts[0] ?? {}).sort()).toEqual(['data', 'dataType', 'tags', 'tlp']);
    }
  });

  test('a full report that is no object is wrapped', () => {
    expect(parse('{"success":true,"full":"text"}')).toMatchObject({ body: { full: { report: 'text' } } });
    expect(parse('{"success":true}')).toMatchObject({ body: { full: {} } });
  });

  test('the first document counts, whatever stands around it', () => {
    expect(parse('\uFEFFwarning\n{"success":true,"full":{"a":"}{"}}\n{"success":false}')).toMatchObject({
      body: { full: { a: '}{' } },
    });
  });

  test('names of prototypes are dropped at every depth', () => {
    const output = parse(
      '{"success":true,"full":{"__proto__":{"polluted":1},"a":{"constructor":{"prototype":{"polluted":1}}}}}',
    );
    expect(output).toMatchObject({ body: { full: { a: {} } } });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test('deep nesting is refused before it can end the process; long runs of brackets are linear', () => {
    expect(() => parse(`{"full":${'['.repeat(5_000_000)}`)).toThrow(/200 levels/);
    const start = performance.now();
    expect(() => parseFirstJson(`{"a":"${'\\"'.repeat(2_000_000)}`, 200)).toThrow(SyntaxError);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

test('secrets go in every form that a program writes them in', () => {
  const secret = 'pa/ss "wörd"+1';
  const bytes = Buffer.from(secret);
  const forms = [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ];
  for (const form of forms) {
    const clean = redact(`before ${form} after`, [secret]);
    expect(clean).toContain('[redacted]');
    expect(clean).not.toContain(form);
    expect(clean).toMatch(/^before .*after$/);
  }
  expect(redact('abc is short', ['abc'])).toBe('abc is short');
});

test('frames survive any cut, and one that is too large is refused', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 10 }),
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
      (payloads, cuts) => {
        const stream = Buffer.concat(payloads.map((payload, i) => encodeFrame(i % 256, i, payload)));
        const seen: WireFrame[] = [];
        const push = createFrameReader(1_000, (frame) => seen.push({ ...frame, payload: Buffer.from(frame.payload) }));
        for (let at = 0, i = 0; at < stream.length; i += 1) {
          const length = cuts[i % cuts.length] ?? 1;
          push(stream.subarray(at, at + length));
          at += length;
        }
        expect(seen.map((frame) => [frame.id, ...frame.payload])).toEqual(
          payloads.map((payload, i) => [i, ...payload]),
        );
      },
    ),
  );
  expect(() => createFrameReader(10, () => undefined)(encodeFrame(1, 1, new Uint8Array(11)))).toThrow(/over the limit/);
});
