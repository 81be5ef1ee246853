/** A stretch of text by its offsets. */
export interface Span {
  from: number;
  to: number;
}

/** What a table needs to know of a document: lines by number, from 1. */
export interface Lines {
  count: number;
  text(number: number): string;
}

const DELIMITER = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;
/** A table longer than this is not walked by the keyboard. */
const MOST_LINES = 2_000;

const isRow = (text: string): boolean => text.includes('|');

/** The first and last line of the table that a line stands in. */
export function tableAround(lines: Lines, number: number): { first: number; last: number } | undefined {
  if (!isRow(lines.text(number))) return undefined;
  let first = number;
  let last = number;
  while (first > 1 && isRow(lines.text(first - 1)) && number - first < MOST_LINES) first -= 1;
  while (last < lines.count && isRow(lines.text(last + 1)) && last - number < MOST_LINES) last += 1;
  return last > first && DELIMITER.test(lines.text(first + 1)) ? { first, last } : undefined;
}

/** The cells of a row: where their words stand in the line. */
export function cellsOf(text: string): Span[] {
  const bars: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '|') bars.push(at);
  }
  const edges = [...bars];
  if (text.slice(0, bars[0] ?? 0).trim() !== '') edges.unshift(-1);
  if (text.slice((bars.at(-1) ?? -1) + 1).trim() !== '') edges.push(text.length);
  const cells: Span[] = [];
  for (let index = 0; index + 1 < edges.length; index += 1) {
    const from = (edges[index] ?? 0) + 1;
    const to = edges[index + 1] ?? text.length;
    const words = text.slice(from, to);
    const start = words.trimStart() === '' ? Math.min(1, words.length) : words.length - words.trimStart().length;
    cells.push({ from: from + start, to: from + start + words.trim().length });
  }
  return cells;
}

export type CellMove =
  | { line: number; cell: Span }
  /** Past the last cell: a row to add after this line. */
  | { after: number; row: string };

/** Where Tab (1) or Shift+Tab (-1) goes from a place in a table; undefined where there is no table, or no cell before. */
export function moveInTable(lines: Lines, number: number, column: number, by: 1 | -1): CellMove | undefined {
  const table = tableAround(lines, number);
  if (!table) return undefined;
  const cells = cellsOf(lines.text(number));
  let index = cells.findIndex((cell) => column <= cell.to);
  if (index === -1) index = cells.length - 1;
  const beside = number === table.first + 1 ? undefined : cells[index + by];
  if (beside) return { line: number, cell: beside };
  let next = number + by;
  if (next === table.first + 1) next += by;
  if (next < table.first) return undefined;
  if (next > table.last) {
    return { after: table.last, row: `|${'  |'.repeat(cellsOf(lines.text(table.first)).length)}` };
  }
  const there = cellsOf(lines.text(next));
  const cell = by === 1 ? there[0] : there.at(-1);
  return cell && { line: next, cell };
}

export const NEW_TABLE = '| Column | Column |\n| --- | --- |\n|  |  |\n';
