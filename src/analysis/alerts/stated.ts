import { type Pap, stricterPap, stricterTlp, type Tlp, tlpFromNumber } from '../../shared/model/marking.ts';
import { visible } from '../text/visible.ts';
import { ALERT_LIMITS } from './parsed-alert.ts';

/** Reading of JSON that somebody else wrote: nothing is believed to have the type it should have. */
export type Json = Record<string, unknown>;

export const asObject = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;

export const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Text or number as text; everything else is ''. */
export const asText = (value: unknown, max: number): string =>
  typeof value === 'string'
    ? value.slice(0, max)
    : typeof value === 'number' && Number.isFinite(value)
      ? String(value)
      : '';

/** One line for titles, names and references: control characters made visible, spaces folded. */
export const asLine = (value: unknown, max: number): string =>
  visible(
    asText(value, max * 4)
      .replaceAll(/\s+/g, ' ')
      .trim(),
    max,
  );

/** Numbers arrive as texts in most installations. */
export function asNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' && value.length < 40 ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

export const asFlag = (value: unknown): boolean =>
  value === true || value === 1 || (typeof value === 'string' && /^(1|true|yes|y|x)$/i.test(value.trim()));

/** Years 1970 to 2200 in UTC milliseconds; from seconds or milliseconds, or a date that says its zone or is a day. */
export function asTime(value: unknown): number | null {
  const number = asNumber(value);
  const time =
    number !== undefined
      ? number < 100_000_000_000
        ? number * 1_000
        : number
      : typeof value === 'string' && value.length <= 40
        ? Date.parse(
            /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(value.trim())
              ? `${value.trim().replace(' ', 'T')}Z`
              : value,
          )
        : Number.NaN;
  return Number.isFinite(time) && time > 0 && time < 7_258_118_400_000 ? Math.trunc(time) : null;
}

export const asTags = (value: unknown): string[] =>
  [
    ...new Set(
      asList(value)
        .slice(0, ALERT_LIMITS.tags * 4)
        .map((tag) => asLine(tag, 200))
        .filter((tag) => tag !== ''),
    ),
  ].slice(0, ALERT_LIMITS.tags);

/**
 * The 0–3 scale of TheHive up to 5.1, where 3 is red. From 5.2 on 3 is amber+strict and 4 red: both are taken as red here,
 * because a file does not say which version wrote it and red is never weaker.
 */
export function asTlp(value: unknown): Tlp | null {
  if (value === undefined || value === null || value === '') return null;
  if (typeof value === 'string' && asNumber(value) === undefined)
    return tlpOfTags([`tlp:${value.replace(/^tlp:/i, '')}`]);
  const number = asNumber(value);
  return number === undefined ? null : number === 4 ? 'red' : (tlpFromNumber(number) ?? null);
}

const PAPS: readonly Pap[] = ['clear', 'green', 'amber', 'red'];
export function asPap(value: unknown): Pap | null {
  if (value === undefined || value === null || value === '') return null;
  if (typeof value === 'string' && asNumber(value) === undefined)
    return papOfTags([`pap:${value.replace(/^pap:/i, '')}`]);
  const number = asNumber(value);
  return number === undefined ? null : (PAPS[number] ?? null);
}

export const asSeverity = (value: unknown): number => {
  const number = asNumber(value);
  if (number !== undefined) return Math.min(4, Math.max(1, Math.round(number)));
  const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
  return { low: 1, medium: 2, high: 3, critical: 4, informational: 1, info: 1 }[word] ?? 2;
};

const TLP_TAGS: Readonly<Record<string, Tlp>> = {
  'tlp:clear': 'clear',
  'tlp:white': 'clear',
  'tlp:green': 'green',
  'tlp:amber': 'amber',
  'tlp:amber+strict': 'amber+strict',
  'tlp:red': 'red',
};

/** Of several the strictest; null where no tag says. One that begins with tlp: and is not known is taken as red. */
export function tlpOfTags(tags: readonly string[]): Tlp | null {
  let found: Tlp | null = null;
  for (const tag of tags) {
    const name = tag.trim().toLowerCase();
    if (!name.startsWith('tlp:')) continue;
    const tlp = TLP_TAGS[name] ?? 'red';
    found = found === null ? tlp : stricterTlp(found, tlp);
  }
  return found;
}

export function papOfTags(tags: readonly string[]): Pap | null {
  let found: Pap | null = null;
  for (const tag of tags) {
    const name = tag.trim().toLowerCase();
    if (!name.startsWith('pap:')) continue;
    const word = name.slice(4) === 'white' ? 'clear' : name.slice(4);
    const pap = PAPS.find((each) => each === word) ?? 'red';
    found = found === null ? pap : stricterPap(found, pap);
  }
  return found;
}

export const isMarking = (tag: string): boolean => /^(tlp|pap):/i.test(tag.trim());

/** Bytes of base64 in any of its spellings; undefined for what is none, or is more than `max`. */
export function fromBase64(text: unknown, max: number): Uint8Array | undefined {
  if (typeof text !== 'string' || text === '' || text.length > (max * 4) / 3 + 1_000) return undefined;
  const clean = text.replaceAll(/\s+/g, '');
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(clean)) return undefined;
  const bytes = Buffer.from(clean, 'base64');
  return bytes.length === 0 || bytes.length > max ? undefined : bytes;
}
