import { createHash } from 'node:crypto';
import { indexOfText, u16, u32 } from './bytes.ts';

export interface RichHeader {
  /** MD5 of the decoded header, the usual "Rich hash". */
  hash: string;
  /** Which tool, which build of it, and how many objects it made. */
  tools: { product: number; build: number; count: number }[];
  /** False where the key, which is a checksum of header and stub, does not fit: copied or altered. */
  keyMatches: boolean;
}

const MAX_TOOLS = 200;
const rotateLeft = (value: number, by: number): number => ((value << (by & 31)) | (value >>> ((32 - by) & 31))) >>> 0;

/** Reads what Microsoft's linker leaves between the DOS stub and the PE header. */
export function readRich(dos: Uint8Array, peAt: number): RichHeader | undefined {
  const end = indexOfText(dos, 'Rich', 0x40, Math.min(peAt, dos.length));
  if (end < 0 || end % 4 !== 0) return undefined;
  const key = u32(dos, end + 4);
  let start = -1;
  for (let at = end - 4; at >= 0x40 && start < 0; at -= 4) {
    if ((u32(dos, at) ^ key) >>> 0 === 0x536e6144) start = at;
  }
  if (start < 0) return undefined;
  const clear = new Uint8Array(end - start);
  for (let i = 0; i < clear.length; i++) clear[i] = (dos[start + i] ?? 0) ^ ((key >>> ((i % 4) * 8)) & 0xff);

  let checksum = start;
  for (let i = 0; i < start; i++) {
    if (i < 0x3c || i >= 0x40) checksum = (checksum + rotateLeft(dos[i] ?? 0, i)) >>> 0;
  }
  const tools: RichHeader['tools'] = [];
  for (let at = 16; at + 8 <= clear.length && tools.length < MAX_TOOLS; at += 8) {
    const count = u32(clear, at + 4);
    tools.push({ product: u16(clear, at + 2), build: u16(clear, at), count });
    checksum = (checksum + rotateLeft(u32(clear, at), count)) >>> 0;
  }
  return { hash: createHash('md5').update(clear).digest('hex'), tools, keyMatches: checksum === key };
}
