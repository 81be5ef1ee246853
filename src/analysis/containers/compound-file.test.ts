import { createRequire } from 'node:module';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildCompoundFile, buildMsg } from '../../../test/support/build-msg.ts';
import { parseMsg } from '../mail/parse-msg.ts';
import { type CompoundEntry, openCompoundFile } from './compound-file.ts';

const require = createRequire(import.meta.url);
const { default: MsgReader } = require('@kenjiuno/msgreader') as typeof import('@kenjiuno/msgreader');

function everything(root: CompoundEntry): number {
  let total = 0;
  const work = [root];
  for (let entry = work.pop(); entry !== undefined; entry = work.pop()) {
    total += entry.read().length;
    work.push(...entry.children);
  }
  return total;
}

describe('a compound file', () => {
  test('gives back what was put in, in small and large streams and deep storages', () => {
    const large = Buffer.alloc(70_000, 'large ');
    const root = openCompoundFile(
      buildCompoundFile([
        { name: 'small', bytes: Buffer.from('small') },
        { name: 'empty', bytes: Buffer.alloc(0) },
        { name: 'large', bytes: large },
        { name: 'a', children: [{ name: 'b', children: [{ name: 'c', bytes: Buffer.from('deep') }] }] },
      ]),
    );
    const read = (path: string): string => {
      const found = path
        .split('/')
        .reduce<CompoundEntry | undefined>((entry, name) => entry?.children.find((child) => child.name === name), root);
      return Buffer.from(found?.read() ?? []).toString();
    };
    expect([read('small'), read('empty'), read('large') === large.toString(), read('a/b/c')]).toEqual([
      'small',
      '',
      true,
      'deep',
    ]);
  });

  test('agrees with msgreader on a message', async () => {
    const bytes = buildMsg({
      texts: { '0037': 'Subjekt ä', '1000': 'x'.repeat(9000), '0C1A': 'Eve' },
      attachments: [{ texts: { '3707': 'a.bin' }, binaries: { '3701': Buffer.alloc(8000, 7) } }],
    });
    const theirs = new MsgReader(new DataView(Uint8Array.from(bytes).buffer));
    const fields = theirs.getFileData();
    const ours = await parseMsg(bytes);
    expect([ours.subject, ours.bodies[0]?.text]).toEqual([fields.subject, fields.body]);
    expect(Buffer.from(ours.attachments[0]?.bytes ?? [])).toEqual(Buffer.from(theirs.getAttachment(0).content));
  });

  test('loops in the sector table and in the directory end', () => {
    const bytes = Buffer.from(
      buildCompoundFile([
        { name: 'large', bytes: Buffer.alloc(200_000, 1) },
        { name: 's', bytes: Buffer.alloc(300) },
      ]),
    );
    const fatSector = bytes.readUInt32LE(76);
    for (let index = 0; index < 128; index += 1) bytes.writeUInt32LE(index, (fatSector + 1) * 512 + index * 4);
    expect(everything(openCompoundFile(bytes))).toBeLessThan(bytes.length * 5);
    const directory = (bytes.readUInt32LE(48) + 1) * 512;
    for (const at of [68, 72, 76]) bytes.writeUInt32LE(0, directory + 128 + at);
    expect(everything(openCompoundFile(bytes))).toBeLessThan(bytes.length * 5);
  });

  test('a thousand streams of the same sectors do not multiply it', () => {
    const nodes = Array.from({ length: 200 }, (_, index) => ({ name: `s${index}`, bytes: Buffer.alloc(5000, index) }));
    const bytes = Buffer.from(buildCompoundFile(nodes));
    const directory = (bytes.readUInt32LE(48) + 1) * 512;
    for (let index = 1; index < 200 && directory + index * 128 + 128 <= bytes.length; index += 1) {
      if (bytes[directory + index * 128 + 66] === 2) bytes.writeUInt32LE(0x7fffffff, directory + index * 128 + 120);
    }
    expect(everything(openCompoundFile(bytes))).toBeLessThanOrEqual(bytes.length * 4);
  });

  test('damage of any kind gives an error in words or a partial result', () => {
    const good = buildMsg({
      texts: { '0037': 'a', '1000': 'b'.repeat(5000) },
      attachments: [{ texts: { '3001': 'n' }, message: { texts: { '0037': 'in' } } }],
    });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 40 }),
        (changes) => {
          const bytes = Uint8Array.from(good);
          for (const [at, value] of changes) if (at >= 30) bytes[at] = value;
          try {
            everything(openCompoundFile(bytes));
          } catch (error) {
            expect((error as Error).message).toMatch(/sector size|directory/);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
