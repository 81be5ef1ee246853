import { extractIOC } from 'ioc-extractor';
import { expect, it } from 'vitest';
import { createCollector } from './collector.ts';
import { extractInto } from './extract.ts';

// Made by us. Everything another extractor finds in it and that is valid, ours finds too.
const TEXT = `
The loader at hxxps://cdn[.]update-check[.]info/a/b.php?id=1 fetched http://203.0.113.77:8080/gate
and then spoke to 198.51.100.23, 45[.]77[.]1[.]9 and to c2.bad-panel.xyz over 443.
Mail came from billing[@]invoices-online[.]net and from jane.roe@corp.bad-mail.org.
Files: 44d88612fea8a8f36de82e1278abb02f, 3395856ce81f2b7382dee72602f798b642f14140 and
275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f.
It used CVE-2017-11882 and CVE-2021-40444; see T1566.001. Beacon to 2a00:1450:4001:830::200e.
Payment to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa was asked for. AS13335 hosts dropzone.evil-site.ru.
Host AA:BB:CC:DD:EE:0F was cleaned.
`;

/**
 * What the other extractor calls an indicator and ours does not list: the hosts of URLs and mail addresses (ours are
 * derived on request only), and a piece of the IPv6 address, taken for an ssdeep hash (its block size, 1450, is not
 * 3 × a power of two).
 */
const HOSTS_OF_OTHER_VALUES = new Set([
  'cdn.update-check.info',
  '203.0.113.77',
  'invoices-online.net',
  'corp.bad-mail.org',
]);

const NOT_SSDEEP = '1450:4001:830';

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
}

it('finds everything that ioc-extractor finds', () => {
  const collector = createCollector();
  extractInto(collector, Buffer.from(TEXT), { part: '/', format: 'text' });
  const ours = new Set(collector.result().observables.map(({ value }) => value.toLowerCase()));
  const theirs = strings(extractIOC(TEXT)).map((value) => value.toLowerCase());
  expect(theirs.length).toBeGreaterThan(12);
  expect(
    theirs.filter((value) => !ours.has(value) && !HOSTS_OF_OTHER_VALUES.has(value) && value !== NOT_SSDEEP),
  ).toEqual([]);
});

it('finds the hosts of other values too when asked', () => {
  const collector = createCollector();
  extractInto(collector, Buffer.from(TEXT), { part: '/', format: 'text', derive: true });
  const ours = new Set(collector.result().observables.map(({ value }) => value));
  expect([...HOSTS_OF_OTHER_VALUES].filter((value) => !ours.has(value))).toEqual([]);
});
