import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import type { CsvMapping } from '../../shared/contract/alerts.ts';
import { toDataType } from '../../shared/model/data-type.ts';
import { ALERT_LIMITS, type AlertSink, type ParsedAlert, type ParsedObservable } from './parsed-alert.ts';
import { asFlag, asLine, asSeverity, asTime, asTlp, tlpOfTags } from './stated.ts';
import { statedValue } from './stated-value.ts';

type Columns = CsvMapping['columns'];

/** Heads that mean a field where nobody has said which column is which. */
const GUESSES: Readonly<Record<keyof Columns, RegExp>> = {
  sourceRef: /^(source ?ref|reference|ref|id|alert ?id|event ?id|incident ?id|ticket|guid|uuid)$/i,
  title: /^(title|subject|summary|name|alert|alert ?name|rule|rule ?name|signature|headline)$/i,
  description: /^(description|details|detail|body|text)$/i,
  date: /^(date|time|timestamp|datetime|created|created ?at|occurred|event ?time|first ?seen|@timestamp)$/i,
  severity: /^(severity|priority|level|risk)$/i,
  tlp: /^tlp$/i,
  tags: /^(tags|labels|tag|label)$/i,
  externalLink: /^(link|url ?of ?alert|external ?link|permalink|reference ?url)$/i,
  dataType: /^(data ?type|type|ioc ?type|indicator ?type|observable ?type)$/i,
  values: /^(value|values|ioc|iocs|indicator|indicators|observable|observables|data|ip|domain|url|hash|host)$/i,
  message: /^(message|comment|note|notes)$/i,
  isIoc: /^(is ?ioc|ioc\?|to ?ids|malicious)$/i,
};

export function guessMapping(heads: readonly string[]): Columns {
  const columns: Columns = {};
  for (const [field, pattern] of Object.entries(GUESSES) as [keyof Columns, RegExp][]) {
    const head = heads.find((each) => pattern.test(each.trim()));
    if (head !== undefined) columns[field] = head;
  }
  return columns;
}

/**
 * Rows as alerts (those with the same reference are one), or all rows as the observables of one alert. A row that cannot
 * be read is a problem and never stops the others.
 */
export function readCsv(text: string, name: string, mapping: CsvMapping | null, sink: AlertSink): void {
  const rows: string[][] = parse(text, {
    bom: true,
    columns: false,
    delimiter: delimiterOf(text),
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    to: ALERT_LIMITS.observables + 1,
    max_record_size: 1_000_000,
    on_skip(error) {
      const line: unknown = error?.lines;
      sink.problem(
        `line ${typeof line === 'number' ? line : '?'}`,
        'no row can be read there (a quote that never ends?)',
      );
      return undefined;
    },
  });
  const [heads = [], ...records] = rows;
  if (heads.length === 0) return sink.problem('line 1', 'an empty file: there is no row of column names');
  const columns = mapping && Object.keys(mapping.columns).length > 0 ? mapping.columns : guessMapping(heads);
  for (const [field, head] of Object.entries(columns)) {
    if (head !== undefined && !heads.includes(head))
      sink.problem('line 1', `no column is named "${asLine(head, 100)}" (for ${field})`);
  }
  if (columns.title === undefined && columns.values === undefined) {
    return sink.problem('line 1', 'no column could be a title or a value: choose the columns of this source');
  }
  if (records.length >= ALERT_LIMITS.observables)
    sink.problem('end', `more than ${ALERT_LIMITS.observables} rows: the rest is left out`);
  const indexes = new Map(heads.map((head, index) => [head, index]));
  const type = mapping?.type ?? 'csv';
  const byRef = new Map<string, ParsedAlert>();
  const isOne = mapping?.rows === 'observables' || (columns.title === undefined && columns.sourceRef === undefined);
  for (const [index, record] of records.entries()) {
    const place = `row ${index + 2}`;
    const cell = (field: keyof Columns): string => {
      const head = columns[field];
      const at = head === undefined ? undefined : indexes.get(head);
      return at === undefined ? '' : (record[at] ?? '').trim();
    };
    const alert = alertOf(cell, record, { type, name, isOne, byRef, place, sink });
    if (alert === undefined) continue;
    const observables = observablesOf(cell, place, sink);
    if (alert.observables.length + observables.length > ALERT_LIMITS.observablesOfAlert) {
      sink.problem(place, `alert ${alert.sourceRef} has more than ${ALERT_LIMITS.observablesOfAlert} observables`);
    } else alert.observables.push(...observables);
  }
}

type Cell = (field: keyof Columns) => string;

function alertOf(
  cell: Cell,
  record: readonly string[],
  context: {
    type: string;
    name: string;
    isOne: boolean;
    byRef: Map<string, ParsedAlert>;
    place: string;
    sink: AlertSink;
  },
): ParsedAlert | undefined {
  const { type, name, isOne, byRef, place, sink } = context;
  // A row without a reference is named by what stands in it: read again, it is the same alert.
  const sourceRef = isOne
    ? asLine(name, 300)
    : asLine(cell('sourceRef'), 300) || createHash('sha256').update(record.join('\0')).digest('hex').slice(0, 24);
  const known = byRef.get(sourceRef);
  if (known) return known;
  if (byRef.size >= ALERT_LIMITS.alerts) {
    if (byRef.size === ALERT_LIMITS.alerts)
      sink.problem(place, `more than ${ALERT_LIMITS.alerts} alerts: the rest is left out`);
    return undefined;
  }
  const title = isOne ? asLine(name, 400) : asLine(cell('title'), 400) || asLine(cell('values'), 200);
  if (title === '') {
    sink.problem(place, 'a row without a title and without a value');
    return undefined;
  }
  const tags = isOne ? [] : tagsOf(cell('tags'));
  const description = isOne ? '' : cell('description').slice(0, ALERT_LIMITS.description);
  if (!sink.afford(title.length + description.length + 200)) return undefined;
  const date = cell('date');
  const time = isOne ? null : asTime(date);
  if (!isOne && date !== '' && time === null) {
    sink.problem(
      place,
      `no date: "${asLine(date, 60)}" (write it as 2026-11-23 09:42 or with its zone); the time of reading was taken`,
    );
  }
  const link = cell('externalLink');
  const alert: ParsedAlert = {
    type,
    source: '',
    sourceRef,
    externalLink: !isOne && /^https?:\/\/\S+$/i.test(link) ? link.slice(0, 2_000) : '',
    title,
    description,
    severity: isOne ? 2 : asSeverity(cell('severity')),
    date: time,
    tlp: isOne ? null : (asTlp(cell('tlp')) ?? tlpOfTags(tags)),
    pap: null,
    tags,
    caseTemplate: '',
    isFollowed: true,
    customFields: [],
    observables: [],
  };
  byRef.set(sourceRef, alert);
  sink.alerts.push(alert);
  return alert;
}

const tagsOf = (text: string): string[] =>
  [...new Set(text.split(/[,;|\n]/).map((tag) => asLine(tag, 200)))]
    .filter((tag) => tag !== '')
    .slice(0, ALERT_LIMITS.tags);

function observablesOf(cell: Cell, place: string, sink: AlertSink): ParsedObservable[] {
  const stated = cell('dataType');
  const dataType = stated === '' ? undefined : toDataType(stated.toLowerCase());
  const message = cell('message').slice(0, ALERT_LIMITS.message);
  const values = cell('values')
    .split(/[\n;]/)
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .slice(0, 1_000);
  return values.flatMap((text) => {
    if (!sink.afford(text.length + message.length + 200)) return [];
    const value = statedValue(dataType === 'file' ? 'filename' : dataType, text);
    if (!value) return [];
    if (value.problem !== null) sink.problem(place, `${asLine(text, 80)} ${value.problem}`);
    const { problem: _problem, marks, ...found } = value;
    const kept = dataType === undefined && stated !== '' ? [`type:${asLine(stated, 60)}`] : [];
    return [
      {
        ...found,
        message,
        tlp: null,
        tags: [],
        marks: [...marks, ...kept],
        isIoc: asFlag(cell('isIoc')),
        isSighted: false,
        ignoreSimilarity: false,
        seenAt: null,
        attachment: null,
        mediaType: '',
      },
    ];
  });
}

/** What stands most often in the first line. */
function delimiterOf(text: string): string {
  const line = text.slice(0, 20_000).split(/\r?\n/, 1)[0] ?? '';
  const count = (sign: string): number => line.split(sign).length;
  return [',', ';', '\t', '|'].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}
