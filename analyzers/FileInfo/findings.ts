import type { FileInspection } from '../../src/analysis/fileinfo/inspect-file.ts';
import { extensionMismatch, nameWarnings } from '../../src/analysis/fileinfo/name-checks.ts';

/** Something odd, for a person to judge. `about` becomes the taxonomy's predicate. */
export interface Finding {
  about: 'Name' | 'Type' | 'Packed' | 'Structure';
  level: 'info' | 'suspicious';
  message: string;
}

/** Compressed or encrypted code is above this; ordinary machine code lies between 5.5 and 6.8 bits a byte. */
const PACKED_ENTROPY = 7.2;
/** Short stretches reach no high entropy, and prove nothing when they do. */
const PACKED_BYTES = 1024;
/** An overlay shorter than this is padding. */
const OVERLAY_BYTES = 64;
const PACKER_SECTIONS =
  /^(?:UPX\d|\.?aspack|\.adata|\.petite|PEC2|\.?nsp\d|\.?vmp\d|\.?themida|\.?enigma\d?|\.MPRESS\d|\.packed|pebundle|\.?yP|MEW)/i;

interface Stretch {
  name: string;
  size: number;
  entropy?: number;
}

function packed(sections: readonly Stretch[]): Finding[] {
  return sections
    .filter(({ size, entropy }) => size >= PACKED_BYTES && (entropy ?? 0) > PACKED_ENTROPY)
    .slice(0, 5)
    .map(({ name, entropy }) => ({
      about: 'Packed',
      level: 'suspicious',
      message: `section ${JSON.stringify(name)} looks compressed or encrypted (${entropy} bits a byte)`,
    }));
}

function* peFindings({ pe, scan }: FileInspection): Generator<Finding> {
  if (pe === undefined) return;
  // Icons and installers' payloads in resources are compressed in most programs.
  const executable = pe.sections.filter(({ flags }) => flags.includes('execute') || flags.includes('code'));
  yield* packed(
    executable.map(({ name, rawSize, entropy }) => ({
      name,
      size: rawSize,
      ...(entropy === undefined ? {} : { entropy }),
    })),
  );
  for (const { name } of pe.sections.filter((section) => PACKER_SECTIONS.test(section.name)).slice(0, 3)) {
    yield {
      about: 'Packed',
      level: 'suspicious',
      message: `section ${JSON.stringify(name)} is named as a packer names it`,
    };
  }
  for (const { name } of pe.sections
    .filter(({ flags }) => flags.includes('write') && flags.includes('execute'))
    .slice(0, 3)) {
    yield {
      about: 'Structure',
      level: 'suspicious',
      message: `section ${JSON.stringify(name)} is writable and executable`,
    };
  }
  if (pe.entryPoint.address !== '0x0' && pe.entryPoint.section === undefined) {
    yield { about: 'Structure', level: 'suspicious', message: 'the entry point lies in no section' };
  }
  if (pe.tls)
    yield { about: 'Structure', level: 'info', message: 'has a TLS directory: code may run before the entry point' };
  const stored = Number.parseInt(pe.checksum.stored, 16);
  if (stored !== 0 && scan.peChecksum !== undefined && stored !== scan.peChecksum) {
    yield {
      about: 'Structure',
      level: 'info',
      message: 'the checksum in the header is wrong: altered after it was linked, or never right',
    };
  }
  if (pe.rich?.keyMatches === false) {
    yield { about: 'Structure', level: 'suspicious', message: 'the Rich header does not belong to this file' };
  }
  const unsigned = (pe.overlay?.size ?? 0) - (pe.signature?.size ?? 0);
  if (pe.overlay !== undefined && unsigned > OVERLAY_BYTES) {
    yield {
      about: 'Structure',
      level: 'info',
      message: `${unsigned} bytes follow the last section (overlay), ${pe.overlay.entropy ?? 0} bits a byte`,
    };
  }
}

function* elfFindings({ elf }: FileInspection): Generator<Finding> {
  if (elf === undefined) return;
  const code = elf.sections.filter(({ flags }) => flags.includes('execute'));
  yield* packed(code);
  if (elf.writableCode > 0) {
    yield {
      about: 'Structure',
      level: 'suspicious',
      message: `${elf.writableCode} segment(s) are writable and executable`,
    };
  }
  if (elf.executableStack) yield { about: 'Structure', level: 'suspicious', message: 'asks for an executable stack' };
  if (elf.sections.length === 0 && elf.type !== 'core dump') {
    yield {
      about: 'Structure',
      level: 'suspicious',
      message: 'has no section table, as after packing or careful stripping',
    };
  }
}

function* machFindings({ macho }: FileInspection): Generator<Finding> {
  for (const slice of macho?.slices ?? []) {
    yield* packed(slice.sections.filter(({ name }) => name.endsWith(',__text')));
    if (slice.encrypted)
      yield { about: 'Packed', level: 'info', message: `the ${slice.cpu} code is encrypted by Apple's store` };
  }
}

/** All that is odd about a file and its name, in order of weight. Empty means that nothing was seen, not that it is safe. */
export function findings(inspection: FileInspection, name: string): Finding[] {
  const found: Finding[] = [];
  const mismatch = extensionMismatch(name, inspection.identification.mediaType);
  if (mismatch !== undefined) found.push({ about: 'Type', level: 'suspicious', message: mismatch });
  for (const message of nameWarnings(name)) found.push({ about: 'Name', level: 'suspicious', message });
  // Installers carry archives behind the program; nothing honest carries one behind a picture.
  const isProgram = (inspection.pe ?? inspection.elf ?? inspection.macho) !== undefined;
  for (const hint of inspection.polyglot) {
    const message = `may also open as something else: ${hint}`;
    found.push({ about: 'Type', level: isProgram ? 'info' : 'suspicious', message });
  }
  found.push(...peFindings(inspection), ...elfFindings(inspection), ...machFindings(inspection));
  const problems = [inspection.pe, inspection.elf, inspection.macho].flatMap((program) => program?.problems ?? []);
  for (const problem of problems.slice(0, 20)) found.push({ about: 'Structure', level: 'info', message: problem });
  return found.sort((a, b) => Number(b.level === 'suspicious') - Number(a.level === 'suspicious'));
}
