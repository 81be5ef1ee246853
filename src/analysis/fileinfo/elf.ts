import type { BlockReader } from './block-reader.ts';
import { cString, startsWith, u16, u32, u64 } from './bytes.ts';

interface ElfSection {
  name: string;
  type: string;
  offset: number;
  size: number;
  flags: string[];
  /** Bits a byte; absent for a section without bytes in the file. Filled in after the content scan. */
  entropy?: number;
}

export interface ElfInfo {
  class: '32-bit' | '64-bit';
  endianness: 'little' | 'big';
  osAbi: string;
  type: string;
  machine: string;
  entryPoint: string;
  interpreter?: string;
  /** Shared libraries it asks for. */
  needed: string[];
  soname?: string;
  runPaths: string[];
  /** True when it has no dynamic section: everything is linked in. */
  static: boolean;
  /** True when there is no symbol table. */
  stripped: boolean;
  buildId?: string;
  /** Segments that are writable and executable at once. */
  writableCode: number;
  executableStack: boolean;
  sections: ElfSection[];
  problems: string[];
}

const TYPES: Readonly<Record<number, string>> = {
  1: 'object file',
  2: 'program',
  3: 'shared library or position-independent program',
  4: 'core dump',
};

const MACHINES: Readonly<Record<number, string>> = {
  2: 'SPARC',
  3: 'x86 (32-bit)',
  4: 'Motorola 68000',
  8: 'MIPS',
  20: 'PowerPC',
  21: 'PowerPC 64',
  22: 'IBM S/390',
  40: 'ARM',
  42: 'SuperH',
  43: 'SPARC 64',
  50: 'Itanium',
  62: 'x86-64',
  83: 'Atmel AVR',
  93: 'ARC',
  183: 'ARM64',
  243: 'RISC-V',
  247: 'eBPF',
  258: 'LoongArch',
};

const OS_ABIS: Readonly<Record<number, string>> = {
  0: 'System V',
  3: 'Linux',
  6: 'Solaris',
  9: 'FreeBSD',
  12: 'OpenBSD',
  97: 'ARM',
};

const SECTION_TYPES: Readonly<Record<number, string>> = {
  0: 'unused',
  1: 'program data',
  2: 'symbols',
  3: 'strings',
  4: 'relocations',
  5: 'symbol hash',
  6: 'dynamic',
  7: 'note',
  8: 'no bits',
  9: 'relocations',
  11: 'dynamic symbols',
  14: 'initialisers',
  15: 'finalisers',
};

const SECTION_FLAGS: readonly [bit: number, name: string][] = [
  [1, 'write'],
  [2, 'loaded'],
  [4, 'execute'],
];

const MAX_SECTIONS = 512;
const MAX_SEGMENTS = 256;
const MAX_DYNAMIC = 2048;
const MAX_NEEDED = 512;

interface Segment {
  type: number;
  flags: number;
  offset: number;
  address: number;
  size: number;
}

interface RawSection {
  name: number;
  type: number;
  flags: number;
  offset: number;
  size: number;
}

interface Elf {
  reader: BlockReader;
  wide: boolean;
  little: boolean;
  problems: string[];
}

/** Reads `count` records of `step` bytes, however far the table is from fitting in one read. */
async function readTable(elf: Elf, offset: number, step: number, count: number): Promise<Uint8Array[]> {
  const records: Uint8Array[] = [];
  for (let index = 0; index < count; index++) {
    const record = await elf.reader.at(offset + index * step, step);
    if (record.length < step) break;
    records.push(record);
  }
  return records;
}

function toSegment({ wide, little }: Elf, record: Uint8Array): Segment {
  const type = u32(record, 0, little);
  if (wide) {
    const [flags, offset] = [u32(record, 4, little), u64(record, 8, little)];
    return { type, flags, offset, address: u64(record, 16, little), size: u64(record, 32, little) };
  }
  const [offset, address] = [u32(record, 4, little), u32(record, 8, little)];
  return { type, flags: u32(record, 24, little), offset, address, size: u32(record, 16, little) };
}

function toSection({ wide, little }: Elf, record: Uint8Array): RawSection {
  const [name, type] = [u32(record, 0, little), u32(record, 4, little)];
  return wide
    ? {
        name,
        type,
        flags: u32(record, little ? 8 : 12, little),
        offset: u64(record, 24, little),
        size: u64(record, 32, little),
      }
    : { name, type, flags: u32(record, 8, little), offset: u32(record, 16, little), size: u32(record, 20, little) };
}

interface Dynamic {
  needed: string[];
  runPaths: string[];
  soname?: string;
}

const DT = { needed: 1, stringTable: 5, soname: 14, rpath: 15, runpath: 29 } as const;

async function readDynamic(elf: Elf, at: Segment, segments: readonly Segment[]): Promise<Dynamic> {
  const step = elf.wide ? 16 : 8;
  const read = elf.wide ? u64 : u32;
  const entries: [tag: number, value: number][] = [];
  const records = await readTable(elf, at.offset, step, Math.min(MAX_DYNAMIC, Math.ceil(at.size / step)));
  for (const record of records) {
    const tag = read(record, 0, elf.little);
    if (tag === 0) break;
    entries.push([tag, read(record, step / 2, elf.little)]);
  }
  const tableAddress = entries.find(([tag]) => tag === DT.stringTable)?.[1];
  const home = segments.find(
    ({ type, address, size }) =>
      type === 1 && tableAddress !== undefined && tableAddress >= address && tableAddress < address + size,
  );
  const dynamic: Dynamic = { needed: [], runPaths: [] };
  if (tableAddress === undefined || home === undefined) {
    if (entries.length > 0) elf.problems.push('the strings of the dynamic section cannot be found');
    return dynamic;
  }
  const table = home.offset + (tableAddress - home.address);
  for (const [tag, value] of entries) {
    if (tag !== DT.needed && tag !== DT.soname && tag !== DT.rpath && tag !== DT.runpath) continue;
    if (dynamic.needed.length + dynamic.runPaths.length >= MAX_NEEDED) break;
    const text = cString(await elf.reader.at(table + value, 512), 0, 512);
    if (tag === DT.needed) dynamic.needed.push(text);
    else if (tag === DT.soname) dynamic.soname = text;
    else dynamic.runPaths.push(text);
  }
  return dynamic;
}

async function readBuildId(elf: Elf, segments: readonly Segment[]): Promise<string | undefined> {
  for (const note of segments.filter(({ type }) => type === 4)) {
    const bytes = await elf.reader.at(note.offset, Math.min(note.size, 4096));
    for (let at = 0; at + 12 <= bytes.length; ) {
      const nameSize = u32(bytes, at, elf.little);
      const size = u32(bytes, at + 4, elf.little);
      const data = at + 12 + ((nameSize + 3) & ~3);
      if (nameSize > 64 || size > 2048) break;
      if (u32(bytes, at + 8, elf.little) === 3 && startsWith(bytes, 'GNU\0', at + 12)) {
        return Buffer.from(bytes.subarray(data, data + Math.min(size, 64))).toString('hex');
      }
      at = data + ((size + 3) & ~3);
    }
  }
  return undefined;
}

async function nameSections(elf: Elf, raw: readonly RawSection[], namesIndex: number): Promise<ElfSection[]> {
  const names = raw[namesIndex];
  const sections: ElfSection[] = [];
  for (const section of raw) {
    const name =
      names === undefined || section.name >= names.size
        ? ''
        : cString(await elf.reader.at(names.offset + section.name, 128), 0, 128);
    const noBits = section.type === 8 || section.type === 0;
    if (!noBits && section.offset + section.size > elf.reader.size) {
      elf.problems.push(
        `section ${JSON.stringify(name)} ends at byte ${section.offset + section.size}, the file at ${elf.reader.size}`,
      );
    }
    sections.push({
      name,
      type: SECTION_TYPES[section.type] ?? `0x${section.type.toString(16)}`,
      offset: section.offset,
      size: noBits ? 0 : section.size,
      flags: SECTION_FLAGS.filter(([bit]) => (section.flags & bit) !== 0).map(([, words]) => words),
    });
  }
  return sections;
}

/** Reads an ELF program, library or object; undefined where the magic or the class is not ELF's. Never trusts an offset. */
export async function parseElf(reader: BlockReader): Promise<ElfInfo | undefined> {
  const header = await reader.at(0, 64);
  const classByte = header[4];
  const order = header[5];
  if (!startsWith(header, '\x7fELF') || (classByte !== 1 && classByte !== 2) || (order !== 1 && order !== 2))
    return undefined;
  const elf: Elf = { reader, wide: classByte === 2, little: order === 1, problems: [] };
  const { wide, little, problems } = elf;
  if (header.length < (wide ? 64 : 52)) problems.push('the file ends inside its header');
  const word = (at32: number, at64: number): number => (wide ? u64(header, at64, little) : u32(header, at32, little));
  const half = (at32: number, at64: number): number => u16(header, wide ? at64 : at32, little);

  const segmentCount = half(44, 56);
  const segmentRecords = await readTable(elf, word(28, 32), wide ? 56 : 32, Math.min(segmentCount, MAX_SEGMENTS));
  if (segmentRecords.length < segmentCount) {
    problems.push(`${segmentCount} segments declared, ${segmentRecords.length} read`);
  }
  const segments = segmentRecords.map((record) => toSegment(elf, record));
  const sectionCount = half(48, 60);
  const sectionRecords = await readTable(elf, word(32, 40), wide ? 64 : 40, Math.min(sectionCount, MAX_SECTIONS));
  if (sectionRecords.length < sectionCount) {
    problems.push(`${sectionCount} sections declared, ${sectionRecords.length} read`);
  }
  const raw = sectionRecords.map((record) => toSection(elf, record));

  const dynamicAt = segments.find(({ type }) => type === 2);
  const dynamic = dynamicAt === undefined ? undefined : await readDynamic(elf, dynamicAt, segments);
  const interpreterAt = segments.find(({ type }) => type === 3);
  const interpreter =
    interpreterAt === undefined
      ? undefined
      : cString(await reader.at(interpreterAt.offset, Math.min(interpreterAt.size, 512)), 0, 512);
  const stack = segments.find(({ type }) => type === 0x6474e551);
  const buildId = await readBuildId(elf, segments);
  const machine = u16(header, 18, little);
  const type = u16(header, 16, little);
  return {
    class: wide ? '64-bit' : '32-bit',
    endianness: little ? 'little' : 'big',
    osAbi: OS_ABIS[header[7] ?? 0] ?? `unknown (${header[7] ?? 0})`,
    type: TYPES[type] ?? `unknown (${type})`,
    machine: MACHINES[machine] ?? `unknown (${machine})`,
    entryPoint: `0x${word(24, 24).toString(16)}`,
    ...(interpreter === undefined ? {} : { interpreter }),
    needed: dynamic?.needed ?? [],
    ...(dynamic?.soname === undefined ? {} : { soname: dynamic.soname }),
    runPaths: dynamic?.runPaths ?? [],
    static: dynamicAt === undefined && type !== 1,
    stripped: !raw.some((section) => section.type === 2),
    ...(buildId === undefined ? {} : { buildId }),
    writableCode: segments.filter((segment) => segment.type === 1 && (segment.flags & 3) === 3).length,
    executableStack: stack !== undefined && (stack.flags & 1) === 1,
    sections: await nameSections(elf, raw, half(50, 62)),
    problems,
  };
}
