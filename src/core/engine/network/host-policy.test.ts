import { expect, test } from 'vitest';
import { canonicalHost, reachOf } from './address-rules.ts';
import { contactNotes, networkKindOf, networkRules } from './run-network.ts';
import { createContactBook, OTHER_HOSTS } from './contact.ts';
import { createHostPolicy } from './host-policy.ts';
import { settingHosts } from './setting-hosts.ts';
import { readUpstream } from './upstream.ts';

const none = (): Promise<string[]> => Promise.reject(new Error('nobody is to be asked'));

test('where an address leads', () => {
  const table: Record<string, string[]> = {
    public: ['1.1.1.1', '93.184.216.34', '2606:4700::1111', '::ffff:1.1.1.1'],
    private: ['10.1.2.3', '172.20.0.1', '192.168.1.1', '100.64.0.1', 'fd12::1', '::ffff:10.0.0.1'],
    loopback: ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'],
    never: [
      '0.0.0.0',
      '169.254.169.254',
      'fe80::1%eth0',
      'ff02::1',
      '224.0.0.1',
      '255.255.255.255',
      '::',
      'fec0::1',
      'x',
      '',
    ],
  };
  for (const [reach, addresses] of Object.entries(table))
    for (const address of addresses) expect([address, reachOf(address)]).toEqual([address, reach]);
});

test('a host has one form', () => {
  const table: [string, string | undefined][] = [
    ['EXAMPLE.com.', 'example.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['0x7f.1', '127.0.0.1'],
    ['[::FFFF:127.0.0.1]', '::ffff:7f00:1'],
    ['::1', '::1'],
    ['a.example:80', undefined],
    ['a/b', undefined],
    ['user@a.example', undefined],
    ['1.2.3.4.5', undefined],
    ['', undefined],
    ['a%2eexample', undefined],
    [`${'a.'.repeat(200)}example`, undefined],
  ];
  for (const [given, wanted] of table) expect([given, canonicalHost(given)]).toEqual([given, wanted]);
});

test('hosts in what the user set, with their ports; not in a text, and not the proxy', () => {
  expect(
    settingHosts({
      url: 'https://misp.corp.example/path',
      server: ['10.0.0.5:8080', 'es.example'],
      plain: 'http://10.0.0.9/',
      ldap_uri: 'ldap://dc.corp.example',
      v6: 'http://[fd00::1]:9000',
      comment: 'not.a.host',
      proxy_http: 'http://proxy.example:3128',
      host: 'x'.repeat(5_000),
      userinfo: 'https://a:b@inner.example/',
      broken: 'http://',
    }),
  ).toEqual([
    { host: 'misp.corp.example', port: 443 },
    { host: '10.0.0.5', port: 8_080 },
    { host: 'es.example', port: null },
    { host: '10.0.0.9', port: 80 },
    { host: '10.0.0.9', port: 443 },
    { host: 'dc.corp.example', port: 389 },
    { host: 'fd00::1', port: 9_000 },
    { host: 'inner.example', port: 443 },
  ]);
});

test('an address in a descriptor opens nothing: only what the user set may be private', async () => {
  const item = { description: '', type: 'string' as const, isMulti: false, isRequired: false };
  const flavor = {
    isLocal: false,
    needsRoute: false,
    card: { leaves: '', hosts: ['api.example'], seenBy: '', keeps: '' },
    items: [
      { ...item, name: 'url', defaultValue: 'http://10.0.0.1/' },
      { ...item, name: 'host', defaultValue: undefined },
    ],
    config: { fixed_url: 'http://10.0.0.2/' },
  };
  const rules = networkRules(flavor, { url: 'http://10.0.0.1/', host: '10.0.0.3', fixed_url: 'http://10.0.0.2/' });
  expect(rules.settingHosts).toEqual([{ host: '10.0.0.3', port: null }]);
  const policy = createHostPolicy(rules, none);
  expect(await policy.admit('10.0.0.3', 443)).toEqual({ addresses: ['10.0.0.3'] });
  for (const host of ['10.0.0.1', '10.0.0.2']) expect(await policy.admit(host, 80)).toHaveProperty('refused');
  expect(networkKindOf(flavor)).toBe('proxy');
  expect(networkKindOf({ isLocal: false, needsRoute: true })).toBe('direct');
});

test('a server of the user may be private; a public name never leads to this machine', async () => {
  const leads: Record<string, string[]> = { 'misp.example.com': ['192.168.1.5'], 'api.example.com': ['127.0.0.1'] };
  const policy = createHostPolicy(
    {
      cardHosts: [],
      isOpen: false,
      settingHosts: ['misp.example.com', 'api.example.com', '169.254.169.254'].map((host) => ({ host, port: 443 })),
    },
    (host) => Promise.resolve(leads[host] ?? []),
  );
  expect(await policy.admit('misp.example.com', 443)).toEqual({ addresses: ['192.168.1.5'] });
  expect(await policy.admit('misp.example.com', 22)).toEqual({ refused: 'it is not on the data card' });
  expect(await policy.admit('api.example.com', 443)).toEqual({ refused: 'it leads to this machine itself' });
  expect(await policy.admit('169.254.169.254', 443)).toHaveProperty('refused');
});

test('a card that says wherever the value points, or nothing, is open to public hosts', () => {
  const card = (hosts: string[]): boolean =>
    networkRules(
      { isLocal: false, needsRoute: false, card: { leaves: '', hosts, seenBy: '', keeps: '' }, items: [], config: {} },
      {},
    ).isOpen;
  expect([card([]), card(['a.example', '*']), card(['a.example']), card(['*.a.example'])]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test('the proxy of the user: only http, with its password apart', () => {
  expect(readUpstream({})).toBeUndefined();
  expect(readUpstream({ proxy_http: 'http://u:p%40ss@Proxy.example:3128/' })).toEqual({
    host: 'proxy.example',
    port: 3_128,
    authorization: `Basic ${Buffer.from('u:p@ss').toString('base64')}`,
  });
  expect(readUpstream({ proxy_https: 'proxy.example:8080' })).toMatchObject({ host: 'proxy.example', port: 8_080 });
  expect(() => readUpstream({ proxy_http: 'socks5://proxy.example' })).toThrow('http://');
  expect(() => readUpstream({ proxy_http: 'http://' })).toThrow('not an address');
});

test('contacts are bounded, and what a program asks for is text', () => {
  const book = createContactBook();
  for (let number = 0; number < 1_000; number += 1) book.line(`h${number}.example`, 443).refused += 1;
  book.line('evil\u202e\nname', 1).refused += 1;
  const all = book.all();
  expect(all).toHaveLength(501);
  expect(all.at(-1)).toMatchObject({ host: OTHER_HOSTS, port: 0, refused: 501 });
  expect(contactNotes(all)[1]!.length).toBeLessThan(1_000);
});

test('a run looks up a bounded number of names, and those that it knows go on working', async () => {
  let asked = 0;
  const policy = createHostPolicy({ cardHosts: [], isOpen: true, settingHosts: [] }, async () => {
    asked += 1;
    return ['93.184.216.34'];
  });
  for (let n = 0; n < 2_100; n += 1) await policy.admit(`n${n}.example`, 443);
  expect(asked).toBe(2_000);
  expect(await policy.admit('n2050.example', 443)).toEqual({
    refused: 'its name could not be resolved (too many names)',
  });
  expect(await policy.admit('n7.example', 443)).toEqual({ addresses: ['93.184.216.34'] });
});
