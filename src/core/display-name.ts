const MAX_NAME = 255;
// Controls, bidirectional overrides and invisible formatters, lone surrogates, line and paragraph separators.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/**
 * The last component of a path as people may safely see it: what could turn text around, hide or break a line is
 * written as its code point, so nothing of the name is lost.
 */
export function displayName(name: string): string {
  const base = name.split(/[/\\]/).findLast((part) => part !== '') ?? '';
  const visible = base.replace(UNSAFE, (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`).trim();
  if (visible === '') return 'unnamed';
  return visible.length <= MAX_NAME ? visible : `${visible.slice(0, MAX_NAME - 41)}…${visible.slice(-40)}`;
}
