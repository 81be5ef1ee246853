import { expect, test } from 'vitest';
import { seatbeltProfile } from './seatbelt.ts';

test('everything is denied but the system, what is named, and the job folder', () => {
  const text = seatbeltProfile({
    readOnly: ['/Users/ana/osmia/analyzers', '/Users/ana/osmia/analyzers'],
    jobFolder: '/private/tmp/osmia-jobs-1/a',
    network: 'none',
  });
  const lines = text.trim().split('\n');
  expect(lines.slice(0, 2)).toEqual(['(version 1)', '(deny default)']);
  expect(lines.filter((line) => line.includes('file-write*'))).toEqual([
    '(allow file-read* file-write* (subpath "/private/tmp/osmia-jobs-1/a"))',
  ]);
  expect(text.match(/\/Users\/[^"]*/g)).toEqual(['/Users/ana/osmia/analyzers']);
  expect(text).not.toMatch(/network|mach-lookup|system-socket/);
  expect(balance(text)).toBe(0);
});

test('the network is none, the port of the proxy, or all of it', () => {
  const network = (kind: Parameters<typeof seatbeltProfile>[0]['network']): string[] =>
    seatbeltProfile({ readOnly: [], network: kind })
      .split('\n')
      .filter((line) => line.includes('network'));
  expect(network('none')).toEqual([]);
  expect(network({ loopbackPort: 40_123 })).toEqual(['(allow network-outbound (remote ip "localhost:40123"))']);
  expect(network('direct')).toEqual([
    '(allow network-outbound (remote ip "*:*"))',
    '(allow network-outbound (literal "/private/var/run/mDNSResponder"))',
  ]);
});

test('a path cannot end the text that it stands in', () => {
  const text = seatbeltProfile({ readOnly: ['/Users/a")(allow default)("\\'], network: 'none' });
  expect(text).toContain('(subpath "/Users/a\\")(allow default)(\\"\\\\")');
  expect(text.split('\n').filter((line) => line.startsWith('(allow default'))).toEqual([]);
  for (const path of ['/a\nb', '/a\0b', 'relative', ''])
    expect(() => seatbeltProfile({ readOnly: [path], network: 'none' })).toThrow('path');
});

/** Parentheses outside strings. */
function balance(text: string): number {
  const bare = text.replace(/"(?:[^"\\]|\\.)*"/g, '');
  return bare.split('(').length - bare.split(')').length;
}
