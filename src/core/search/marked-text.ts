import type { MarkedText } from '../../shared/contract/search.ts';
import type { SearchTerm } from '../../shared/model/search-query.ts';

/** Characters shown around the first match. */
const BEFORE = 60;
const SNIPPET = 220;
/** Matches marked in one text. */
const MAX_MARKS = 20;
/** Characters looked through for the first match. */
const MAX_LOOKED = 300_000;

/** Lower case without accents, one unit for each, so that places stay what they were. */
function fold(text: string): string {
  const lower = text.toLowerCase();
  const same = lower.length === text.length ? lower : text;
  return same.replace(/[\u0080-\uffff]/g, (unit) => unit.normalize('NFD').charAt(0).toLowerCase().charAt(0));
}

/** What of a text the terms stand for: as typed, else its words. */
function needles(text: string, terms: readonly SearchTerm[]): string[] {
  const found: string[] = [];
  for (const term of terms) {
    if (term.isNegated) continue;
    const whole = fold(term.text);
    if (text.includes(whole)) found.push(whole);
    else found.push(...(whole.match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => word.length > 1));
  }
  return found;
}

function marksIn(folded: string, wanted: readonly string[]): [number, number][] {
  const marks: [number, number][] = [];
  for (const needle of wanted) {
    for (
      let at = folded.indexOf(needle);
      at >= 0 && marks.length < MAX_MARKS;
      at = folded.indexOf(needle, at + needle.length)
    )
      marks.push([at, at + needle.length]);
  }
  marks.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  // Overlapping ones become one.
  const joined: [number, number][] = [];
  for (const [from, to] of marks) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

/** A short text whole, with what matches in it. */
export function markText(text: string, terms: readonly SearchTerm[]): MarkedText {
  const folded = fold(text);
  return { text, marks: marksIn(folded, needles(folded, terms)) };
}

/** The stretch around the first match of a long text, on one line; empty where nothing matches in it. */
export function snippetOf(text: string, terms: readonly SearchTerm[]): MarkedText {
  const looked = text.slice(0, MAX_LOOKED);
  const folded = fold(looked);
  const firsts = needles(folded, terms)
    .map((needle) => folded.indexOf(needle))
    .filter((at) => at >= 0);
  if (firsts.length === 0) return { text: '', marks: [] };
  const first = Math.min(...firsts);
  let from = Math.max(0, first - BEFORE);
  // Not in the middle of a word.
  if (from > 0) from = Math.max(from, looked.slice(from, first).search(/\s/) + from);
  const line = looked
    .slice(from, from + SNIPPET)
    .replace(/\s+/g, ' ')
    .trim();
  const shown = `${from > 0 ? '…' : ''}${line}${from + SNIPPET < text.length ? '…' : ''}`;
  return markText(shown, terms);
}
