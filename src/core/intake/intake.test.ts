import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analysisThatFinds, directAnalysis } from '../../../test/support/direct-analysis.ts';
import { manyCandidates } from '../../../test/support/many-candidates.ts';
import { makeCore, type TestCore } from '../../../test/support/make-core.ts';
import { makeTempDir } from '../../../test/support/make-db.ts';
import { AppError } from '../../shared/errors.ts';

const TEXT = `Beacon to hxxps://login[.]evil-portal[.]com/a and 45.77.1[.]9
from 10.0.0.5, sample 44d88612fea8a8f36de82e1278abb02f, run setup.exe (not 999.888.777.666)\n`;

const file = (content: string | Uint8Array, name = 'report.txt'): string => {
  const path = join(makeTempDir(), name);
  writeFileSync(path, content);
  return path;
};

const take = async (core: TestCore, path: string) => {
  const { id } = await core.api['intake.fromPath']({ path });
  return core.api['intake.wait']({ id });
};

test('a dropped file is hashed, told what it is, and its candidates are decided by a rule one can predict', async () => {
  const core = await makeCore();
  const intake = await take(core, file(TEXT));
  const hashOf = (name: string): string => createHash(name).update(TEXT).digest('hex');
  expect(intake).toMatchObject({
    state: 'ready',
    name: 'report.txt',
    size: TEXT.length,
    md5: hashOf('md5'),
    sha1: hashOf('sha1'),
    sha256: hashOf('sha256'),
    mediaType: 'text/plain',
    error: null,
    seenBefore: [],
    coverage: { skipped: [] },
    progress: { done: TEXT.length, total: TEXT.length },
  });
  const { items, next } = await core.api['intake.candidates']({ id: intake.id });
  expect(next).toBeNull();
  const by = (decision: string) => items.filter((item) => item.decision === decision).map((item) => item.value);
  expect(by('accept')).toEqual(
    expect.arrayContaining(['https://login.evil-portal.com/a', '45.77.1.9', '44d88612fea8a8f36de82e1278abb02f']),
  );
  expect(by('undecided')).toEqual(expect.arrayContaining(['10.0.0.5', 'setup.exe']));
  expect(by('rejected')).toContain('999.888.777.666');
  expect(items.find((item) => item.decision === 'rejected')!.reason).not.toBe('');
  expect(intake.counts).toEqual({
    toDecide: by('undecided').length,
    accepted: by('accept').length,
    skipped: 0,
    rejected: by('rejected').length,
  });
  expect(items[0]!.places[0]).toMatchObject({ part: '/', line: 1 });
});

test('accepting makes case, evidence and observables in one go, and the rest stays undecided', async () => {
  const core = await makeCore();
  const { id, sha256, counts } = await take(core, file(TEXT));
  const { items } = await core.api['intake.candidates']({ id });
  const refused = items.find((item) => item.decision === 'rejected')!;
  await core.api['intake.decide']({ id, seqs: [refused.seq], decision: 'accept' });
  const result = await core.api['intake.accept']({
    id,
    newCaseTitle: 'Harbour',
    tlp: 'red',
    tags: ['mail'],
    isSighted: true,
  });
  expect(result).toMatchObject({ caseNumber: 1, added: counts.accepted + 2, alreadyThere: 0 });
  const list = await core.api['observables.list']({ caseId: result.caseId });
  expect(list.total).toBe(counts.accepted + 2);
  const dropped = list.items.find((item) => item.dataType === 'file')!;
  expect(dropped).toMatchObject({ value: 'report.txt', tlp: 'red', tags: ['mail'], isSighted: true, isIoc: false });
  const overruled = list.items.find((item) => item.value === refused.value)!;
  expect(overruled.marks).toContain('overruled');
  const [evidence] = await core.api['evidence.list']({ caseId: result.caseId });
  expect(evidence).toMatchObject({ id: result.evidenceId, sha256, observableId: dropped.id, zone: 'Europe/Madrid' });
  const value = list.items.find((item) => item.value === '45.77.1.9')!;
  const detail = await core.api['observables.get']({ id: value.id });
  expect(detail.evidence?.id).toBe(result.evidenceId);
  expect(detail.places[0]).toMatchObject({ part: '/', line: 1 });
  expect(await core.api['intake.get']({ id })).toMatchObject({
    state: 'accepted',
    caseId: result.caseId,
    seenBefore: [],
  });
  // The bytes now open with the case's key alone.
  expect(core.db.prepare('SELECT owner FROM blob_key').pluck().all()).toEqual(['case']);
  const { base64 } = await core.api['intake.bytes']({ id, offset: 0, length: 6 });
  expect(Buffer.from(base64, 'base64').toString()).toBe('Beacon');
  await expect(core.api['intake.accept']({ id, newCaseTitle: 'again' })).rejects.toMatchObject({ code: 'conflict' });
});

test('the same bytes again: seen before, with the case; into the same case nothing is doubled', async () => {
  const core = await makeCore();
  const first = await take(core, file(TEXT));
  const second = await take(core, file(TEXT, 'again.txt'));
  expect(second.seenBefore).toMatchObject([{ caseId: null, title: 'report.txt', reports: 0 }]);
  const { caseId, added } = await core.api['intake.accept']({ id: first.id, newCaseTitle: 'One' });
  expect((await core.api['intake.get']({ id: second.id })).seenBefore).toMatchObject([
    { caseId, caseNumber: 1, title: 'One', reports: 0 },
  ]);
  const again = await core.api['intake.accept']({ id: second.id, caseId });
  expect(again).toMatchObject({ caseId, added: 0, alreadyThere: added });
  expect(await core.api['evidence.list']({ caseId })).toHaveLength(1);
  expect((await core.api['cases.get']({ id: caseId })).counts).toMatchObject({ evidence: 1, observables: added });
});

test('a file and a hash of it that somebody typed find each other', async () => {
  const core = await makeCore();
  const intake = await take(core, file(TEXT));
  await core.api['intake.accept']({ id: intake.id, newCaseTitle: 'File' });
  const { id: caseId } = await core.api['cases.create']({ title: 'Hashes' });
  const hashes = [intake.sha256, intake.sha1, intake.md5.toUpperCase()];
  const { added } = await core.api['observables.add']({ caseId, items: hashes.map((value) => ({ value })) });
  for (const id of added) expect((await core.api['observables.get']({ id })).observable.seenIn).toEqual([1]);
  const [dropped] = (await core.api['observables.list']({ dataTypes: ['file'] })).items;
  expect(dropped!.seenIn).toEqual([2]);
});

test('another engagement sees nothing of it, and its cases do not take it', async () => {
  const core = await makeCore();
  const first = await take(core, file(TEXT));
  const { caseId } = await core.api['intake.accept']({ id: first.id, newCaseTitle: 'One' });
  const other = await core.api['engagements.create']({ name: 'Another client' });
  const { id } = await core.api['intake.fromPath']({ path: file(TEXT), engagementId: other.id });
  const intake = await core.api['intake.wait']({ id });
  expect(intake.seenBefore).toEqual([]);
  const { items } = await core.api['intake.candidates']({ id });
  expect(items.every((item) => item.seenIn.length === 0)).toBe(true);
  await expect(core.api['intake.accept']({ id, caseId })).rejects.toMatchObject({ code: 'invalid_input' });
  await expect(core.api['intake.accept']({ id })).rejects.toMatchObject({ code: 'invalid_input' });
});

test('the stricter of the marking of the case and the one given', async () => {
  const core = await makeCore();
  const target = await core.api['cases.create']({ title: 'x', tlp: 'green', pap: 'red' });
  const { id } = await take(core, file(TEXT));
  await core.api['intake.accept']({ id, caseId: target.id, tlp: 'amber+strict', pap: 'clear' });
  for (const item of (await core.api['observables.list']({ caseId: target.id })).items) {
    expect(item).toMatchObject({ tlp: 'amber+strict', pap: 'red' });
  }
});

test('text by pieces, its decoded text and its raw bytes', async () => {
  const core = await makeCore();
  const { id } = await core.api['intake.begin']({ name: 'Pasted text', origin: 'text' });
  expect(await core.api['intake.get']({ id })).toMatchObject({ state: 'receiving', progress: { total: null } });
  for (const piece of TEXT.match(/.{1,20}/gs)!) {
    await core.api['intake.append']({ id, base64: Buffer.from(piece).toString('base64') });
  }
  await core.api['intake.finish']({ id });
  expect((await core.api['intake.wait']({ id })).counts.accepted).toBeGreaterThan(2);
  await expect(core.api['intake.append']({ id, base64: '' })).rejects.toMatchObject({ code: 'conflict' });
  const text = await core.api['intake.partText']({ id, part: '/', offset: 7, length: 2 });
  expect(text).toMatchObject({ text: 'to', offset: 7, line: 1, totalBytes: TEXT.length });
  await expect(core.api['intake.partText']({ id, part: '/nope' })).rejects.toMatchObject({ code: 'not_found' });
  const accepted = await core.api['intake.accept']({ id, newCaseTitle: 'Paste' });
  const types = (await core.api['observables.list']({ caseId: accepted.caseId })).facets.dataTypes;
  expect(types['file']).toBeUndefined();
  expect(await core.api['evidence.list']({ caseId: accepted.caseId })).toHaveLength(1);
});

test('an empty file is taken in and called empty', async () => {
  const core = await makeCore();
  const intake = await take(core, file(''));
  expect(intake).toMatchObject({ state: 'ready', size: 0, typeLabel: 'empty', counts: { accepted: 0 } });
  expect(intake.tree!.warnings.join()).toMatch(/empty/i);
});

test('what cannot be read is said with its code and leaves nothing behind', async () => {
  const core = await makeCore();
  const dir = join(makeTempDir(), 'folder');
  mkdirSync(dir);
  await expect(core.api['intake.fromPath']({ path: join(dir, 'missing') })).rejects.toMatchObject({
    code: 'file.not_found',
  });
  await expect(core.api['intake.fromPath']({ path: dir })).rejects.toMatchObject({ code: 'file.not_a_file' });
  expect(await core.api['intake.list']({})).toEqual([]);
  expect(core.db.prepare('SELECT count(*) FROM owner_key').pluck().get()).toBe(0);
});

test('a window names no paths; a grant serves once', async () => {
  const core = await makeCore();
  const path = file(TEXT);
  const grants = new Map([['t', path]]);
  const api = core.as({
    client: 'window',
    resolveGrant(token) {
      const granted = grants.get(token);
      grants.delete(token);
      return granted;
    },
  });
  await expect(api['intake.fromPath']({ path })).rejects.toMatchObject({ code: 'forbidden' });
  const { id } = await api['intake.fromGrant']({ token: 't' });
  expect((await api['intake.wait']({ id })).state).toBe('ready');
  await expect(api['intake.fromGrant']({ token: 't' })).rejects.toMatchObject({ code: 'forbidden' });
});

test('a name that would turn text around is written so that it cannot', async () => {
  const core = await makeCore();
  const { id } = await core.api['intake.begin']({ name: '../..\\invoice\u202Efdp.exe\u0000\n', origin: 'file' });
  expect((await core.api['intake.get']({ id })).name).toBe('invoice\\u{202e}fdp.exe\\u{0}\\u{a}');
  await core.api['intake.discard']({ id });
  await expect(core.api['intake.get']({ id })).rejects.toMatchObject({ code: 'not_found' });
});

test('discarding destroys the key and the bytes', async () => {
  const core = await makeCore();
  const { id } = await take(core, file(TEXT));
  await core.api['intake.discard']({ id });
  for (const table of ['intake', 'candidate', 'owner_key', 'blob_key', 'blob']) {
    expect(core.db.prepare(`SELECT count(*) FROM ${table}`).pluck().get(), table).toBe(0);
  }
});

test('an inspection that fails says why, and can be discarded', async () => {
  const core = await makeCore({
    analysis: {
      ...directAnalysis,
      inspect: () => Promise.reject(new AppError('unavailable', 'The worker ran out of memory.')),
    },
  });
  expect(await take(core, file(TEXT))).toMatchObject({ state: 'failed', error: 'The worker ran out of memory.' });
});

test('after a crash: what was arriving has failed, what was being inspected is inspected again', async () => {
  const stuck = Promise.withResolvers<void>();
  const first = await makeCore({
    analysis: {
      ...directAnalysis,
      inspect: (_source, _options, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
          stuck.resolve();
        }),
    },
  });
  const { id } = await first.api['intake.fromPath']({ path: file(TEXT) });
  const { id: arriving } = await first.api['intake.begin']({ name: 'half', origin: 'text' });
  await stuck.promise;
  await first.drop();
  const second = await makeCore({ dir: first.dir, master: first.master });
  expect(await second.api['intake.get']({ id: arriving })).toMatchObject({ state: 'failed', error: /Drop it again/ });
  expect(await second.api['intake.wait']({ id })).toMatchObject({ state: 'ready' });
});

test('a large acceptance that is interrupted goes on in the same case', async () => {
  const observables = Array.from({ length: 3_000 }, (_, i) => ({
    dataType: 'ip' as const,
    value: `45.77.${i >> 8}.${i & 255}`,
    places: [],
    marks: [],
  }));
  const first = await makeCore({ analysis: analysisThatFinds(observables) });
  const { id } = await take(first, file('x'));
  const accepting = first.api['intake.accept']({ id, newCaseTitle: 'Once', isIoc: true });
  const ended = expect(accepting).rejects.toMatchObject({
    code: expect.stringMatching(/cancelled|unavailable/) as string,
  });
  await first.api['cases.list']({});
  await first.drop();
  await ended;
  const second = await makeCore({ dir: first.dir, master: first.master });
  const partial = await second.api['intake.get']({ id });
  expect(partial).toMatchObject({ state: 'ready', caseId: expect.any(String) as string });
  const result = await second.api['intake.accept']({ id, newCaseTitle: 'Once', isIoc: true });
  expect(result).toMatchObject({ caseId: partial.caseId });
  expect(result.added + result.alreadyThere).toBe(3_001);
  const { items } = await second.api['cases.list']({});
  expect(items).toMatchObject([{ title: 'Once', counts: { observables: 3_001, evidence: 1 } }]);
});

test('progress is told, but not for every byte', async () => {
  const core = await makeCore();
  let told = 0;
  core.events.on((event) => {
    if (event.topic === 'intake') told += 1;
  });
  const { id } = await core.api['intake.begin']({ name: 'x', origin: 'file', size: 4_000 });
  for (let i = 0; i < 40; i += 1) {
    core.clock.advance(10);
    await core.api['intake.append']({ id, base64: Buffer.alloc(100, 'a').toString('base64') });
  }
  await core.api['intake.finish']({ id });
  await core.api['intake.wait']({ id });
  expect(told).toBeGreaterThan(3);
  expect(told).toBeLessThan(15);
});

test('20,000 candidates: pages, bulk decisions, an acceptance that nobody may disturb', () => manyCandidates(20_000));
