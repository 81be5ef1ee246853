/**
 * Puts a link in the place of words that were selected where the text is read. Undefined where they stand in the source
 * more than once, or not as they are read: nobody can tell then which are meant.
 */
export function linkWords(source: string, words: string, link: string): string | undefined {
  const at = words === '' ? -1 : source.indexOf(words);
  if (at === -1 || source.includes(words, at + 1)) return undefined;
  return source.slice(0, at) + link + source.slice(at + words.length);
}
