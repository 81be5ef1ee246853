import type { Analyzer, AnalyzerInput, AnalyzerOutput } from '../../src/analysis/analyzer.ts';
import { createCollector } from '../../src/analysis/indicators/collector.ts';
import { extractInto } from '../../src/analysis/indicators/extract.ts';
import { inspect } from '../../src/analysis/inspect.ts';
import type { Coverage, Finding, Rejection } from '../../src/analysis/inspection.ts';
import type { Taxonomy } from '../../src/shared/model/report.ts';

const NAMESPACE = 'Indicators';

/** A report is shown and stored whole, so it holds the first of many; the counts are always of all. */
const MAX_LISTED = 5_000;
const MAX_REJECTED_LISTED = 500;
const MAX_PLACES_LISTED = 5;

interface Found {
  observables: Finding[];
  rejected: Rejection[];
  coverage: Coverage;
}

async function look(input: AnalyzerInput, signal: AbortSignal): Promise<Found> {
  if (input.file !== undefined) {
    const { name, contentType, source } = input.file;
    const derive = input.parameters['derive'] === true;
    return inspect(source, { name, contentType, derive }, signal);
  }
  if (input.data === undefined) throw new Error('The job holds neither a file nor a value.');
  const collector = createCollector();
  // The host of a URL is news here: the URL itself is what was asked about.
  extractInto(collector, Buffer.from(input.data, 'utf8'), { part: '/', format: 'text', derive: true });
  const { observables, rejected } = collector.result();
  const itself = (finding: Finding): boolean => finding.dataType === input.dataType && finding.value === input.data;
  return { observables: observables.filter((one) => !itself(one)), rejected, coverage: { parts: 1, skipped: [] } };
}

function countByType(observables: readonly Finding[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { dataType } of observables) counts.set(dataType, (counts.get(dataType) ?? 0) + 1);
  return Object.fromEntries([...counts].toSorted((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])));
}

function summarise(counts: Record<string, number>, total: number): Taxonomy[] {
  const info = (predicate: string, value: number): Taxonomy => ({
    level: 'info',
    namespace: NAMESPACE,
    predicate,
    value,
  });
  return [info('Observables', total), ...Object.entries(counts).map(([type, count]) => info(type, count))];
}

const counted = (count: number, one: string): string => `${count === 0 ? 'No' : count} ${one}${count === 1 ? '' : 's'}`;

/** The report's opening. */
function inWords({ observables, coverage }: Found): string {
  const where = coverage.parts > 1 ? ` in ${coverage.parts} parts` : '';
  const unread = new Set(coverage.skipped.map(({ part }) => part)).size;
  const gap = unread === 0 ? '' : `; ${counted(unread, 'part')} could not be read in full`;
  return `${counted(observables.length, 'observable')}${where}${gap}.`;
}

function notes({ observables, rejected, coverage }: Found): string[] {
  const lines: string[] = [];
  if (observables.length > MAX_LISTED) {
    lines.push(
      `${observables.length} observables were found; the first ${MAX_LISTED} are listed and proposed for import.`,
    );
  }
  if (rejected.length > MAX_REJECTED_LISTED) {
    lines.push(`${rejected.length} look-alikes were refused; the first ${MAX_REJECTED_LISTED} are listed.`);
  }
  if (coverage.skipped.length > 0) {
    lines.push(`${coverage.skipped.length} parts were not, or not fully, read; see coverage.`);
  }
  return lines;
}

const analyzer: Analyzer = {
  async run(input, signal): Promise<AnalyzerOutput> {
    const found = await look(input, signal);
    const { observables, rejected, coverage } = found;
    const counts = countByType(observables);
    const listed = observables.slice(0, MAX_LISTED);
    return {
      summary: { taxonomies: summarise(counts, observables.length) },
      full: {
        sentence: inWords(found),
        total: observables.length,
        counts,
        notes: notes(found),
        coverage,
        observables: listed.map(({ dataType, value, marks, places }) => ({
          dataType,
          value,
          marks,
          places: places.slice(0, MAX_PLACES_LISTED),
        })),
        rejected: rejected.slice(0, MAX_REJECTED_LISTED),
      },
      artifacts: listed.map(({ dataType, value, marks }) => ({ dataType, data: value, tags: marks })),
    };
  },
};

export default analyzer;
