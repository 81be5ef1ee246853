/** Longest tag, in characters. */
export const MAX_TAG = 200;
export const MAX_TAGS = 200;

/** A tag that follows a taxonomy: `namespace:predicate` or `namespace:predicate="value"`. */
export interface StructuredTag {
  namespace: string;
  predicate: string;
  value: string | null;
}

const STRUCTURED = /^([^\s:="]+)\s*:\s*([^\s:="][^:="]*?)(?:\s*=\s*"?([^"]*)"?)?$/u;

/** Its parts, or undefined for a free tag. A web address is a free tag: what follows its colon is no predicate. */
export function parseTag(tag: string): StructuredTag | undefined {
  const match = STRUCTURED.exec(tag);
  if (match === null) return undefined;
  const [, namespace = '', predicate = '', value] = match;
  if (predicate.startsWith('//') || /^\d/.test(predicate)) return undefined;
  return { namespace, predicate: predicate.trim(), value: value === undefined ? null : value.trim() };
}

export const formatTag = ({ namespace, predicate, value }: StructuredTag): string =>
  value === null || value === '' ? `${namespace}:${predicate}` : `${namespace}:${predicate}="${value}"`;

/**
 * One spelling for what people type: composed characters, single spaces, straight quotes, and `ns:pred="value"` for a
 * structured tag. Letters keep their case, because taxonomies differ in it. Empty where nothing is left.
 */
export function normaliseTag(text: string): string {
  const plain = text
    .normalize('NFC')
    .replaceAll(/[“”„«»]/gu, '"')
    // oxlint-disable-next-line no-control-regex -- they would be invisible in a chip
    .replaceAll(/[\s\u0000-\u001f\u007f]+/gu, ' ')
    .trim();
  const parts = parseTag(plain);
  return (parts === undefined ? plain : formatTag(parts)).slice(0, MAX_TAG).trim();
}

/** What two spellings of one tag have in common. */
export const foldTag = (tag: string): string => tag.toLowerCase();

/** Normalised, in their order; of spellings that differ in case only the first stays. */
export function normaliseTags(tags: readonly string[]): string[] {
  const known = new Map<string, string>();
  for (const each of tags) {
    const tag = normaliseTag(each);
    if (tag !== '' && !known.has(foldTag(tag))) known.set(foldTag(tag), tag);
  }
  return [...known.values()];
}

/** `#rrggbb` in lower case; undefined for anything else. `#rgb` and a missing `#` are understood. */
export function readColour(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  const hex = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.trim())?.[1]?.toLowerCase();
  if (hex === undefined) return undefined;
  return hex.length === 6 ? `#${hex}` : `#${hex.replaceAll(/./g, '$&$&')}`;
}
