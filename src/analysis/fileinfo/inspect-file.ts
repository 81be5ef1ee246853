import { type ByteSource, readRange } from '../byte-source.ts';
import { type BlockReader, createBlockReader } from './block-reader.ts';
import { type ContentScan, scanContent } from './content-scan.ts';
import { detectSourceType, HEAD_BYTES } from './detect-type.ts';
import type { DetectedType } from './detected-type.ts';
import { type ElfInfo, parseElf } from './elf.ts';
import type { Range } from './entropy.ts';
import { type MachInfo, parseMachO } from './macho.ts';
import { parsePe, type PeInfo } from './pe.ts';
import { polyglotHints } from './polyglot.ts';

export interface FileInspection {
  identification: DetectedType;
  scan: ContentScan;
  pe?: PeInfo;
  elf?: ElfInfo;
  macho?: MachInfo;
  /** Signs of a second format in the same file. */
  polyglot: string[];
}

interface Parsed {
  pe?: PeInfo;
  elf?: ElfInfo;
  macho?: MachInfo;
}

async function parseProgram(reader: BlockReader, mediaType: string): Promise<Parsed> {
  if (mediaType === 'application/vnd.microsoft.portable-executable') {
    const pe = await parsePe(reader);
    return pe === undefined ? {} : { pe };
  }
  if (mediaType === 'application/x-elf') {
    const elf = await parseElf(reader);
    return elf === undefined ? {} : { elf };
  }
  if (mediaType === 'application/x-mach-binary') {
    const macho = await parseMachO(reader);
    return macho === undefined ? {} : { macho };
  }
  return {};
}

/** What the entropy of a stretch is written into, once it is known. */
interface Measured {
  range: Range;
  target: { entropy?: number };
}

/** How many stretches get an entropy of their own; a real program has a few dozen. */
const MAX_MEASURED = 300;

function stretches({ pe, elf, macho }: Parsed, size: number): Measured[] {
  const found: Measured[] = [];
  const add = (offset: number, length: number, target: { entropy?: number }): void => {
    const end = Math.min(size, offset + length);
    if (length > 0 && offset >= 0 && offset < end) found.push({ range: { offset, size: end - offset }, target });
  };
  for (const section of pe?.sections ?? []) add(section.rawOffset, section.rawSize, section);
  if (pe?.overlay !== undefined) add(pe.overlay.offset, pe.overlay.size, pe.overlay);
  for (const section of elf?.sections ?? []) add(section.offset, section.size, section);
  for (const slice of macho?.slices ?? [])
    for (const section of slice.sections) add(section.offset, section.size, section);
  return found.slice(0, MAX_MEASURED);
}

/**
 * Everything the bytes alone tell: type, structure, hashes, entropy. Headers are read first, then the content once.
 * Throws only when the source fails or the signal aborts; broken content becomes `problems`.
 */
export async function inspectFile(source: ByteSource, name: string, signal?: AbortSignal): Promise<FileInspection> {
  const identification = await detectSourceType(source, name);
  const reader = createBlockReader(source);
  const parsed = await parseProgram(reader, identification.mediaType);
  if (reader.exhausted()) {
    const problems = (parsed.pe ?? parsed.elf ?? parsed.macho)?.problems;
    problems?.push('the headers point to too many distant places; what lies beyond the first thousand was not read');
  }
  const measured = stretches(parsed, source.size);
  const scan = await scanContent(source, {
    ranges: measured.map(({ range }) => range),
    checksumAt: parsed.pe?.checksum.at,
    ...(signal === undefined ? {} : { signal }),
  });
  measured.forEach(({ target }, index) => {
    const entropy = scan.rangeEntropies[index];
    if (entropy !== undefined) target.entropy = entropy;
  });
  const head = await readRange(source, 0, Math.min(source.size, HEAD_BYTES));
  const tail = await readRange(source, Math.max(0, source.size - HEAD_BYTES));
  return { identification, scan, ...parsed, polyglot: polyglotHints(head, tail, identification.mediaType) };
}
