const BOX = /(?:[-*+]|\d{1,9}[.)])[ \t]+\[([ xX])\]/y;

/** Ticks or clears the checklist item that begins at an offset of the source; undefined where there is none. */
export function toggleBox(source: string, offset: number): string | undefined {
  BOX.lastIndex = offset;
  const match = BOX.exec(source);
  if (!match) return undefined;
  const at = offset + match[0].length - 2;
  return `${source.slice(0, at)}${match[1] === ' ' ? 'x' : ' '}${source.slice(at + 1)}`;
}
