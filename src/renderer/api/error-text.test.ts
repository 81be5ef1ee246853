import { expect, test } from 'vitest';
import { AppError, ERROR_CODES } from '../../shared/errors.ts';
import { errorText } from './error-text.ts';

test.each(ERROR_CODES)('%s has a title and says what to do', (code) => {
  const text = errorText(new AppError(code, 'The core says why.'));
  expect(text.title).not.toBe('');
  expect(text.next).toMatch(/\.$/);
  expect(text.message).toBe('The core says why.');
});

test('what is no AppError shows nothing of itself', () => {
  expect(JSON.stringify(errorText(new TypeError('/home/ana/secret.ts:3')))).not.toContain('secret');
});
