import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeTempDir } from '../../../test/support/make-db.ts';
import { makeSettings, type SettingsKit, writeFlavor } from '../../../test/support/make-settings.ts';
import { AppError } from '../../shared/errors.ts';
import type { FlavorConfig, SettingField } from '../../shared/contract/config.ts';

const A = 'kit/A_1_0';
const B = 'kit/B_1_0';
const CLIENT = '019aa000-0000-7000-8000-000000000001';
const KEY = 'sk-live-0123456789abcdef';
const ITEMS = [
  { name: 'key', required: true },
  { name: 'hosts', multi: true },
  { name: 'port', type: 'number', defaultValue: 443 },
  { name: 'verify', type: 'boolean', defaultValue: true },
];

async function twoSiblings(): Promise<SettingsKit> {
  const root = makeTempDir();
  writeFlavor(root, { name: 'A', base: 'Service', items: ITEMS, config: { service: 'get' } });
  writeFlavor(root, { name: 'B', base: 'Service', items: ITEMS });
  writeFlavor(root, { name: 'C', items: ITEMS });
  return makeSettings(root);
}

const effective = ({ catalogue }: SettingsKit, id: string, engagementId?: string) =>
  catalogue.configOf(catalogue.find(id)!, engagementId);
const field = (config: FlavorConfig, name: string): SettingField => config.fields.find((one) => one.name === name)!;

describe('what a run gets', () => {
  test('descriptor, then what siblings share, then what the flavor says; a change counts at once', async () => {
    const kit = await twoSiblings();
    expect(effective(kit, A)).toMatchObject({ config: { port: 443, service: 'get' }, missing: ['key'] });
    await kit.config.set({ flavorId: A, scope: 'base', values: { key: KEY, port: 8443 } });
    expect(effective(kit, A).config).toMatchObject({ key: KEY, port: 8443 });
    expect(effective(kit, B).config).toMatchObject({ key: KEY, port: 8443 });
    expect(effective(kit, 'kit/C_1_0').missing).toEqual(['key']);
    await kit.config.set({ flavorId: B, scope: 'flavor', values: { port: 9443 } });
    expect(effective(kit, B).config).toMatchObject({ key: KEY, port: 9443 });
    const before = effective(kit, A).configHash;
    await kit.config.set({ flavorId: B, scope: 'base', values: { key: `${KEY}!` } });
    expect(effective(kit, A)).toMatchObject({ config: { key: `${KEY}!` }, secrets: [`${KEY}!`] });
    expect(effective(kit, A).configHash).not.toBe(before);
    await kit.config.set({ flavorId: B, scope: 'flavor', values: { port: null } });
    expect(effective(kit, B).config['port']).toBe(8443);
  });

  test('one engagement may have its own key; the others keep the general one', async () => {
    const kit = await twoSiblings();
    await kit.config.set({ flavorId: A, scope: 'flavor', values: { key: KEY } });
    await kit.config.set({ flavorId: A, scope: 'base', engagementId: CLIENT, values: { key: 'key-of-the-client' } });
    expect(effective(kit, A).config['key']).toBe(KEY);
    expect(effective(kit, A, CLIENT).config['key']).toBe('key-of-the-client');
    expect(effective(kit, A, '019aa000-0000-7000-8000-000000000002').config['key']).toBe(KEY);
    expect(field(kit.config.get(A), 'key').held).toHaveLength(1);
    expect(field(kit.config.get(A, CLIENT), 'key').held.map(({ scope }) => scope)).toEqual(['flavor', 'base']);
  });

  test('time limit and cache age of the user count, and are told to the analyzer', async () => {
    const kit = await twoSiblings();
    const own = effective(kit, A);
    await kit.config.set({ flavorId: A, scope: 'base', values: { jobTimeout: '45', jobCache: 0 } });
    const { limits, cacheMinutes, config, configHash } = effective(kit, A);
    expect(limits).toMatchObject({ wallSeconds: 2_700, cpuSeconds: 2_700 });
    expect(cacheMinutes).toBe(0);
    expect(config).toMatchObject({ jobTimeout: 45, jobCache: 0 });
    expect(own.cacheMinutes).toBe(10);
    await kit.config.set({ flavorId: A, scope: 'base', values: { jobTimeout: null } });
    // How long answers are kept changes no answer.
    expect(effective(kit, A).configHash).toBe(own.configHash);
    expect(configHash).not.toBe(own.configHash);
  });

  test('proxies and certificates for all reach what sends and nothing else', async () => {
    const kit = await twoSiblings();
    await kit.config.setNetwork({ proxyHttps: 'http://ana:proxy-password@proxy.example:3128' });
    const { config, secrets } = effective(kit, A);
    expect(config['proxy']).toEqual({ https: 'http://ana:proxy-password@proxy.example:3128' });
    expect(secrets).toContain('proxy-password');
    expect(effective(kit, 'osmia/FileInfo_1_0').config).toMatchObject({ proxy_https: null });
    expect(kit.config.network()).toMatchObject({ proxyHttps: 'http://proxy.example:3128', hasSecretHttps: true });
    await kit.config.set({ flavorId: A, scope: 'flavor', values: { proxy_https: 'http://other.example:1' } });
    expect(effective(kit, A).config['proxy']).toEqual({ https: 'http://other.example:1' });
    await kit.config.setNetwork({ proxyHttps: '' });
    expect(effective(kit, B).config['proxy']).toBeUndefined();
    expect(kit.vault.ids()).toEqual([]);
  });

  test('a secret that cannot be read is not the same as none: the analyzer does not run', async () => {
    const kit = await twoSiblings();
    await kit.config.set({ flavorId: A, scope: 'base', values: { key: KEY } });
    kit.vault.close();
    kit.settings.touch();
    expect(effective(kit, A)).toMatchObject({ missing: ['key'], unreadable: [{ name: 'key' }] });
  });

  test('another source with a base of the same name is not given the key', async () => {
    const kit = await twoSiblings();
    const stranger = join(makeTempDir(), 'stranger');
    writeFlavor(stranger, { name: 'Thief', base: 'Service', items: ITEMS });
    await kit.catalogue.addSource(stranger);
    await kit.config.set({ flavorId: A, scope: 'base', values: { key: KEY } });
    expect(effective(kit, 'stranger/Thief_1_0').config['key']).toBeNull();
    expect(kit.config.get('stranger/Thief_1_0').base?.flavors).toHaveLength(1);
  });

  test('a setting called like a method of every object is a setting', async () => {
    const root = makeTempDir();
    writeFlavor(root, { name: 'Odd', items: [{ name: 'constructor' }, { name: 'toString', required: true }] });
    const kit = await makeSettings(root);
    expect(effective(kit, 'kit/Odd_1_0')).toMatchObject({ missing: ['toString'] });
    expect(effective(kit, 'kit/Odd_1_0').config['constructor']).toBeNull();
  });
});

describe('values', () => {
  test.each<[string, unknown, unknown]>([
    ['port', '8080', 8080],
    ['port', 0, 0],
    ['verify', 'false', false],
    ['hosts', 'one.example', ['one.example']],
    ['hosts', ['a', '', 'b'], ['a', 'b']],
  ])('%s takes %j as %j', async (name, given, stored) => {
    const kit = await twoSiblings();
    const view = await kit.config.set({ flavorId: A, scope: 'flavor', values: { [name]: given as never } });
    expect(field(view, name)).toMatchObject({ effective: stored, from: 'flavor', problem: '' });
  });

  test.each<[string, unknown, string]>([
    ['port', 'many', 'number'],
    ['port', [1, 2], 'one value'],
    ['verify', 'maybe', 'true or false'],
    ['hosts', [1, true], 'Value 2'],
    ['key', 'two\nlines', 'one line'],
    ['key', true, 'text'],
    ['jobTimeout', 0, 'minutes'],
    ['max_tlp', 7, 'amber'],
    ['proxy_http', 'proxy:3128', 'whole address'],
    ['cacerts', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', 'cannot be read'],
    ['nowhere', 'x', 'no such setting'],
  ])('%s does not take %j, and nothing is changed', async (name, given, said) => {
    const kit = await twoSiblings();
    const change = kit.config.set({ flavorId: A, scope: 'flavor', values: { verify: false, [name]: given as never } });
    const error = await change.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).details).toMatchObject({ [name]: expect.stringContaining(said) });
    expect(field(kit.config.get(A), 'verify').held).toEqual([]);
  });

  test('a stored value that a changed descriptor does not take is not used, and the form says so', async () => {
    const kit = await twoSiblings();
    await kit.config.set({ flavorId: A, scope: 'flavor', values: { hosts: ['a.example'] } });
    writeFlavor(kit.root, { name: 'A', items: [{ name: 'hosts', type: 'number', defaultValue: 5 }] });
    await kit.catalogue.reload();
    expect(effective(kit, A)).toMatchObject({ config: { hosts: 5 }, problems: [{ name: 'hosts' }] });
    expect(field(kit.config.get(A), 'hosts')).toMatchObject({ effective: 5, from: 'descriptor' });
    expect(field(kit.config.get(A), 'hosts').problem).not.toBe('');
  });
});

describe('secrets', () => {
  test('are told of and never told: last four, place, who uses it; one entry serves all siblings', async () => {
    const kit = await twoSiblings();
    const view = await kit.config.set({ flavorId: A, scope: 'base', values: { key: KEY } });
    expect(JSON.stringify([view, kit.config.get(B)])).not.toContain(KEY);
    expect(field(view, 'key')).toMatchObject({
      isSecret: true,
      effective: null,
      held: [{ scope: 'base', value: null, secret: { lastFour: 'cdef', place: 'vault' } }],
    });
    const [id] = kit.vault.ids();
    expect(kit.config.usesOf(id!)).toEqual([
      {
        scope: 'base',
        target: 'kit/Service',
        setting: 'key',
        engagementId: null,
        flavors: [
          { id: A, name: 'A', version: '1.0' },
          { id: B, name: 'B', version: '1.0' },
        ],
      },
    ]);
  });

  test('nothing of them is in the database', async () => {
    const kit = await twoSiblings();
    await kit.config.set({ flavorId: A, scope: 'base', values: { key: KEY } });
    await kit.config.setNetwork({ proxyHttp: 'http://u:proxy-password@p.example:1' });
    const rows = JSON.stringify(kit.db.prepare('SELECT * FROM analyzer_setting').all());
    expect(rows).not.toMatch(/sk-live|cdef|proxy-password/);
  });

  test('one that was entered before can serve another setting; it goes when the last of them lets go', async () => {
    const kit = await twoSiblings();
    await kit.config.set({ flavorId: A, scope: 'base', values: { key: KEY } });
    const [id] = kit.vault.ids();
    await kit.config.set({ flavorId: 'kit/C_1_0', scope: 'flavor', values: { key: { useSecret: id! } } });
    expect(effective(kit, 'kit/C_1_0').config['key']).toBe(KEY);
    await kit.config.set({ flavorId: A, scope: 'base', values: { key: null } });
    expect(kit.vault.ids()).toEqual([id]);
    await kit.config.set({ flavorId: 'kit/C_1_0', scope: 'flavor', values: { key: 'another-key-entirely' } });
    expect(kit.vault.ids()).not.toContain(id);
    expect(kit.vault.ids()).toHaveLength(1);
    await kit.config.forgetSecret(kit.vault.ids()[0]!);
    expect(effective(kit, 'kit/C_1_0').missing).toEqual(['key']);
  });

  test('a setting becomes a secret with its value, and never stops being one with it', async () => {
    const kit = await twoSiblings();
    await kit.config.set({ flavorId: A, scope: 'flavor', values: { hosts: ['user@host.example'] } });
    await kit.config.set({ flavorId: A, scope: 'flavor', values: {}, secret: { hosts: true } });
    expect(kit.vault.ids().map((id) => kit.vault.value(id))).toEqual([['user@host.example']]);
    expect(effective(kit, A).secrets).toEqual(['user@host.example']);
    expect(field(kit.config.get(A), 'hosts')).toMatchObject({ isSecret: true, isMarked: true });
    const shown = await kit.config.set({ flavorId: A, scope: 'flavor', values: {}, secret: { hosts: false } });
    expect(field(shown, 'hosts')).toMatchObject({ isSecret: false, held: [] });
    expect(kit.vault.ids()).toEqual([]);
  });

  test('a test run notes its end with the secrets that it used', async () => {
    const kit = await twoSiblings();
    await kit.config.set({ flavorId: A, scope: 'base', values: { key: KEY } });
    await kit.config.set({ flavorId: A, scope: 'base', engagementId: CLIENT, values: { key: 'key-of-the-client' } });
    kit.config.recordTest(A, CLIENT, false, 'HTTP 401');
    const held = field(kit.config.get(A, CLIENT), 'key').held.map(({ secret }) => secret?.testResult);
    expect(held).toEqual([null, 'failed']);
  });
});

describe('another version of a flavor', () => {
  test('takes over what it still has and what still fits, and says what it does not', async () => {
    const root = makeTempDir();
    writeFlavor(root, { name: 'A', items: [...ITEMS, { name: 'old' }] });
    const kit = await makeSettings(root);
    const values = { key: KEY, port: 8443, hosts: ['a', 'b'], old: 'gone', jobCache: 60 };
    await kit.config.set({ flavorId: A, scope: 'flavor', values });
    await kit.config.set({ flavorId: A, scope: 'flavor', engagementId: CLIENT, values: { port: 1 } });
    rmSync(join(root, 'Kit/A_1.0.json'));
    writeFlavor(root, { name: 'A', version: '1.10', items: [ITEMS[0]!, ITEMS[2]!, { name: 'hosts', type: 'number' }] });
    await kit.catalogue.reload();
    const { carried } = kit.config.get('kit/A_1_10');
    expect(carried).toMatchObject({ fromVersion: '1.0', taken: ['jobCache', 'key', 'port'] });
    expect(carried?.left.map(({ name }) => name)).toEqual(['hosts', 'old']);
    expect(effective(kit, 'kit/A_1_10').config).toMatchObject({ key: KEY, port: 8443, jobCache: 60 });
    expect(effective(kit, 'kit/A_1_10', CLIENT).config).toMatchObject({ port: 1 });

    // Once: what is taken out afterwards does not come back.
    await kit.config.set({
      flavorId: 'kit/A_1_10',
      scope: 'flavor',
      values: { port: null, jobCache: null, key: null },
    });
    await kit.config.set({ flavorId: 'kit/A_1_10', scope: 'flavor', engagementId: CLIENT, values: { port: null } });
    await kit.catalogue.reload();
    expect(effective(kit, 'kit/A_1_10').config['port']).toBe(443);
    // The old one, back again, is as it was.
    writeFlavor(root, { name: 'A', items: [...ITEMS, { name: 'old' }] });
    await kit.catalogue.reload();
    expect(effective(kit, A).config).toMatchObject({ key: KEY, port: 8443, old: 'gone' });
  });

  test('of several it follows the nearest one before it; a name that goes on is another flavor', async () => {
    const root = makeTempDir();
    for (const version of ['1.2', '1.9']) writeFlavor(root, { name: 'A', version, items: ITEMS });
    writeFlavor(root, { name: 'A_2', items: ITEMS });
    const kit = await makeSettings(root);
    await kit.config.set({ flavorId: 'kit/A_1_2', scope: 'flavor', values: { port: 12 } });
    await kit.config.set({ flavorId: 'kit/A_1_9', scope: 'flavor', values: { port: 19 } });
    await kit.config.set({ flavorId: 'kit/A_2_1_0', scope: 'flavor', values: { port: 2 } });
    writeFlavor(root, { name: 'A', version: '1.10', items: ITEMS });
    await kit.catalogue.reload();
    expect(effective(kit, 'kit/A_1_10').config['port']).toBe(19);
  });

  test('with another base it keeps what the old one shared', async () => {
    const kit = await twoSiblings();
    await kit.config.set({ flavorId: A, scope: 'base', values: { key: KEY, port: 1 } });
    await kit.config.set({ flavorId: A, scope: 'flavor', values: { port: 2 } });
    writeFlavor(kit.root, { name: 'A', version: '2.0', base: 'Service 2', items: ITEMS });
    await kit.catalogue.reload();
    expect(effective(kit, 'kit/A_2_0').config).toMatchObject({ key: KEY, port: 2 });
  });
});
