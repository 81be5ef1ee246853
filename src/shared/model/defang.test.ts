import { describe, expect, it } from 'vitest';
import type { DataType } from './data-type.ts';
import { defang, splitForDisplay } from './defang.ts';

const CASES: readonly (readonly [DataType, string, string])[] = [
  ['url', 'http://evil.com/a.b/c.php?x=1.2', 'hxxp://evil[.]com/a.b/c.php?x=1.2'],
  ['url', 'https://a.b.evil.com:8443/', 'hxxps://a[.]b[.]evil[.]com:8443/'],
  ['url', 'https://john.doe:p.w@evil.com/x@y.z', 'hxxps://john.doe:p.w@evil[.]com/x@y.z'],
  ['url', 'http://1.2.3.4/x', 'hxxp://1[.]2[.]3[.]4/x'],
  ['url', 'http://[2001:db8::1]:80/x', 'hxxp://[2001:db8::1]:80/x'],
  ['url', 'ftp://evil.com/f.exe', 'fxp://evil[.]com/f.exe'],
  ['url', 'sftp://evil.com/f.exe', 'sfxp://evil[.]com/f.exe'],
  ['url', 'http://evil.com?u=http://other.com', 'hxxp://evil[.]com?u=http://other.com'],
  ['url', 'http://localhost/', 'hxxp://localhost/'],
  ['url', 'not a url.at.all', 'not a url.at.all'],
  ['ip', '10.0.0.1', '10[.]0[.]0[.]1'],
  ['ip', '2001:db8::1', '2001:db8::1'],
  ['ip', '::ffff:1.2.3.4', '::ffff:1[.]2[.]3[.]4'],
  ['domain', 'evil.com', 'evil[.]com'],
  ['fqdn', 'a.evil.co.uk', 'a[.]evil[.]co[.]uk'],
  ['mail', 'john.doe@evil.com', 'john.doe@evil[.]com'],
  ['filename', 'setup.exe', 'setup.exe'],
  ['hash', 'd41d8cd98f00b204e9800998ecf8427e', 'd41d8cd98f00b204e9800998ecf8427e'],
  ['registry', 'HKLM\\Software\\a.b', 'HKLM\\Software\\a.b'],
  ['user-agent', 'curl/7.1', 'curl/7.1'],
  ['other', '10.0.0.0/8', '10.0.0.0/8'],
  ['url', '', ''],
  ['mail', '', ''],
];

describe('defang', () => {
  it.each(CASES)('%s %s', (dataType, value, expected) => {
    expect(defang(dataType, value)).toBe(expected);
  });
});

describe('splitForDisplay', () => {
  it.each(CASES)('gives %s %s back when joined', (dataType, value) => {
    const { scheme, host, rest } = splitForDisplay(dataType, value);
    expect(scheme + host + rest).toBe(value);
  });

  it('names the host behind user information', () => {
    expect(splitForDisplay('url', 'https://google.com@evil.com:1/x')).toEqual({
      scheme: 'https://google.com@',
      host: 'evil.com',
      rest: ':1/x',
    });
  });

  it('takes linear time on a long value', () => {
    const value = `http://${'@'.repeat(200_000)}${'['.repeat(200_000)}`;
    expect(splitForDisplay('url', value).scheme.length).toBeGreaterThan(200_000);
  });
});
