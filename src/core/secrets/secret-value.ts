/** One text, or the list of a setting that may have several. */
export type SecretValue = string | readonly string[];

/** Below this the last four characters would be too much of it. */
const LEAST_FOR_LAST_FOUR = 12;

/** As a place keeps it. */
export const packSecret = (value: SecretValue): string => JSON.stringify(value);

/** Undefined where it is not what `packSecret` made: somebody else wrote there. */
export function unpackSecret(text: string): SecretValue | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value === 'string') return value;
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;
}

export const secretTexts = (value: SecretValue): readonly string[] => (typeof value === 'string' ? [value] : value);

export function lastFourOf(value: SecretValue): string | null {
  const text = secretTexts(value).at(-1)?.trim() ?? '';
  return text.length >= LEAST_FOR_LAST_FOUR ? text.slice(-4) : null;
}

/** The password in an address such as a proxy's. */
export function passwordOf(value: string): string | undefined {
  const at = /^[a-z][a-z0-9+.-]*:\/\/[^/@\s:]*:([^@\s/]+)@/i.exec(value);
  return at?.[1];
}
