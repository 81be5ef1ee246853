import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NeverMatch } from '../../shared/contract/policy.ts';
import { compileNever, matchesWildcard, normalisePattern } from './never-leave.ts';
import { addressOf, blocksOf, isInternalAddress, NetworkMap } from './networks.ts';
import { burnRisk } from '../jobs/burn-risk.ts';

const rule = (match: NeverMatch, pattern: string) => ({
  id: `${match} ${pattern}`,
  engagementId: null,
  rule: { kind: 'never' as const, match, pattern: normalisePattern(match, pattern) },
  note: '',
  createdAt: 0,
});
const asks = (match: NeverMatch, pattern: string) => {
  const { ask } = compileNever([rule(match, pattern)]);
  return (dataType: string, value: string, hashes: string[] = []): boolean => ask({ dataType, value, hashes }) !== null;
};

describe('a client domain stays, wherever it stands in a value', () => {
  const stays = asks('domain', '*.Corp.Example');
  test.each([
    ['domain', 'corp.example'],
    ['fqdn', 'vpn.corp.example'],
    ['fqdn', 'VPN.CORP.EXAMPLE.'],
    ['mail', 'ana@corp.example'],
    ['mail', 'ana@mail.corp.example'],
    ['url', 'https://portal.corp.example/login'],
    ['url', 'https://portal.corp.example:8443/login'],
    ['url', 'https://user@portal.corp.example/'],
    ['url', 'https://evil.test/?u=ana@corp.example'],
    ['url', 'https://evil.test/?u=ana%40corp.example'],
    ['url', 'https://evil.test/?u=ana%2540corp.example'],
    ['url', 'https://evil.test/ana%40corp%2eexample/x'],
    ['url', `https://evil.test/?e=${Buffer.from('ana@corp.example').toString('base64')}`],
    ['url', `https://evil.test/${Buffer.from('ana@corp.example').toString('base64url')}/x`],
    ['url', 'https://evil.test/redirect?to=https%3A%2F%2Fsso.corp.example%2F'],
    ['mail_subject', 'Invoice for corp.example'],
    ['user-agent', 'Agent/1.0 (+https://corp.example)'],
    ['other', 'corp。example'],
  ])('%s %s', (dataType, value) => {
    expect(stays(dataType, value)).toBe(true);
  });
  test.each([
    ['domain', 'notcorp.example'],
    ['domain', 'corp.example.evil.test'],
    ['url', 'https://corp.example.evil.test/'],
    ['url', 'https://evil.test/corp.examples'],
    ['hash', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['ip', '203.0.113.7'],
  ])('goes: %s %s', (dataType, value) => {
    expect(stays(dataType, value)).toBe(false);
  });
  test('an international name is one name in both forms', () => {
    const german = asks('domain', 'bücher.example');
    expect(german('fqdn', 'shop.xn--bcher-kva.example')).toBe(true);
    expect(german('url', 'https://BÜCHER.example/a')).toBe(true);
  });
});

describe('networks', () => {
  const stays = asks('network', '203.0.113.0/25');
  test.each([
    ['ip', '203.0.113.7', true],
    ['ip', '203.0.113.128', false],
    ['ip', '::ffff:203.0.113.7', true],
    ['url', 'http://203.0.113.7:8080/a', true],
    ['url', 'http://3405803783/a', true],
    ['url', 'http://evil.test/?ip=203.0.113.7', true],
    ['url', 'http://evil.test/203.0.113.7/setup.exe', false],
    ['user-agent', 'Browser/203.0.113.7', false],
  ])('%s %s: %s', (dataType, value, expected) => {
    expect(stays(dataType, value)).toBe(expected);
  });

  test('a range is cut into blocks that hold all of it and nothing else', () => {
    fc.assert(
      fc.property(fc.nat(0xffff), fc.nat(0xfff), fc.nat(0xffff), (start, length, probe) => {
        const ip = (n: number): string => `198.51.${n >> 8}.${n & 255}`;
        const end = Math.min(0xffff, start + length);
        const map = new NetworkMap<true>();
        map.add(blocksOf(`${ip(start)}-${ip(end)}`) ?? [], true);
        expect(map.find(addressOf(ip(probe)) ?? 0n) === true).toBe(probe >= start && probe <= end);
      }),
    );
  });

  test('both families are read, and what is none is refused', () => {
    expect(addressOf('2001:db8::1')).toBe(0x20010db8000000000000000000000001n);
    expect(addressOf('::')).toBe(0n);
    expect(addressOf('fe80::1%eth0')).toBe(addressOf('fe80::1'));
    expect(addressOf('::ffff:10.0.0.1')).toBe(addressOf('10.0.0.1'));
    for (const text of ['10.0.0.0/33', '10.0.0.9-10.0.0.1', '10.0.0.1-2001:db8::1', 'x', '', '10.0.0.0/8/8']) {
      expect(blocksOf(text), text).toBeUndefined();
    }
  });
});

describe('what is inside a network stays by the rule that every workspace begins with', () => {
  const stays = asks('internal', '');
  test.each([
    ['ip', '10.1.2.3', true],
    ['ip', '192.168.0.1', true],
    ['ip', '100.64.0.1', true],
    ['ip', '::1', true],
    ['ip', 'fd00::1', true],
    ['ip', '203.0.113.7', false],
    ['ip', '8.8.8.8', false],
    ['hostname', 'dc01', true],
    ['fqdn', 'dc01.corp', true],
    ['fqdn', 'printer.office.local', true],
    ['fqdn', 'router.home.arpa', true],
    ['domain', 'local.example', false],
    ['url', 'http://intranet/wiki', true],
    ['url', 'http://[::1]/', true],
    ['url', 'http://0x7f.1/', true],
    ['url', 'https://evil.test/?host=10.0.0.5', true],
    ['url', 'https://evil.test/v10.0.0.5', false],
    ['mail', 'ana@dc01.local', true],
    ['user-agent', 'Mozilla/5.0 Chrome/10.0.0.1', false],
  ])('%s %s: %s', (dataType, value, expected) => {
    expect(stays(dataType, value)).toBe(expected);
  });
  test('documentation ranges are not inside a network', () => {
    for (const ip of ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1']) {
      expect(isInternalAddress(addressOf(ip) ?? 0n), ip).toBe(false);
    }
  });
});

test('an exact value, and a hash for the file that has it', () => {
  const md5 = 'd41d8cd98f00b204e9800998ecf8427e';
  const stays = asks('exact', md5.toUpperCase());
  expect(stays('hash', md5)).toBe(true);
  expect(stays('file', 'a.exe', ['da39a3ee5e6b4b0d3255bfef95601890afd80709', md5])).toBe(true);
  expect(stays('file', 'a.exe', [])).toBe(false);
  expect(asks('exact', 'Project Falcon')('other', 'project falcon')).toBe(true);
});

test('wildcards mean what the slow way says, whatever they are', () => {
  const slow = (pattern: string, text: string): boolean =>
    new RegExp(
      `^${Array.from(pattern)
        .map((c) => (c === '*' ? '.*' : c === '?' ? '.' : `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`))
        .join('')}$`,
      's',
    ).test(text);
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), maxLength: 12 });
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 12 });
  fc.assert(
    fc.property(letters, text, (p, t) => matchesWildcard(p, t) === slow(p, t)),
    { numRuns: 2_000 },
  );
});

test('a pattern that would keep everything, or cannot be read, is refused with what would do', () => {
  const bad: [NeverMatch, string][] = [
    ['domain', 'https://corp.example/'],
    ['domain', '10.0.0.1'],
    ['domain', ''],
    ['network', 'corp.example'],
    ['wildcard', '*'],
    ['wildcard', '*a*b'],
    ['wildcard', `abc${'*x'.repeat(11)}`],
    ['exact', ' '],
  ];
  for (const [match, pattern] of bad) {
    expect(() => normalisePattern(match, pattern), pattern).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  }
});

test('hostile values take time in proportion to their length', () => {
  const { ask } = compileNever([
    rule('domain', 'corp.example'),
    rule('network', '10.0.0.0/8'),
    rule('internal', ''),
    rule('wildcard', 'a*a*a*a*a*a*a*a*b'),
  ]);
  const shapes = ['a.', '%25', '1.', ':', 'a', '%41', 'YWFh', '-', 'a@', '。', '/a=', 'é.'];
  const from = performance.now();
  for (const shape of shapes) {
    for (const dataType of ['url', 'other', 'mail']) {
      ask({ dataType, value: shape.repeat(65_536 / shape.length), hashes: [] });
    }
  }
  // Some 36 values of 64 KiB: about a second. One quadratic step takes minutes.
  expect(performance.now() - from).toBeLessThan(15_000);
});

describe('burn risk', () => {
  test.each([
    ['https://evil.test/login?u=ana@corp.example', 'https://evil.test/login'],
    ['https://evil.test/login?u=ana%40corp.example#x', 'https://evil.test/login'],
    ['https://evil.test/a/ana@corp.example/b', 'https://evil.test/a'],
    ['https://bob:secret@evil.test/a', 'https://evil.test/a'],
    [`https://evil.test/?e=${Buffer.from('ana@corp.example').toString('base64')}`, 'https://evil.test/'],
    ['https://evil.test/r?id=3f2504e0-4f89-41d3-9a0c-0305e82c3301', 'https://evil.test/r'],
    ['https://evil.test/t/aB3xK9qLm2Zp7RtY5wVc1N/x', 'https://evil.test/t'],
  ])('%s', (value, lesser) => {
    expect(burnRisk('url', value)?.lesser?.value).toBe(lesser);
  });
  test.each([
    'https://evil.test/',
    'https://evil.test/wp-content/plugins/hello-world/index.php?id=12&page=3',
    'https://evil.test/2026/11/some-long-article-title-about-nothing.html',
    'https://evil.test/assets/jquery-3.7.1.min.js',
  ])('nothing to say of %s', (value) => {
    expect(burnRisk('url', value)).toBeNull();
  });
});
