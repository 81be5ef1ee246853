import type { HistoryRun } from '../../shared/contract/history.ts';
import { LEVELS } from '../../shared/model/report.ts';

const WIDTH = 56;
const HEIGHT = 14;
const EDGE = 2.5;

/** What is drawn of each run, the oldest first: its number, else how bad it was. Runs that said neither are left out. */
function heights(runs: readonly HistoryRun[]): number[] {
  const oldestFirst = runs.toReversed();
  const scores = oldestFirst.flatMap((run) => (run.score === null ? [] : [run.score]));
  if (scores.length > 1) return scores;
  return oldestFirst.flatMap((run) => (run.level === null ? [] : [LEVELS.indexOf(run.level)]));
}

/** A line of at most 50 runs from zero up, its end marked. The words beside it say what it means. */
export function Sparkline({ runs, label }: { runs: readonly HistoryRun[]; label: string }) {
  const values = heights(runs);
  if (values.length < 2) return null;
  const most = Math.max(...values, 1);
  const points = values.map((value, index) => ({
    x: EDGE + (index / (values.length - 1)) * (WIDTH - 2 * EDGE),
    y: HEIGHT - EDGE - (value / most) * (HEIGHT - 2 * EDGE),
  }));
  const end = points.at(-1);
  return (
    <svg
      className="sparkline"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      <polyline points={points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')} />
      {end && <circle cx={end.x} cy={end.y} r={2} />}
    </svg>
  );
}
