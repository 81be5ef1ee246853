import { u32 } from './bytes.ts';
import { type Directory, type PeImage, readName, readRva } from './pe-image.ts';

export interface PeExports {
  /** The library's own name for itself. */
  library?: string;
  functions: string[];
  /** How many functions the header declares, named or not. */
  declared: number;
}

const MAX_NAMES = 5000;

export async function readExports(image: PeImage, directory: Directory): Promise<PeExports | undefined> {
  const header = await readRva(image, directory.rva, 40);
  if (header.length < 40) {
    image.problems.push('the export table lies outside the file');
    return undefined;
  }
  const library = await readName(image, u32(header, 12));
  const count = u32(header, 24);
  const functions: string[] = [];
  for (let index = 0; index < Math.min(count, MAX_NAMES); index++) {
    const pointer = await readRva(image, u32(header, 32) + index * 4, 4);
    const name = pointer.length < 4 ? undefined : await readName(image, u32(pointer, 0));
    if (name === undefined) {
      image.problems.push(`exported name ${index + 1} of ${count} cannot be read; the rest is left out`);
      break;
    }
    functions.push(name);
  }
  if (count > MAX_NAMES && functions.length === MAX_NAMES) {
    image.problems.push(`${count} exported names; only the first ${MAX_NAMES} are listed`);
  }
  return { ...(library === undefined ? {} : { library }), functions, declared: u32(header, 20) };
}
