import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildElf, buildFat, buildMachO, buildPe } from '../../../test/support/build-executables.ts';
import { type ByteSource, sourceFromBytes } from '../byte-source.ts';
import { createBlockReader } from './block-reader.ts';
import { parseElf } from './elf.ts';
import { type FileInspection, inspectFile } from './inspect-file.ts';
import { parsePe } from './pe.ts';

const SAMPLES: Record<string, Uint8Array> = {
  pe32: buildPe({
    rich: true,
    imports: { 'KERNEL32.dll': ['CreateFileW', 'ExitProcess'], 'WS2_32.dll': [115] },
    exports: { library: 'made.dll', functions: ['Alpha', 'Beta'] },
    version: { CompanyName: 'Nobody' },
    dotnet: 'v4.0.30319',
    pdb: 'made.pdb',
    signatureBytes: 64,
  }),
  'pe32+': buildPe({ wide: true, imports: { 'USER32.dll': ['MessageBoxW', 3] }, version: { ProductName: 'Made' } }),
  'elf 64': buildElf({ needed: ['libc.so.6'], soname: 'a.so' }),
  'elf 32 big-endian': buildElf({ wide: false, little: false, needed: ['libc.so.6'] }),
  'mach-o': buildMachO({ uuid: new Uint8Array(16), signature: true }),
  'fat mach-o': buildFat([buildMachO(), buildMachO({ wide: false, little: false })]),
};

/** Counts reads and refuses to serve more than a real worker's pipe would. */
function counted(bytes: Uint8Array): ByteSource & { reads(): number } {
  const inner = sourceFromBytes(bytes);
  let reads = 0;
  return {
    size: inner.size,
    read(offset, length) {
      reads++;
      if (offset < 0 || length <= 0 || length > 1 << 20 || offset >= inner.size) {
        throw new Error(`read of ${length} bytes at ${offset} of ${inner.size}`);
      }
      return inner.read(offset, length);
    },
    reads: () => reads,
  };
}

async function survives(bytes: Uint8Array): Promise<FileInspection> {
  const source = counted(bytes);
  const inspection = await inspectFile(source, 'sample');
  expect(source.reads()).toBeLessThan(200);
  expect(JSON.stringify(inspection).length).toBeLessThan(2_000_000);
  return inspection;
}

test.each(Object.entries(SAMPLES))('%s cut at every 37th byte', async (_name, sample) => {
  for (let length = 0; length < sample.length; length += 37) await survives(sample.subarray(0, length));
});

test.each(Object.entries(SAMPLES))('%s with bytes changed at random', async (_name, sample) => {
  const byte = fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat(255));
  const changes = fc.array(fc.tuple(fc.nat(sample.length - 1), byte), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(changes, async (edits) => {
      const bytes = Uint8Array.from(sample);
      for (const [at, value] of edits) bytes[at] = value;
      await survives(bytes);
    }),
    { numRuns: 150, seed: 20_261_123 },
  );
});

test('magic followed by garbage', async () => {
  const magic = fc.constantFrom(
    'MZ',
    '\x7fELF\x01\x01',
    '\x7fELF\x02\x02',
    '\xfe\xed\xfa\xcf',
    '\xca\xfe\xba\xbe\0\0\0\x03',
    'PK\x03\x04',
    '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1',
    '%PDF-',
    '{',
    '<?xml',
    'From: ',
  );
  await fc.assert(
    fc.asyncProperty(magic, fc.uint8Array({ maxLength: 3000 }), async (start, rest) => {
      await survives(Buffer.concat([Buffer.from(start, 'latin1'), rest]));
    }),
    { numRuns: 400, seed: 7 },
  );
});

test('a PE whose headers claim the most of everything stays within bounds and says what it left out', async () => {
  const bytes = Uint8Array.from(buildPe({ imports: { 'KERNEL32.dll': ['ExitProcess'] } }));
  const view = new DataView(bytes.buffer);
  view.setUint16(0x106, 0xffff, true);
  const inspection = await survives(bytes);
  expect(inspection.pe?.problems).toContain('65535 sections declared, only 96 are read');
});

test('imports without an end over a huge file: few reads, a bounded report, and it says so', async () => {
  const small = buildPe({ imports: { 'KERNEL32.dll': ['ExitProcess'] } });
  const bytes = new Uint8Array(200 << 20);
  bytes.set(small);
  const view = new DataView(bytes.buffer);
  // .rdata now spans the whole file, and the thunks name functions that lie 128 KiB apart.
  const rdata = 0x100 + 24 + 224 + 40;
  view.setUint32(rdata + 8, bytes.length, true);
  view.setUint32(rdata + 16, bytes.length, true);
  const thunks = 0x100_0000;
  const rvaOf = (offset: number): number => offset - 0x600 + 0x2000;
  view.setUint32(0x600, rvaOf(thunks), true);
  for (let i = 0; i < 20_000; i++) {
    const name = 0x200_0000 + ((i * 131_072) % 0x900_0000);
    view.setUint32(thunks + i * 4, rvaOf(name), true);
    bytes.set([0, 0, 65, 66, 0], name);
  }
  const source = counted(bytes);
  const reader = createBlockReader(source);
  const pe = await parsePe(reader);
  expect(reader.exhausted()).toBe(true);
  expect(source.reads()).toBeLessThanOrEqual(1024);
  expect(pe?.problems.join()).toMatch(/an imported name of KERNEL32\.dll cannot be read/);
});

test('an ELF with 65,535 sections over the same bytes is read no further than the bound', async () => {
  const bytes = Uint8Array.from(buildElf({}));
  new DataView(bytes.buffer).setUint16(60, 0xffff, true);
  const elf = await parseElf(createBlockReader(sourceFromBytes(bytes)));
  expect(elf?.sections.length).toBeLessThanOrEqual(512);
  expect(elf?.problems.join()).toMatch(/65535 sections declared/);
});

test('a cancelled inspection stops', async () => {
  const controller = new AbortController();
  controller.abort();
  await expect(
    inspectFile(sourceFromBytes(SAMPLES['pe32'] ?? new Uint8Array(0)), 'x', controller.signal),
  ).rejects.toThrow(/abort/i);
});
