import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { ContactTable } from './contacts.tsx';

afterEach(cleanup);

const contact = { host: 'api.service.test', port: 443, allowed: 1, refused: 0, bytesSent: 1_200, bytesReceived: 9_000 };

test('hosts of the card are named, every other host is a defanged value, and a refusal says why', () => {
  render(
    <ContactTable
      cardHosts={['api.service.test']}
      contacts={[
        { ...contact, reason: null },
        { ...contact, host: 'evil.test', allowed: 0, refused: 3, bytesSent: 0, reason: 'it is not on the card' },
        { ...contact, host: '*', port: 0, allowed: 7, reason: null },
      ]}
    />,
  );
  const [, named, stranger, rest] = screen.getAllByRole('row').map((row) => row.textContent);
  expect(named).toBe('api.service.test:44311.2 KB9.0 KBnone');
  expect(stranger).toContain('evil[.]test:443');
  expect(stranger).toContain('3: it is not on the card');
  expect(rest).toContain('All other hosts together7');
});
