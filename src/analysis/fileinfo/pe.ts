import type { BlockReader } from './block-reader.ts';
import { cString, startsWith, u16, u32, u64 } from './bytes.ts';
import type { Range } from './entropy.ts';
import { type PeExports, readExports } from './pe-exports.ts';
import { type Directory, type PeImage, type PeSection, readRva } from './pe-image.ts';
import { type ImportedLibrary, imphash, readImports } from './pe-imports.ts';
import { bitNames, CHARACTERISTICS, DLL_CHARACTERISTICS, MACHINES, SECTION_FLAGS, SUBSYSTEMS } from './pe-names.ts';
import { type PeResources, readResources } from './pe-resources.ts';
import { type RichHeader, readRich } from './pe-rich.ts';

export interface PeInfo {
  kind: 'PE32' | 'PE32+';
  machine: string;
  /** When the linker says it ran, UTC; some linkers put a hash of the build there instead. */
  timestamp: string;
  subsystem: string;
  characteristics: string[];
  dllCharacteristics: string[];
  linker: string;
  imageBase: string;
  entryPoint: { address: string; section?: string };
  checksum: { stored: string; at: number };
  sections: PeSection[];
  imports: ImportedLibrary[];
  imphash?: string;
  exports?: PeExports;
  resources?: PeResources;
  overlay?: Range & { entropy?: number };
  /** Only that a signature lies in the file. Whether it is valid is not checked. */
  signature?: Range;
  dotnet?: { runtime: string; flags: string };
  rich?: RichHeader;
  pdb?: string;
  tls: boolean;
  problems: string[];
}

/** More sections than Windows loads (96) are read no further. */
const MAX_SECTIONS = 96;
/** Ten times what a large program with C++ names has. */
const MAX_NAME_CHARACTERS = 2_000_000;

const EXPORT = 0;
const IMPORT = 1;
const RESOURCE = 2;
const SECURITY = 4;
const DEBUG = 6;
const TLS = 9;
const DOTNET = 14;

function readSections(table: Uint8Array, count: number, size: number, problems: string[]): PeSection[] {
  const sections: PeSection[] = [];
  for (let at = 0; at + 40 <= table.length && sections.length < count; at += 40) {
    const section: PeSection = {
      name: cString(table, at, 8),
      virtualSize: u32(table, at + 8),
      virtualAddress: u32(table, at + 12),
      rawSize: u32(table, at + 16),
      rawOffset: u32(table, at + 20),
      flags: bitNames(u32(table, at + 36), SECTION_FLAGS),
    };
    const end = section.rawOffset + section.rawSize;
    if (section.rawSize > 0 && end > size) {
      problems.push(`section ${JSON.stringify(section.name)} ends at byte ${end}, the file at ${size}`);
    }
    sections.push(section);
  }
  if (sections.length < count) problems.push(`${count} sections declared, ${sections.length} readable`);
  return sections;
}

async function readDotnet(image: PeImage, directory: Directory): Promise<PeInfo['dotnet'] | undefined> {
  const header = await readRva(image, directory.rva, 72);
  if (header.length < 20) return undefined;
  const root = await readRva(image, u32(header, 8), 16 + 256);
  if (!startsWith(root, 'BSJB')) {
    image.problems.push('there is a .NET header, its metadata cannot be read');
    return { runtime: 'unknown', flags: `0x${u32(header, 16).toString(16)}` };
  }
  return { runtime: cString(root, 16, Math.min(u32(root, 12), 255)), flags: `0x${u32(header, 16).toString(16)}` };
}

async function readPdbPath(image: PeImage, directory: Directory): Promise<string | undefined> {
  const CODEVIEW = 2;
  const entries = await readRva(image, directory.rva, Math.min(directory.size, 28 * 32));
  for (let at = 0; at + 28 <= entries.length; at += 28) {
    if (u32(entries, at + 12) !== CODEVIEW) continue;
    const data = await image.reader.at(u32(entries, at + 24), 24 + 512);
    if (startsWith(data, 'RSDS')) {
      const path = cString(data, 24, 512);
      return Buffer.from(path, 'latin1').toString('utf8');
    }
  }
  return undefined;
}

/** Bytes after the last section. A signature usually lies there; it is counted in. */
function findOverlay(sections: readonly PeSection[], headerEnd: number, size: number): Range | undefined {
  const end = sections.reduce(
    (most, section) => (section.rawSize > 0 ? Math.max(most, section.rawOffset + section.rawSize) : most),
    headerEnd,
  );
  return end < size ? { offset: end, size: size - end } : undefined;
}

/**
 * Reads a Windows program or library. Every offset in it is taken as a claim: what does not fit is left out and said in
 * `problems`. Undefined where there is no PE header at all.
 */
export async function parsePe(reader: BlockReader): Promise<PeInfo | undefined> {
  const dos = await reader.at(0, 4096);
  const at = u32(dos, 0x3c);
  const header = await reader.at(at, 24 + 240);
  if (!startsWith(dos, 'MZ') || !startsWith(header, 'PE\0\0')) return undefined;
  const problems: string[] = [];
  const magic = u16(header, 24);
  if (magic !== 0x10b && magic !== 0x20b) problems.push(`unknown optional header 0x${magic.toString(16)}`);
  if (header.length < 24 + 96) problems.push('the file ends inside its headers');
  const wide = magic === 0x20b;
  const optionalSize = u16(header, 20);
  const declaredSections = u16(header, 6);
  if (declaredSections > MAX_SECTIONS)
    problems.push(`${declaredSections} sections declared, only ${MAX_SECTIONS} are read`);
  const count = Math.min(declaredSections, MAX_SECTIONS);
  const tableAt = at + 24 + optionalSize;
  const sections = readSections(await reader.at(tableAt, count * 40), count, reader.size, problems);
  const image: PeImage = {
    reader,
    wide,
    sizeOfHeaders: u32(header, 24 + 60),
    sections,
    problems,
    namesLeft: MAX_NAME_CHARACTERS,
  };

  const directoriesAt = 24 + (wide ? 112 : 96);
  const directoryCount = Math.min(16, u32(header, directoriesAt - 4));
  const directory = (index: number): Directory | undefined => {
    if (index >= directoryCount || directoriesAt + index * 8 + 8 > 24 + Math.max(optionalSize, 96)) return undefined;
    const rva = u32(header, directoriesAt + index * 8);
    return rva === 0 ? undefined : { rva, size: u32(header, directoriesAt + index * 8 + 4) };
  };
  const when = <T>(index: number, read: (found: Directory) => Promise<T>): Promise<T | undefined> => {
    const found = directory(index);
    return found === undefined ? Promise.resolve(undefined) : read(found);
  };

  const imports = (await when(IMPORT, (found) => readImports(image, found))) ?? [];
  const exports = await when(EXPORT, (found) => readExports(image, found));
  const resources = await when(RESOURCE, (found) => readResources(image, found));
  const dotnet = await when(DOTNET, (found) => readDotnet(image, found));
  const pdb = await when(DEBUG, (found) => readPdbPath(image, found));
  const entry = u32(header, 24 + 16);
  const entrySection = sections.find(
    ({ virtualAddress, virtualSize, rawSize }) =>
      entry >= virtualAddress && entry < virtualAddress + Math.max(virtualSize, rawSize),
  );
  const security = directory(SECURITY);
  const signed = security !== undefined && security.size > 8 && security.rva + security.size <= reader.size;
  if (security !== undefined && !signed) problems.push('the signature directory points outside the file');
  const overlay = findOverlay(sections, Math.min(tableAt + count * 40, reader.size), reader.size);
  const hash = imphash(imports);
  const rich = readRich(dos, at);
  return {
    kind: wide ? 'PE32+' : 'PE32',
    machine: MACHINES[u16(header, 4)] ?? `unknown (0x${u16(header, 4).toString(16)})`,
    timestamp: new Date(u32(header, 8) * 1000).toISOString(),
    subsystem: SUBSYSTEMS[u16(header, 24 + 68)] ?? `unknown (${u16(header, 24 + 68)})`,
    characteristics: bitNames(u16(header, 22), CHARACTERISTICS),
    dllCharacteristics: bitNames(u16(header, 24 + 70), DLL_CHARACTERISTICS),
    linker: `${header[26] ?? 0}.${header[27] ?? 0}`,
    imageBase: `0x${(wide ? u64(header, 24 + 24) : u32(header, 24 + 28)).toString(16)}`,
    entryPoint: {
      address: `0x${entry.toString(16)}`,
      ...(entrySection === undefined ? {} : { section: entrySection.name }),
    },
    checksum: { stored: `0x${u32(header, 24 + 64).toString(16)}`, at: at + 24 + 64 },
    sections,
    imports,
    ...(hash === undefined ? {} : { imphash: hash }),
    ...(exports === undefined ? {} : { exports }),
    ...(resources === undefined ? {} : { resources }),
    ...(overlay === undefined ? {} : { overlay }),
    ...(signed ? { signature: { offset: security.rva, size: security.size } } : {}),
    ...(dotnet === undefined ? {} : { dotnet }),
    ...(rich === undefined ? {} : { rich }),
    ...(pdb === undefined || pdb === '' ? {} : { pdb }),
    tls: directory(TLS) !== undefined,
    problems,
  };
}
