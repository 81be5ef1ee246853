import type { Observable } from '../../../shared/contract/entities.ts';
import { csvLine } from '../../../shared/model/csv.ts';
import { defang } from '../../../shared/model/defang.ts';
import { LEVELS } from '../../../shared/model/report.ts';

export const EXPORT_FORMATS = ['txt', 'csv', 'misp', 'json'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportOptions {
  format: ExportFormat;
  isDefanged: boolean;
}

const COLUMNS = [
  'dataType',
  'value',
  'sha256',
  'tlp',
  'pap',
  'ioc',
  'sighted',
  'sightedAt',
  'verdict',
  'tags',
  'message',
  'addedAt',
] as const;

const time = (at: number | null): string => (at === null ? '' : new Date(at).toISOString());

const valueOf = (row: Observable, isDefanged: boolean): string =>
  isDefanged ? defang(row.dataType, row.value) : row.value;

/** The analyzer's own name: the last part of the flavor's id, its version kept. */
const analyzerOf = (flavorId: string): string => flavorId.slice(flavorId.lastIndexOf('/') + 1);

/** What one analyzer says of a row, worst first: `malicious VT:detections=14/92`. */
function verdictOf(row: Observable, analyzer: string): string {
  const said = row.taxonomies
    .filter((each) => analyzerOf(each.flavorId) === analyzer)
    .sort((a, b) => LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level))
    .map((each) => `${each.level} ${each.namespace}:${each.predicate}=${String(each.value ?? '')}`);
  if (said.length > 0) return said.join('; ');
  return row.reports.some((report) => analyzerOf(report.flavorId) === analyzer) ? 'no verdict' : '';
}

/** One column for each analyzer that said something of any of the rows. */
function toCsv(rows: readonly Observable[], isDefanged: boolean): string {
  const analyzers = [...new Set(rows.flatMap((row) => row.reports.map(({ flavorId }) => analyzerOf(flavorId))))].sort();
  const lines = rows.map((row) =>
    csvLine([
      row.dataType,
      valueOf(row, isDefanged),
      row.sha256 ?? '',
      row.tlp,
      row.pap,
      row.isIoc ? 'yes' : 'no',
      row.isSighted ? 'yes' : 'no',
      time(row.sightedAt),
      row.verdict ?? '',
      row.tags.join('; '),
      row.message,
      time(row.createdAt),
      ...analyzers.map((analyzer) => verdictOf(row, analyzer)),
    ]),
  );
  return [csvLine([...COLUMNS, ...analyzers]), ...lines].join('');
}

const toJson = (rows: readonly Observable[], isDefanged: boolean): string =>
  `${JSON.stringify(
    rows.map((row) => ({
      dataType: row.dataType,
      value: valueOf(row, isDefanged),
      ...(row.sha256 === null ? {} : { sha256: row.sha256 }),
      tlp: row.tlp,
      pap: row.pap,
      ioc: row.isIoc,
      sighted: row.isSighted,
      ...(row.sightedAt === null ? {} : { sightedAt: time(row.sightedAt) }),
      verdict: row.verdict,
      taxonomies: row.taxonomies.map(({ level, namespace, predicate, value, flavorId }) => ({
        analyzer: analyzerOf(flavorId),
        level,
        namespace,
        predicate,
        value,
      })),
      tags: row.tags,
      message: row.message,
      addedAt: time(row.createdAt),
    })),
    null,
    2,
  )}\n`;

/** MISP's names of what we call otherwise. */
const MISP_TYPES: Readonly<Record<string, string>> = {
  ip: 'ip-dst',
  domain: 'domain',
  fqdn: 'hostname',
  hostname: 'hostname',
  url: 'url',
  mail: 'email-src',
  mail_subject: 'email-subject',
  filename: 'filename',
  registry: 'regkey',
  'user-agent': 'user-agent',
  'autonomous-system': 'AS',
  cve: 'vulnerability',
  uri_path: 'uri',
};

const HASHES: Readonly<Record<number, string>> = { 32: 'md5', 40: 'sha1', 64: 'sha256', 128: 'sha512' };

/** A line each for MISP's free-text import; a file is its name and its hash. A line break in a value would be another line. */
function mispLine(row: Observable, isDefanged: boolean): string {
  const oneLine = valueOf(row, isDefanged).replaceAll(/[\r\n\t]+/g, ' ');
  if (row.sha256 !== null) return `*filename|sha256\t:${oneLine}|${row.sha256}`;
  const type = row.dataType === 'hash' ? (HASHES[row.value.length] ?? 'other') : (MISP_TYPES[row.dataType] ?? 'other');
  return `*${type}\t:${oneLine}`;
}

const textLine = (row: Observable, isDefanged: boolean): string => {
  const value = valueOf(row, isDefanged);
  return row.sha256 === null ? value : `${value}|${row.sha256}`;
};

/** The file's text: values one a line, CSV after RFC 4180 with a head, lines for MISP, or a list of objects. */
export function exportText(rows: readonly Observable[], { format, isDefanged }: ExportOptions): string {
  switch (format) {
    case 'csv':
      return toCsv(rows, isDefanged);
    case 'json':
      return toJson(rows, isDefanged);
    case 'misp':
      return rows.map((row) => `${mispLine(row, isDefanged)}\n`).join('');
    case 'txt':
      return rows.map((row) => `${textLine(row, isDefanged)}\n`).join('');
  }
}
