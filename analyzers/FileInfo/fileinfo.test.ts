import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { AnalyzerInput, AnalyzerOutput } from '../../src/analysis/analyzer.ts';
import { type ByteSource, sourceFromBytes } from '../../src/analysis/byte-source.ts';
import { buildElf, buildMachO, buildPe } from '../../test/support/build-executables.ts';
import analyzer from './fileinfo.ts';

function input(name: string, source: ByteSource): AnalyzerInput {
  const file = { name, contentType: 'application/octet-stream', source };
  return { dataType: 'file', file, tlp: 2, pap: 2, message: '', parameters: {}, config: {} };
}

async function run(name: string, content: Uint8Array): Promise<AnalyzerOutput> {
  return analyzer.run(input(name, sourceFromBytes(content)), new AbortController().signal);
}

function noise(length: number): Uint8Array {
  let state = 99;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 24;
  });
}

const chips = (output: AnalyzerOutput): string[] =>
  output.summary.taxonomies.map(
    ({ level, namespace, predicate, value }) => `${level} ${namespace}:${predicate}=${value}`,
  );

test('an ordinary program: type, hashes, structure and nothing that sounds like an all-clear', async () => {
  const output = await run('made.exe', buildPe({ imports: { 'KERNEL32.dll': ['ExitProcess'] } }));
  expect(chips(output)).toEqual([
    'info FileInfo:Filetype=Windows program (PE32)',
    expect.stringMatching(/^info FileInfo:Entropy=/),
  ]);
  expect(output.full).toMatchObject({
    identification: {
      mediaType: 'application/vnd.microsoft.portable-executable',
      declaredAs: 'application/octet-stream',
    },
    names: { name: 'made.exe', extension: 'exe' },
    hashes: { md5: expect.stringMatching(/^[0-9a-f]{32}$/), ssdeep: expect.stringMatching(/^\d+:/) },
    pe: { kind: 'PE32', imports: [{ library: 'KERNEL32.dll' }] },
    warnings: [],
  });
  expect(output.artifacts).toEqual([]);
  expect(JSON.stringify(output)).not.toMatch(/"safe"/);
});

test('hashes are those of the known empty file', async () => {
  const { full } = await run('empty', new Uint8Array(0));
  expect(full).toMatchObject({
    size: 0,
    entropy: 0,
    hashes: {
      md5: 'd41d8cd98f00b204e9800998ecf8427e',
      sha1: 'da39a3ee5e6b4b0d3255bfef95601890afd80709',
      sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      ssdeep: '3::',
    },
  });
});

test('a program with a lying name, packed code and an overlay', async () => {
  const pe = buildPe({
    extraSection: { name: 'UPX1', content: noise(20_000), writable: true },
    overlay: noise(500),
  });
  const output = await run('invoice.pdf', pe);
  expect(chips(output)).toEqual(
    expect.arrayContaining([
      'suspicious FileInfo:Type=named .pdf, content is a Windows program',
      expect.stringMatching(/^suspicious FileInfo:Packed=section "UPX1" looks compressed or encrypted \(7\.9/),
      'suspicious FileInfo:Packed=section "UPX1" is named as a packer names it',
      'suspicious FileInfo:Structure=section "UPX1" is writable and executable',
    ]),
  );
  expect(output.full['warnings']).toContainEqual({
    about: 'Structure',
    level: 'info',
    message: expect.stringMatching(/^500 bytes follow the last section \(overlay\), 7\./),
  });
});

test('it opens with a sentence', async () => {
  const said = async (name: string, content: Uint8Array): Promise<unknown> =>
    (await run(name, content)).full['sentence'];
  expect(await said('invoice.pdf', buildPe())).toMatch(
    /^A Windows program \(PE32, [\d.]+ (?:kB|bytes)\): its name ends in \.pdf\.$/,
  );
  expect(await said('made.exe', buildPe())).toMatch(/\)\. Nothing odd about its name or structure was noticed\.$/);
  const packed = buildPe({ extraSection: { name: 'UPX1', content: noise(20_000), writable: true } });
  const long = String(await said('invoice.pdf', packed));
  expect(long).toMatch(/; /);
  expect(long.length).toBeLessThanOrEqual(300);
});

test('a double extension and a name that runs backwards', async () => {
  expect(chips(await run('cv.docx.exe', buildPe()))).toContain(
    'suspicious FileInfo:Name=double extension: looks like .docx, opens as .exe',
  );
  expect(chips(await run('a\u202Efdp.exe', buildPe())).join()).toMatch(/suspicious FileInfo:Name=.*reading direction/);
});

test('a picture with a ZIP at its end is called out', async () => {
  const gif = Buffer.concat([
    Buffer.from('GIF89a'),
    Buffer.alloc(100, 0xee),
    Buffer.from('PK\x05\x06'),
    Buffer.alloc(18),
  ]);
  expect(chips(await run('cat.gif', gif))).toContain(
    'suspicious FileInfo:Type=may also open as something else: a ZIP directory at the end',
  );
});

test('an installer with an archive behind it is not accused', async () => {
  const archive = Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(18)]);
  const output = await run('setup.exe', buildPe({ overlay: archive }));
  expect(chips(output).filter((chip) => chip.startsWith('suspicious'))).toEqual([]);
  expect(JSON.stringify(output.full['warnings'])).toMatch(/a ZIP directory at the end/);
});

test('ELF and Mach-O have their own part of the report', async () => {
  const elf = await run('tool', buildElf({ needed: ['libc.so.6'], writableCode: true }));
  expect(elf.full).toMatchObject({ elf: { needed: ['libc.so.6'] } });
  expect(chips(elf)).toContain('suspicious FileInfo:Structure=1 segment(s) are writable and executable');
  expect((await run('tool', buildMachO())).full).toMatchObject({ macho: { fat: false, slices: [{ cpu: 'x86-64' }] } });
});

test('a truncated program is reported with what was readable', async () => {
  const output = await run('cut.exe', buildPe({ imports: { 'KERNEL32.dll': ['ExitProcess'] } }).subarray(0, 0x500));
  expect(output.full).toMatchObject({ pe: { kind: 'PE32' } });
  expect(JSON.stringify(output.full['warnings'])).toMatch(/the file at 1280/);
});

test('anything but a file is refused in words', async () => {
  const noFile: AnalyzerInput = {
    dataType: 'domain',
    data: 'example.org',
    tlp: 2,
    pap: 2,
    message: '',
    parameters: {},
    config: {},
  };
  await expect(analyzer.run(noFile, new AbortController().signal)).rejects.toThrow(
    'FileInfo works on files, not on "domain"',
  );
});

test('a file that ends early fails with the place, not with half a hash', async () => {
  const source: ByteSource = {
    size: 3_000_000,
    read: async (offset, length) => new Uint8Array(Math.max(0, Math.min(length, 2_000_000 - offset))),
  };
  await expect(analyzer.run(input('x', source), new AbortController().signal)).rejects.toThrow(
    /ended at byte 2000000 of 3000000/,
  );
});

test('the descriptor is Cortex layout and names this program', () => {
  const read = (name: string): Record<string, unknown> =>
    JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as Record<string, unknown>;
  expect(read('FileInfo.json')).toMatchObject({
    name: 'FileInfo',
    version: '1.0',
    dataTypeList: ['file'],
    command: 'FileInfo/fileinfo.ts',
    license: 'Apache-2.0',
    configurationItems: [],
  });
  expect(Object.keys(read('osmia.json')).sort()).toEqual(['cacheMinutes', 'card', 'limits', 'runtime', 'summary']);
});
