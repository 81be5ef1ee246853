import { expect, test } from 'vitest';
import { makeCore, type TestCore } from '../../../test/support/make-core.ts';
import { storeRun } from '../../../test/support/report-rows.ts';
import { silentLogger } from '../../../test/support/make-db.ts';
import { migration0018 } from '../db/migrations/0018-search.ts';
import { createReportCatchUp } from './catch-up.ts';
import type { SearchGroup, SearchHit } from '../../shared/contract/search.ts';
import type { SearchKind } from '../../shared/model/search-query.ts';

type Options = { isEverywhere?: boolean; engagementId?: string; kinds?: SearchKind[]; limit?: number; cursor?: string };

async function groups(core: TestCore, text: string, options: Options = {}): Promise<SearchGroup[]> {
  return (await core.api['search.find']({ text, ...options })).groups;
}
async function hits(core: TestCore, text: string, options: Options = {}): Promise<SearchHit[]> {
  return (await groups(core, text, options)).flatMap((group) => group.hits);
}
const titles = async (core: TestCore, text: string, options: Options = {}): Promise<string[]> =>
  (await hits(core, text, options)).map((hit) => hit.title.text);

async function makeCase(
  core: TestCore,
  title: string,
  more: { description?: string; tags?: string[] } = {},
): Promise<string> {
  return (await core.api['cases.create']({ title, ...more })).id;
}
const add = (core: TestCore, caseId: string, ...items: { value: string; [name: string]: unknown }[]) =>
  core.api['observables.add']({ caseId, items });

test('a value typed whole, defanged or not, is found exactly; its parts are found; letters inside words too', async () => {
  const core = await makeCore();
  const caseId = await makeCase(core, 'One');
  const hash = 'ab'.repeat(32);
  await add(
    core,
    caseId,
    { value: '198.51.100.7' },
    { value: '198.51.100.70' },
    { value: 'https://login.harbour-portal.com/auth?id=1' },
    { value: 'billing@harbour-portal.com' },
    { value: hash },
    { value: 'HKLM\\Software\\Run\\updater', dataType: 'registry' },
  );
  for (const text of ['198.51.100.7', '198[.]51[.]100[.]7', hash, hash.toUpperCase(), 'HKLM\\Software\\Run\\updater']) {
    const [first] = await hits(core, text);
    expect(first, text).toMatchObject({ kind: 'observable', isExact: true, caseNumber: 1 });
  }
  expect((await hits(core, '198.51.100.7')).map((hit) => [hit.title.text, hit.isExact])).toEqual([
    ['198.51.100.7', true],
    ['198.51.100.70', false],
  ]);
  for (const text of ['harbour', 'portal', 'hxxps://login[.]harbour-portal[.]com', 'harbo', 'harbour-portal.com'])
    expect(await titles(core, text), text).toContain('https://login.harbour-portal.com/auth?id=1');
  // Inside words: no word begins so.
  expect(await titles(core, 'arbour-por')).toHaveLength(2);
  expect(await titles(core, 'pdate')).toEqual(['HKLM\\Software\\Run\\updater']);
  const [hit] = await hits(core, 'arbour');
  expect(hit!.title.marks.map(([from, to]) => hit!.title.text.slice(from, to))).toEqual(['arbour']);
});

test('everything that was written is found, in the trash it is not, and it comes back', async () => {
  const core = await makeCore();
  const caseId = await makeCase(core, 'Invoice phishing', {
    description: 'A zebrafish in the text',
    tags: ['fam:okapi'],
  });
  const note = await core.api['notes.save']({
    caseId,
    title: 'Call',
    body: `${'word '.repeat(100)}then a quagga was seen`,
  });
  const { id: taskId } = await core.api['tasks.create']({ caseId, title: 'Ask the numbat' });
  await add(core, caseId, { value: 'evil.com', message: 'seen by the dugong', tags: ['apt:axolotl'] });
  const found = async (text: string): Promise<SearchKind[]> => (await hits(core, text)).map((hit) => hit.kind);
  expect(await found('zebrafish')).toEqual(['case']);
  expect(await found('okapi')).toEqual(['case']);
  expect(await found('quagga')).toEqual(['note']);
  expect(await found('numbat')).toEqual(['task']);
  expect(await found('dugong')).toEqual(['observable']);
  expect(await found('axolotl')).toEqual(['observable']);
  const [hit] = await hits(core, 'quagga');
  expect(hit!.snippet.text).toMatch(/^….*then a quagga was seen$/);
  expect(hit!.snippet.marks.map(([from, to]) => hit!.snippet.text.slice(from, to))).toEqual(['quagga']);

  await core.api['notes.remove']({ id: note.id });
  expect(await found('quagga')).toEqual([]);
  await core.api['notes.restore']({ id: note.id });
  expect(await found('quagga')).toEqual(['note']);
  await core.api['tasks.update']({ id: taskId, patch: { title: 'Ask the wombat' } });
  expect(await found('numbat')).toEqual([]);
  expect(await found('wombat')).toEqual(['task']);
  const [observable] = await hits(core, 'dugong');
  await core.api['observables.remove']({ ids: [observable!.id] });
  expect(await found('evil.com')).toEqual([]);
  await core.api['observables.restore']({ ids: [observable!.id] });
  expect(await found('evil.com')).toEqual(['observable']);

  core.records.store.update('case', caseId, { deletedAt: 1 }, { actor: 'ana' });
  for (const text of ['zebrafish', 'quagga', 'wombat', 'dugong', 'evil.com'])
    expect(await found(text), text).toEqual([]);
  core.records.store.update('case', caseId, { deletedAt: null }, { actor: 'ana' });
  expect(await found('quagga')).toEqual(['note']);
});

test('filters, alone and with words', async () => {
  const core = await makeCore();
  const first = await makeCase(core, 'First beacon');
  const second = await makeCase(core, 'Second beacon');
  await add(
    core,
    first,
    { value: '203.0.113.5', tags: ['apt'], isIoc: true, tlp: 'red', message: 'beacon' },
    { value: 'beacon.example.com', message: 'old' },
  );
  await add(core, second, { value: '203.0.113.6', message: 'beacon' });
  const values = (text: string): Promise<string[]> => titles(core, text, { kinds: ['observable'] });
  expect(await values('type:ip')).toEqual(['203.0.113.6', '203.0.113.5']);
  expect(await values('beacon type:ip -is:ioc')).toEqual(['203.0.113.6']);
  expect(await values('tag:apt')).toEqual(['203.0.113.5']);
  expect(await values('tlp:red beacon')).toEqual(['203.0.113.5']);
  expect(await values('beacon -old')).toEqual(['203.0.113.6', '203.0.113.5']);
  expect(await values('case:2 beacon')).toEqual(['203.0.113.6']);
  expect(await values('203.0.113.5 case:2')).toEqual([]);
  expect(await values('type:ip type:fqdn case:1')).toEqual(['beacon.example.com', '203.0.113.5']);
  expect(await values('verdict:malicious')).toEqual([]);
  expect(await values('beacon before:2000-01-01')).toEqual([]);
  expect(await values('beacon after:2000-01-01')).toHaveLength(3);
  expect((await groups(core, 'beacon in:cases')).map((group) => group.kind)).toEqual(['case']);
  expect(await titles(core, 'beacon in:cases')).toEqual(['Second beacon', 'First beacon']);
  expect(await titles(core, '#2')).toEqual(['Second beacon']);
  expect((await groups(core, 'type:ip')).map((group) => group.kind)).toEqual(['observable']);
  expect(await titles(core, 'beacon in:cases is:closed')).toEqual([]);
  // Nothing to look for, and nothing understood: an answer, not an error.
  expect(await core.api['search.find']({ text: '-beacon' })).toEqual({ groups: [], problems: [] });
  const odd = await core.api['search.find']({ text: 'second tlp:purple' });
  expect(odd.problems).toMatchObject([{ from: 7, to: 17 }]);
  expect(odd.groups).toHaveLength(1);
});

test('within the engagement unless everywhere is asked for', async () => {
  const core = await makeCore();
  await makeCase(core, 'Beacon here');
  const other = await core.api['engagements.create']({ name: 'Other' });
  const there = await core.api['cases.create']({ title: 'Beacon there', engagementId: other.id });
  await add(core, there.id, { value: '203.0.113.9' });
  const engagementId = (await core.api['engagements.list']({}))[0]!.id;
  expect(await titles(core, 'beacon', { engagementId })).toEqual(['Beacon here']);
  expect(await titles(core, '203.0.113.9', { engagementId })).toEqual([]);
  expect(await titles(core, '203.0.113', { engagementId })).toEqual([]);
  expect(await titles(core, 'beacon', { isEverywhere: true })).toEqual(['Beacon there', 'Beacon here']);
  expect(await titles(core, '203.0.113', { isEverywhere: true })).toEqual(['203.0.113.9']);
  expect(await titles(core, '#2', { engagementId })).toEqual([]);
});

test('pages follow each other without a gap or a repeat, through all stages', async () => {
  const core = await makeCore();
  const caseId = await makeCase(core, 'Many');
  const items = Array.from({ length: 60 }, (_, i) =>
    i % 3 === 0
      ? { value: `beacon.n${i}.com` }
      : i % 3 === 1
        ? { value: `n${i}.example.com`, message: 'a beacon' }
        : { value: `x${i}mybeaconry.com` },
  );
  await add(core, caseId, ...items);
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const [group] = await groups(core, 'beacon', { kinds: ['observable'], limit: 7, ...(cursor ? { cursor } : {}) });
    seen.push(...group!.hits.map((hit) => hit.title.text));
    cursor = group!.next ?? undefined;
  } while (cursor !== undefined);
  expect(seen).toHaveLength(60);
  expect(new Set(seen).size).toBe(60);
  // Of a page what is called so comes before what only speaks of it; what has it inside a word comes last of all.
  expect(seen.slice(0, 7)).toEqual(
    [57, 54, 51].map((i) => `beacon.n${i}.com`).concat([58, 55, 52, 49].map((i) => `n${i}.example.com`)),
  );
  expect(seen.slice(40)).toEqual(Array.from({ length: 20 }, (_, i) => `x${59 - 3 * i}mybeaconry.com`));
  await expect(groups(core, 'beacon', { cursor: '0.5' })).rejects.toMatchObject({ code: 'invalid_input' });
  await expect(groups(core, 'beacon', { cursor: 'x', kinds: ['case'] })).rejects.toMatchObject({
    code: 'invalid_input',
  });
});

test('hostile text is only text', async () => {
  const core = await makeCore();
  const caseId = await makeCase(core, '<b>bold</b> OR 1=1 " NEAR(');
  await add(core, caseId, { value: 'a"b*c:d^{e}', dataType: 'other' });
  for (const text of [
    '"',
    '*',
    'NEAR(',
    'a AND',
    '" OR "',
    '{title} : x',
    '^x',
    'a"b*c:d^{e}',
    '-"',
    "'; DROP",
    '\0',
    '🦓',
    'İstanbul',
    'ﬀ',
  ])
    expect((await core.api['search.find']({ text })).groups, text).toBeInstanceOf(Array);
  expect(await titles(core, 'a"b*c:d^{e}')).toEqual(['a"b*c:d^{e}']);
  expect(await titles(core, 'bold')).toEqual(['<b>bold</b> OR 1=1 " NEAR(']);
});

test('a search that nobody waits for any more ends', async () => {
  const core = await makeCore();
  const caseId = await makeCase(core, 'Beacon');
  await add(core, caseId, { value: 'beacon.com' });
  const abort = new AbortController();
  const running = core.features.handlers['search.find'](
    { client: 'local', actor: 'ana', resolveGrant: () => undefined },
    { text: 'beacon', isEverywhere: false, limit: 20 },
    abort.signal,
  );
  abort.abort();
  await expect(running).rejects.toThrow(/abort/i);
});

test('reports are found by what they are about, their verdicts and the texts in them; each by its engagement', async () => {
  const core = await makeCore();
  const caseId = await makeCase(core, 'One');
  const engagementId = (await core.api['engagements.list']({}))[0]!.id;
  storeRun(core.db, {
    engagementId,
    caseId,
    value: 'evil.com',
    name: 'Passive',
    at: core.clock.now(),
    taxonomies: [{ level: 'malicious', namespace: 'Zorilla', predicate: 'Score', value: '9/10' }],
    full: { registrant: 'Acme "Tayra" Ltd\nsecond', zebraKey: 1 },
  });
  const found = async (text: string): Promise<SearchHit[]> => hits(core, text, { kinds: ['report'] });
  for (const text of ['evil.com', 'passive', 'zorilla', 'tayra', '"9/10"', 'verdict:malicious', 'tayra case:1'])
    expect(
      (await found(text)).map((hit) => [hit.title.text, hit.detail, hit.caseNumber]),
      text,
    ).toEqual([['evil.com', 'Passive', 1]]);
  expect((await found('tayra'))[0]!.snippet).toMatchObject({
    text: expect.stringContaining('Acme "Tayra" Ltd second') as string,
  });
  // Names of fields are not what was said.
  expect(await found('zebrakey')).toEqual([]);
  expect(await found('tayra verdict:safe')).toEqual([]);
  expect(await found('tayra case:2')).toEqual([]);
});

test('the text inside a dropped file is found once it is evidence, with the part it stands in', async () => {
  const core = await makeCore();
  const mail = [
    'From: a@evil-mail.com',
    'Subject: hello',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'please pay the kinkajou',
    '--b',
    'Content-Type: text/plain; name=notes.txt',
    'Content-Disposition: attachment; filename=notes.txt',
    '',
    'the coatimundi list',
    '--b--',
    '',
  ].join('\r\n');
  const { id } = await core.api['intake.begin']({ name: 'mail.eml', origin: 'file' });
  await core.api['intake.append']({ id, base64: Buffer.from(mail).toString('base64') });
  await core.api['intake.finish']({ id });
  await core.api['intake.wait']({ id });
  expect(await hits(core, 'kinkajou')).toEqual([]);
  await core.api['intake.accept']({ id, newCaseTitle: 'Mail' });
  expect(await hits(core, 'kinkajou')).toMatchObject([
    { kind: 'evidence', title: { text: 'mail.eml' }, caseNumber: 1, part: expect.stringContaining('body') as string },
  ]);
  const [hit] = await hits(core, 'coatimundi');
  expect(hit).toMatchObject({
    part: expect.stringContaining('notes.txt') as string,
    snippet: { text: 'the coatimundi list' },
  });
  expect((await hits(core, 'mail.eml')).map((each) => each.kind)).toEqual(['observable', 'evidence']);
});

test('destroying a case leaves none of its words behind', async () => {
  const core = await makeCore();
  const caseId = await makeCase(core, 'Secret kodkod');
  await core.api['notes.save']({ caseId, title: 'kodkod', body: 'kodkod' });
  await core.api['tasks.create']({ caseId, title: 'kodkod' });
  await add(core, caseId, { value: 'kodkod.com' });
  expect(await hits(core, 'kodkod')).toHaveLength(4);
  await core.api['cases.trash']({ ids: [caseId] });
  await core.api['trash.destroy']({ caseId, confirm: '#1' });
  expect(await hits(core, 'kodkod')).toEqual([]);
  expect(core.db.prepare('SELECT count(*) FROM search_doc').pluck().get()).toBe(0);
  expect(core.db.prepare(`SELECT rowid FROM search_grams WHERE search_grams MATCH '"kod"'`).all()).toEqual([]);
});

test('a workspace of before has everything in the index that one of today has', async () => {
  const core = await makeCore();
  const caseId = await makeCase(core, 'First zorilla', { description: 'one', tags: ['fam:zorilla', 'b-c'] });
  await core.api['cases.update']({ id: caseId, patch: { isFlagged: true, tlp: 'amber+strict' } });
  await core.api['notes.save']({ caseId, title: 'zorilla', body: 'zorilla' });
  const task = await core.api['tasks.create']({ caseId, title: 'zorilla' });
  await core.api['tasks.update']({ id: task.id, patch: { status: 'completed' } });
  await add(
    core,
    caseId,
    { value: 'zorilla.com', tags: ['zorilla'], isIoc: true },
    { value: 'AS64500', dataType: 'autonomous-system', message: 'zorilla' },
  );
  const gone = await makeCase(core, 'zorilla gone');
  core.records.store.update('case', gone, { deletedAt: 1 }, { actor: 'ana' });
  const engagementId = (await core.api['engagements.list']({}))[0]!.id;
  storeRun(core.db, { engagementId, caseId, value: 'zorilla.com', at: 1, full: { a: 'quagga' } });
  const texts = [
    'zorilla',
    'tag:zorilla',
    'is:ioc',
    'is:starred',
    'is:closed',
    'tlp:amber+strict',
    'case:1',
    'orill',
    'type:autonomous-system',
    'quagga',
  ];
  const ask = async (): Promise<string[][]> => {
    const answers: string[][] = [];
    for (const text of texts)
      answers.push((await hits(core, text)).map(({ kind, id, part }) => [kind, id, part].join(' ')));
    return answers;
  };
  const today = await ask();
  const tables = core.db
    .prepare(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND (sql LIKE '%fts5%' AND name LIKE 'search_%' OR name IN ('search_doc', 'intake_text'))`,
    )
    .pluck()
    .all() as string[];
  for (const table of tables) core.db.exec(`DROP TABLE ${table}`);
  core.db.exec('DROP INDEX evidence_blob; DROP INDEX alert_observable_of');
  core.db.exec(`CREATE VIRTUAL TABLE observable_words USING fts5 (value)`);
  core.db.exec(migration0018.sql);
  const catchUp = createReportCatchUp({ db: core.db, index: core.records.searchIndex, logger: silentLogger });
  await catchUp.done;
  expect(core.db.prepare(`SELECT value FROM meta WHERE key = 'search.reports'`).all()).toEqual([]);
  const before = await ask();
  for (const [i, text] of texts.entries()) expect(before[i]!.toSorted(), text).toEqual(today[i]!.toSorted());
});
