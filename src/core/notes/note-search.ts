import type { NoteLine } from '../../shared/contract/notes.ts';

/** Characters that one search reads: a second of work at most, whatever the notes hold. */
const MOST_CHARACTERS = 20_000_000;

/** The notes that hold every word, in any case of letters. `isPartial`: there was more text than one search reads. */
export function searchNotes(
  notes: Iterable<NoteLine & { body: string }>,
  text: string,
  limit: number,
): { items: NoteLine[]; isPartial: boolean } {
  const words = fold(text).split(/\s+/).filter(Boolean).slice(0, 20);
  const items: NoteLine[] = [];
  let left = MOST_CHARACTERS;
  for (const { body, ...line } of notes) {
    if (items.length === limit || left <= 0) return { items, isPartial: true };
    left -= body.length + line.title.length;
    const held = fold(`${line.title}\n${body}`);
    if (words.every((word) => held.includes(word))) items.push(line);
  }
  return { items, isPartial: false };
}

const fold = (text: string): string => text.normalize('NFKC').toLowerCase();
