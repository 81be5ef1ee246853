import type { BlockReader } from './block-reader.ts';
import { cString } from './bytes.ts';

export interface PeSection {
  name: string;
  virtualAddress: number;
  virtualSize: number;
  rawOffset: number;
  rawSize: number;
  flags: string[];
  /** Bits a byte; absent for a section without bytes in the file. Filled in after the content scan. */
  entropy?: number;
}

/** What the readers of the data directories need to know of the headers. */
export interface PeImage {
  reader: BlockReader;
  wide: boolean;
  sizeOfHeaders: number;
  sections: readonly PeSection[];
  problems: string[];
  /** How many characters of names may still be read, so that a report keeps a bounded size. */
  namesLeft: number;
}

export interface Directory {
  rva: number;
  size: number;
}

/** The offset in the file of an address in the loaded image; undefined where no bytes of the file are loaded there. */
function rvaToOffset(image: PeImage, rva: number): number | undefined {
  for (const section of image.sections) {
    const within = rva - section.virtualAddress;
    if (within < 0 || within >= Math.max(section.virtualSize, section.rawSize)) continue;
    // The loader rounds the raw offset down to a 512-byte sector.
    return within < section.rawSize ? section.rawOffset - (section.rawOffset % 512) + within : undefined;
  }
  return rva < Math.max(image.sizeOfHeaders, 0x1000) && rva < image.reader.size ? rva : undefined;
}

/** Bytes at an address; none where the address lies outside the file. */
export async function readRva(image: PeImage, rva: number, length: number): Promise<Uint8Array> {
  const offset = rvaToOffset(image, rva);
  return offset === undefined ? new Uint8Array(0) : image.reader.at(offset, length);
}

/** A printable NUL-terminated name of at most 256 characters; undefined where there is none, or no room for more. */
export async function readName(image: PeImage, rva: number): Promise<string | undefined> {
  if (image.namesLeft <= 0) return undefined;
  const name = cString(await readRva(image, rva, 257), 0, 257);
  image.namesLeft -= name.length;
  return name.length > 0 && name.length <= 256 && /^[\x20-\x7e]+$/.test(name) ? name : undefined;
}
