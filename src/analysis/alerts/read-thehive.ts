import { toDataType } from '../../shared/model/data-type.ts';
import { ALERT_LIMITS, type AlertSink, type ParsedAlert, type ParsedObservable } from './parsed-alert.ts';
import {
  asFlag,
  asLine,
  asList,
  asObject,
  asPap,
  asSeverity,
  asTags,
  asText,
  asTime,
  asTlp,
  fromBase64,
  type Json,
} from './stated.ts';
import { statedValue } from './stated-value.ts';

/** Alerts as TheHive's interface takes them, alone or in a list; undefined for what is none. */
export function theHiveAlerts(json: unknown): Json[] | undefined {
  const list = Array.isArray(json) ? json : [json];
  const alerts = list.flatMap((each) => {
    const object = asObject(each);
    return object && 'sourceRef' in object && 'source' in object ? [object] : [];
  });
  return alerts.length === 0 ? undefined : alerts;
}

/** One alert in the shape of TheHive 3 or 4 (reference: thehive.md 1.7); markings are its 0–3 scale. */
export function readTheHiveAlert(json: Json, place: string, sink: AlertSink): void {
  const sourceRef = asLine(json['sourceRef'], 300);
  const at = `${place}alert ${sourceRef || '?'}`;
  if (sourceRef === '') return sink.problem(at, 'an alert without a sourceRef: nothing could tell it from another');
  const description = asText(json['description'], ALERT_LIMITS.description);
  const alert: ParsedAlert = {
    type: asLine(json['type'], 100) || 'external',
    source: asLine(json['source'], 200),
    sourceRef,
    externalLink: linkOf(json['externalLink']),
    title: asLine(json['title'], 400) || `Alert ${sourceRef}`,
    description,
    severity: asSeverity(json['severity']),
    date: asTime(json['date'] ?? json['createdAt'] ?? json['_createdAt']),
    tlp: asTlp(json['tlp']),
    pap: asPap(json['pap']),
    tags: asTags(json['tags']),
    caseTemplate: asLine(json['caseTemplate'], 200),
    isFollowed: json['follow'] === undefined ? true : asFlag(json['follow']),
    customFields: fieldsOf(json['customFields'] ?? json['customFieldValues'] ?? json['customFieldValue']),
    observables: [],
  };
  if (!sink.afford(description.length + alert.title.length)) return;
  sink.alerts.push(alert);
  const list = [...asList(json['artifacts']), ...asList(json['observables'])];
  if (list.length > ALERT_LIMITS.observablesOfAlert) {
    sink.problem(at, `more than ${ALERT_LIMITS.observablesOfAlert} observables: the rest is left out`);
  }
  for (const [index, each] of list.slice(0, ALERT_LIMITS.observablesOfAlert).entries()) {
    const observable = readObservable(asObject(each), `${at}, observable ${index + 1}`, sink);
    if (observable) alert.observables.push(observable);
  }
}

/** Only what a browser opens on somebody's word; it is shown and copied, never opened by itself. */
const linkOf = (value: unknown): string => {
  const text = asText(value, 2_000).trim();
  return /^https?:\/\/[^\s]+$/i.test(text) ? text : '';
};

function readObservable(json: Json | undefined, place: string, sink: AlertSink): ParsedObservable | undefined {
  if (!json) {
    sink.problem(place, 'not an object');
    return undefined;
  }
  const stated = asLine(json['dataType'], 100);
  const message = asText(json['message'], ALERT_LIMITS.message);
  const facts = {
    message,
    tlp: asTlp(json['tlp']),
    tags: asTags(json['tags']),
    marks: [] as string[],
    isIoc: asFlag(json['ioc']),
    isSighted: asFlag(json['sighted']),
    ignoreSimilarity: asFlag(json['ignoreSimilarity']),
    seenAt: asTime(json['startDate']),
  };
  const data = Array.isArray(json['data']) ? json['data'][0] : json['data'];
  if (stated === 'file') return readFile(json['attachment'] ?? data, facts, place, sink);
  const text = asText(data, ALERT_LIMITS.value * 2);
  if (text.trim() === '') {
    sink.problem(place, `a ${stated || 'value'} without data`);
    return undefined;
  }
  if (!sink.afford(text.length + message.length + 200)) return undefined;
  const dataType = toDataType(stated);
  const value = statedValue(dataType ?? 'other', text);
  if (!value) return undefined;
  if (value.problem !== null) sink.problem(place, `the value ${value.problem}`);
  const { problem: _problem, marks, ...found } = value;
  const kept = dataType === undefined && stated !== '' ? [`type:${stated}`] : [];
  return { ...facts, ...found, marks: [...marks, ...kept], attachment: null, mediaType: '' };
}

/** `name;type;base64`: a name may hold a semicolon, the other two never do. */
function readFile(
  value: unknown,
  facts: Omit<ParsedObservable, 'dataType' | 'value' | 'attachment' | 'mediaType'>,
  place: string,
  sink: AlertSink,
): ParsedObservable | undefined {
  const text = typeof value === 'string' ? value : '';
  const last = text.lastIndexOf(';');
  const before = last < 0 ? -1 : text.lastIndexOf(';', last - 1);
  if (before <= 0) {
    sink.problem(place, 'a file whose bytes are not in the file (name;type;base64)');
    return undefined;
  }
  const name = asLine(text.slice(0, Math.min(before, 400)), 400);
  const bytes = fromBase64(text.slice(last + 1), ALERT_LIMITS.oneFile);
  if (!bytes) {
    sink.problem(place, `the file ${name}: its bytes are no base64, or too many`);
    return undefined;
  }
  const attachment = sink.keep(bytes, place);
  if (attachment === null) return undefined;
  const mediaType = asLine(text.slice(before + 1, last), 100) || 'application/octet-stream';
  return { ...facts, dataType: 'file', value: name || 'file', attachment, mediaType };
}

const FIELD_TYPES = ['string', 'integer', 'float', 'boolean', 'date', 'url'] as const;
const MAX_FIELDS = 200;

/** `{name: {type: value}}`, `{name: value}` or `[{name, type, value}]`, as the versions have it. */
function fieldsOf(value: unknown): ParsedAlert['customFields'] {
  const list: [string, unknown][] = Array.isArray(value)
    ? value.slice(0, MAX_FIELDS).flatMap((each): [string, unknown][] => {
        const field = asObject(each);
        return field ? [[asLine(field['name'], 100), typed(field['type'], field['value'])]] : [];
      })
    : Object.entries(asObject(value) ?? {}).slice(0, MAX_FIELDS);
  return list.flatMap(([name, held]) => {
    const object = asObject(held);
    if (name === '') return [];
    if (!object)
      return held === null || held === undefined
        ? []
        : [{ name: asLine(name, 100), type: guess(held), value: plain(held) }];
    const kind = FIELD_TYPES.find((each) => each in object) ?? ('number' in object ? 'number' : undefined);
    if (kind === undefined || object[kind] === null || object[kind] === undefined) return [];
    return [
      { name: asLine(name, 100), type: kind === 'number' ? ('float' as const) : kind, value: plain(object[kind]) },
    ];
  });
}

const typed = (type: unknown, value: unknown): unknown => {
  const kind = FIELD_TYPES.find((each) => each === type);
  return kind === undefined ? value : { [kind]: value };
};

const guess = (value: unknown): ParsedAlert['customFields'][number]['type'] =>
  typeof value === 'boolean'
    ? 'boolean'
    : typeof value === 'number'
      ? Number.isSafeInteger(value)
        ? 'integer'
        : 'float'
      : 'string';

const plain = (value: unknown): unknown =>
  typeof value === 'string'
    ? value.slice(0, 4_000)
    : typeof value === 'number' || typeof value === 'boolean'
      ? value
      : '';
