/**
 * Characters that hide or reorder text: controls, line separators, bidi marks and overrides, zero-width characters, the
 * byte order mark, tag characters and lone surrogates.
 */
// oxlint-disable-next-line no-misleading-character-class
const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

/** Writes hidden characters as `<U+202E>`, so that a name reads as it is stored; clipped to `max` characters. */
export function visible(text: string, max = 512): string {
  const shown = text.replace(HIDDEN, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
  });
  return shown.length > max ? `${shown.slice(0, max - 1)}…` : shown;
}
