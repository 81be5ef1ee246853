import type { BlockReader } from './block-reader.ts';
import { cString, u32, u64 } from './bytes.ts';

interface MachSection {
  /** `segment,section`, as Apple's tools write it. */
  name: string;
  offset: number;
  size: number;
  /** Bits a byte; absent for a section without bytes in the file. Filled in after the content scan. */
  entropy?: number;
}

/** One architecture. Offsets are counted from the start of the whole file. */
interface MachSlice {
  offset: number;
  size: number;
  cpu: string;
  bits: 32 | 64;
  type: string;
  libraries: string[];
  runPaths: string[];
  /** The name a library gives itself. */
  installName?: string;
  uuid?: string;
  minimumOs?: string;
  /** Only that a signature lies in the file. Whether it is valid is not checked. */
  signature: boolean;
  /** Apple's store encryption is on. */
  encrypted: boolean;
  sections: MachSection[];
}

export interface MachInfo {
  fat: boolean;
  slices: MachSlice[];
  problems: string[];
}

const CPUS: Readonly<Record<number, string>> = {
  7: 'x86 (32-bit)',
  0x0100_0007: 'x86-64',
  12: 'ARM',
  0x0100_000c: 'ARM64',
  0x0200_000c: 'ARM64 (32-bit pointers)',
  18: 'PowerPC',
  0x0100_0012: 'PowerPC 64',
};

const TYPES: Readonly<Record<number, string>> = {
  1: 'object file',
  2: 'program',
  3: 'fixed VM library',
  4: 'core dump',
  5: 'preloaded program',
  6: 'library',
  7: 'dynamic linker',
  8: 'bundle',
  9: 'library stub',
  10: 'debug symbols',
  11: 'kernel extension',
};

const MAX_SLICES = 16;
const MAX_COMMANDS = 2048;
const MAX_LISTED = 256;

const LC = {
  segment: 0x1,
  loadDylib: 0xc,
  idDylib: 0xd,
  segment64: 0x19,
  uuid: 0x1b,
  codeSignature: 0x1d,
  lazyDylib: 0x20,
  encryption: 0x21,
  versionMinMac: 0x24,
  versionMinIos: 0x25,
  encryption64: 0x2c,
  buildVersion: 0x32,
  weakDylib: 0x8000_0018,
  rpath: 0x8000_001c,
  reexportDylib: 0x8000_001f,
  upwardDylib: 0x8000_0023,
} as const;

const version = (value: number): string => `${value >>> 16}.${(value >>> 8) & 255}.${value & 255}`;

function readSegmentSections(command: Uint8Array, wide: boolean, little: boolean, slice: MachSlice): void {
  const [first, step] = wide ? [72, 80] : [56, 68];
  const count = Math.min(u32(command, wide ? 64 : 48, little), MAX_LISTED);
  for (let index = 0; index < count && slice.sections.length < MAX_LISTED; index++) {
    const at = first + index * step;
    if (at + step > command.length) return;
    const kind = u32(command, at + (wide ? 64 : 56), little) & 0xff;
    const size = wide ? u64(command, at + 40, little) : u32(command, at + 36, little);
    const zeroFill = kind === 1 || kind === 12 || kind === 18;
    slice.sections.push({
      name: `${cString(command, at + 16, 16)},${cString(command, at, 16)}`,
      offset: slice.offset + u32(command, at + (wide ? 48 : 40), little),
      size: zeroFill ? 0 : size,
    });
  }
}

function readCommand(command: Uint8Array, wide: boolean, little: boolean, slice: MachSlice): void {
  const text = (): string => cString(command, u32(command, 8, little), 256);
  switch (u32(command, 0, little)) {
    case LC.segment:
      readSegmentSections(command, false, little, slice);
      break;
    case LC.segment64:
      readSegmentSections(command, true, little, slice);
      break;
    case LC.loadDylib:
    case LC.weakDylib:
    case LC.lazyDylib:
    case LC.reexportDylib:
    case LC.upwardDylib:
      if (slice.libraries.length < MAX_LISTED) slice.libraries.push(text());
      break;
    case LC.rpath:
      if (slice.runPaths.length < MAX_LISTED) slice.runPaths.push(text());
      break;
    case LC.idDylib:
      slice.installName = text();
      break;
    case LC.uuid:
      slice.uuid = Buffer.from(command.subarray(8, 24)).toString('hex');
      break;
    case LC.codeSignature:
      slice.signature = true;
      break;
    case LC.encryption:
    case LC.encryption64:
      slice.encrypted = u32(command, 16, little) !== 0;
      break;
    case LC.versionMinMac:
    case LC.versionMinIos:
      slice.minimumOs = version(u32(command, 8, little));
      break;
    case LC.buildVersion:
      slice.minimumOs = version(u32(command, 12, little));
      break;
    default:
  }
}

async function readSlice(
  reader: BlockReader,
  offset: number,
  size: number,
  problems: string[],
): Promise<MachSlice | undefined> {
  const header = await reader.at(offset, 32);
  const magic = u32(header, 0, false);
  const little = magic === 0xcefaedfe || magic === 0xcffaedfe;
  const wide = magic === 0xfeedfacf || magic === 0xcffaedfe;
  if (header.length < 28 || (!little && magic !== 0xfeedface && magic !== 0xfeedfacf)) {
    problems.push(`no Mach-O header at byte ${offset}`);
    return undefined;
  }
  const cpu = u32(header, 4, little);
  const type = u32(header, 12, little);
  const slice: MachSlice = {
    offset,
    size,
    cpu: CPUS[cpu] ?? `unknown (0x${cpu.toString(16)})`,
    bits: wide ? 64 : 32,
    type: TYPES[type] ?? `unknown (${type})`,
    libraries: [],
    runPaths: [],
    signature: false,
    encrypted: false,
    sections: [],
  };
  const declared = u32(header, 16, little);
  const commandsEnd = offset + (wide ? 32 : 28) + u32(header, 20, little);
  let at = offset + (wide ? 32 : 28);
  let read = 0;
  for (; read < Math.min(declared, MAX_COMMANDS); read++) {
    const length = u32(await reader.at(at, 8), 4, little);
    if (length < 8 || at + length > commandsEnd || at + length > reader.size) break;
    readCommand(await reader.at(at, Math.min(length, 64 * 1024)), wide, little, slice);
    at += length;
  }
  if (read < declared) problems.push(`${declared} load commands declared at byte ${offset}, ${read} read`);
  return slice;
}

/** Reads a Mach-O file, thin or fat; undefined where the magic is not Mach-O's. Never trusts an offset. */
export async function parseMachO(reader: BlockReader): Promise<MachInfo | undefined> {
  const head = await reader.at(0, 8);
  const magic = u32(head, 0, false);
  const problems: string[] = [];
  const wideFat = magic === 0xcafebabf;
  if (magic !== 0xcafebabe && !wideFat) {
    if (![0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe].includes(magic)) return undefined;
    const slice = await readSlice(reader, 0, reader.size, problems);
    return { fat: false, slices: slice === undefined ? [] : [slice], problems };
  }
  const declared = u32(head, 4, false);
  if (declared >= 45) return undefined;
  if (declared > MAX_SLICES) problems.push(`${declared} architectures declared, only ${MAX_SLICES} are read`);
  const slices: MachSlice[] = [];
  const step = wideFat ? 32 : 20;
  for (let index = 0; index < Math.min(declared, MAX_SLICES); index++) {
    const record = await reader.at(8 + index * step, step);
    if (record.length < step) {
      problems.push('the file ends inside its table of architectures');
      break;
    }
    const offset = wideFat ? u64(record, 8, false) : u32(record, 8, false);
    const size = wideFat ? u64(record, 16, false) : u32(record, 12, false);
    if (offset + size > reader.size) problems.push(`architecture ${index + 1} ends beyond the file`);
    const slice = await readSlice(reader, offset, size, problems);
    if (slice !== undefined) slices.push(slice);
  }
  return { fat: true, slices, problems };
}
