import { isDataType } from '../shared/model/data-type.ts';
import { defang } from '../shared/model/defang.ts';
import type { Level } from '../shared/model/report.ts';
import type { AnalyzedJob, AnalyzeOutput } from './output.ts';
import { printable, type Style, table, type Terminal } from './terminal.ts';

const LEVEL_STYLE: Readonly<Record<Level, Style>> = {
  info: 'cyan',
  safe: 'green',
  suspicious: 'yellow',
  malicious: 'red',
};

/** For a person: what the file is, then a line for each job with its taxonomies or the reason why there are none. */
export function showAnalysis(terminal: Terminal, output: AnalyzeOutput): void {
  const { evidence } = output;
  if (evidence) {
    terminal.line(terminal.style('bold', printable(evidence.name)));
    const facts: [string, string][] = [
      ['type', evidence.mediaType],
      ['size', `${evidence.size} bytes${evidence.size === 0 ? ' (empty)' : ''}`],
      ['md5', evidence.md5],
      ['sha1', evidence.sha1],
      ['sha256', evidence.sha256],
    ];
    for (const line of table(facts.map(([name, value]) => [terminal.style('dim', name), printable(value)]))) {
      terminal.line(line);
    }
    terminal.line();
  }
  for (const { part, reason } of output.coverage?.skipped ?? []) {
    terminal.line(terminal.style('yellow', `not read: ${printable(part)}: ${printable(reason)}`));
  }
  if (output.jobs.length === 0) terminal.line('No analyzer applies.');
  for (const line of table(output.jobs.map((job) => row(terminal, job)))) terminal.line(line);
}

function row(terminal: Terminal, job: AnalyzedJob): string[] {
  const { dataType, value } = job.observable;
  return [
    terminal.style(job.status === 'done' ? 'green' : job.status === 'failed' ? 'red' : 'yellow', job.status),
    printable(job.flavor.slice(job.flavor.indexOf('/') + 1)),
    printable(dataType),
    printable(isDataType(dataType) ? defang(dataType, value) : value, 60),
    outcome(terminal, job),
  ];
}

function outcome(terminal: Terminal, job: AnalyzedJob): string {
  const taxonomies = (job.report?.summary.taxonomies ?? []).map((t) =>
    terminal.style(LEVEL_STYLE[t.level], printable(`${t.namespace}:${t.predicate}=${String(t.value)}`)),
  );
  const notes = [
    ...(job.reason ? [printable(job.reason.message)] : []),
    ...(job.cached ? ['from an earlier report'] : []),
    // What did not run, or was answered earlier, was in no sandbox: that is no weakness to point at.
    ...(job.sandbox === 'isolated' || job.cached || job.status === 'refused' || job.status === 'waiting'
      ? []
      : [`sandbox: ${job.sandbox}`]),
  ];
  return [...taxonomies, ...notes.map((note) => terminal.style('dim', note))].join('  ');
}
