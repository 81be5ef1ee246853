import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildElf, buildFat, buildMachO, buildPe } from '../../../test/support/build-executables.ts';
import { sourceFromBytes } from '../byte-source.ts';
import { createBlockReader } from './block-reader.ts';
import { parseElf } from './elf.ts';
import { parseMachO } from './macho.ts';
import { ordinalName } from './ordinals.ts';
import { parsePe } from './pe.ts';

const reader = (bytes: Uint8Array) => createBlockReader(sourceFromBytes(bytes));
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

const IMPORTS = {
  'KERNEL32.dll': ['CreateFileW', 'ExitProcess'],
  'WS2_32.dll': [115, 23, 'WSAStartup'],
  'unknown.drv': [7],
};

test.each([false, true])('reads a PE (wide: %s) with everything in it', async (wide) => {
  const pe = await parsePe(
    reader(
      buildPe({
        wide,
        rich: true,
        imports: IMPORTS,
        exports: { library: 'made.dll', functions: ['Alpha', 'Beta'] },
        version: { CompanyName: 'Nobody', OriginalFilename: 'made.exe', FileDescription: 'Größe' },
        dotnet: 'v4.0.30319',
        pdb: 'C:\\build\\made.pdb',
        overlay: new Uint8Array(100).fill(7),
        signatureBytes: 64,
      }),
    ),
  );
  expect(pe).toMatchObject({
    kind: wide ? 'PE32+' : 'PE32',
    machine: wide ? 'x86-64' : 'x86 (32-bit)',
    timestamp: '2023-11-14T22:13:20.000Z',
    subsystem: 'Windows console',
    imageBase: wide ? '0x140000000' : '0x400000',
    linker: '14.0',
    entryPoint: { address: '0x1000', section: '.text' },
    imports: [
      { library: 'KERNEL32.dll', functions: ['CreateFileW', 'ExitProcess'] },
      { library: 'WS2_32.dll', functions: ['WSAStartup', 'socket', 'WSAStartup'] },
      { library: 'unknown.drv', functions: ['ord7'] },
    ],
    exports: { library: 'made.dll', functions: ['Alpha', 'Beta'], declared: 2 },
    dotnet: { runtime: 'v4.0.30319' },
    pdb: 'C:\\build\\made.pdb',
    rich: { keyMatches: true, tools: [{ product: 0x105, build: 0x6b74, count: 3 }] },
    tls: false,
    problems: [],
  });
  expect(pe?.resources?.version).toEqual({
    CompanyName: 'Nobody',
    OriginalFilename: 'made.exe',
    FileDescription: 'Größe',
  });
  expect(pe?.resources?.kinds).toMatchObject([{ type: 'version', count: 1 }]);
  expect(pe?.sections.map(({ name }) => name)).toEqual(['.text', '.rdata', '.rsrc']);
  expect(pe?.signature?.size).toBe(64);
  expect(pe?.overlay?.size).toBeGreaterThanOrEqual(164);
  expect(pe?.imphash).toBe(
    md5('kernel32.createfilew,kernel32.exitprocess,ws2_32.wsastartup,ws2_32.socket,ws2_32.wsastartup,unknown.drv.ord7'),
  );
});

test.each([
  ['OLEAUT32.dll', 2, 'SysAllocString'],
  ['oleaut32.dll', 6, 'SysFreeString'],
  ['oleaut32.dll', 41, 'SafeArrayAllocDescriptorEx'],
  ['oleaut32.dll', 77, 'SafeArrayGetVartype'],
  ['oleaut32.dll', 126, 'VarBoolFromDisp'],
  ['oleaut32.dll', 150, 'SysAllocStringByteLen'],
  ['oleaut32.dll', 202, 'CreateErrorInfo'],
  ['oleaut32.dll', 228, 'VarCyFromDec'],
  ['oleaut32.dll', 286, 'BSTR_UserFree'],
  ['oleaut32.dll', 302, undefined],
  ['oleaut32.dll', 323, 'GetRecordInfoFromTypeInfo'],
  ['oleaut32.dll', 349, 'VarI4FromUI8'],
  ['oleaut32.dll', 350, undefined],
  ['oleaut32.dll', 379, 'VarUI2FromUI8'],
  ['oleaut32.dll', 441, 'VarUI8FromDec'],
  ['oleaut32.dll', 443, 'UnRegisterTypeLibForUser'],
  ['ws2_32.dll', 23, 'socket'],
  ['WSOCK32.dll', 57, 'gethostname'],
  ['ws2_32.dll', 99, 'getnameinfo'],
  ['ws2_32.dll', 116, 'WSACleanup'],
  ['kernel32.dll', 2, undefined],
])('ordinal %s %i is %s', (library, ordinal, name) => expect(ordinalName(library, ordinal)).toBe(name));

test('a copied Rich header is noticed', async () => {
  const bytes = buildPe({ rich: true });
  bytes[0x50] = 0x21;
  expect((await parsePe(reader(bytes)))?.rich?.keyMatches).toBe(false);
});

test.each([
  [true, true, 'x86-64'],
  [false, true, 'x86 (32-bit)'],
  [true, false, 'PowerPC 64'],
  [false, false, 'PowerPC'],
])('reads an ELF (wide: %s, little: %s)', async (wide, little, machine) => {
  const bytes = buildElf({ wide, little, needed: ['libc.so.6', 'libm.so.6'], soname: 'libmade.so.1', symbols: true });
  const elf = await parseElf(reader(bytes));
  expect(elf).toMatchObject({
    class: wide ? '64-bit' : '32-bit',
    endianness: little ? 'little' : 'big',
    type: 'program',
    machine,
    interpreter: '/lib/ld-test.so.1',
    needed: ['libc.so.6', 'libm.so.6'],
    soname: 'libmade.so.1',
    static: false,
    stripped: false,
    writableCode: 0,
    problems: [],
  });
  expect(elf?.sections.map(({ name }) => name)).toContain('.text');
  expect((await parseElf(reader(buildElf({ wide, little }))))?.stripped).toBe(true);
});

test.each([
  [true, true, 'x86-64'],
  [false, true, 'x86 (32-bit)'],
  [true, false, 'PowerPC 64'],
  [false, false, 'PowerPC'],
])('reads a thin Mach-O (wide: %s, little: %s)', async (wide, little, cpu) => {
  const bytes = buildMachO({
    wide,
    little,
    libraries: ['/usr/lib/a.dylib', '/usr/lib/b.dylib'],
    uuid: new Uint8Array(16).fill(0xab),
    signature: true,
  });
  const macho = await parseMachO(reader(bytes));
  expect(macho).toMatchObject({
    fat: false,
    problems: [],
    slices: [
      {
        cpu,
        bits: wide ? 64 : 32,
        type: 'program',
        libraries: ['/usr/lib/a.dylib', '/usr/lib/b.dylib'],
        uuid: 'ab'.repeat(16),
        signature: true,
        sections: [{ name: '__TEXT,__text', size: 16 }],
      },
    ],
  });
});

test('reads both halves of a fat Mach-O', async () => {
  const macho = await parseMachO(reader(buildFat([buildMachO(), buildMachO({ wide: false })])));
  expect(macho?.slices.map(({ cpu, offset }) => [cpu, offset])).toEqual([
    ['x86-64', 0x1000],
    ['x86 (32-bit)', 0x2000],
  ]);
  expect(macho?.problems).toEqual([]);
});

test('a Java class is no fat Mach-O', async () => {
  expect(await parseMachO(reader(Buffer.from('cafebabe0000003400', 'hex')))).toBeUndefined();
});

test('our builders make what objdump and readelf read the same way', () => {
  const folder = mkdtempSync(join(tmpdir(), 'osmia-fileinfo-'));
  try {
    const run = (program: string, args: string[], bytes: Uint8Array): string | undefined => {
      const path = join(folder, 'sample.bin');
      writeFileSync(path, bytes);
      try {
        return execFileSync(program, [...args, path], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    };
    const elf = run('readelf', ['-W', '-h', '-d', '-S'], buildElf({ needed: ['libc.so.6'] }));
    if (elf !== undefined) expect(elf).toMatch(/Shared library: \[libc\.so\.6\]/);
    const pe = run('objdump', ['-p'], buildPe({ wide: true, imports: IMPORTS }));
    if (pe !== undefined) expect(pe).toMatch(/DLL Name: KERNEL32\.dll[\s\S]*CreateFileW/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
