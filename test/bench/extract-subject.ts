import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Collector, createCollector } from '../../src/analysis/indicators/collector.ts';
import { extractInto } from '../../src/analysis/indicators/extract.ts';

export interface Figure {
  unit: string;
  value: number;
}

const REPEATS = 5;

/** The four kinds of input that make backtracking extractors quadratic, at about `kb` thousand bytes each. */
function hostile(kb: number): Record<string, string> {
  const size = kb * 1000;
  return {
    'A x100k then dot': `${'A'.repeat(size)}.`,
    'label chain': `${'abcdefgh.'.repeat(Math.round(size * 0.11))}!`,
    'digits-dots': '1.'.repeat(size / 2),
    'hex run': 'deadbeef'.repeat(size / 8),
  };
}

function extractAll(bytes: Uint8Array): Collector {
  const collector = createCollector();
  extractInto(collector, bytes, { part: '/', format: 'text' });
  return collector;
}

/** The best of some runs, in milliseconds, with what the last run gave. */
function best(repeats: number, bytes: Uint8Array): { ms: number; collector: Collector } {
  let ms = Number.POSITIVE_INFINITY;
  let collector = createCollector();
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    collector = extractAll(bytes);
    ms = Math.min(ms, performance.now() - start);
  }
  return { ms, collector };
}

const figure = (value: number, unit: string): Figure => ({ unit, value: Number(value.toPrecision(4)) });

/**
 * Figures of our extractor on the seeded text of so many MB that the floor script left in `dir` (`text-20.txt`, `.json`),
 * under the floor's row names; hostile rows in milliseconds at 100 KB and, with the suffix ` 200KB`, at 200 KB.
 */
export function extractFigures(dir: string, megabytes = 20): Record<string, Figure> {
  const text = readFileSync(join(dir, `text-${megabytes}.txt`));
  const listed = JSON.parse(readFileSync(join(dir, `text-${megabytes}.json`), 'utf8')) as { value: string }[];
  const planted = new Set(listed.map(({ value }) => value.toLowerCase()));
  const figures: Record<string, Figure> = {};

  const { ms, collector } = best(REPEATS, text);
  const { observables } = collector.result();
  const hit = observables.filter(({ value }) => planted.has(value.toLowerCase())).length;
  figures['prefilter+combined-regex'] = figure(text.length / 1000 / ms, 'MB/s');
  figures['prefilter+combined-regex.recall'] = figure(hit / planted.size, 'of planted');
  figures['prefilter+combined-regex.found'] = figure(observables.length, 'distinct');

  for (const [kb, suffix] of [
    [100, ''],
    [200, ' 200KB'],
  ] as const) {
    for (const [name, value] of Object.entries(hostile(kb))) {
      figures[`hostile.prefilter.${name}${suffix}`] = figure(best(REPEATS, Buffer.from(value)).ms, 'ms');
    }
  }
  return figures;
}
