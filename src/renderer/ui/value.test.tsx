import { cleanup, render } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import type { DataType } from '../../shared/model/data-type.ts';
import { Value } from './value.tsx';

afterEach(cleanup);

const shown = (dataType: DataType, value: string, isWhole = false): string =>
  render(<Value dataType={dataType} value={value} isWhole={isWhole} />).container.textContent ?? '';

test.each([
  ['url', 'https://login.evil.com/auth?u=a.b', 'hxxps://login[.]evil[.]com/auth?u=a.b'],
  ['url', 'http://user:p@evil.com:81/x', 'hxxp://user:p@evil[.]com:81/x'],
  ['mail', 'a.b@evil.com', 'a.b@evil[.]com'],
  ['ip', '10.0.0.1', '10[.]0[.]0[.]1'],
  ['fqdn', 'a.evil.com', 'a[.]evil[.]com'],
  ['filename', 'setup.exe', 'setup.exe'],
  ['hash', 'd41d8cd98f00b204e9800998ecf8427e', 'd41d8cd98f00b204e9800998ecf8427e'],
] as const)('%s %s is defanged, in a row and whole', (dataType, value, expected) => {
  expect(shown(dataType, value)).toBe(expected);
  cleanup();
  expect(shown(dataType, value, true)).toBe(expected);
});

test('a name that turns itself round is shown for what it is', () => {
  expect(shown('filename', 'invoice\u202Efdp.exe')).toBe('invoiceU+202Efdp.exe');
});

test('a value is never a link and its markup never markup', () => {
  const { container } = render(<Value dataType="url" value={'http://e.com/<img src=x onerror=alert(1)>'} />);
  expect(container.querySelector('a, img')).toBeNull();
});
