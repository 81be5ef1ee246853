// npm run bench: every figure as a ratio to the floor measured in the same run (reference sheet: goals of C1-C3, D1-D9, D11,
// J1-J3, J5, J7-J9). Above 1 is slower than the floor. Options: --rounds N (3), --only 02,05, --million (the curve of 03 to
// a million rows: made once, in some minutes, and kept). BENCH_QUICK=1 for a tenth.
import { spawnSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { join } from 'node:path';

interface Goal {
  id: string;
  row: RegExp;
  goal: string;
  isMet(ratio: number): boolean;
}

const loads = (): string =>
  loadavg()
    .map((load) => load.toFixed(1))
    .join(' ');

const atMost = (limit: number) => (ratio: number) => ratio <= limit;

/** A rate of at least `share` of the floor is a ratio of at most 1 / share. */
const GOALS: Goal[] = [
  { id: 'C1', row: /^04-hash\/limit\.one-thread/, goal: '≥ 0.9 of one thread', isMet: atMost(1 / 0.9) },
  { id: 'C1', row: /^04-hash\/limit\.two-cores/, goal: '≥ 0.75 of two threads', isMet: atMost(1 / 0.75) },
  { id: 'C2', row: /^05-extract\/prefilter\+combined-regex$/, goal: '≥ 0.7 of the prefilter', isMet: atMost(1 / 0.7) },
  {
    id: 'C2',
    row: /^05-extract\/prefilter\+combined-regex\.recall$/,
    goal: 'recall 1.0',
    isMet: (ratio) => ratio >= 0.9999,
  },
  { id: 'D1', row: /^02-sqlite\/cache\.hit$/, goal: '≤ 2', isMet: atMost(2) },
  { id: 'D2', row: /^02-sqlite\/quota\.take\.FULL$/, goal: '≤ 1.5', isMet: atMost(1.5) },
  { id: 'D3', row: /^02-sqlite\/insert\+commit\.FULL$/, goal: '≤ 2', isMet: atMost(2) },
  { id: 'D4', row: /^02-sqlite\/bulk\.3idx\+words\.sweep\.chunk-1000$/, goal: '≥ 0.6', isMet: atMost(1 / 0.6) },
  { id: 'D5', row: /^03-scale\/n=\d+\.lookup\./, goal: '≤ 3', isMet: atMost(3) },
  { id: 'D6', row: /^03-scale\/n=\d+\.page\.keyset$/, goal: '≤ 3', isMet: atMost(3) },
  {
    id: 'D7',
    row: /^03-scale\/n=\d+\.fts\.(rare-word|whole-indicator|prefix|common-word\.newest-50|two-common-words\.newest-50)$/,
    goal: '≤ 2',
    isMet: atMost(2),
  },
  { id: 'D9', row: /^03-scale\/n=\d+\.case\.seen-elsewhere$/, goal: '≤ 2', isMet: atMost(2) },
  { id: 'D11', row: /^03-scale\/n=\d+\.size$/, goal: '≤ 1.25', isMet: atMost(1.25) },
  { id: 'J9', row: /^01-spawn\/spawn\.bwrap\.python\.job-folder$/, goal: '≤ 1.15', isMet: atMost(1.15) },
  { id: 'J1', row: /^08-jobs\/python-folder\.xargs-P2$/, goal: '≤ 1.25', isMet: atMost(1.25) },
  { id: 'J2', row: /^08-jobs\/python-folder\.node-queue-2\.engine-cpu$/, goal: '≤ 1.5', isMet: atMost(1.5) },
  { id: 'J3', row: /^08-jobs\/whole-job\.pool-python-2\.engine-cpu$/, goal: '≤ 1.5', isMet: atMost(1.5) },
];

/** Rows that are compared with the same engine in the same run (`×`), or with a bound that holds on any machine. */
const OWN: Goal[] = [
  { id: 'D10', row: /^03-scale\/n=\d+\.dashboard\.12-widgets$/, goal: '≤ 5 ms', isMet: atMost(5) },
  { id: 'D10', row: /^03-scale\/dashboard\.growth$/, goal: '≤ 1.5', isMet: atMost(1.5) },
  { id: 'J5', row: /^08-jobs\/spawn\.engine\+1GiB$/, goal: '≤ 1.2 of no ballast', isMet: atMost(1.2) },
  { id: 'J7', row: /^08-jobs\/query\.busy\.p99$/, goal: '≤ 3 of idle', isMet: atMost(3) },
  { id: 'J7', row: /^08-jobs\/query\.busy\.p99-ms$/, goal: '≤ 50 ms', isMet: atMost(50) },
  { id: 'J7', row: /^08-jobs\/cancel-all$/, goal: '< 1 s', isMet: (ms) => ms < 1_000 },
  { id: 'J7', row: /^08-jobs\/memory\.busy$/, goal: '≤ 20 MiB', isMet: atMost(20) },
  { id: 'J8', row: /^08-jobs\/start\.10000-queued\.beyond-boot$/, goal: '≤ 100 ms', isMet: atMost(100) },
  { id: 'D3', row: /^02-sqlite\/insert\+commit\.p99-ms$/, goal: '< 16 ms', isMet: atMost(16) },
  { id: 'D4', row: /^02-sqlite\/import\.readers-wait\.p99-ms$/, goal: '< 50 ms', isMet: atMost(50) },
  {
    id: 'D7',
    row: /^03-scale\/n=\d+\.search\.(value|word|begun|two-common)\.p99-ms$/,
    goal: '< 10 ms',
    isMet: atMost(10),
  },
  { id: 'D8', row: /^03-scale\/n=\d+\.search\.(common|inside)\.p99-ms$/, goal: '< 50 ms', isMet: atMost(50) },
  { id: 'gate', row: /^08-jobs\/plan\.longest-turn$/, goal: '≤ 50 ms', isMet: atMost(50) },
  { id: 'queue', row: /^08-jobs\/enqueue\.longest-turn$/, goal: '≤ 50 ms', isMet: atMost(50) },
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
    argument('--only', '01,02,03,04,05,08'),
    '--subject',
    `${JSON.stringify(process.execPath)} ${JSON.stringify(join(here, 'subject.ts'))}`,
  ],
  {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 28,
    env: { ...process.env, ...(process.argv.includes('--million') && { BENCH_SIZES: '1000,10000,100000,1000000' }) },
  },
);
if (run.status !== 0) process.exit(run.status ?? 1);

type Shown = Record<string, { unit: string; value: number }>;
const result = JSON.parse(run.stdout) as {
  rounds: number;
  machine: { cpu: string; cores: number; node: string; stealPercent: number };
  figures: Record<string, { unit: string; median: number }>;
  ratios: Record<string, number>;
  /** Rows of ours that have no floor, or stand for themselves. */
  own: Shown;
};
const { cpu, cores, node, stealPercent } = result.machine;
console.log(
  `\n${cpu}, ${cores} cores, Node ${node}, ${result.rounds} rounds, ${stealPercent} % steal, load ${loads()}\n`,
);

const line = (id: string, row: string, base: string, ratio: number, goal: string): void =>
  console.log(`${id.padEnd(5)} ${row.padEnd(52)} ${base.padEnd(20)} ${ratio.toFixed(2).padStart(7)}   ${goal}`);
console.log('      figure                                               floor (median)         ratio   goal');
for (const [row, ratio] of Object.entries(result.ratios)) {
  const floor = result.figures[row];
  const goals = GOALS.filter((goal) => goal.row.test(row));
  const verdict = goals.map((goal) => `${goal.goal}: ${goal.isMet(ratio) ? 'met' : 'not met'}`).join(', ');
  line(goals[0]?.id ?? '', row, `${floor?.median.toPrecision(3)} ${floor?.unit}`, ratio, verdict);
}

// C3 needs no floor: time over time at twice the size, which a quadratic extractor turns into 4.
for (const [row, { value }] of Object.entries(result.own)) {
  const double = result.own[`${row} 200KB`];
  if (double === undefined) continue;
  const growth = double.value / value;
  line(
    'C3',
    `${row}, 200 KB ÷ 100 KB`,
    `${value.toPrecision(3)} ms of ours`,
    growth,
    `≤ 2.5: ${growth <= 2.5 ? 'met' : 'not met'}`,
  );
}
for (const [row, { unit, value }] of Object.entries(result.own)) {
  if (row.endsWith(' 200KB') || `${row} 200KB` in result.own) continue;
  const goal = OWN.find((each) => each.row.test(row));
  const verdict = goal === undefined ? '' : `${goal.goal}: ${goal.isMet(value) ? 'met' : 'not met'}`;
  line(goal?.id ?? '', row, unit === '×' ? 'ours, same run' : unit, value, verdict);
}

// Growth needs no floor: ours at the largest size over ours at the smallest (goals for a million over a thousand).
const CURVES: { id: string; row: string; most: number }[] = [
  { id: 'D5', row: 'lookup.id', most: 2.5 },
  { id: 'D5', row: 'lookup.value.hit', most: 2.5 },
  { id: 'D5', row: 'lookup.value.miss', most: 2.5 },
  { id: 'D6', row: 'page.keyset', most: 4 },
  { id: 'D7', row: 'fts.rare-word', most: 12 },
  { id: 'D7', row: 'fts.whole-indicator', most: 50 },
  { id: 'D9', row: 'case.seen-elsewhere', most: 12 },
];
const rowsOf = (name: string): [number, number][] =>
  Object.entries(result.ratios)
    .map(([row, ratio]): [string[] | null, number] => [
      /^03-scale\/n=(\d+)\.(.+)$/.exec(row),
      ratio * (result.figures[row]?.median ?? 0),
    ])
    .filter(([match]) => match?.[2] === name)
    .map(([match, value]): [number, number] => [Number(match![1]), value])
    .sort((a, b) => a[0] - b[0]);
for (const { id, row, most } of CURVES) {
  const [first, ...others] = rowsOf(row);
  const last = others.at(-1);
  if (first === undefined || last === undefined) continue;
  const growth = last[1] / first[1];
  line(
    id,
    `${row}, n=${last[0]} ÷ n=${first[0]}`,
    `${first[1].toPrecision(3)} ms of ours`,
    growth,
    `≤ ${most}: ${growth <= most ? 'met' : 'not met'}`,
  );
}
