import { formatValue, type WidgetTable } from './widget-table.ts';

const PLACEHOLDER = /\{\{\s{0,20}([^{}]{1,200}?)\s{0,20}\}\}/g;

/** `{{open}}` becomes the number of the series "open"; one that no series has stays, so that the mistake is seen. */
export function fillPlaceholders(text: string, table: WidgetTable): string {
  const numbers = new Map(
    table.rows.map(({ label, values, unit }) => [label, formatValue(values[0] ?? null, unit ?? 'things')]),
  );
  return text.replace(PLACEHOLDER, (whole, name: string) => numbers.get(name.trim()) ?? whole);
}
