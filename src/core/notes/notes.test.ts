import { expect, test } from 'vitest';
import { makeCore } from '../../../test/support/make-core.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const WINDOW_A = '019aa000-0000-7000-8000-00000000000a';
const WINDOW_B = '019aa000-0000-7000-8000-00000000000b';

test('notes are saved, changed, put away and brought back', async () => {
  const { api, clock } = await makeCore();
  const { id: caseId } = await api['cases.create']({ title: 'x' });
  const note = await api['notes.save']({ caseId, title: 'Call', body: '# Called the client' });
  clock.advance(1_000);
  const changed = await api['notes.save']({ id: note.id, caseId, body: 'more', baseUpdatedAt: note.updatedAt });
  expect(changed).toMatchObject({ id: note.id, body: 'more', createdAt: note.createdAt });
  expect(changed.updatedAt).toBeGreaterThan(note.updatedAt);
  await api['notes.remove']({ id: note.id });
  await api['notes.remove']({ id: note.id });
  expect(await api['notes.list']({ caseId })).toEqual([]);
  await expect(api['notes.get']({ id: note.id })).rejects.toMatchObject({ code: 'not_found' });
  expect((await api['cases.get']({ id: caseId })).counts.notes).toBe(0);
  await expect(api['notes.save']({ id: note.id, caseId, body: 'late' })).rejects.toMatchObject({ code: 'conflict' });
  expect(await api['notes.restore']({ id: note.id })).toMatchObject({ body: 'more' });
  expect((await api['cases.get']({ id: caseId })).counts.notes).toBe(1);
});

test('a note that was changed meanwhile is a conflict, and what was typed becomes a draft', async () => {
  const { api } = await makeCore();
  const { id: caseId } = await api['cases.create']({ title: 'x' });
  const base = await api['notes.save']({ caseId, body: 'one' });
  // The clock did not move: the second save must still look newer than the first.
  const theirs = await api['notes.save']({ id: base.id, caseId, body: 'theirs', baseUpdatedAt: base.updatedAt });
  await expect(
    api['notes.save']({
      id: base.id,
      caseId,
      title: 't',
      body: 'mine',
      baseUpdatedAt: base.updatedAt,
      writer: WINDOW_A,
    }),
  ).rejects.toMatchObject({ code: 'conflict', details: { updatedAt: theirs.updatedAt } });
  expect((await api['notes.list']({ caseId }))[0]).toMatchObject({ body: 'theirs' });
  expect(await api['drafts.get']({ caseId, noteId: base.id })).toMatchObject({ title: 't', body: 'mine' });
});

test('a draft survives a crash and goes when its note is saved', async () => {
  const core = await makeCore();
  const { id: caseId } = await core.api['cases.create']({ title: 'x' });
  await core.api['drafts.save']({ caseId, noteId: null, title: 'T', body: 'half a thou' });
  await core.drop();
  const { api } = await makeCore({ dir: core.dir, master: core.master });
  expect(await api['drafts.get']({ caseId, noteId: null })).toMatchObject({ title: 'T', body: 'half a thou' });
  await api['notes.save']({ caseId, body: 'a whole thought' });
  expect(await api['drafts.get']({ caseId, noteId: null })).toBeNull();
  await api['drafts.save']({ caseId, noteId: null, title: '', body: 'x' });
  await api['drafts.discard']({ caseId, noteId: null });
  expect(await api['drafts.get']({ caseId, noteId: null })).toBeNull();
});

test('two windows on one note each keep their draft; what one goes on with is taken over, unless it was written on', async () => {
  const { api, clock } = await makeCore();
  const { id: caseId } = await api['cases.create']({ title: 'x' });
  const { id: noteId } = await api['notes.save']({ caseId, body: 'one' });
  const of = { caseId, noteId, title: '' };
  const first = await api['drafts.save']({ ...of, writer: WINDOW_A, body: 'of A' });
  clock.advance(1_000);
  const second = await api['drafts.save']({ ...of, writer: WINDOW_B, body: 'of B' });
  expect(await api['drafts.get']({ caseId, noteId })).toEqual({
    title: '',
    body: 'of B',
    savedAt: second.savedAt,
    writer: WINDOW_B,
    others: [{ writer: WINDOW_A, savedAt: first.savedAt, extract: 'of A' }],
  });
  // B saves its note: the draft of A is A's.
  await api['notes.save']({ id: noteId, caseId, body: 'of B', writer: WINDOW_B });
  expect(await api['drafts.get']({ caseId, noteId })).toMatchObject({ body: 'of A', others: [] });
  // B goes on with A's draft; A has written on meanwhile, so its newer words stay.
  clock.advance(1_000);
  await api['drafts.save']({ ...of, writer: WINDOW_A, body: 'of A, more' });
  const adopted = { writer: WINDOW_A, savedAt: first.savedAt };
  clock.advance(1_000);
  const taken = await api['drafts.save']({ ...of, writer: WINDOW_B, body: 'of A, by B', adopted });
  expect((await api['drafts.get']({ caseId, noteId }))?.others).toMatchObject([{ extract: 'of A, more' }]);
  // Nobody writes in B any more: who takes its draft up takes it over.
  await api['drafts.save']({
    ...of,
    writer: WINDOW_A,
    body: 'x',
    adopted: { writer: WINDOW_B, savedAt: taken.savedAt },
  });
  expect(await api['drafts.get']({ caseId, noteId })).toMatchObject({ body: 'x', others: [] });
});

test('the list: pinned first, then the newest; found by its words in any case of letters', async () => {
  const { api, clock } = await makeCore();
  const { id: caseId } = await api['cases.create']({ title: 'x' });
  const ids: string[] = [];
  for (const [title, body] of [
    ['Anruf', 'Die GRÖSSE der Datei'],
    ['Mail', 'größe and size'],
    ['Log', 'nothing'],
  ] as const) {
    ids.push((await api['notes.save']({ caseId, title, body })).id);
    clock.advance(1_000);
  }
  const titles = async (text = ''): Promise<string[]> =>
    (await api['notes.index']({ caseId, text })).items.map(({ title }) => title);
  expect(await titles()).toEqual(['Log', 'Mail', 'Anruf']);
  await api['notes.pin']({ id: ids[0]!, isPinned: true });
  expect(await titles()).toEqual(['Anruf', 'Log', 'Mail']);
  expect(await titles('grösse')).toEqual(['Anruf']);
  expect(await titles('SIZE mail')).toEqual(['Mail']);
  expect(await titles('absent')).toEqual([]);
  const { items, isPartial } = await api['notes.index']({ caseId, limit: 2 });
  expect(items).toHaveLength(2);
  expect(isPartial).toBe(true);
  expect(items[0]).toMatchObject({ extract: 'Die GRÖSSE der Datei', characters: 20 });
});

test('every saved version is there, as it was, and can be made the newest again', async () => {
  const { api, clock } = await makeCore();
  const { id: caseId } = await api['cases.create']({ title: 'x' });
  const { id } = await api['notes.save']({ caseId, title: 'First', body: 'one' });
  clock.advance(1_000);
  await api['notes.save']({ id, caseId, title: 'First', body: 'two' });
  clock.advance(1_000);
  await api['notes.save']({ id, caseId, title: 'Second', body: 'two' });
  // Neither a pin nor the trash is a version of the text.
  await api['notes.pin']({ id, isPinned: true });
  await api['notes.remove']({ id });
  await api['notes.restore']({ id });
  const { items } = await api['notes.revisions']({ id });
  expect(items).toMatchObject([
    { title: 'Second', characters: 3, actor: 'ana', isFirst: false, at: clock.now() },
    { title: 'First', characters: 3, isFirst: false },
    { title: 'First', characters: 3, isFirst: true },
  ]);
  const texts = await Promise.all(items.map(({ id: revisionId }) => api['notes.revision']({ id, revisionId })));
  expect(texts.map(({ title, body }) => [title, body])).toEqual([
    ['Second', 'two'],
    ['First', 'two'],
    ['First', 'one'],
  ]);
  const back = await api['notes.revert']({ id, revisionId: items[2]!.id });
  expect(back).toMatchObject({ title: 'First', body: 'one', isPinned: true });
  await api['changes.undo']({});
  expect(await api['notes.get']({ id })).toMatchObject({ title: 'Second', body: 'two' });
  // By pages, no version twice and none missed.
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await api['notes.revisions']({ id, limit: 2, ...(cursor ? { cursor } : {}) });
    seen.push(...page.items.map((each) => each.id));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  expect(new Set(seen).size).toBe(5);
  const other = await api['notes.save']({ caseId, body: 'other' });
  await expect(api['notes.revision']({ id: other.id, revisionId: items[0]!.id })).rejects.toMatchObject({
    code: 'not_found',
  });
});

test('mentions: found by number, words and value, within the engagement; resolved to what they are now', async () => {
  const { api } = await makeCore();
  const { id: caseId, engagementId, number } = await api['cases.create']({ title: 'Invoice fraud' });
  for (let i = 0; i < 12; i += 1) await api['cases.create']({ title: `Other ${i}` });
  const { id: elsewhere } = await api['engagements.create']({ name: 'Elsewhere' });
  await api['cases.create']({ title: 'Invoice of another client', engagementId: elsewhere });
  expect(engagementId).not.toBe(elsewhere);
  const labels = async (sign: '#' | '@', text: string): Promise<string[]> =>
    (await api['mentions.find']({ caseId, sign, text })).map(({ label }) => label);
  expect(await labels('#', '1')).toEqual(['#1', '#10', '#11', '#12', '#13']);
  expect(await labels('#', 'invoice')).toEqual([`#${number}`]);
  const { added } = await api['observables.add']({ caseId, items: [{ value: 'evil.example.com' }] });
  const task = await api['tasks.create']({ caseId, title: 'Block evil.example.com' });
  expect(await labels('@', 'evil')).toEqual(['evil.example.com', 'Block evil.example.com']);

  const refs = [
    { kind: 'case' as const, id: caseId },
    { kind: 'observable' as const, id: added[0]! },
    { kind: 'task' as const, id: task.id },
  ];
  expect(await api['mentions.resolve']({ refs })).toMatchObject([
    { label: '#1', detail: 'Invoice fraud', path: '/cases/1', dataType: null },
    { label: 'evil.example.com', path: `/observables/${added[0]}`, verdict: null },
    { label: 'Block evil.example.com', detail: '#1', path: `/cases/1/tasks/${task.id}` },
  ]);
  await api['tasks.remove']({ id: task.id });
  await api['observables.remove']({ ids: added });
  expect(await api['mentions.resolve']({ refs })).toMatchObject([{ kind: 'case' }]);
});

test('note templates have names of their own, are changed, removed and brought back', async () => {
  const { api } = await makeCore();
  const { id } = await api['noteTemplates.create']({ name: 'Call', body: '## Who\n' });
  await expect(api['noteTemplates.create']({ name: ' call ', body: '' })).rejects.toMatchObject({ code: 'conflict' });
  expect(await api['noteTemplates.update']({ id, patch: { body: '## Who, when\n' } })).toMatchObject({ name: 'Call' });
  await api['noteTemplates.remove']({ id });
  expect(await api['noteTemplates.list']({})).toEqual([]);
  await expect(api['noteTemplates.update']({ id, patch: { name: 'x' } })).rejects.toMatchObject({ code: 'not_found' });
  expect(await api['noteTemplates.restore']({ id })).toMatchObject({ body: '## Who, when\n' });
});

test('a pasted picture is kept sealed with its case; anything else is refused', async () => {
  const { api, db } = await makeCore();
  const { id: caseId } = await api['cases.create']({ title: 'x' });
  const { imageId } = await api['notes.addImage']({
    caseId,
    name: 'shot\u202egnp.png',
    base64: PNG.toString('base64'),
  });
  expect(await api['notes.image']({ imageId })).toEqual({ mediaType: 'image/png', base64: PNG.toString('base64') });
  expect(db.prepare('SELECT owner, owner_id FROM blob_key').all()).toEqual([{ owner: 'case', owner_id: caseId }]);
  const add = (bytes: Buffer) => api['notes.addImage']({ caseId, name: 'x.png', base64: bytes.toString('base64') });
  for (const [bytes, mediaType] of [
    [Buffer.from('GIF89a....'), 'image/gif'],
    [Buffer.from([0xff, 0xd8, 0xff, 0xe0]), 'image/jpeg'],
    [Buffer.from('RIFF\x04\0\0\0WEBPVP8 '), 'image/webp'],
  ] as const) {
    expect((await api['notes.image']({ imageId: (await add(bytes)).imageId })).mediaType).toBe(mediaType);
  }
  await expect(add(Buffer.from('<svg onload=alert(1)>'))).rejects.toMatchObject({ code: 'invalid_input' });
  await expect(add(Buffer.alloc(0))).rejects.toMatchObject({ code: 'invalid_input' });
  await expect(add(Buffer.concat([PNG, Buffer.alloc(10 * 2 ** 20)]))).rejects.toMatchObject({ code: 'too_large' });
});
