import { u16, u32 } from './bytes.ts';
import { type Directory, type PeImage, readRva } from './pe-image.ts';
import { RESOURCE_TYPES } from './pe-names.ts';

interface ResourceKind {
  type: string;
  count: number;
  bytes: number;
}

export interface PeResources {
  kinds: ResourceKind[];
  /** Strings of the version resource: CompanyName, OriginalFilename … */
  version: Record<string, string>;
  /** Language ids of the resources, as hexadecimal. */
  languages: string[];
}

const MAX_ENTRIES = 4096;
const MAX_VERSION_BYTES = 64 * 1024;
const MAX_STRINGS = 100;
const TYPE_VERSION = 16;

interface Walk {
  image: PeImage;
  base: number;
  left: number;
  kinds: Map<string, ResourceKind>;
  languages: Set<string>;
  versionAt?: { rva: number; size: number };
}

async function typeName(walk: Walk, id: number): Promise<string> {
  if (id < 0x8000_0000) return RESOURCE_TYPES[id] ?? `type ${id}`;
  const at = walk.base + (id - 0x8000_0000);
  const length = u16(await readRva(walk.image, at, 2), 0);
  const bytes = await readRva(walk.image, at + 2, Math.min(length, 64) * 2);
  return new TextDecoder('utf-16le').decode(bytes.subarray(0, bytes.length & ~1));
}

async function readLeaf(walk: Walk, at: number, type: string, typeId: number): Promise<void> {
  const leaf = await readRva(walk.image, at, 16);
  if (leaf.length < 16) return;
  const size = u32(leaf, 4);
  const kind = walk.kinds.get(type) ?? { type, count: 0, bytes: 0 };
  walk.kinds.set(type, { type, count: kind.count + 1, bytes: kind.bytes + size });
  if (typeId === TYPE_VERSION) walk.versionAt ??= { rva: u32(leaf, 0), size };
}

/** Three levels: type, name, language. A deeper or looping tree ends at the third. */
async function readTable(walk: Walk, offset: number, level: number, type: string, typeId: number): Promise<void> {
  const header = await readRva(walk.image, walk.base + offset, 16);
  if (header.length < 16) return;
  const count = u16(header, 12) + u16(header, 14);
  for (let index = 0; index < count; index++) {
    if (walk.left-- <= 0) return;
    const entry = await readRva(walk.image, walk.base + offset + 16 + index * 8, 8);
    if (entry.length < 8) return;
    const id = u32(entry, 0);
    const target = u32(entry, 4);
    if (level === 2 && id < 0x1_0000) walk.languages.add(`0x${id.toString(16).padStart(4, '0')}`);
    const [name, nameId] = level === 0 ? [await typeName(walk, id), id] : [type, typeId];
    if (target < 0x8000_0000) await readLeaf(walk, walk.base + target, name, nameId);
    else if (level < 2) await readTable(walk, target - 0x8000_0000, level + 1, name, nameId);
  }
}

/** Key and value pairs of the StringFileInfo blocks: found by their shape, so wrong lengths elsewhere do no harm. */
function parseVersionStrings(bytes: Uint8Array): Record<string, string> {
  const strings: Record<string, string> = Object.create(null) as Record<string, string>;
  let count = 0;
  const align = (at: number): number => (at + 3) & ~3;
  const keyAt = (at: number): string => {
    let end = at;
    while (end + 1 < bytes.length && end - at < 256 && u16(bytes, end) !== 0) end += 2;
    return new TextDecoder('utf-16le').decode(bytes.subarray(at, end));
  };
  const walk = (from: number, to: number, depth: number): void => {
    for (let at = align(from); at + 6 < to && count < MAX_STRINGS; ) {
      const length = u16(bytes, at);
      if (length < 6) return;
      const end = Math.min(to, at + length);
      const key = keyAt(at + 6);
      const valueAt = align(at + 6 + key.length * 2 + 2);
      const valueLength = u16(bytes, at + 2);
      if (depth === 3) {
        const value = bytes.subarray(valueAt, Math.max(valueAt, Math.min(end, valueAt + valueLength * 2)));
        const text = new TextDecoder('utf-16le').decode(value.subarray(0, value.length & ~1)).split('\0', 1)[0] ?? '';
        if (key !== '') strings[key.slice(0, 100)] = text.slice(0, 500);
        count++;
      } else if (depth > 0 || key === 'VS_VERSION_INFO') {
        if (key !== 'VarFileInfo') walk(valueAt + (depth === 0 ? valueLength : 0), end, depth + 1);
      }
      at = align(at + length);
    }
  };
  walk(0, bytes.length, 0);
  return { ...strings };
}

export async function readResources(image: PeImage, directory: Directory): Promise<PeResources> {
  const walk: Walk = { image, base: directory.rva, left: MAX_ENTRIES, kinds: new Map(), languages: new Set() };
  await readTable(walk, 0, 0, '', 0);
  if (walk.left < 0) image.problems.push(`more than ${MAX_ENTRIES} resource entries; the rest is left out`);
  const version =
    walk.versionAt === undefined
      ? {}
      : parseVersionStrings(await readRva(image, walk.versionAt.rva, Math.min(walk.versionAt.size, MAX_VERSION_BYTES)));
  return { kinds: [...walk.kinds.values()].slice(0, 200), version, languages: [...walk.languages].slice(0, 50) };
}
