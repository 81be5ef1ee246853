// npm run bench: every figure as a ratio to the floor measured in the same run (reference sheet: goals of C1, C2, C3,
// J1, D3, D5). Above 1 is slower than the floor. Options: --rounds N (3), --only 02,05. BENCH_QUICK=1 for a tenth.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

interface Goal {
  id: string;
  row: RegExp;
  goal: string;
  isMet(ratio: number): boolean;
}

const atMost = (limit: number) => (ratio: number) => ratio <= limit;

/** A rate of at least `share` of the floor is a ratio of at most 1 / share. */
const GOALS: Goal[] = [
  { id: 'C1', row: /^04-hash\/limit\.one-thread/, goal: '≥ 0.9 of one thread', isMet: atMost(1 / 0.9) },
  { id: 'C1', row: /^04-hash\/limit\.two-cores/, goal: '≥ 0.75 of two threads', isMet: atMost(1 / 0.75) },
  { id: 'C2', row: /^05-extract\/prefilter\+combined-regex$/, goal: '≥ 0.7 of the prefilter', isMet: atMost(1 / 0.7) },
  { id: 'C2', row: /^05-extract\/prefilter\+combined-regex\.recall$/, goal: 'recall 1.0', isMet: (ratio) => ratio >= 0.9999 },
  { id: 'D3', row: /^02-sqlite\/insert\+commit\.FULL$/, goal: '≤ 2', isMet: atMost(2) },
  { id: 'D5', row: /^03-scale\/n=\d+\.lookup\./, goal: '≤ 3', isMet: atMost(3) },
  { id: 'J1', row: /^08-jobs\/python-folder\.xargs-P2$/, goal: '≤ 1.25', isMet: atMost(1.25) },
];

const argument = (name: string, fallback: string): string => {
  const at = process.argv.indexOf(name);
  return at < 0 ? fallback : (process.argv[at + 1] ?? fallback);
};

const here = import.meta.dirname;
const run = spawnSync(
  process.execPath,
  [
    join(here, 'floors', 'run-all.mjs'),
    '--rounds',
    argument('--rounds', '3'),
    '--only',
    argument('--only', '02,03,04,05,08'),
    '--subject',
    `${JSON.stringify(process.execPath)} ${JSON.stringify(join(here, 'subject.ts'))}`,
  ],
  { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 28 },
);
if (run.status !== 0) process.exit(run.status ?? 1);

const result = JSON.parse(run.stdout) as {
  rounds: number;
  machine: { cpu: string; cores: number; node: string; stealPercent: number };
  figures: Record<string, { unit: string; median: number }>;
  ratios: Record<string, number>;
};
const { cpu, cores, node, stealPercent } = result.machine;
console.log(`\n${cpu}, ${cores} cores, Node ${node}, ${result.rounds} rounds, ${stealPercent} % steal\n`);
console.log('      figure                                        floor (median)        ratio   goal');
for (const [row, ratio] of Object.entries(result.ratios)) {
  const goal = GOALS.find((g) => g.row.test(row));
  const floor = result.figures[row];
  console.log(
    `${(goal?.id ?? '').padEnd(5)} ${row.padEnd(45)} ${`${floor?.median.toPrecision(3)} ${floor?.unit}`.padEnd(20)} ${ratio.toFixed(2).padStart(6)}   ${goal ? `${goal.goal} ${goal.isMet(ratio) ? 'met' : 'not met'}` : ''}`,
  );
}
