import { createHash } from 'node:crypto';
import { u16, u32 } from './bytes.ts';
import { ordinalName } from './ordinals.ts';
import { type Directory, type PeImage, readName, readRva } from './pe-image.ts';

export interface ImportedLibrary {
  library: string;
  /** Names, or `ord123` where the import is by number and the number has no well-known name. */
  functions: string[];
}

const MAX_LIBRARIES = 512;
const MAX_FUNCTIONS = 20_000;
const DESCRIPTOR = 20;
const THUNKS_AT_ONCE = 4096;

async function readFunctions(image: PeImage, thunkRva: number, library: string, room: number): Promise<string[]> {
  const functions: string[] = [];
  const step = image.wide ? 8 : 4;
  for (let rva = thunkRva; functions.length < room; rva += THUNKS_AT_ONCE) {
    const thunks = await readRva(image, rva, THUNKS_AT_ONCE);
    for (let at = 0; at < THUNKS_AT_ONCE && functions.length < room; at += step) {
      if (at + step > thunks.length) return functions;
      const low = u32(thunks, at);
      const high = image.wide ? u32(thunks, at + 4) : low;
      if (low === 0 && high === 0) return functions;
      if (high >= 0x8000_0000) {
        functions.push(ordinalName(library, u16(thunks, at)) ?? `ord${u16(thunks, at)}`);
        continue;
      }
      const name = await readName(image, low + 2);
      if (name === undefined) {
        image.problems.push(`an imported name of ${library} cannot be read; the rest of its imports is left out`);
        return functions;
      }
      functions.push(name);
    }
  }
  return functions;
}

/** The import table, bounded; what cannot be read becomes a problem. */
export async function readImports(image: PeImage, directory: Directory): Promise<ImportedLibrary[]> {
  const libraries: ImportedLibrary[] = [];
  let room = MAX_FUNCTIONS;
  for (let index = 0; index < MAX_LIBRARIES; index++) {
    const descriptor = await readRva(image, directory.rva + index * DESCRIPTOR, DESCRIPTOR);
    if (descriptor.length < DESCRIPTOR) {
      image.problems.push('the import table runs out of the file');
      return libraries;
    }
    const nameRva = u32(descriptor, 12);
    const addressRva = u32(descriptor, 16);
    if (nameRva === 0 && addressRva === 0) return libraries;
    const library = await readName(image, nameRva);
    if (library === undefined) {
      image.problems.push(`import ${index + 1} has no readable library name`);
      return libraries;
    }
    const functions = await readFunctions(image, u32(descriptor, 0) || addressRva, library, room);
    room -= functions.length;
    libraries.push({ library, functions });
    if (room <= 0) {
      image.problems.push(`more than ${MAX_FUNCTIONS} imported functions; the rest is left out`);
      return libraries;
    }
  }
  image.problems.push(`more than ${MAX_LIBRARIES} imported libraries; the rest is left out`);
  return libraries;
}

/**
 * MD5 over `library.function` of every import in order, as Mandiant defined it and pefile computes it: all lower case,
 * the library without .dll, .ocx or .sys.
 */
export function imphash(libraries: readonly ImportedLibrary[]): string | undefined {
  if (libraries.length === 0) return undefined;
  const parts = libraries.flatMap(({ library, functions }) => {
    const stem = library.toLowerCase().replace(/\.(?:dll|ocx|sys)$/, '');
    return functions.map((name) => `${stem}.${name.toLowerCase()}`);
  });
  return createHash('md5').update(parts.join(',')).digest('hex');
}
