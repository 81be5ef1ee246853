/** What a spreadsheet runs: a formula sign at the start, also behind spaces and in full width, or a tab or line break. */
const FORMULA = /^[\s\u00a0\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;

/**
 * A cell of a CSV file, always quoted (RFC 4180). A text that a spreadsheet would run gets an apostrophe before it, and so
 * does one that begins with an apostrophe: `readCsvCell` gives every text back as it was.
 */
export function csvCell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  const isHeld = typeof value === 'string' && (FORMULA.test(text) || text.startsWith("'"));
  return `"${(isHeld ? `'${text}` : text).replaceAll('"', '""')}"`;
}

/** One line with its end. */
export const csvLine = (cells: readonly (string | number | null)[]): string => `${cells.map(csvCell).join(',')}\r\n`;

/** The text that `csvCell` was given; undefined for what it never writes. */
export function readCsvCell(cell: string): string | undefined {
  if (!/^"(?:[^"]|"")*"$/.test(cell)) return undefined;
  const text = cell.slice(1, -1).replaceAll('""', '"');
  return text.startsWith("'") ? text.slice(1) : text;
}
