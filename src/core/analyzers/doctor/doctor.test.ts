import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeDb, makeTempDir, silentLogger } from '../../../../test/support/make-db.ts';
import { makeEngine } from '../../../../test/support/make-engine.ts';

/** A source of analyzers: file name → text; each `<Name>/<Name>.json` gets the fields every descriptor has. */
async function examine(files: Record<string, string>, options: { isOffline?: boolean } = {}) {
  const source = makeTempDir();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(source, dirname(path)), { recursive: true });
    const name = dirname(path);
    const common = {
      name,
      version: '1',
      description: '',
      author: '',
      url: '',
      license: '',
      dataTypeList: ['ip'],
      command: `${name}/x.py`,
    };
    writeFileSync(
      join(source, path),
      path.endsWith('.json') && !path.endsWith('osmia.json')
        ? JSON.stringify({ ...common, ...JSON.parse(text) })
        : text,
      { mode: 0o755 },
    );
  }
  const kit = await makeEngine(makeDb(), makeTempDir(), { logger: silentLogger, sources: [source] });
  onTestFinished(() => kit.close());
  const flavors = kit.engine.catalogue.list().filter((flavor) => !flavor.isOurs);
  const ask = async (isAgain = false) => {
    const lines = await kit.engine.tools.doctor.examine(flavors, { isOffline: options.isOffline ?? false, isAgain });
    return Object.fromEntries(lines.map((line) => [line.flavorId.replace(/^kit\/(.*)_1$/, '$1'), line]));
  };
  return { ask, source };
}

const PY = '#!/usr/bin/env python3\n';

test('modules are looked for without running the program, through its own files', async () => {
  const source = {
    'Good/Good.json': '{}',
    'Good/x.py': `${PY}import json, os.path\nfrom helper import f\nimport near.deep\n`,
    'Good/helper.py': 'import sys\nfrom . import other\ndef f(): pass\n',
    'Good/near/__init__.py': '',
    'Good/near/deep.py': 'import re\n',
    'Missing/Missing.json': '{}',
    'Missing/x.py': `${PY}from helper import f\nimport osmia_not_there.part as p\n`,
    'Missing/helper.py': 'import osmia_nor_this\nimport osmia_not_there\ndef f(): pass\n',
    'Missing/requirements.txt': 'osmia-not-there\n',
    'Maybe/Maybe.json': '{}',
    'Maybe/x.py': `${PY}try:\n  import osmia_fast\nexcept ImportError:\n  osmia_fast = None\nif __name__ == "__main__":\n  import json\n`,
    'Late/Late.json': '{}',
    'Late/x.py': `${PY}def main():\n  import osmia_late\nif __name__ == "__main__":\n  import osmia_at_start\n`,
    'Two/Two.json': '{}',
    'Two/x.py': `${PY}print "hello"\n`,
    'Acts/Acts.json': '{}',
    'Acts/x.py': `${PY}open("/tmp/osmia-doctor-ran", "w").write("x")\nraise SystemExit(9)\n`,
  };
  const { ask } = await examine(source);
  const lines = await ask();
  expect(lines['Good']).toMatchObject({ state: 'ready', line: 'It can run.', reasons: [], notes: [] });
  expect(lines['Missing']).toMatchObject({
    state: 'cannot',
    line: 'Python modules are missing: osmia_nor_this, osmia_not_there. Make its environment.',
  });
  expect(lines['Maybe']).toMatchObject({
    state: 'ready',
    notes: ['Some of it may want osmia_fast, which is missing.'],
  });
  expect(lines['Late']).toMatchObject({
    state: 'cannot',
    line: 'The Python module osmia_at_start is missing. It has no requirements.txt, so install it for the Python of this machine.',
    notes: ['Some of it may want osmia_late, which is missing.'],
  });
  expect(lines['Two']).toMatchObject({ state: 'cannot', reasons: [{ code: 'python_version' }] });
  expect(lines['Two']?.line).toMatch(/^x\.py, line 2: this Python does not understand it/);
  expect(lines['Acts']?.state).toBe('ready');
});

test('settings, secrets, program, interpreter and link each have their line', async () => {
  const item = (name: string, more: object = {}) => ({
    name,
    description: '',
    type: 'string',
    multi: false,
    required: true,
    ...more,
  });
  const card = { leaves: 'all of it', hosts: ['h.example'], seenBy: 'them', keeps: 'ever' };
  const remote = { 'x.py': PY, 'osmia.json': JSON.stringify({ card, key: 'needed' }) };
  const { ask } = await examine(
    {
      'Url/Url.json': JSON.stringify({ configurationItems: [item('url')] }),
      'Url/x.py': PY,
      'Key/Key.json': JSON.stringify({ configurationItems: [item('api_key'), item('url')] }),
      'Key/x.py': PY,
      'Gone/Gone.json': '{}',
      'Lua/Lua.json': JSON.stringify({ command: 'Lua/x.lua' }),
      'Lua/x.lua': '#!/usr/bin/env osmia-lua\n',
      'Far/Far.json': '{}',
      'Far/x.py': PY,
      'Near/Near.json': '{}',
      'Near/x.py': PY,
      'Near/osmia.json': JSON.stringify({ isLocal: true }),
      'Lax/Lax.json': JSON.stringify({ configurationItems: [item('key', { required: false })] }),
      ...Object.fromEntries(Object.entries(remote).map(([name, text]) => [`Lax/${name}`, text])),
    },
    { isOffline: true },
  );
  const lines = await ask();
  const said = Object.fromEntries(Object.entries(lines).map(([name, { state, line }]) => [name, `${state}: ${line}`]));
  expect(said).toEqual({
    Url: 'cannot: A setting has no value: url.',
    Key: 'cannot: A secret is not set: api_key.',
    Gone: 'cannot: Its command Gone/x.py does not exist.',
    Lua: 'cannot: osmia-lua is not installed, or not on the PATH.',
    Far: 'needs_link: It needs a link, and the engagement is OFFLINE.',
    Near: 'ready: It can run.',
    Lax: 'cannot: The service wants an account, and none of these is set: key.',
  });
  expect(lines['Key']?.reasons.map(({ code }) => code)).toEqual(['secret_missing', 'setting_missing']);
});

test('an answer is kept until it is asked for again, or the program changes', async () => {
  const { ask, source } = await examine({ 'A/A.json': '{}', 'A/x.py': `${PY}import osmia_soon\n` });
  expect((await ask())['A']?.state).toBe('cannot');
  writeFileSync(join(source, 'A', 'osmia_soon.py'), '');
  expect((await ask())['A']?.state).toBe('cannot');
  expect((await ask(true))['A']?.state).toBe('ready');
});

test('a program made to hold the doctor up does not', async () => {
  const deep = `${PY}${'('.repeat(50_000)}\n`;
  const wide = `${PY}${Array.from({ length: 20_000 }, (_, i) => `import m${i}`).join('\n')}\n`;
  const { ask } = await examine({
    'Deep/Deep.json': '{}',
    'Deep/x.py': deep,
    'Nul/Nul.json': '{}',
    'Nul/x.py': `${PY}\0\0`,
    'Wide/Wide.json': '{}',
    'Wide/x.py': wide,
    'Fine/Fine.json': '{}',
    'Fine/x.py': `${PY}import osmia_none\n`,
  });
  const lines = await ask();
  expect(lines['Fine']).toMatchObject({ state: 'cannot', line: expect.stringMatching(/osmia_none is missing/) });
  expect(lines['Wide']).toMatchObject({
    state: 'cannot',
    line: expect.stringMatching(/missing: m0, m1, m10, m100, m1000, m10000 and \d+ more/),
  });
  expect(lines['Deep']).toBeDefined();
  expect(lines['Nul']).toBeDefined();
});
