import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeTempDir } from '../../../test/support/make-db.ts';
import { makeSession, type TestSession } from '../../../test/support/make-session.ts';
import { AppError } from '../../shared/errors.ts';

const MASTER = randomBytes(32);

async function open(dir: string): Promise<TestSession> {
  const session = await makeSession({ dir, master: MASTER });
  onTestFinished(() => session.close());
  return session;
}

/** Fills a case with notes until the disk says no. Returns the notes that were acknowledged. */
async function fill({ api }: TestSession, caseId: string): Promise<{ saved: string[]; error: unknown }> {
  const saved: string[] = [];
  for (;;) {
    try {
      const { id } = await api['notes.save']({ caseId, title: `Note ${saved.length}`, body: 'x'.repeat(60_000) });
      saved.push(id);
    } catch (error) {
      return { saved, error };
    }
  }
}

test('a full disk: a clear message, nothing lost or torn, and it works again when there is room', {
  timeout: 60_000,
}, async ({ skip }) => {
  const dir = makeTempDir();
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m,mode=0700', 'tmpfs', dir]).status !== 0) {
    skip('a tmpfs cannot be mounted here (needs root): the full disk was not tried');
  }
  onTestFinished(() => void spawnSync('umount', ['-l', dir]));
  const session = await open(join(dir, 'w'));
  const { api } = session;
  const { id: caseId } = await api['cases.create']({ title: 'Before' });
  const { saved, error } = await fill(session, caseId);
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({ code: 'disk.full', message: expect.stringContaining('What was saved before is safe') });
  // Reading goes on, and what was acknowledged is there.
  expect((await api['cases.get']({ id: caseId })).counts.notes).toBe(saved.length);
  await expect(api['cases.update']({ id: caseId, patch: { description: 'y'.repeat(400_000) } })).rejects.toMatchObject({
    code: 'disk.full',
  });
  expect(spawnSync('mount', ['-o', 'remount,size=64m', dir]).status).toBe(0);
  await api['cases.update']({ id: caseId, patch: { title: 'After' } });
  await session.close();
  const again = await open(join(dir, 'w'));
  expect(await again.api['cases.get']({ id: caseId })).toMatchObject({
    title: 'After',
    counts: { notes: saved.length },
  });
  const checks = (await again.api['system.doctor']({})).checks;
  expect(checks.filter(({ status }) => status === 'problem')).toEqual([]);
});
