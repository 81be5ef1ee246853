import { AppError } from '../shared/errors.ts';

/** One of a few words, in any case. Errors: `invalid_input`, naming them. */
export function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((a) => a === value.toLowerCase());
  if (found === undefined) throw new AppError('invalid_input', `${name} takes ${allowed.join(', ')}; not “${value}”.`);
  return found;
}

export function readCaseNumber(text: string): number {
  const number = Number(text.replace(/^#/, ''));
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new AppError('invalid_input', `A case has a number such as 12; “${text}” is none.`);
  }
  return number;
}
