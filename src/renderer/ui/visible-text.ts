/** A run of harmless text, or one character that would reorder, hide or break it, with its name. */
export type TextPart = { kind: 'text'; text: string } | { kind: 'control'; code: string };

/*
 * Controls except tab and line ends, bidirectional marks and overrides, zero-width characters, line and paragraph
 * separators, variation and tag characters, lone surrogates: everything by which a value can look like another one.
 */
const HIDDEN =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]|\p{Variation_Selector}|[\u{E0000}-\u{E007F}]|\p{Cs}/u;
const EACH_HIDDEN = new RegExp(HIDDEN.source, 'gu');

export const hasHiddenCharacters = (text: string): boolean => HIDDEN.test(text);

/** Cuts a text at every character that would not be seen, in linear time. */
export function visibleParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(EACH_HIDDEN)) {
    if (match.index > from) parts.push({ kind: 'text', text: text.slice(from, match.index) });
    const point = match[0].codePointAt(0) ?? 0;
    parts.push({ kind: 'control', code: `U+${point.toString(16).toUpperCase().padStart(4, '0')}` });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) });
  return parts;
}

/** The same as plain text, for places that take no elements (titles, toasts): `<U+202E>`. */
export const plainVisible = (text: string): string =>
  hasHiddenCharacters(text)
    ? visibleParts(text)
        .map((part) => (part.kind === 'text' ? part.text : `<${part.code}>`))
        .join('')
    : text;
