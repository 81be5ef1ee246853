import type { DataType } from '../../shared/model/data-type.ts';
import type { Tlp } from '../../shared/model/marking.ts';
import { openSample } from './malware-sample.ts';
import { isFuzzyHash, ofMispType } from './misp-types.ts';
import { ALERT_LIMITS, type AlertSink, type ParsedAlert, type ParsedObservable } from './parsed-alert.ts';
import {
  asFlag,
  asLine,
  asList,
  asNumber,
  asObject,
  asText,
  asTime,
  fromBase64,
  isMarking,
  type Json,
  papOfTags,
  tlpOfTags,
} from './stated.ts';
import { statedValue } from './stated-value.ts';

/** Events of whatever MISP wrapped them in; undefined for what is no MISP file. */
export function mispEvents(json: unknown): Json[] | undefined {
  const events: Json[] = [];
  const roots = Array.isArray(json) ? json : [json];
  for (const root of roots) {
    const object = asObject(root);
    const response = object?.['response'];
    const wrapped = response === undefined ? [root] : Array.isArray(response) ? response : [response];
    for (const each of wrapped) {
      const event = asObject(asObject(each)?.['Event']);
      if (event) events.push(event);
      else if (looksLikeEvent(asObject(each))) events.push(each as Json);
    }
  }
  return events.length === 0 ? undefined : events;
}

const looksLikeEvent = (object: Json | undefined): boolean =>
  object !== undefined &&
  'info' in object &&
  'uuid' in object &&
  ('Attribute' in object || 'Object' in object || 'Orgc' in object);

/**
 * One MISP event as an alert (reference: thehive.md 2.10, 5.1, 5.2). An attribute that cannot be taken is a problem of
 * its own and never stops the others.
 */
export async function readMispEvent(event: Json, place: string, sink: AlertSink): Promise<void> {
  const uuid = asLine(event['uuid'], 100);
  const id = asLine(event['id'], 40);
  const sourceRef = uuid || id;
  const at = `${place}event ${sourceRef || '?'}`;
  if (sourceRef === '') return sink.problem(at, 'an event without uuid and id: nothing could tell it from another');
  const info = asLine(event['info'], 400);
  const organisation = asLine(asObject(event['Orgc'])?.['name'] ?? asObject(event['Org'])?.['name'], 100);
  const tags = tagsOf(event);
  const reports = asList(event['EventReport']).flatMap((each) => {
    const report = asObject(each);
    return report && !asFlag(report['deleted'])
      ? [`### ${asLine(report['name'], 200)}\n\n${asText(report['content'], 50_000)}`]
      : [];
  });
  const day = asText(event['date'], 40);
  const alert: ParsedAlert = {
    type: 'misp',
    source: organisation,
    sourceRef,
    externalLink: '',
    title: `${id === '' ? '' : `#${id} `}${info || 'Event without a title'}`,
    description: [
      `MISP event ${sourceRef}${day === '' ? '' : ` of ${day}`}${organisation === '' ? '' : `, by ${organisation}`}.`,
      ...reports,
    ]
      .join('\n\n')
      .slice(0, ALERT_LIMITS.description),
    severity: severityOf(event['threat_level_id']),
    date: asTime(day) ?? asTime(event['timestamp']),
    tlp: tlpOfTags(tags),
    pap: papOfTags(tags),
    tags: [...(organisation === '' ? [] : [`src:${organisation}`]), ...tags.filter((tag) => !isMarking(tag))].slice(
      0,
      ALERT_LIMITS.tags,
    ),
    caseTemplate: '',
    isFollowed: true,
    customFields: [],
    observables: [],
  };
  if (!sink.afford(alert.description.length + alert.title.length)) return;
  sink.alerts.push(alert);
  let left = ALERT_LIMITS.observablesOfAlert;
  const take = async (list: unknown, within: string, marks: string[]): Promise<void> => {
    for (const [index, each] of asList(list).entries()) {
      if (left <= 0) return;
      left -= 1;
      if (left === 0) sink.problem(at, `more than ${ALERT_LIMITS.observablesOfAlert} attributes: the rest is left out`);
      const attribute = asObject(each);
      const name = `${at}, ${within}attribute ${asLine(attribute?.['uuid'], 40) || index + 1}`;
      if (!attribute) sink.problem(name, 'not an object');
      else if (!asFlag(attribute['deleted'])) {
        alert.observables.push(...(await readAttribute(attribute, marks, name, sink)));
      }
    }
  };
  await take(event['Attribute'], '', []);
  for (const [index, each] of asList(event['Object']).entries()) {
    const object = asObject(each);
    if (!object || asFlag(object['deleted'])) continue;
    const name = asLine(object['name'], 100) || String(index + 1);
    await take(object['Attribute'], `object ${name}, `, [`misp.object=${name}`]);
  }
}

const severityOf = (level: unknown): number => {
  const number = asNumber(level);
  return number === 1 || number === 2 || number === 3 ? 4 - number : 2;
};

function tagsOf(owner: Json): string[] {
  const names = asList(owner['Tag']).map((tag) => asLine(asObject(tag)?.['name'] ?? tag, 200));
  const clusters = asList(owner['Galaxy']).flatMap((galaxy) =>
    asList(asObject(galaxy)?.['GalaxyCluster']).map((cluster) => asLine(asObject(cluster)?.['tag_name'], 200)),
  );
  return [...new Set([...names, ...clusters])].filter((name) => name !== '').slice(0, ALERT_LIMITS.tags);
}

async function readAttribute(
  attribute: Json,
  marks: readonly string[],
  place: string,
  sink: AlertSink,
): Promise<ParsedObservable[]> {
  const type = asLine(attribute['type'], 100);
  const value = asText(attribute['value'], ALERT_LIMITS.value * 2).trim();
  const category = asLine(attribute['category'], 100);
  const tags = tagsOf(attribute);
  const comment = asText(attribute['comment'], ALERT_LIMITS.message);
  const facts: Facts = {
    message: comment,
    tlp: tlpOfTags(tags),
    tags: tags.filter((tag) => !isMarking(tag)),
    marks: [`misp.type=${type}`, ...(category === '' ? [] : [`misp.category=${category}`]), ...marks],
    isIoc: asFlag(attribute['to_ids']),
    isSighted: asList(attribute['Sighting']).some((each) => Number(asObject(each)?.['type'] ?? 0) === 0),
    ignoreSimilarity: asFlag(attribute['disable_correlation']),
    seenAt: asTime(attribute['first_seen']) ?? asTime(attribute['timestamp']),
  };
  if (type === '') {
    sink.problem(place, 'an attribute without a type');
    return [];
  }
  if (value === '') {
    sink.problem(place, `a ${type} without a value`);
    return [];
  }
  if (!sink.afford(value.length + comment.length + 200)) return [];
  if (ofMispType(type) === 'file') return readFile(attribute, type, value, facts, place, sink);
  if (type.includes('|')) return readComposite(type, value, facts, place, sink);
  return one(ofMispType(type) ?? 'other', type, value, facts, place, sink);
}

interface Facts {
  message: string;
  tlp: Tlp | null;
  tags: string[];
  marks: string[];
  isIoc: boolean;
  isSighted: boolean;
  ignoreSimilarity: boolean;
  seenAt: number | null;
}

function one(
  dataType: DataType,
  type: string,
  value: string,
  facts: Facts,
  place: string,
  sink: AlertSink,
): ParsedObservable[] {
  if (isFuzzyHash(type)) return [{ ...facts, dataType: 'hash', value, attachment: null, mediaType: '' }];
  const stated = statedValue(dataType, value);
  if (!stated) return [];
  if (stated.problem !== null) sink.problem(place, `the value ${stated.problem}`);
  const { problem: _problem, marks, ...found } = stated;
  return [{ ...facts, ...found, marks: [...facts.marks, ...marks], attachment: null, mediaType: '' }];
}

/** `a|b` is two values; a port is a fact about the host before it, not a value. */
function readComposite(type: string, value: string, facts: Facts, place: string, sink: AlertSink): ParsedObservable[] {
  const [firstType = '', secondType = ''] = type.split('|');
  const cut = value.indexOf('|');
  const [first, second] = cut < 0 ? [value, ''] : [value.slice(0, cut).trim(), value.slice(cut + 1).trim()];
  if (first === '' || second === '') {
    sink.problem(place, `a ${type} of which one half is missing`);
    if (first === '' && second === '') return [];
  }
  const pair = `${facts.message === '' ? '' : `${facts.message}\n\n`}Pair: ${value}`.slice(0, ALERT_LIMITS.message);
  const both = { ...facts, message: pair };
  const head = first === '' ? [] : one(ofMispType(firstType) ?? 'other', firstType, first, both, place, sink);
  if (secondType === 'port') {
    return head.map((each) => ({ ...each, marks: [...each.marks, `port:${second.slice(0, 5)}`] }));
  }
  return second === ''
    ? head
    : [...head, ...one(ofMispType(secondType) ?? 'other', secondType, second, both, place, sink)];
}

async function readFile(
  attribute: Json,
  type: string,
  value: string,
  facts: Facts,
  place: string,
  sink: AlertSink,
): Promise<ParsedObservable[]> {
  const [stated = '', md5 = ''] = value.split('|');
  /** What is known of a file whose bytes are not here. */
  const without = (reason: string): ParsedObservable[] => {
    sink.problem(place, `the file ${stated.slice(0, 100)}: ${reason}; its name and hash are kept`);
    return [
      ...one('filename', 'filename', stated, facts, place, sink),
      ...(md5.trim() === '' ? [] : one('hash', 'md5', md5, facts, place, sink)),
    ];
  };
  if (attribute['data'] === undefined || attribute['data'] === '') return without('its bytes are missing');
  const data = fromBase64(attribute['data'], ALERT_LIMITS.oneFile);
  if (!data) return without('its bytes are no base64, or too many');
  let bytes = data;
  let name = stated;
  if (type === 'malware-sample') {
    try {
      const sample = await openSample(data, ALERT_LIMITS.oneFile);
      bytes = sample.bytes;
      name = sample.name || stated;
    } catch (error) {
      return without(error instanceof Error ? error.message : 'its zip cannot be read');
    }
  }
  const attachment = sink.keep(bytes, place);
  if (attachment === null) return without('too much came with this file');
  const file = { dataType: 'file' as const, value: asLine(name, 400) || 'file', attachment };
  return [{ ...facts, ...file, mediaType: 'application/octet-stream' }];
}
