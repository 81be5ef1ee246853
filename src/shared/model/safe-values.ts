import type { DataType } from './data-type.ts';

/**
 * Values to try an analyzer on that are nobody's: documentation ranges (RFC 5737, 2606, 5398), the hash of the empty
 * file, an identifier that everybody knows. Asking a service about one tells it nothing of any case.
 */
export const SAFE_VALUES: Readonly<Record<Exclude<DataType, 'file'>, string>> = {
  ip: '192.0.2.1',
  domain: 'example.com',
  fqdn: 'www.example.com',
  url: 'https://example.com/',
  mail: 'nobody@example.com',
  hash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  filename: 'invoice.txt',
  registry: 'HKEY_CURRENT_USER\\Software\\Example',
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Example/1.0',
  cve: 'CVE-2014-0160',
  'autonomous-system': 'AS64496',
  mail_subject: 'A test of Osmia',
  crypto_address: '1BitcoinEaterAddressDontSendf59kuE',
  uri_path: '/example/index.html',
  hostname: 'host.example.com',
  regexp: '^example$',
  other: 'example',
};

/** The file that is given to analyzers of files: a text that is named as what it is. */
export const SAFE_FILE = {
  name: 'osmia-test.txt',
  text: 'This is a test file made by Osmia. It holds an address of documentation, 192.0.2.1, and https://example.com/.\n',
} as const;

export const safeValueOf = (dataType: DataType): string =>
  dataType === 'file' ? SAFE_FILE.name : SAFE_VALUES[dataType];
