import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeDb } from '../../../test/support/make-db.ts';
import { makeSession, type TestSession } from '../../../test/support/make-session.ts';
import { csvCell, readCsvCell } from '../../shared/model/csv.ts';
import type { DataType } from '../../shared/model/data-type.ts';
import { subjectHash } from '../observables/subject-hash.ts';
import type { AnalysisWorker } from '../ports.ts';
import { createContactsRepo } from '../engine/network/contacts.repo.ts';
import { createEgressRepo } from './egress.repo.ts';
import { createEgressService, type EgressService } from './egress.service.ts';

const signal = new AbortController().signal;
/** Types a value as it is; the worker's own reading is tested where it lives. */
const analysis = {
  classifyAll: (items: { text: string }[]) =>
    Promise.resolve(items.map(({ text }) => ({ dataType: 'other', value: text.replaceAll('[.]', '.'), marks: [] }))),
} as unknown as AnalysisWorker;

function make(): {
  service: EgressService;
  engagements: [string, string];
  send(input: {
    in?: string;
    dataType?: DataType;
    value: string;
    to?: string;
    sha256?: string;
    override?: string;
    at?: number;
  }): void;
  stored(engagementId: string, md5: string, sha1: string, sha256: string): void;
} {
  const db = makeDb();
  const engagements: [string, string] = [uuidv7(), uuidv7()];
  for (const [at, id] of engagements.entries()) {
    db.prepare(
      `INSERT INTO engagement (id, name, tlp, pap, is_offline, created_at, updated_at, stamps) VALUES (?, ?, 'amber', 'amber', 0, ?, 0, '{}')`,
    ).run(id, `Client ${at}`, at);
  }
  let time = 1_000;
  return {
    service: createEgressService({ repo: createEgressRepo(db), contacts: createContactsRepo(db), analysis }),
    engagements,
    send({ in: engagement = engagements[0], dataType = 'domain', value, to = 'api.test', sha256, override, at }) {
      db.prepare(
        `INSERT INTO egress_entry (id, engagement_id, flavor_id, destination, hosts, data_type, value, subject_hash, what, bytes, tlp, pap, at, zone, override_reason)
         VALUES (?, ?, 'kit/F_1_0', ?, '["api.test"]', ?, ?, ?, 'the value', ?, 'amber', 'green', ?, 'UTC', ?)`,
      ).run(
        uuidv7(),
        engagement,
        to,
        dataType,
        value,
        sha256 ?? subjectHash({ dataType, value }),
        value.length,
        at ?? (time += 1),
        override ?? null,
      );
    },
    stored(engagementId, md5, sha1, sha256) {
      const id = uuidv7();
      db.prepare('INSERT INTO blob VALUES (?, ?, ?, ?, 1, ?, 0)').run(id, sha256, sha1, md5, id);
      db.prepare(
        `INSERT INTO intake (id, engagement_id, name, origin, state, blob_id, sha256, received_at, zone) VALUES (?, ?, 'f', 'file', 'ready', ?, ?, 0, 'UTC')`,
      ).run(uuidv7(), engagementId, id, sha256);
    },
  };
}

const MD5 = 'a'.repeat(32);
const SHA1 = 'b'.repeat(40);
const SHA256 = 'c'.repeat(64);

describe('did we ever send this out, and to whom', () => {
  test('a hash also finds the file that has it and its other hashes', async () => {
    const { service, engagements, send, stored } = make();
    const [one] = engagements;
    stored(one, MD5, SHA1, SHA256);
    send({ dataType: 'file', value: 'invoice.docm', sha256: SHA256, to: 'sandbox.test' });
    send({ dataType: 'hash', value: SHA1, to: 'lookup.test' });
    send({ dataType: 'hash', value: 'd'.repeat(32), to: 'other.test' });
    const found = await service.find({ query: MD5.toUpperCase(), engagementId: one }, signal);
    expect(found.entries.map((entry) => entry.destination)).toEqual(['lookup.test', 'sandbox.test']);
    expect(found.lookedFor).toContain(SHA256);
    expect(found.isKnown).toBe(true);
  });

  test('the wall between engagements holds unless somebody asks across it', async () => {
    const { service, engagements, send, stored } = make();
    const [one, two] = engagements;
    stored(two, MD5, SHA1, SHA256);
    send({ in: two, dataType: 'hash', value: SHA256 });
    send({ in: two, value: 'evil.test' });
    // Not even that the other one has such a file is told.
    expect(await service.find({ query: MD5, engagementId: one }, signal)).toMatchObject({
      entries: [],
      lookedFor: [MD5],
      isKnown: false,
    });
    expect((await service.find({ query: 'evil.test', engagementId: one }, signal)).entries).toEqual([]);
    expect((await service.list({ engagementId: one, limit: 10 }, signal)).items).toEqual([]);
    expect(service.summary({ engagementId: one }).entries).toBe(0);
    const across = await service.find({ query: MD5, engagementId: null }, signal);
    expect(across.entries).toMatchObject([{ engagementName: 'Client 1' }]);
  });

  test('a host also finds the addresses that name it, as what they are', async () => {
    const { service, engagements, send } = make();
    send({ dataType: 'url', value: 'https://evil.test/a?u=1' });
    const found = await service.find({ query: 'evil[.]test', engagementId: engagements[0] }, signal);
    expect(found.entries).toEqual([]);
    expect(found.within).toMatchObject([{ value: 'https://evil.test/a?u=1' }]);
  });
});

test('pages follow each other without gaps also where many left in the same millisecond, and a text filters them', async () => {
  const { service, engagements, send } = make();
  for (let n = 0; n < 25; n += 1) send({ value: `v${n}.test`, at: 5 });
  const seen: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await service.list({ engagementId: engagements[0], limit: 10, cursor }, signal);
    seen.push(...page.items.map((entry) => entry.value));
    if (page.next === null) break;
    cursor = page.next;
  }
  expect(new Set(seen).size).toBe(25);
  const { items } = await service.list({ engagementId: engagements[0], limit: 10, text: 'V2[.]TEST' }, signal);
  expect(items.map((entry) => entry.value)).toEqual(['v2.test']);
});

test('a summary counts values once for each service', () => {
  const { service, engagements, send } = make();
  send({ value: 'a.test' });
  send({ value: 'a.test' });
  send({ value: 'b.test', override: 'The client agreed by phone.' });
  send({ dataType: 'ip', value: '203.0.113.1', to: 'other.test' });
  expect(service.summary({ engagementId: engagements[0] })).toMatchObject({
    entries: 4,
    destinations: [
      { name: 'api.test', entries: 3, values: 2, overruled: 1, types: [{ dataType: 'domain', values: 2 }] },
      { name: 'other.test', entries: 1, values: 1 },
    ],
  });
});

describe('the file for the client', () => {
  const naughty = [
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '  =1',
    '＝1',
    "'quoted",
    '"a","b"',
    'a\nb',
    'ü',
    '',
  ];

  test.each(naughty)('a cell is no formula and comes back as it was: %j', (text) => {
    const cell = csvCell(text);
    expect(cell.slice(1)).not.toMatch(/^[\s\u00a0]*[=+\-@\uff1d]/);
    expect(readCsvCell(cell)).toBe(text);
  });

  test('both formats hold every entry once, over any number of pieces', async () => {
    const { service, engagements, send } = make();
    for (let n = 0; n < 4_500; n += 1) send({ value: `=v${n}.test` });
    const whole = async (format: 'csv' | 'json', text?: string): Promise<string> => {
      let all = '';
      for (let cursor: string | undefined; ; ) {
        const piece = await service.export({ engagementId: engagements[0], format, cursor, text }, signal);
        all += piece.text;
        if (piece.next === null) return all;
        cursor = piece.next;
      }
    };
    const json = JSON.parse(await whole('json')) as { value: string }[];
    expect(json.map((entry) => entry.value)).toEqual(Array.from({ length: 4_500 }, (_, n) => `=v${n}.test`));
    const lines = (await whole('csv')).split('\r\n');
    expect(lines).toHaveLength(4_502);
    expect(lines[1]).toContain(`"'=v0.test"`);
    // The only match is far behind the first piece.
    expect(JSON.parse(await whole('json', 'v4444.'))).toHaveLength(1);
    expect(JSON.parse(await whole('json', 'nowhere'))).toEqual([]);
  });
});

describe('through the contract', () => {
  let session: TestSession;
  beforeAll(async () => {
    session = await makeSession();
  });
  afterAll(() => session.close());

  test('a workspace begins with one rule, and rules are added, tried, removed and taken back', async () => {
    const { api } = session;
    const [engagement] = await api['engagements.list']({});
    const engagementId = engagement?.id ?? '';
    expect(await api['policy.list']({})).toMatchObject([{ rule: { kind: 'never', match: 'internal' } }]);
    const rule = { kind: 'never' as const, match: 'domain' as const, pattern: 'Corp.Example' };
    const added = await api['policy.add']({ engagementId, rule, note: 'The client.' });
    expect(added.rule).toMatchObject({ pattern: 'corp.example' });
    await expect(api['policy.add']({ engagementId, rule })).rejects.toMatchObject({ code: 'conflict' });
    const asked = () => api['policy.test']({ engagementId, dataType: 'fqdn', value: 'vpn.corp.example' });
    expect((await asked()).never).toMatchObject({ ruleId: added.id, note: 'The client.' });
    await api['policy.remove']({ id: added.id });
    expect((await asked()).never).toBeNull();
    await api['policy.restore']({ id: added.id });
    expect((await asked()).never).toMatchObject({ ruleId: added.id });
    await expect(
      api['policy.add']({ engagementId: null, rule: { kind: 'ceiling', flavorId: null, maxTlp: null, maxPap: null } }),
    ).rejects.toMatchObject({ code: 'invalid_input' });
  });

  test('the ledger answers', async () => {
    const { api } = session;
    expect((await api['egress.list']({ engagementId: null })).items).toEqual([]);
    expect((await api['egress.find']({ query: 'hxxp://evil[.]test/a', engagementId: null })).lookedFor).toContain(
      'http://evil.test/a',
    );
    expect((await api['egress.export']({ engagementId: null, format: 'json' })).text).toBe('[\n]\n');
  });
});
