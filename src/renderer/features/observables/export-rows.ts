import type { Observable } from '../../../shared/contract/entities.ts';
import { defang } from '../../../shared/model/defang.ts';

export interface ExportOptions {
  format: 'csv' | 'json';
  isDefanged: boolean;
}

const COLUMNS = [
  'dataType',
  'value',
  'tlp',
  'pap',
  'ioc',
  'sighted',
  'verdict',
  'taxonomies',
  'tags',
  'message',
] as const;

type ExportRow = Record<(typeof COLUMNS)[number], string | boolean | null | string[]>;

function exportRow(row: Observable, isDefanged: boolean): ExportRow {
  return {
    dataType: row.dataType,
    value: isDefanged ? defang(row.dataType, row.value) : row.value,
    tlp: row.tlp,
    pap: row.pap,
    ioc: row.isIoc,
    sighted: row.isSighted,
    verdict: row.verdict,
    taxonomies: row.taxonomies.map(
      (each) => `${each.level} ${each.namespace}:${each.predicate}=${String(each.value ?? '')}`,
    ),
    tags: row.tags,
    message: row.message,
  };
}

/** A cell that a spreadsheet would run as a formula gets an apostrophe before it, which makes it text. */
function csvCell(value: ExportRow[keyof ExportRow]): string {
  const text = Array.isArray(value) ? value.join('; ') : String(value ?? '');
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The file's text: CSV after RFC 4180 with a head, or a list of objects. */
export function exportText(rows: readonly Observable[], { format, isDefanged }: ExportOptions): string {
  const out = rows.map((row) => exportRow(row, isDefanged));
  if (format === 'json') return `${JSON.stringify(out, null, 2)}\n`;
  const lines = out.map((row) => COLUMNS.map((column) => csvCell(row[column])).join(','));
  return `${[COLUMNS.join(','), ...lines].join('\r\n')}\r\n`;
}

/** Lets the browser (or Electron) save a text under a name. */
export function saveText(name: string, text: string, mediaType: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: mediaType }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  URL.revokeObjectURL(url);
}
