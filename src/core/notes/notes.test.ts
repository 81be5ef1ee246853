import { expect, test } from 'vitest';
import { makeCore } from '../../../test/support/make-core.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

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
    api['notes.save']({ id: base.id, caseId, title: 't', body: 'mine', baseUpdatedAt: base.updatedAt }),
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
