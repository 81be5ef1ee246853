import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeDb, makeTempDir, silentLogger } from '../../../../test/support/make-db.ts';
import { makeEngine } from '../../../../test/support/make-engine.ts';
import { servePythonIndex } from '../../../../test/support/python-index.ts';

const PROGRAM = `#!/usr/bin/env python3
import json, os, sys
from osmia_word import WORD
writable = os.access(os.path.dirname(os.path.dirname(sys.executable)), os.W_OK)
out = {"success": True, "summary": {}, "artifacts": [], "operations": [], "full": {"word": WORD, "writable": writable, "path": sys.executable}}
json.dump(out, open(sys.argv[1] + "/output/output.json", "w"))
`;

test('an analyzer that cannot run gets its environment while jobs go on, and runs in it, read-only, without a link', async () => {
  const source = makeTempDir();
  mkdirSync(join(source, 'Word'));
  writeFileSync(join(source, 'Word', 'word.py'), PROGRAM, { mode: 0o755 });
  writeFileSync(join(source, 'Word', 'requirements.txt'), 'osmia-word\n');
  writeFileSync(join(source, 'Word', 'osmia.json'), JSON.stringify({ isLocal: true }));
  const descriptor = {
    name: 'Word',
    version: '1.0',
    description: 'd',
    author: 'a',
    url: 'u',
    license: 'l',
    dataTypeList: ['ip'],
    command: 'Word/word.py',
  };
  writeFileSync(join(source, 'Word', 'Word.json'), JSON.stringify(descriptor));
  const index = await servePythonIndex([
    { name: 'osmia-word', version: '1.0', files: { 'osmia_word.py': 'WORD = "Δ"\n' } },
  ]);
  const kit = await makeEngine(makeDb(), makeTempDir(), { logger: silentLogger, sources: [source] });
  onTestFinished(async () => {
    await kit.close();
    await index.close();
  });
  const { catalogue, tools } = kit.engine;
  const find = () => catalogue.list().filter(({ name }) => name === 'Word');
  const examine = async () => (await tools.doctor.examine(find(), { isOffline: true, isAgain: false }))[0];
  const subject = { dataType: 'ip', value: '192.0.2.1', engagementId: kit.engagementId } as const;

  expect((await examine())?.line).toBe('The Python module osmia_word is missing. Make its environment.');
  const [before] = await kit.run([subject], ['kit/Word_1_0']);
  expect(before).toMatchObject({
    status: 'failed',
    reason: { message: expect.stringMatching(/No module named 'osmia_word'/) },
  });

  const id = find()[0]?.requirements?.id ?? '';
  await tools.environments.make({ id, index: index.url });
  expect(await tools.environments.wait(id, new AbortController().signal)).toMatchObject({
    state: 'ready',
    failure: null,
  });
  await index.close();

  expect((await examine())?.state).toBe('ready');
  const [after] = await kit.run([subject], ['kit/Word_1_0']);
  expect(after?.status).toBe('done');
  const { full } = kit.reports.get(after?.id ?? '').report;
  expect(full).toMatchObject({ word: 'Δ', path: expect.stringContaining(`${id}/venv/bin/python`) });
  if (kit.engine.sandbox().level === 'isolated') expect(full).toMatchObject({ writable: false });
}, 60_000);
