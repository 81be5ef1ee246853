import type { CustomFieldType } from '../contract/responders.ts';

type Content = string | number | boolean;
type Fit = { value: Content } | { problem: string };

const MAX_TEXT = 65_536;
/** The last moment a date can name. */
const LAST_TIME = 8_640_000_000_000_000;

/**
 * A value as a field of this type holds it. What does not fit is refused with a sentence, never bent; numbers and yes/no
 * may come as text. A date is UTC milliseconds.
 */
export function fitValue(label: string, type: CustomFieldType, options: readonly string[], raw: unknown): Fit {
  const fit = byType(type, raw);
  if (fit === undefined) return { problem: `${label} is ${WORDS[type]}, and this value is none.` };
  if (options.length > 0 && !options.includes(String(fit))) {
    return { problem: `${label} may only be one of: ${options.join(', ')}.` };
  }
  return { value: fit };
}

const WORDS: Readonly<Record<CustomFieldType, string>> = {
  string: 'a text',
  url: 'an address such as https://example.org/page',
  boolean: 'yes or no',
  integer: 'a whole number',
  float: 'a number',
  date: 'a date',
};

function byType(type: CustomFieldType, raw: unknown): Content | undefined {
  switch (type) {
    case 'string':
      return asText(raw);
    case 'url': {
      const text = asText(raw)?.trim();
      return text !== undefined && /^[a-z][a-z0-9+.-]*:\S+$/i.test(text.replace(/^hxxp/i, 'http')) ? text : undefined;
    }
    case 'boolean':
      return typeof raw === 'boolean' ? raw : raw === 'true' ? true : raw === 'false' ? false : undefined;
    case 'float':
      return asNumber(raw);
    case 'integer': {
      const number = asNumber(raw);
      return number !== undefined && Number.isSafeInteger(number) ? number : undefined;
    }
    case 'date': {
      const number = asNumber(raw);
      return number !== undefined && Number.isSafeInteger(number) && Math.abs(number) <= LAST_TIME ? number : undefined;
    }
  }
}

function asText(raw: unknown): string | undefined {
  if (typeof raw === 'string') return raw.length > MAX_TEXT ? undefined : raw;
  return typeof raw === 'number' || typeof raw === 'boolean' ? String(raw) : undefined;
}

function asNumber(raw: unknown): number | undefined {
  const number = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}
