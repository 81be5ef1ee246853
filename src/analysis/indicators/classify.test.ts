import { describe, expect, it } from 'vitest';
import type { DataType } from '../../shared/model/data-type.ts';
import { classifyValue, normalise } from './classify.ts';

const VALUES: [text: string, dataType: DataType, value: string, marks?: string[]][] = [
  ['1.2.3.4', 'ip', '1.2.3.4'],
  [' 1.2.3.4\n', 'ip', '1.2.3.4'],
  ['1[.]2[.]3[.]4', 'ip', '1.2.3.4', ['defanged']],
  ['1.2.3.4:80', 'ip', '1.2.3.4', ['port:80']],
  ['10.0.0.1', 'ip', '10.0.0.1', ['private']],
  ['2A00:1450::200E', 'ip', '2a00:1450::200e'],
  ['[2a00:1450::1]:443', 'ip', '2a00:1450::1', ['port:443']],
  ['185.0.0.0/8', 'other', '185.0.0.0/8', ['cidr']],
  ['evil.com', 'domain', 'evil.com'],
  ['EVIL[.]com.', 'domain', 'evil.com', ['defanged']],
  ['a.evil.co.uk', 'fqdn', 'a.evil.co.uk'],
  ['münchen.de', 'domain', 'xn--mnchen-3ya.de', ['idn']],
  ['hxxps://evil[.]com/A?b', 'url', 'https://evil.com/A?b', ['defanged']],
  ['john@evil[.]com', 'mail', 'john@evil.com', ['defanged']],
  ["o'neil@evil.com", 'mail', "o'neil@evil.com"],
  ['D41D8CD98F00B204E9800998ECF8427E', 'hash', 'd41d8cd98f00b204e9800998ecf8427e', ['md5']],
  ['cve-2021-44228', 'cve', 'CVE-2021-44228'],
  ['as13335', 'autonomous-system', 'AS13335'],
  ['t1566.001', 'other', 'T1566.001', ['attack']],
  ['00-11-22-AA-BB-CC', 'other', '00:11:22:aa:bb:cc', ['mac']],
  // Whoever types it means a host, whatever it looks like in running text.
  ['System.IO', 'domain', 'system.io'],
  ['setup.exe', 'filename', 'setup.exe'],
  ['readme.md', 'filename', 'readme.md'],
  ['C:\\Users\\a b\\evil.dll', 'filename', 'evil.dll'],
  ['HKCU\\Software\\A B\\C d', 'registry', 'HKCU\\Software\\A B\\C d'],
  ['Mozilla/5.0 (X11; Linux) Gecko/1', 'user-agent', 'Mozilla/5.0 (X11; Linux) Gecko/1'],
  ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', 'crypto_address', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', ['bitcoin']],
];

describe('classifyValue', () => {
  it.each(VALUES)('%s is %s', (text, dataType, value, marks = []) => {
    expect(classifyValue(text)).toEqual({ dataType, value, marks });
  });

  it.each([
    ['', 'nothing was typed'],
    ['999.888.777.666', 'octet above 255'],
    ['thing.blah', '`.blah` is not a public suffix'],
    ['hello', 'not a kind of value we know'],
    ['hello world', 'not a kind of value we know'],
    ['http://evil.com/a b', 'not a kind of value we know'],
    ['x'.repeat(5000), 'longer than 4096'],
  ])('%j is nothing: %s', (text, reason) => {
    const got = classifyValue(text);
    expect('reason' in got && got.reason).toContain(reason);
  });

  it('takes the rest as other only when asked to', () => {
    expect(classifyValue('hello world', { orOther: true })).toEqual({
      dataType: 'other',
      value: 'hello world',
      marks: [],
    });
    expect(classifyValue('evil.com', { orOther: true })).toMatchObject({ dataType: 'domain' });
  });
});

describe('normalise', () => {
  it.each<[dataType: DataType, text: string, value: string, marks?: string[]]>([
    ['domain', 'Readme.md', 'readme.md'],
    ['domain', 'System.IO', 'system.io'],
    ['domain', 'a.evil.com', 'a.evil.com'],
    ['fqdn', 'host.blah', 'host.blah', ['unknown-suffix']],
    ['ip', '::', '::', ['private']],
    ['ip', 'a::b', 'a::b', ['private']],
    ['url', 'hxxp://evil[.]com', 'http://evil.com', ['defanged']],
    ['mail', 'A@evil.com', 'a@evil.com'],
    ['filename', '/tmp/x/evil.bin', 'evil.bin'],
    ['filename', 'no extension', 'no extension'],
    ['registry', 'hklm:\\\\Software\\\\x\\', 'HKLM\\Software\\x'],
    ['mail_subject', 'Re: invoice', 'Re: invoice'],
    ['other', 'anything', 'anything'],
    ['user-agent', 'evil bot', 'evil bot'],
  ])('%s %s', (dataType, text, value, marks = []) => {
    expect(normalise(dataType, text)).toEqual({ value, marks });
  });

  it.each<[DataType, string, string]>([
    ['ip', '1.2.3', 'not four numbers'],
    ['ip', '1.2.3.256', 'octet above 255'],
    ['domain', 'no dots', 'no dot'],
    ['domain', 'a b.com', 'cannot be a label'],
    ['url', 'evil.com', 'no http'],
    ['url', 'http://evil.com/a b', 'more stands behind'],
    ['url', 'javascript://evil.com', 'no http'],
    ['mail', 'evil.com', 'no address'],
    ['mail', 'a b@evil.com', 'no address'],
    ['hash', 'zz', 'not a digest'],
    ['cve', '2021-44228', 'the form CVE'],
    ['autonomous-system', 'AS', 'the form AS'],
    ['crypto_address', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb', 'checksum'],
    ['registry', 'Software\\x', 'begins with'],
    ['filename', 'a<b', 'cannot have'],
    ['filename', '..', 'no file name'],
    ['file', 'x', 'dropped or picked'],
    ['other', '', 'nothing was typed'],
    ['mail_subject', 'a\u0007b', 'control character'],
  ])('%s refuses %j', (dataType, text, reason) => {
    const got = normalise(dataType, text);
    expect('reason' in got && got.reason).toContain(reason);
  });
});
