import { spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { makeCore } from '../../../test/support/make-core.ts';
import { makeTempDir } from '../../../test/support/make-db.ts';
import { NODE, REPOSITORY } from '../../../test/support/make-engine.ts';

test('kill -9 while somebody types: no draft and no note that was acknowledged is lost', async () => {
  const dir = makeTempDir();
  const master = randomBytes(32);
  const writer = spawn(NODE, [join(REPOSITORY, 'test/support/draft-writer.ts'), dir, master.toString('hex')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let left = randomInt(20, 200);
  let said = 0;
  let ids: { noteId: string; caseId: string } | undefined;
  createInterface({ input: writer.stdout }).on('line', (line) => {
    const [kind, first = '', second = ''] = line.split(' ');
    if (kind === 'note') ids = { noteId: first, caseId: second };
    else said = Number(first);
    left -= 1;
    if (left === 0) writer.kill('SIGKILL');
  });
  const [, how] = (await once(writer, 'close')) as [number | null, string | null];
  expect(how).toBe('SIGKILL');

  const { api } = await makeCore({ dir, master });
  const { noteId, caseId } = ids!;
  const note = await api['notes.get']({ id: noteId });
  const draft = await api['drafts.get']({ caseId, noteId });
  const words = Math.max(note.body.length, draft?.body.length ?? 0) / 'word '.length;
  // At most one more than was said: stored, and killed before it could say so.
  expect([said, said + 1]).toContain(words);
  // A draft that its note has overtaken is gone with it.
  if (draft) expect(draft.body.length).toBeGreaterThan(note.body.length);
});
