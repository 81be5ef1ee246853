import type { CompoundEntry } from '../containers/compound-file.ts';

export interface VbaModule {
  name: string;
  source: string;
}

const MAX_MODULES = 200;
const MAX_SOURCE = 8 * 2 ** 20;
/** How every module's source begins once decompressed. */
const FIRST_WORDS = 'Attribut';

/**
 * The source text of the macros in a compound file (MS-OVBA). The module streams hold compiled code first and the
 * compressed source after it; the source is found by its first words, so that a damaged or forged project directory
 * (a known trick) hides nothing.
 */
export function vbaModules(root: CompoundEntry): VbaModule[] {
  const modules: VbaModule[] = [];
  const work = [...root.children];
  for (let entry = work.pop(); entry !== undefined && modules.length < MAX_MODULES; entry = work.pop()) {
    work.push(...entry.children);
    if (entry.isStorage || !/(?:^|\/)VBA\/[^/]+$/i.test(entry.path)) continue;
    if (/^(?:dir|_VBA_PROJECT|__SRP_\d+)$/i.test(entry.name)) continue;
    const source = sourceOf(Buffer.from(entry.read()));
    if (source !== undefined) modules.push({ name: entry.name, source });
  }
  return modules.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function sourceOf(stream: Buffer): string | undefined {
  // A container starts with 0x01, a chunk header of two bytes and a flag byte of zero: eight literal characters follow.
  for (let at = stream.indexOf(FIRST_WORDS, 0, 'latin1'); at >= 4; at = stream.indexOf(FIRST_WORDS, at + 1, 'latin1')) {
    if (stream[at - 4] !== 0x01 || stream[at - 1] !== 0x00) continue;
    const text = new TextDecoder('windows-1252').decode(decompressVba(stream.subarray(at - 4)));
    return text.replace(/\r\n?/g, '\n');
  }
  return undefined;
}

/** Decompresses a container of MS-OVBA 2.4.1; stops at damage and gives what it has. */
export function decompressVba(input: Uint8Array): Uint8Array {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for (let at = 1; at + 2 <= input.length && total < MAX_SOURCE; ) {
    const header = (input[at] ?? 0) | ((input[at + 1] ?? 0) << 8);
    const end = Math.min(input.length, at + (header & 0x0fff) + 3);
    if ((header & 0x7000) !== 0x3000) break;
    const chunk = (header & 0x8000) === 0 ? input.subarray(at + 2, end) : decompressChunk(input.subarray(at + 2, end));
    chunks.push(chunk);
    total += chunk.length;
    at = end;
  }
  return Buffer.concat(chunks);
}

const CHUNK_BYTES = 4096;

function decompressChunk(input: Uint8Array): Uint8Array {
  const out = new Uint8Array(CHUNK_BYTES);
  let length = 0;
  for (let at = 0; at < input.length && length < CHUNK_BYTES; ) {
    const flags = input[at] ?? 0;
    at += 1;
    for (let bit = 0; bit < 8 && at < input.length && length < CHUNK_BYTES; bit += 1) {
      if ((flags & (1 << bit)) === 0) {
        out[length] = input[at] ?? 0;
        length += 1;
        at += 1;
        continue;
      }
      const token = (input[at] ?? 0) | ((input[at + 1] ?? 0) << 8);
      at += 2;
      // The further the chunk has come, the more bits of a token are the distance and the fewer the length.
      const distanceBits = Math.max(4, Math.ceil(Math.log2(Math.max(2, length))));
      const lengthBits = 16 - distanceBits;
      const distance = (token >> lengthBits) + 1;
      if (distance > length) return out.subarray(0, length);
      const copy = Math.min((token & ((1 << lengthBits) - 1)) + 3, CHUNK_BYTES - length);
      for (let index = 0; index < copy; index += 1) out[length + index] = out[length + index - distance] ?? 0;
      length += copy;
    }
  }
  return out.subarray(0, length);
}
