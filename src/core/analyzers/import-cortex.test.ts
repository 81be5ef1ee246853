import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeTempDir } from '../../../test/support/make-db.ts';
import { makeSettings, type SettingsKit, writeFlavor } from '../../../test/support/make-settings.ts';
import type { ImportLine } from '../../shared/contract/config.ts';
import { importCortex } from './import-cortex.ts';
import { readCortexSettings } from './read-cortex-settings.ts';

const KEY = 'cortex-key-0123456789';
const ITEMS = [
  { name: 'key', required: true },
  { name: 'polling', type: 'number', defaultValue: 60 },
  { name: 'hosts', multi: true },
];

async function kit(): Promise<SettingsKit> {
  const root = makeTempDir();
  writeFlavor(root, { name: 'VT_Get', version: '3.1', base: 'VT', items: ITEMS, config: { max_tlp: 1 } });
  writeFlavor(root, { name: 'VT_Scan', version: '3.1', base: 'VT', items: ITEMS });
  writeFlavor(root, { name: 'Alone', version: '1.2.3', items: ITEMS });
  return makeSettings(root);
}

const worker = (definition: string, configuration: object, more: object = {}) => ({
  id: '0123456789abcdef',
  name: definition,
  workerDefinitionId: definition,
  baseConfig: 'VT',
  rate: null,
  rateUnit: null,
  configuration: { proxy_http: null, cacerts: null, auto_extract_artifacts: false, ...configuration },
  ...more,
});

const FILE = {
  analyzers: [
    worker(
      'VT_Get_3_1',
      { key: KEY, polling: '30', check_tlp: true, max_tlp: 2, gone: 'x' },
      { rate: 4, rateUnit: 'Minute' },
    ),
    worker('VT_Scan_3_1', { key: KEY, polling: 90, check_tlp: false, max_tlp: 2 }, { jobCache: 60, jobTimeout: 30 }),
    worker('Alone_1_1_0', { key: 'another-key-000', hosts: ['a.example'], polling: 'soon' }),
    worker('NotHere_1_0', { key: 'a-third-key-0000' }),
  ],
  analyzerconfigs: [
    { name: 'global', workers: [], config: { proxy_https: 'http://u:proxy-pass@p.example:3128', jobTimeout: 30 } },
    { name: 'Unknown', workers: [], configurationItems: [], config: { key: 'a-fourth-key-000' } },
  ],
  organization: { name: 'cert' },
};

const find = (lines: ImportLine[], where: string, setting: string) =>
  lines.find((line) => line.where === where && line.setting === setting);

describe('an organisation', () => {
  test('is taken over: secrets into the vault, siblings share what they said alike, every line says what became of it', async () => {
    const deps = await kit();
    const dry = await importCortex(deps, JSON.stringify(FILE), false);
    expect(deps.vault.ids()).toEqual([]);
    const done = await importCortex(deps, JSON.stringify(FILE), true);
    expect(done.lines).toEqual(dry.lines);
    expect(done.counts).toMatchObject({ workers: 4, secrets: 2 });

    const configOf = (id: string) => deps.catalogue.configOf(deps.catalogue.find(id)!);
    expect(configOf('kit/VT_Get_3_1').config).toMatchObject({ key: KEY, polling: 30, max_tlp: 1, check_tlp: true });
    expect(configOf('kit/VT_Scan_3_1').config).toMatchObject({ key: KEY, polling: 90, jobCache: 60, check_tlp: true });
    expect(configOf('kit/Alone_1_2_3').config).toMatchObject({
      key: 'another-key-000',
      hosts: ['a.example'],
      polling: 60,
    });
    expect(configOf('kit/Alone_1_2_3').config['proxy']).toEqual({ https: 'http://u:proxy-pass@p.example:3128' });
    // The key of the siblings, the other key and the proxy.
    expect(deps.vault.ids()).toHaveLength(3);
    const held = deps.config.get('kit/VT_Scan_3_1').fields.find(({ name }) => name === 'key')?.held;
    expect(held).toMatchObject([{ scope: 'base' }]);

    const said = (where: string, setting: string) => find(done.lines, where, setting)?.result;
    expect(said('VT_Get_3_1', 'key')).toBe('set');
    expect(said('VT_Get_3_1', 'polling')).toBe('adapted');
    expect(said('VT_Get_3_1', 'gone')).toBe('left');
    expect(said('VT_Get_3_1', 'rate')).toBe('left');
    expect(find(done.lines, 'VT_Get_3_1', 'rate')?.message).toContain('4 per Minute');
    expect(said('VT_Get_3_1', 'proxy_http')).toBe('empty');
    expect(said('VT_Get_3_1', 'max_tlp')).toBe('left');
    expect(said('VT_Scan_3_1', 'max_tlp')).toBe('empty');
    expect(said('VT_Scan_3_1', 'check_tlp')).toBe('left');
    expect(said('VT_Scan_3_1', 'jobTimeout')).toBe('empty');
    expect(said('Alone_1_1_0', 'key')).toBe('adapted');
    expect(said('Alone_1_1_0', 'polling')).toBe('left');
    expect(said('NotHere_1_0', 'key')).toBe('left');
    expect(said('Unknown', 'key')).toBe('left');
    expect(said('global', 'proxy_https')).toBe('set');
    expect(said('global', 'jobTimeout')).toBe('left');
    expect(done.lines.some(({ where, result }) => where === 'organization' && result === 'left')).toBe(true);
  });

  test('no line holds a value, and the same file twice changes nothing', async () => {
    const deps = await kit();
    const done = await importCortex(deps, JSON.stringify(FILE), true);
    expect(JSON.stringify(done)).not.toMatch(/cortex-key|another-key|third-key|fourth-key|proxy-pass/);
    const before = deps.config.get('kit/VT_Get_3_1').fields.map(({ name, effective, from }) => [name, effective, from]);
    await importCortex(deps, JSON.stringify(FILE), true);
    const after = deps.config.get('kit/VT_Get_3_1').fields.map(({ name, effective, from }) => [name, effective, from]);
    expect(after).toEqual(before);
    expect(deps.vault.ids()).toHaveLength(3);
  });

  test('every setting of every worker is a line, whatever is in the file', async () => {
    const deps = await kit();
    const value = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null), fc.array(fc.string()));
    const configuration = fc.dictionary(
      fc.constantFrom('key', 'polling', 'hosts', 'max_tlp', 'x', 'constructor'),
      value,
    );
    await fc.assert(
      fc.asyncProperty(fc.array(configuration, { minLength: 1, maxLength: 4 }), async (all) => {
        const file = all.map((one, i) => ({ name: `w${i}`, workerDefinitionId: 'Alone_1_2_3', configuration: one }));
        const { lines } = await importCortex(deps, JSON.stringify(file), false);
        const expected = file.flatMap(({ name, configuration: one }) =>
          Object.keys(JSON.parse(JSON.stringify(one)) as object).map((setting) => `${name} ${setting}`),
        );
        expect(lines.map(({ where, setting }) => `${where} ${setting}`)).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the file', () => {
  test.each([
    ['one answer of /api/analyzer', [worker('A_1_0', { key: 'x' })], 1, 0],
    ['one worker', worker('A_1_0', { key: 'x' }), 1, 0],
    [
      'settings as text, as the database of Cortex holds them',
      { ...worker('A_1_0', {}), configuration: '{"key":"x"}' },
      1,
      0,
    ],
    ['both kinds in one list', [worker('A_1_0', {}), { name: 'VT', config: {} }], 1, 1],
    ['answers under names', { responder: [worker('R_1_0', {})], responderconfig: [{ name: 'VT', config: {} }] }, 1, 1],
  ])('%s', (_, file, workers, bases) => {
    const read = readCortexSettings(JSON.stringify(file));
    expect([read.workers.length, read.bases.length]).toEqual([workers, bases]);
  });

  test('that holds no settings because the user was no administrator says so', () => {
    const { unknown } = readCortexSettings(JSON.stringify([{ name: 'A_1_0', workerDefinitionId: 'A_1_0' }]));
    expect(unknown).toEqual([{ where: 'A_1_0', message: expect.stringContaining('orgadmin') }]);
  });

  test.each(['', 'no json', '[]', '{}', 'null', '7', '{"a": [1, 2]}', '[[[[[[]]]]]]'])(
    '%j is refused in plain words',
    (text) => {
      expect(() => readCortexSettings(text)).toThrow(/JSON|no analyzer, responder or base/);
    },
  );
});
