import { expect, test } from 'vitest';
import { defangProse, knownHosts } from './value-guess.ts';

const known = knownHosts([
  { dataType: 'fqdn', data: 'mx1.harbour.example.net' },
  { dataType: 'url', data: 'https://login.portal.example.com/auth' },
  { dataType: 'ip', data: '198.51.100.23' },
  { dataType: 'file' },
]);

test('hosts that the report names are defanged in its sentences, file names are not', () => {
  expect(defangProse('SPF fail, as stated by mx1.harbour.example.net; opens Login.portal.example.com', known)).toBe(
    'SPF fail, as stated by mx1[.]harbour[.]example[.]net; opens Login[.]portal[.]example[.]com',
  );
  expect(defangProse('"Statement_2026.pdf.exe" from 198.51.100.23', known)).toBe(
    '"Statement_2026.pdf.exe" from 198[.]51[.]100[.]23',
  );
});

test('URLs and mail addresses are defanged whoever names them', () => {
  expect(defangProse('Billing <billing@bad.example> at http://bad.example/a.b')).toBe(
    'Billing <billing@bad[.]example> at hxxp://bad[.]example/a.b',
  );
});
