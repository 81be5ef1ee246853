import { diffLines, diffWordsWithSpace } from 'diff';

export interface DiffPart {
  kind: 'same' | 'added' | 'removed';
  text: string;
}

export interface DiffRow {
  kind: 'same' | 'added' | 'removed' | 'changed';
  /** Words of the line; of a changed one those of both versions. */
  parts: readonly DiffPart[];
}

export type TextDiff =
  | { rows: readonly DiffRow[]; added: number; removed: number }
  /** Too long, or too different, to be compared in a moment. */
  | { tooMuch: string };

const MOST_CHARACTERS = 400_000;
const MOST_EDITS = 4_000;
const MOST_WORD_EDITS = 400;
/** Lines longer than this are compared as a whole. */
const MOST_LINE = 5_000;
/** Milliseconds; the window waits so long at most. */
const TIME = 400;

/** What changed from one text to the other, line by line, and in a changed line word by word. */
export function diffText(before: string, after: string): TextDiff {
  if (before.length + after.length > MOST_CHARACTERS) {
    return { tooMuch: 'The versions are too long to be compared here. Read them one after the other.' };
  }
  const changes = diffLines(ended(before), ended(after), { timeout: TIME, maxEditLength: MOST_EDITS });
  if (changes === undefined) {
    return { tooMuch: 'The versions have too little in common to be compared. Read them one after the other.' };
  }
  const rows: DiffRow[] = [];
  let added = 0;
  let removed = 0;
  let words = 0;
  for (let index = 0; index < changes.length; index += 1) {
    const change = changes[index]!;
    const lines = linesOf(change.value);
    if (!change.removed) {
      const kind = change.added ? 'added' : 'same';
      if (change.added) added += lines.length;
      rows.push(...lines.map((text) => ({ kind, parts: [{ kind, text }] }) as const));
      continue;
    }
    removed += lines.length;
    const next = changes[index + 1];
    const others = next?.added ? linesOf(next.value) : [];
    if (next?.added) index += 1;
    added += others.length;
    for (let at = 0; at < Math.max(lines.length, others.length); at += 1) {
      const [old, now] = [lines[at], others[at]];
      const parts = words < MOST_WORD_EDITS && old !== undefined && now !== undefined ? diffWords(old, now) : undefined;
      if (parts) {
        words += 1;
        rows.push({ kind: 'changed', parts });
        continue;
      }
      if (old !== undefined) rows.push({ kind: 'removed', parts: [{ kind: 'removed', text: old }] });
      if (now !== undefined) rows.push({ kind: 'added', parts: [{ kind: 'added', text: now }] });
    }
  }
  return { rows, added, removed };
}

/** A last line without its end would differ from the same line with one. */
const ended = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);

const linesOf = (text: string): string[] => (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');

/** Undefined where a line says something else altogether: then two lines read better than one. */
function diffWords(before: string, after: string): DiffPart[] | undefined {
  if (before.length > MOST_LINE || after.length > MOST_LINE) return undefined;
  const changes = diffWordsWithSpace(before, after, { timeout: TIME / 10, maxEditLength: MOST_WORD_EDITS });
  if (changes === undefined) return undefined;
  const same = changes.reduce(
    (sum, { added, removed, value }) => (added || removed ? sum : sum + value.trim().length),
    0,
  );
  if (same * 4 < Math.max(before.length, after.length)) return undefined;
  return changes.map(({ added, removed, value }) => ({
    kind: added ? 'added' : removed ? 'removed' : 'same',
    text: value,
  }));
}

/** Rows around changes only; a number stands for rows left out. */
export function aroundChanges(rows: readonly DiffRow[], around: number): (DiffRow | number)[] {
  const shown = new Set<number>();
  rows.forEach((row, index) => {
    if (row.kind === 'same') return;
    for (let at = Math.max(0, index - around); at <= Math.min(rows.length - 1, index + around); at += 1) shown.add(at);
  });
  const out: (DiffRow | number)[] = [];
  rows.forEach((row, index) => {
    if (shown.has(index)) out.push(row);
    else if (typeof out.at(-1) === 'number') out[out.length - 1] = (out.at(-1) as number) + 1;
    else out.push(1);
  });
  return out;
}
