import { expect, test } from 'vitest';
import { buildAttackBundle } from '../../../test/support/build-attack-bundle.ts';
import { growth, LINEAR } from '../../../test/support/growth.ts';
import type { ByteSource } from '../byte-source.ts';
import { createObjectCutter } from './json-objects.ts';
import { readAttackBundle } from './read-bundle.ts';

const sourceOf = (text: string): ByteSource => {
  const bytes = new TextEncoder().encode(text);
  return { size: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) };
};

test('tactics in the order of the matrix, techniques by id, with version and notice of the file', async () => {
  const data = await readAttackBundle(sourceOf(buildAttackBundle()));
  expect(data).toMatchObject({ name: 'Enterprise test', version: '9.1', notice: 'Copyright of the test.' });
  expect(data.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(data.tactics.map((each) => [each.position, each.id, each.name])).toEqual([
    [0, 'TA0001', 'Initial Access'],
    [1, 'TA0002', 'Execution'],
    [2, 'TA0003', 'Persistence'],
  ]);
  expect(data.techniques.map((each) => [each.id, each.isOld])).toEqual([
    ['T1053', false],
    ['T1064', true],
    ['T1204.002', false],
    ['T1566', false],
    ['T1566.001', false],
  ]);
  expect(data.techniques[0]).toMatchObject({ tactics: ['execution', 'persistence'], platforms: ['Windows'] });
});

test('objects are cut out wherever the pieces end, strings and nesting do not mislead', () => {
  const objects = [
    { a: 'quote " bracket } ] backslash \\', b: { c: [{ d: '{"objects":[' }] } },
    { e: 'Ünïcode 🐝 \u2028' },
    {},
  ];
  const text = JSON.stringify({ before: { objects: [{ no: 1 }] }, objects, after: [{ no: 2 }] });
  const bytes = new TextEncoder().encode(text);
  for (const piece of [1, 2, 3, 7, 64, bytes.length]) {
    const found: unknown[] = [];
    const cutter = createObjectCutter('objects', 1_000, (json) => found.push(JSON.parse(json)));
    for (let at = 0; at < bytes.length; at += piece) cutter.push(bytes.subarray(at, at + piece));
    expect(found).toEqual(objects);
    expect(cutter.isWhole).toBe(true);
  }
});

test('an object over the limit is passed over, the next one is read', () => {
  const found: unknown[] = [];
  const cutter = createObjectCutter('objects', 100, (json) => found.push(JSON.parse(json)));
  cutter.push(
    new TextEncoder().encode(JSON.stringify({ objects: [{ a: 'x'.repeat(500) }, { b: 1 }, [{ c: 1 }], { d: 2 }] })),
  );
  expect(found).toEqual([{ b: 1 }, { d: 2 }]);
  expect(cutter.passedOver).toBe(1);
});

test.each([
  ['', 'no list of objects'],
  ['{}', 'no list of objects'],
  ['[1,2', 'no list of objects'],
  ['{"objects":[{"type":"malware"}]}', 'no ATT&CK techniques'],
  ['<html>', 'no list of objects'],
  [buildAttackBundle().slice(0, -3), 'cut off'],
])('%s is refused in words', async (text, reason) => {
  await expect(readAttackBundle(sourceOf(text))).rejects.toThrow(reason);
});

test('strange objects are passed over: wrong types, no id, ids that are none, doubles', async () => {
  const reference = (external_id: unknown): object => ({
    external_references: [{ source_name: 'mitre-attack', external_id }],
  });
  const data = await readAttackBundle(
    sourceOf(
      buildAttackBundle([
        { type: 'attack-pattern', name: 7, ...reference('T9001') },
        { type: 'attack-pattern', name: 'x', ...reference('T90') },
        { type: 'attack-pattern', name: 'x', ...reference(['T9002']) },
        { type: 'attack-pattern', name: 'Second of that id', ...reference('T1566') },
        {
          type: 'attack-pattern',
          name: 'y'.repeat(5_000),
          description: 5,
          kill_chain_phases: 'no',
          ...reference('T9003'),
        },
        { type: ['attack-pattern'] },
        { type: 'attack-pattern', name: 'z', external_references: null },
      ]),
    ),
  );
  expect(data.techniques.map((each) => each.id)).toEqual([
    'T1053',
    'T1064',
    'T1204.002',
    'T1566',
    'T1566.001',
    'T9003',
  ]);
  expect(data.techniques.at(-1)).toMatchObject({ description: '', tactics: [] });
  expect(data.techniques.at(-1)?.name.length).toBe(300);
});

test('a bundle of many objects takes its length in time, deep nesting included', async () => {
  const work = async (size: number): Promise<void> => {
    const junk = Array.from({ length: size }, (_, n) => ({ type: 'relationship', n, deep: [[[[{ a: '}' }]]]] }));
    await readAttackBundle(sourceOf(buildAttackBundle(junk)));
  };
  expect(await growth(work, 8_000)).toBeLessThan(LINEAR);
  const nested = `{"objects":[{"type":"x","d":${'['.repeat(200_000)}${']'.repeat(200_000)}}]}`;
  await expect(readAttackBundle(sourceOf(nested))).rejects.toThrow('no ATT&CK techniques');
});
