import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PAP_LABELS, papToNumber, TLP_LABELS, tlpToNumber } from '../../shared/model/marking.ts';
import { NO_POLICY } from '../policy/policy.ts';
import { allowed, decide, GateAllowed, type GateFacts } from './gate.ts';

const base: GateFacts = {
  flavor: { id: 's/F_1_0', name: 'F', dataTypes: ['ip', 'file'], mediaTypes: [], isLocal: true, isOurs: false },
  ceilings: { checkTlp: true, maxTlp: 2, checkPap: true, maxPap: 2 },
  subject: { dataType: 'ip', hasFile: false, tlp: 'amber', pap: 'amber' },
  isOffline: true,
  isForcedOffline: false,
  missingSettings: [],
  cannotRun: null,
  sandbox: 'isolated',
  policy: NO_POLICY,
  override: null,
};
const subject = (patch: Partial<GateFacts['subject']>): GateFacts => ({
  ...base,
  subject: { ...base.subject, ...patch },
});
const flavor = (patch: Partial<GateFacts['flavor']>): GateFacts => ({ ...base, flavor: { ...base.flavor, ...patch } });

test('above a limit nothing is ever allowed, at it and below it all is: every TLP × PAP × limits', () => {
  let asked = 0;
  for (const tlp of TLP_LABELS) {
    for (const pap of PAP_LABELS) {
      for (const maxTlp of [-1, 0, 1, 2, 3]) {
        for (const maxPap of [-1, 0, 1, 2, 3]) {
          const decision = decide({
            ...subject({ tlp, pap }),
            ceilings: { checkTlp: true, maxTlp, checkPap: true, maxPap },
          });
          const isAbove = tlpToNumber(tlp) > maxTlp || papToNumber(pap) > maxPap;
          expect(decision.verdict).toBe(isAbove ? 'refuse' : 'allow');
          expect(allowed(decision, 'j') === undefined).toBe(isAbove);
          asked += 1;
        }
      }
    }
  }
  expect(asked).toBe(500);
});

test('whatever else is true, a limit that is on holds', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...TLP_LABELS),
      fc.constantFrom(...PAP_LABELS),
      fc.integer({ min: -1, max: 3 }),
      fc.integer({ min: -1, max: 3 }),
      fc.record({
        checkTlp: fc.boolean(),
        checkPap: fc.boolean(),
        isLocal: fc.boolean(),
        isOurs: fc.boolean(),
        isOffline: fc.boolean(),
        hasFile: fc.boolean(),
      }),
      (tlp, pap, maxTlp, maxPap, on) => {
        const { checkTlp, checkPap, isLocal, isOurs, isOffline, hasFile } = on;
        const decision = decide({
          ...base,
          flavor: { ...base.flavor, isLocal, isOurs },
          ceilings: { checkTlp, maxTlp, checkPap, maxPap },
          subject: { dataType: hasFile ? 'file' : 'ip', hasFile, tlp, pap },
          isOffline,
        });
        if (decision.verdict === 'refuse') return true;
        return !(checkTlp && tlpToNumber(tlp) > maxTlp) && !(checkPap && papToNumber(pap) > maxPap);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('amber+strict counts as 3 towards a limit of 0 to 3', () => {
  expect(decide(subject({ tlp: 'amber+strict' }))).toMatchObject({ verdict: 'refuse', code: 'tlp' });
});

describe('each rule has its code', () => {
  const rows: [string, GateFacts, 'refuse' | 'wait', string][] = [
    ['data type', subject({ dataType: 'url' }), 'refuse', 'data_type'],
    ['a file without bytes', subject({ dataType: 'file' }), 'refuse', 'no_file'],
    [
      'media type',
      {
        ...flavor({ mediaTypes: ['message/rfc822'] }),
        subject: { ...base.subject, dataType: 'file', hasFile: true, mediaType: 'image/png' },
      },
      'refuse',
      'media_type',
    ],
    ['pap', subject({ pap: 'red' }), 'refuse', 'pap'],
    [
      'interpreter',
      { ...base, cannotRun: { code: 'interpreter_missing', message: 'python3 is not installed' } },
      'refuse',
      'interpreter_missing',
    ],
    ['settings', { ...base, missingSettings: ['key'] }, 'refuse', 'settings_missing'],
    ['no sandbox', { ...subject({ dataType: 'file', hasFile: true }), sandbox: 'none' }, 'refuse', 'sandbox_none'],
    ['offline', flavor({ isLocal: false }), 'wait', 'offline'],
    [
      'offline by request',
      { ...flavor({ isLocal: false }), isOffline: false, isForcedOffline: true },
      'wait',
      'offline',
    ],
  ];
  test.each(rows)('%s', (_name, facts, verdict, code) => {
    const decision = decide(facts);
    expect(decision).toMatchObject({ verdict, code });
    expect(decision.message).not.toBe('');
    expect(allowed(decision, 'j')).toBeUndefined();
  });

  test('families of media types, our own analyzers without a sandbox, and being online', () => {
    const file = { ...base.subject, dataType: 'file', hasFile: true, mediaType: 'image/png' };
    expect(decide({ ...flavor({ mediaTypes: ['image/*'] }), subject: file }).verdict).toBe('allow');
    expect(decide({ ...flavor({ isOurs: true }), subject: file, sandbox: 'none' }).verdict).toBe('allow');
    expect(decide({ ...flavor({ isLocal: false }), isOffline: false }).verdict).toBe('allow');
  });
});

test('a permit is for one job, and nobody else can make one', () => {
  const permit = allowed(decide(base), 'job-1');
  if (permit === undefined) throw new Error('not allowed');
  GateAllowed.check(permit, 'job-1', 's/F_1_0');
  expect(() => GateAllowed.check(permit, 'job-2', 's/F_1_0')).toThrow(/not allowed/);
  expect(() => GateAllowed.check(permit, 'job-1', 's/G_1_0')).toThrow(/not allowed/);
  const forged = Object.assign(Object.create(GateAllowed.prototype), { jobId: 'job-1' }) as GateAllowed;
  expect(() => GateAllowed.check(forged, 'job-1', 's/F_1_0')).toThrow(/not allowed/);
  expect(() => new GateAllowed(Symbol('gate'), 'job-1', 's/F_1_0')).toThrow(/Only the gate/);
});
