import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRedactor } from '../engine/process/redact.ts';
import { formsOf } from './secret-forms.ts';

const secret = fc.string({ unit: 'grapheme', minLength: 8, maxLength: 40 });

const WAYS: Record<string, (text: string) => string> = {
  'as it is': (text) => text,
  'URL component': encodeURIComponent,
  'URL component in small letters': (text) =>
    encodeURIComponent(text).replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
  form: (text) => new URLSearchParams([['k', text]]).toString().slice(2),
  JSON: (text) => JSON.stringify(text).slice(1, -1),
  'JSON in ASCII': (text) =>
    JSON.stringify(text)
      .slice(1, -1)
      .replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  hex: (text) => Buffer.from(text).toString('hex'),
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
};

test.each(Object.entries(WAYS))('a secret is found %s', (_, encode) => {
  fc.assert(
    fc.property(secret, fc.string({ maxLength: 5 }), fc.string({ maxLength: 5 }), (value, before, after) => {
      const encoded = encode(value);
      fc.pre(encoded.length >= 6);
      const clean = createRedactor([value])(`${before}\n${encoded}\n${after}`);
      expect(clean).not.toContain(encoded);
      expect(clean).toContain('[redacted]');
    }),
  );
});

test('a secret inside of a longer text that was encoded as a whole is found, whatever stands around it', () => {
  const around = fc.string({ unit: fc.constantFrom('u', 's', ':', '-', '_', '/'), maxLength: 7 });
  fc.assert(
    fc.property(secret, around, around, (value, before, after) => {
      const bytes = Buffer.from(value);
      for (const encoding of ['base64', 'base64url'] as const) {
        const text = Buffer.from(`${before}${value}${after}`).toString(encoding);
        const clean = createRedactor([value])(text);
        const left = clean.replaceAll('[redacted]', '').length;
        // What may stay: the characters that encode what is around it, and the one at each end that mixes both.
        expect(left).toBeLessThanOrEqual(Math.ceil(((text.length * 3) / 4 - bytes.length) * (4 / 3)) + 4);
      }
    }),
  );
});

test('what is too short to tell from ordinary text is left alone', () => {
  expect(formsOf('abc')).toEqual([]);
  expect(createRedactor(['abc'])('abc')).toBe('abc');
  expect(formsOf('\ud800abcdefg')).toContain('\ud800abcdefg');
});
