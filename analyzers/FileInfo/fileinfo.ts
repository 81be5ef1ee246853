import type { Analyzer } from '../../src/analysis/analyzer.ts';
import { extensionOf } from '../../src/analysis/fileinfo/name-checks.ts';
import { inspectFile } from '../../src/analysis/fileinfo/inspect-file.ts';
import type { Taxonomy } from '../../src/shared/model/report.ts';
import { type Finding, findings } from './findings.ts';
import { inWords } from './in-words.ts';

/** A short report shows a few chips; the long one lists everything. */
const MAX_CHIPS = 8;

function taxonomies(label: string, entropy: number, found: readonly Finding[]): Taxonomy[] {
  const chip = (level: Taxonomy['level'], predicate: string, value: string | number): Taxonomy => ({
    level,
    namespace: 'FileInfo',
    predicate,
    value,
  });
  const suspicious = found.filter(({ level }) => level === 'suspicious');
  return [
    chip('info', 'Filetype', label),
    chip('info', 'Entropy', entropy),
    ...suspicious.slice(0, MAX_CHIPS).map(({ about, message }) => chip('suspicious', about, message)),
  ];
}

const analyzer: Analyzer = {
  async run(input, signal) {
    if (input.dataType !== 'file' || input.file === undefined) {
      throw new Error(`FileInfo works on files, not on "${input.dataType}"`);
    }
    const { name, contentType, source } = input.file;
    const inspection = await inspectFile(source, name, signal);
    const { identification, scan, pe, elf, macho } = inspection;
    const found = findings(inspection, name);
    return {
      summary: { taxonomies: taxonomies(identification.label, scan.entropy, found) },
      full: {
        sentence: inWords(identification.label, source.size, found),
        identification: { ...identification, declaredAs: contentType },
        names: { name, extension: extensionOf(name) },
        size: source.size,
        hashes: { md5: scan.md5, sha1: scan.sha1, sha256: scan.sha256, ssdeep: scan.ssdeep },
        entropy: scan.entropy,
        ...(pe === undefined
          ? {}
          : {
              pe: {
                ...pe,
                checksum: { stored: pe.checksum.stored, computed: `0x${(scan.peChecksum ?? 0).toString(16)}` },
              },
            }),
        ...(elf === undefined ? {} : { elf }),
        ...(macho === undefined ? {} : { macho }),
        warnings: found,
      },
      artifacts: [],
    };
  },
};

export default analyzer;
