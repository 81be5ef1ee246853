import { Uint8ArrayWriter, ZipWriter, Uint8ArrayReader, TextReader } from '@zip.js/zip.js';
import { expect, test } from 'vitest';
import type { CsvMapping } from '../../shared/contract/alerts.ts';
import { buildMail } from './build-mail.cases.ts';
import type { ParsedAlerts } from './parsed-alert.ts';
import { readAlerts } from './read-alerts.ts';

const read = (
  content: string | Uint8Array,
  name: string,
  mapping: CsvMapping | null = null,
): Promise<ParsedAlerts & { files: Uint8Array[] }> => {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const source = { size: bytes.length, read: async (at: number, n: number) => bytes.subarray(at, at + n) };
  return readAlerts(source, { name, mapping }, new AbortController().signal);
};
const never = (value: unknown): string => JSON.stringify(value);

const attribute = (type: string, value: string, more: object = {}): object => ({
  uuid: '5f000000-0000-4000-8000-000000000001',
  type,
  category: 'Network activity',
  value,
  to_ids: '1',
  timestamp: '1700000000',
  ...more,
});
const event = (attributes: object[], more: object = {}): string =>
  never({
    Event: {
      uuid: '5e000000-0000-4000-8000-00000000000a',
      id: '12',
      info: 'Campaign',
      date: '2026-01-02',
      threat_level_id: '1',
      Orgc: { name: 'CERT Made Up' },
      Tag: [{ name: 'tlp:green' }, { name: 'kind:test' }],
      Attribute: attributes,
      ...more,
    },
  });

test('a MISP event: severity, date, marking of the event, tags, IOC by to_ids', async () => {
  const { alerts, problems } = await read(
    event([
      attribute('ip-dst', '198.51.100.4', { Tag: [{ name: 'tlp:amber+strict' }, { name: 'role:c2' }], comment: 'c2' }),
      attribute('hostname', 'a.bad.example', { to_ids: false, Sighting: [{ type: '0' }] }),
      attribute('md5', 'd41d8cd98f00b204e9800998ecf8427e', { deleted: true }),
    ]),
    'event.json',
  );
  expect(problems).toEqual([]);
  expect(alerts).toHaveLength(1);
  expect(alerts[0]).toMatchObject({
    type: 'misp',
    source: 'CERT Made Up',
    sourceRef: '5e000000-0000-4000-8000-00000000000a',
    title: '#12 Campaign',
    severity: 3,
    date: Date.UTC(2026, 0, 2),
    tlp: 'green',
    tags: ['src:CERT Made Up', 'kind:test'],
  });
  expect(alerts[0]!.observables).toMatchObject([
    {
      dataType: 'ip',
      value: '198.51.100.4',
      tlp: 'amber+strict',
      tags: ['role:c2'],
      message: 'c2',
      isIoc: true,
      seenAt: 1_700_000_000_000,
      marks: ['misp.type=ip-dst', 'misp.category=Network activity', 'private', 'documentation'],
    },
    // Null: the event's.
    { dataType: 'fqdn', value: 'a.bad.example', tlp: null, isIoc: false, isSighted: true },
  ]);
});

test('a marking nobody knows is taken as red, of several the strictest holds', async () => {
  const tlpOf = async (...names: string[]) =>
    (await read(event([], { Tag: names.map((name) => ({ name })) }), 'e.json')).alerts[0]!.tlp;
  expect(await tlpOf('tlp:unheard')).toBe('red');
  expect(await tlpOf('tlp:clear', 'TLP:AMBER')).toBe('amber');
  expect(await tlpOf('other')).toBeNull();
});

test('composite types are two values, a port is a fact of its host', async () => {
  const { alerts, problems } = await read(
    event([
      attribute('filename|md5', 'a.exe|d41d8cd98f00b204e9800998ecf8427e'),
      attribute('ip-dst|port', '198.51.100.4|8443'),
      attribute('domain|ip', 'bad.example|'),
      attribute('made-up-type', 'whatever'),
    ]),
    'event.json',
  );
  expect(alerts[0]!.observables.map(({ dataType, value }) => [dataType, value])).toEqual([
    ['filename', 'a.exe'],
    ['hash', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['ip', '198.51.100.4'],
    ['domain', 'bad.example'],
    ['other', 'whatever'],
  ]);
  expect(alerts[0]!.observables[2]!.marks).toContain('port:8443');
  expect(alerts[0]!.observables[1]!.message).toContain('Pair: a.exe|d41d');
  expect(problems.map(({ reason }) => reason)).toEqual(['a domain|ip of which one half is missing']);
});

test('odd attributes are listed and never stop the others (TheHive #522)', async () => {
  const { alerts, problems } = await read(
    event([
      null as unknown as object,
      attribute('', 'x'),
      attribute('url', ''),
      attribute('ip-src', '999.1.1.1'),
      attribute('attachment', 'report.pdf', { data: '!!' }),
      attribute('malware-sample', 'x.exe|d41d8cd98f00b204e9800998ecf8427e', {
        data: Buffer.from('no zip').toString('base64'),
      }),
      attribute('text', 'y'.repeat(20_000)),
      attribute('domain', 'fine.example'),
    ]),
    'event.json',
  );
  const values = alerts[0]!.observables.map(({ dataType, value }) => `${dataType} ${value.slice(0, 40)}`);
  expect(values).toContain('domain fine.example');
  expect(values).toContain('other 999.1.1.1');
  expect(values).toContain('filename report.pdf');
  expect(values).toContain('filename x.exe');
  expect(problems).toHaveLength(7);
  for (const { place, reason } of problems) expect(place === '' || reason === '').toBe(false);
});

test('a malware-sample is opened with "infected" and has its real name', async () => {
  const writer = new ZipWriter(new Uint8ArrayWriter(), { password: 'infected', zipCrypto: true, useWebWorkers: false });
  await writer.add('0cc175b9c0f1b6a831c399e269772661', new Uint8ArrayReader(Buffer.from('a')));
  await writer.add('0cc175b9c0f1b6a831c399e269772661.filename.txt', new TextReader('invoice.doc'));
  const zip = Buffer.from(await writer.close()).toString('base64');
  const { alerts, files, problems } = await read(
    event([attribute('malware-sample', 'stated.doc|0cc175b9c0f1b6a831c399e269772661', { data: zip })]),
    'event.json',
  );
  expect(problems).toEqual([]);
  expect(alerts[0]!.observables).toMatchObject([
    { dataType: 'file', value: 'invoice.doc', attachment: 0, isIoc: true },
  ]);
  expect(Buffer.from(files[0]!).toString()).toBe('a');
});

test('TheHive alerts of both shapes, with a file of name;type;base64', async () => {
  const alert = (more: object): object => ({
    type: 'siem',
    source: 'splunk',
    sourceRef: '77',
    title: 'Hit',
    description: 'Text',
    severity: 3,
    date: 1_700_000_000_000,
    tlp: 3,
    tags: ['a'],
    customFields: { score: { integer: 5, order: 0 } },
    artifacts: [
      { dataType: 'ip', data: '198.51.100.9', ioc: true, tlp: 2, tags: ['t'] },
      { dataType: 'file', data: `a;b.txt;text/plain;${Buffer.from('hi').toString('base64')}` },
      { dataType: 'mail-subject', data: 'Hello' },
      { dataType: 'sensor-id', data: 's-1' },
      { dataType: 'domain', data: '' },
    ],
    ...more,
  });
  const { alerts, files, problems } = await read(never([alert({}), alert({ sourceRef: '' })]), 'alerts.json');
  expect(alerts).toHaveLength(1);
  expect(alerts[0]).toMatchObject({
    sourceRef: '77',
    // 3 was red up to 5.1, and nothing says which version wrote it.
    tlp: 'red',
    customFields: [{ name: 'score', type: 'integer', value: 5 }],
    observables: [
      { dataType: 'ip', isIoc: true, tlp: 'amber', tags: ['t'] },
      { dataType: 'file', value: 'a;b.txt', mediaType: 'text/plain', attachment: 0 },
      { dataType: 'mail_subject', value: 'Hello' },
      { dataType: 'other', value: 's-1', marks: ['type:sensor-id'] },
    ],
  });
  expect(Buffer.from(files[0]!).toString()).toBe('hi');
  expect(problems.map(({ reason }) => reason)).toEqual([
    'a domain without data',
    'an alert without a sourceRef: nothing could tell it from another',
  ]);
});

test('a table: rows as alerts by guessed columns, those with one reference together', async () => {
  const { alerts, problems } = await read(
    'id;title;date;severity;tlp;ioc;type\n1;First;2026-01-02 03:04;high;green;198[.]51[.]100[.]9;ip\n1;First;;;;bad.example;\n2;Second;yesterday;;;"http://bad.example/a;b";url\n',
    'export.csv',
  );
  expect(alerts.map(({ sourceRef, title, severity, tlp }) => [sourceRef, title, severity, tlp])).toEqual([
    ['1', 'First', 3, 'green'],
    ['2', 'Second', 2, null],
  ]);
  expect(alerts[0]).toMatchObject({
    date: Date.UTC(2026, 0, 2, 3, 4),
    observables: [
      { dataType: 'ip', value: '198.51.100.9' },
      { dataType: 'domain', value: 'bad.example' },
    ],
  });
  expect(problems.map(({ place }) => place)).toContain('row 4');
});

test('a table with a saved mapping: rows as the observables of one alert', async () => {
  const mapping: CsvMapping = {
    rows: 'observables',
    type: 'iocs',
    columns: { values: 'what', message: 'why', isIoc: 'bad' },
  };
  const { alerts } = await read('what,why,bad\nbad.example,dns,yes\n198.51.100.1,ssh,no\n', 'list.csv', mapping);
  expect(alerts).toMatchObject([
    {
      type: 'iocs',
      sourceRef: 'list.csv',
      observables: [
        { value: 'bad.example', message: 'dns', isIoc: true },
        { value: '198.51.100.1', message: 'ssh', isIoc: false },
      ],
    },
  ]);
});

test('a mail: subject, body, what is found in it, itself and its attachment as files', async () => {
  const { alerts, files, problems } = await read(buildMail(), 'report.eml');
  expect(problems).toEqual([]);
  const [alert] = alerts;
  expect(alert).toMatchObject({
    type: 'mail',
    title: 'Please look',
    sourceRef: '<1@mail.example>',
    date: Date.UTC(2026, 10, 3, 9),
  });
  expect(alert!.description).toContain('http://bad.example/login');
  const values = alert!.observables.map(({ dataType, value }) => `${dataType} ${value}`);
  expect(values).toContain('url http://bad.example/login');
  expect(values).toContain('file report.eml');
  expect(values).toContain('file note.txt');
  expect(files).toHaveLength(2);
});

test.each([
  ['nothing', '', 'x.json', 'empty'],
  ['no JSON', '{"a":', 'x.json', 'no JSON'],
  ['other JSON', '{"a":1}', 'x.json', 'neither a MISP event nor a TheHive alert'],
  ['a program', '\u007fELF', 'x.bin', 'not a kind of file'],
  ['deep nesting', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'x.json', 'neither'],
  ['a table without names', 'a,b\n1,2\n', 'x.csv', 'no column could be a title or a value'],
])('%s is one listed problem', async (_name, content, file, reason) => {
  const { alerts, problems } = await read(content, file);
  expect(alerts).toEqual([]);
  expect(problems.map((one) => one.reason).join()).toContain(reason);
});
