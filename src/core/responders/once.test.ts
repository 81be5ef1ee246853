import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { processesWith } from '../../../test/support/kill-engine.ts';
import { makeTempDir } from '../../../test/support/make-db.ts';
import { NODE, REPOSITORY } from '../../../test/support/make-engine.ts';
import { makeSession } from '../../../test/support/make-session.ts';

const HOST = join(REPOSITORY, 'test/support/responder-host.ts');

/** A copy of the kit in which a responder can leave a line each time it acts; there is no sandbox in these tests. */
function kit(): { folder: string; acted: () => number; firstAct: Promise<void> } {
  const folder = join(makeTempDir(), 'responders');
  cpSync(join(REPOSITORY, 'test/fixtures/responders'), folder, { recursive: true });
  const log = join(folder, 'Odd/acted.log');
  const acted = (): number => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').length : 0);
  const firstAct = new Promise<void>((resolve) => {
    const watcher = watch(join(folder, 'Odd'), () => {
      if (acted() === 0) return;
      watcher.close();
      resolve();
    });
  });
  return { folder, acted, firstAct };
}

test('kill -9 while a responder acts: it is unknown afterwards, and nothing runs it again', async () => {
  const { folder, acted, firstAct } = kit();
  const dir = join(makeTempDir(), 'w');
  const master = randomBytes(32);
  const host = spawn(NODE, [HOST, dir, master.toString('hex'), folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  await firstAct;
  host.kill('SIGKILL');
  await once(host, 'exit');

  for (let start = 0; start < 2; start += 1) {
    const session = await makeSession({ dir, master, engine: { allowSandbox: false } });
    const { items } = await session.api['responders.runs']({});
    expect(items).toMatchObject([{ job: { status: 'unknown', attempt: 1 }, operations: [] }]);
    expect(items[0]!.said).toMatch(/may have done its work/);
    await session.close();
  }
  expect(acted()).toBe(1);
  expect(processesWith(folder)).toEqual([]);
});

test('Osmia is closed while a responder acts: the same', async () => {
  const { folder, acted, firstAct } = kit();
  const dir = join(makeTempDir(), 'w');
  const first = await makeSession({ dir, engine: { allowSandbox: false } });
  await first.api['analyzers.addSource']({ path: folder });
  const { id } = await first.api['cases.create']({ title: 'x' });
  const responder = (await first.api['responders.list']({})).find((each) => each.name === 'KitHangs')!;
  const preview = await first.api['responders.preview']({ responderId: responder.id, objects: [{ type: 'case', id }] });
  await first.api['responders.run']({ previewId: preview.id, indexes: [0] });
  await firstAct;
  await first.close();
  const again = await makeSession({ dir, master: first.master, engine: { allowSandbox: false } });
  expect((await again.api['responders.runs']({})).items).toMatchObject([{ job: { status: 'unknown', attempt: 1 } }]);
  await again.close();
  expect(acted()).toBe(1);
});
