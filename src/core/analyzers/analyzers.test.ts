import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeClock, makeDb, makeTempDir, silentLogger } from '../../../test/support/make-db.ts';
import { FIXTURES, NODE, noSecrets, REPOSITORY } from '../../../test/support/make-engine.ts';
import { createBroker } from '../engine/broker/broker-client.ts';
import { createCatalogue } from './analyzers.service.ts';
import { createAnalyzersApi } from './analyzers.api.ts';
import { effectiveConfig } from './effective-config.ts';
import { createStoredSettings } from './stored-settings.ts';
import { createEventBus } from '../events/bus.ts';
import type { LoadedFlavor } from './flavor.ts';
import { createInterpreters, readShebang } from './interpreter.ts';
import { readDescriptor } from './read-descriptor.ts';
import { UNKNOWN_FACTS } from './read-osmia-json.ts';
import { readSource } from './read-source.ts';

function interpreters(path = process.env['PATH'] ?? '') {
  const broker = createBroker({
    nodePath: NODE,
    program: join(REPOSITORY, 'src/core/engine/broker/broker.ts'),
    logger: silentLogger,
    monotonic: () => performance.now(),
  });
  onTestFinished(() => broker.close());
  return createInterpreters({ broker, nodePath: NODE, path });
}

const makeCatalogue = (path?: string, db = makeDb()) =>
  createCatalogue({
    db,
    settings: createStoredSettings(db, noSecrets),
    bundledRoot: REPOSITORY,
    interpreters: interpreters(path),
    ownCode: [],
    clock: makeClock(),
    logger: silentLogger,
  });

test('one bad file is one line and takes nothing with it', () => {
  const { flavors, defects } = readSource('kit', FIXTURES, false);
  expect(flavors.map((flavor) => flavor.id)).toEqual(
    expect.arrayContaining(['kit/Ok_1_0', 'kit/FromList_2_1_3', 'kit/BadItems_1_0', 'kit/Docker_1_0']),
  );
  const lines = defects
    .filter((defect) => defect.file.startsWith('Broken/'))
    .map((defect) => `${defect.isFatal ? '!' : ''}${defect.file}: ${defect.message}`);
  expect(lines).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^!Broken\/notjson\.json: it is not JSON/),
      '!Broken/noversion.json: NoVersion has no version',
      '!Broken/list.json: it has no name',
      expect.stringMatching(/item a has the unknown type "password"/),
      expect.stringMatching(/item n is a number with a text as default/),
      expect.stringMatching(/item w spells its default "default"/),
      expect.stringMatching(/an item has no name/),
      expect.stringMatching(/its command is the command line "python3 Good\/ok\.py"; Osmia takes the file it names/),
      expect.stringMatching(/Its command leads out of its source/),
      expect.stringMatching(/container image/),
    ]),
  );
  expect(flavors.find((flavor) => flavor.name === 'FromList')?.dataTypes).toEqual(['mail_subject', 'ip']);
  const items = flavors.find((flavor) => flavor.name === 'BadItems')?.items;
  expect(items?.map(({ name, type, defaultValue }) => [name, type, defaultValue])).toEqual([
    ['a', 'string', undefined],
    ['n', 'number', 600],
    ['w', 'string', 'v'],
  ]);
});

test('what nobody declares is assumed to be public; only our own root may run in the worker', () => {
  const { flavors } = readSource('kit', FIXTURES, false);
  expect(flavors.find((flavor) => flavor.name === 'Plain')).toMatchObject({
    isLocal: false,
    runtime: 'process',
    card: { leaves: 'The whole value', seenBy: 'Unknown: assume public' },
    cacheMinutes: 10,
  });
  expect(flavors.find((flavor) => flavor.name === 'Lookup')).toMatchObject({
    isLocal: false,
    card: { hosts: ['api.example.org'] },
  });
  const root = join(REPOSITORY, 'analyzers');
  expect(readSource('osmia', root, true).flavors.find((flavor) => flavor.name === 'Email')?.runtime).toBe('worker');
  expect(readSource('theirs', root, false).flavors.find((flavor) => flavor.name === 'Email')?.runtime).toBe('process');
});

test('hostile folders: links out, names with slashes, a descriptor that is a folder or a link to itself', () => {
  const root = makeTempDir();
  mkdirSync(join(root, 'A'));
  symlinkSync('/etc/hostname', join(root, 'A', 'out.py'));
  writeFileSync(
    join(root, 'A', 'a.json'),
    JSON.stringify({ name: 'A', version: '1', dataTypeList: ['ip'], command: 'A/out.py' }),
  );
  writeFileSync(join(root, 'A', 'b.json'), JSON.stringify({ name: '../B', version: '1' }));
  mkdirSync(join(root, 'A', 'c.json'));
  symlinkSync('d.json', join(root, 'A', 'd.json'));
  writeFileSync(
    join(root, 'A', 'e.json'),
    `{"name":"E","version":"1","config":{"__proto__":{"x":1},"service":"s"},"command":"A/../A/out.py"}`,
  );
  symlinkSync(root, join(root, 'loop'));
  const { flavors, defects } = readSource('x', root, false);
  expect(flavors.find((flavor) => flavor.name === 'A')?.cannotRun?.message).toMatch(/link that leads out/);
  expect(flavors.find((flavor) => flavor.name === 'E')?.config).toEqual({ service: 's' });
  expect(defects.filter((defect) => defect.isFatal).map((defect) => defect.file)).toEqual([
    'A/b.json',
    'A/c.json',
    'A/d.json',
  ]);
});

test('bare ids work while only one source has them', async () => {
  const catalogue = await makeCatalogue();
  expect(catalogue.find('FileInfo_1_0')?.id).toBe('osmia/FileInfo_1_0');
  const api = createAnalyzersApi({ catalogue, events: createEventBus() });
  const local = { client: 'local' as const, actor: 'a', resolveGrant: () => undefined };
  const signal = new AbortController().signal;
  const added = await api['analyzers.addSource'](local, { path: FIXTURES }, signal);
  expect(added.name).toBe('fixtures');
  expect(added.flavors).toBeGreaterThan(20);
  expect(catalogue.find('Ok_1_0')?.id).toBe('fixtures/Ok_1_0');

  const copy = makeTempDir();
  mkdirSync(join(copy, 'Ok'));
  writeFileSync(join(copy, 'Ok', 'Ok.json'), JSON.stringify({ name: 'Ok', version: '1.0', command: 'Ok/ok.py' }));
  const { name, kind } = await catalogue.addSource(copy);
  expect(kind).toBe('analyzer');
  expect(() => catalogue.find('Ok_1_0')).toThrow(/exists more than once/);
  expect(catalogue.find('fixtures/Ok_1_0')).toBeDefined();
  await catalogue.removeSource(name);
  expect(catalogue.find('Ok_1_0')).toBeDefined();

  const gone = makeTempDir();
  mkdirSync(join(gone, 'Long'));
  writeFileSync(join(gone, 'Long', 'Long.json'), JSON.stringify({ name: 'L'.repeat(500), version: '1.0' }));
  writeFileSync(join(gone, 'Long', 'Fine.json'), JSON.stringify({ name: 'F', version: '1.0', command: 'Long/f.py' }));
  const lost = await catalogue.addSource(gone);
  const said = (): string[] => catalogue.defects().flatMap((one) => (one.source === lost.name ? [one.message] : []));
  expect(said()).toContainEqual(expect.stringMatching(/^its name has 500 characters .* at most 200 and 50$/));
  rmSync(gone, { recursive: true });
  await catalogue.reload();
  expect(said()).toEqual([expect.stringContaining('not there any more')]);
  await catalogue.removeSource(lost.name);

  await expect(catalogue.addSource(FIXTURES)).rejects.toMatchObject({ code: 'conflict' });
  await expect(catalogue.addSource(makeTempDir())).rejects.toMatchObject({ code: 'invalid_input' });
  await expect(catalogue.addSource('relative')).rejects.toMatchObject({ code: 'invalid_input' });
  await expect(catalogue.removeSource('osmia')).rejects.toMatchObject({ code: 'forbidden' });
  const window = { ...local, client: 'window' as const };
  await expect(api['analyzers.addSource'](window, { path: copy }, signal)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(api['analyzers.addSource'](window, { token: 't' }, signal)).rejects.toMatchObject({ code: 'forbidden' });
});

test('a missing interpreter is the standing answer of the flavor, with its name', async () => {
  const catalogue = await makeCatalogue(makeTempDir());
  await catalogue.addSource(FIXTURES);
  expect(catalogue.find('Ok_1_0')?.cannotRun).toMatchObject({
    code: 'interpreter_missing',
    message: expect.stringContaining('python3') as string,
  });
  expect(catalogue.find('NodeEcho_1_0')?.cannotRun).toBeNull();
});

test('the shim of a version manager is resolved once to the real interpreter', async () => {
  const folder = makeTempDir();
  const asked = interpreters(`${folder}:${process.env['PATH'] ?? ''}`);
  const real = await interpreters().forProgram(join(FIXTURES, 'Good/ok.py'));
  if ('code' in real) throw new Error(real.message);
  writeFileSync(join(folder, 'python3'), `#!/bin/sh\nexec ${real.command[0]} "$@"\n`);
  chmodSync(join(folder, 'python3'), 0o755);
  const found = await asked.forProgram(join(FIXTURES, 'Good/ok.py'));
  expect(found).toMatchObject({ command: [real.command[0]] });
});

test('#! lines as they are written', () => {
  const dir = makeTempDir();
  const read = (text: string): unknown => {
    writeFileSync(join(dir, 'p'), text);
    return readShebang(join(dir, 'p'));
  };
  expect(read('#!/usr/bin/env python3\r\nx')).toEqual({ name: 'python3', args: [] });
  expect(read('#!/usr/bin/env -S python3 -u\n')).toEqual({ name: 'python3', args: ['-u'] });
  expect(read('#! /bin/sh -e\n')).toEqual({ name: '/bin/sh', args: ['-e'] });
  expect(read('#!/no/such/python3\n')).toEqual({ name: 'python3', args: [] });
  expect(read('\uFEFF#!/usr/bin/env python\n')).toEqual({ name: 'python', args: [] });
  expect(read('print(1)')).toBeUndefined();
  expect(read('')).toBeUndefined();
});

const flavor = (patch: Partial<LoadedFlavor> & { raw?: Record<string, unknown> }): LoadedFlavor => ({
  ...UNKNOWN_FACTS,
  ...readDescriptor({ name: 'F', version: '1', ...patch.raw }),
  requirements: null,
  id: 's/F_1',
  source: 's',
  mediaTypes: [],
  runtime: 'process',
  isLocal: false,
  card: { leaves: '', hosts: [], seenBy: '', keeps: '' },
  summary: '',
  cacheMinutes: 10,
  limits: {
    wallSeconds: 60,
    cpuSeconds: 60,
    memoryMib: 64,
    processes: 8,
    openFiles: 64,
    fileMib: 8,
    folderMib: 16,
    outputBytes: 1_048_576,
  },
  folder: '/',
  root: '/',
  program: undefined,
  cannotRun: null,
  sha256: '',
  ...patch,
});

test('limits written in a descriptor hold; overrides win; what cannot be read lets nothing through', () => {
  const config = { check_tlp: true, max_tlp: 1, check_pap: true, max_pap: '0' };
  const limited = flavor({ raw: { config } });
  expect(effectiveConfig(limited, {}).ceilings).toEqual({ checkTlp: true, maxTlp: 1, checkPap: true, maxPap: 0 });
  expect(effectiveConfig(limited, { max_tlp: 3, check_pap: false }).ceilings).toEqual({
    checkTlp: true,
    maxTlp: 3,
    checkPap: false,
    maxPap: 0,
  });
  expect(effectiveConfig(limited, { max_tlp: null }).ceilings.maxTlp).toBe(1);
  expect(effectiveConfig(limited, { max_tlp: 'amber' }).ceilings.maxTlp).toBe(-1);
  expect(effectiveConfig(flavor({}), {}).ceilings).toEqual({ checkTlp: true, maxTlp: 2, checkPap: true, maxPap: 2 });
  expect(effectiveConfig(flavor({ isLocal: true }), {}).ceilings.checkTlp).toBe(false);
});

test('settings: numbers for limits, null for what has no value, secrets by name and in proxy addresses, what is missing', () => {
  const item = (name: string, more: object = {}) => ({ name, description: '', type: 'string', ...more });
  const one = flavor({
    raw: {
      config: { service: 'get' },
      configurationItems: [
        item('key', { required: true }),
        item('smtp_pwd'),
        item('urls', { multi: true }),
        item('url'),
      ],
    },
  });
  const empty = effectiveConfig(one, {});
  expect(empty.missing).toEqual(['key']);
  expect(empty.config).toMatchObject({
    service: 'get',
    key: null,
    url: null,
    urls: [],
    proxy_http: null,
    max_tlp: 2,
    jobTimeout: 1,
    auto_extract_artifacts: false,
  });
  expect(empty.config['proxy']).toBeUndefined();
  const set = effectiveConfig(one, { key: 'abcd-1', smtp_pwd: 'efgh-2', proxy_https: 'http://u:ijkl-3@proxy:3128' });
  expect(set.missing).toEqual([]);
  expect(set.config['proxy']).toEqual({ https: 'http://u:ijkl-3@proxy:3128' });
  expect(set.secrets.sort()).toEqual(['abcd-1', 'efgh-2', 'ijkl-3']);
  expect(set.configHash).not.toBe(empty.configHash);
});
