import { useElementSize } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { QuotaWindow } from '../../../shared/contract/quota.ts';
import type { Output } from '../../api/client.ts';
import { Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { type Clock, count, day, timeOfDay } from '../../ui/format.ts';
import { usePrefs } from '../../ui/prefs.ts';
import { usageQuery } from './queries.ts';

const HEIGHT = 156;
const LEFT = 44;
/** Before the pane has a width. */
const FIRST_WIDTH = 900;
const TOP = 12;
const BOTTOM = 134;
const TICKS = 6;
const DAY_MS = 86_400_000;

type Usage = Output<'quota.usage'>;

/** How a window filled up, and where it ends when all that is reserved and queued has been asked. */
export function UsageChart({ budgetKey, window }: { budgetKey: string; window: QuotaWindow }) {
  const { data, error } = useQuery(usageQuery({ key: budgetKey, window }));
  const clock = usePrefs((prefs) => prefs.clock);
  if (error) return <ErrorNote error={error} />;
  if (data === undefined) return <Skeleton />;
  return <Drawing usage={data} clock={clock} />;
}

function Drawing({ usage, clock }: { usage: Usage; clock: Clock }) {
  const { from, to, now, units, held, queued } = usage;
  const { ref, width: measured } = useElementSize<HTMLDivElement>();
  const width = Math.max(320, measured === 0 ? FIRST_WIDTH : measured);
  const right = width - 8;
  const last = usage.used.at(-1)?.used ?? 0;
  const expected = Math.min(units, last + held + queued);
  const top = Math.max(1, units, last);
  const x = (at: number): number => LEFT + ((at - from) / Math.max(1, to - from)) * (right - LEFT);
  const y = (used: number): number => BOTTOM - (used / top) * (BOTTOM - TOP);
  const n = (value: number): string => value.toFixed(1);
  const here = Math.min(x(now), right);
  let line = `M${LEFT} ${BOTTOM}`;
  for (const point of usage.used) line += `H${n(Math.min(x(point.at), here))}V${n(y(point.used))}`;
  line += `H${n(here)}`;
  const span = to - from;
  const tick = (at: number): string => (span > 2 * DAY_MS ? day(at, now, clock) : timeOfDay(at, clock));
  const isEndClose = here > right - 120;
  const words = `${count(last)} of ${count(units)} used, ${count(expected)} with what is reserved and queued`;
  return (
    <div className="quota-chart" ref={ref}>
      <svg width={width} height={HEIGHT} role="img" aria-label={words}>
        <title>{words}</title>
        {[...new Set([0, Math.round(units / 2), units])].map((mark) => (
          <g key={mark}>
            <line className={mark === units ? 'limit' : 'guide'} x1={LEFT} x2={width} y1={y(mark)} y2={y(mark)} />
            <text x={LEFT - 8} y={y(mark) + 4} textAnchor="end">
              {count(mark)}
            </text>
          </g>
        ))}
        <path className="area" d={`${line}V${BOTTOM}Z`} />
        <path className="line" d={line} />
        {to > now && <path className="ahead" d={`M${n(here)} ${n(y(last))}L${right} ${n(y(expected))}`} />}
        <line className="now" x1={here} x2={here} y1={TOP} y2={BOTTOM} />
        <circle cx={here} cy={y(last)} r={4} />
        <text x={here + (isEndClose ? -8 : 8)} y={BOTTOM - 8} textAnchor={isEndClose ? 'end' : 'start'}>
          now, {timeOfDay(now, clock)}
        </text>
        {to > now && expected > last && (
          <text className="told" x={right - 4} y={Math.max(TOP + 14, y(expected) + 16)} textAnchor="end">
            {count(expected)} with what waits
          </text>
        )}
        {Array.from({ length: TICKS + 1 }, (_, i) => from + (span * i) / TICKS).map((at, i) => (
          <text key={at} x={x(at)} y={HEIGHT - 4} textAnchor={i === TICKS ? 'end' : i === 0 ? 'start' : 'middle'}>
            {tick(at)}
          </text>
        ))}
      </svg>
    </div>
  );
}
