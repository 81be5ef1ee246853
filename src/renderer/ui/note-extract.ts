/** The first words of a note as plain text for one line of a list: no heads, marks, fences or targets of links. */
export function noteExtract(body: string, most: number): string {
  return body
    .slice(0, most * 4)
    .replaceAll(/^\s*(?:#{1,6}\s+|>\s?|[-*+]\s+(?:\[[ xX]\]\s+)?|\d{1,9}[.)]\s+|```.*$|\|?[\s:|-]+\|[\s:|-]*$)/gm, '')
    .replaceAll(/!?\[([^\]\n]{0,200})\]\([^)\n]{0,2000}\)/g, '$1')
    .replaceAll(/[*_~`|]{1,3}/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, most);
}
