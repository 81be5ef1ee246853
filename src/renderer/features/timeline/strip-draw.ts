import { EVENT_KINDS, isOurs } from '../../../shared/model/event-kind.ts';
import { offsetAt } from '../../../shared/model/time/zones.ts';
import type { TimelineIndex } from './queries.ts';
import { type StripScale, tickStep } from './strip-scale.ts';
import { shortDay, spanWords } from './words.ts';

/** Part of the axis that is in view, in its units. */
export interface View {
  from: number;
  to: number;
}

export interface Colours {
  seen: string;
  ours: string;
  line: string;
  text: string;
  cursor: string;
  gap: string;
  font: string;
}

/** The canvas does not read CSS variables. */
export function coloursOf(element: HTMLElement): Colours {
  const style = getComputedStyle(element);
  const of = (name: string): string => style.getPropertyValue(name).trim();
  return {
    seen: of('--o-t3'),
    ours: of('--o-accent-line'),
    line: of('--o-line-2'),
    text: of('--o-t3'),
    cursor: of('--o-t1'),
    gap: of('--o-s3'),
    font: `500 11px ${of('--o-font')}`,
  };
}

const COLUMN = 6;
const DOT = 2.5;
export const AXIS = 22;

interface Column {
  seen: number;
  ours: number;
  hasStar: boolean;
}

/** Everything on the strip in one pass over the events in view: dots while they fit, bars where they do not. */
export function drawStrip(
  context: CanvasRenderingContext2D,
  size: { width: number; height: number },
  given: {
    index: TimelineIndex;
    times: readonly number[];
    scale: StripScale;
    view: View;
    zone: string;
    cursor: number;
  },
  colours: Colours,
): void {
  const { width, height } = size;
  const { index, times, scale, view } = given;
  const base = height - AXIS;
  const perUnit = width / (view.to - view.from);
  const x = (axis: number): number => (axis - view.from) * perUnit;
  context.clearRect(0, 0, width, height);
  context.font = colours.font;

  for (const gap of scale.gaps) {
    const [left, right] = [Math.max(0, x(gap.start)), Math.min(width, x(gap.end))];
    if (right <= left) continue;
    context.fillStyle = colours.gap;
    context.fillRect(left, 0, right - left, base);
    const words = spanWords(gap.to - gap.from);
    const room = context.measureText(words).width;
    if (right - left > room + 4) {
      context.fillStyle = colours.text;
      context.fillText(words, (left + right - room) / 2, 12);
    }
  }
  drawAxis(context, size, given, colours, x);

  const columns = new Map<number, Column>();
  let tallest = 0;
  for (let i = 0; i < times.length; i += 1) {
    const place = x(scale.toAxis(times[i] ?? 0));
    const end = index.endAt[i];
    if (typeof end === 'number' && times === index.at)
      drawSpan(context, place, x(scale.toAxis(end)), base, width, colours);
    if (place < -COLUMN || place > width + COLUMN) continue;
    const key = Math.round(place / COLUMN);
    const column = columns.get(key) ?? { seen: 0, ours: 0, hasStar: false };
    if (isOurs(EVENT_KINDS[index.kinds[i] ?? 0] ?? 'other')) column.ours += 1;
    else column.seen += 1;
    column.hasStar ||= index.starred[i] === true;
    tallest = Math.max(tallest, column.seen + column.ours);
    columns.set(key, column);
  }
  const room = base - 10;
  const areDots = tallest * COLUMN <= room;
  for (const [key, column] of columns)
    drawColumn(context, key * COLUMN, column, { base, room, tallest, areDots }, colours);

  const at = times[given.cursor];
  if (at !== undefined) {
    const place = x(scale.toAxis(at));
    context.fillStyle = colours.cursor;
    context.fillRect(place - 0.5, 0, 1, base);
  }
}

function drawColumn(
  context: CanvasRenderingContext2D,
  centre: number,
  column: Column,
  { base, room, tallest, areDots }: { base: number; room: number; tallest: number; areDots: boolean },
  colours: Colours,
): void {
  const total = column.seen + column.ours;
  // Logarithmic: one event beside a thousand must still be seen.
  const tall = areDots ? total * COLUMN : Math.max(3, (Math.log1p(total) / Math.log1p(tallest)) * room * 0.9);
  let y = base;
  for (const [count, colour] of [
    [column.seen, colours.seen],
    [column.ours, colours.ours],
  ] as const) {
    const share = (tall * count) / total;
    context.fillStyle = colour;
    if (!areDots) context.fillRect(centre - COLUMN / 2 + 1, y - share, COLUMN - 1, share);
    const dots = areDots ? count : 0;
    for (let n = 0; n < dots; n += 1) {
      context.beginPath();
      context.arc(centre, y - n * COLUMN - DOT - 1, DOT, 0, Math.PI * 2);
      context.fill();
    }
    y -= share;
  }
  if (column.hasStar) {
    context.strokeStyle = colours.cursor;
    context.beginPath();
    context.arc(centre, Math.max(6, y - 5), 2, 0, Math.PI * 2);
    context.stroke();
  }
}

function drawSpan(
  context: CanvasRenderingContext2D,
  from: number,
  to: number,
  base: number,
  width: number,
  colours: Colours,
): void {
  if (to < 0 || from > width) return;
  context.fillStyle = colours.seen;
  context.fillRect(Math.max(0, from), base - 2, Math.min(width, to) - Math.max(0, from), 2);
}

/** Labels at round times of the zone; the day where it changes. */
function drawAxis(
  context: CanvasRenderingContext2D,
  { width, height }: { width: number; height: number },
  { scale, view, zone }: { scale: StripScale; view: View; zone: string },
  colours: Colours,
  x: (axis: number) => number,
): void {
  const base = height - AXIS;
  context.fillStyle = colours.line;
  context.fillRect(0, base, width, 1);
  context.fillStyle = colours.text;
  const step = tickStep(view.to - view.from, width / 84);
  let lastRight = -10;
  let lastDay = '';
  // Between two silences the axis is straight.
  const ends = [view.from, ...scale.gaps.flatMap((gap) => [gap.start, gap.end]), view.to];
  for (let i = 0; i < ends.length; i += 2) {
    const from = Math.max(view.from, ends[i] ?? 0);
    const to = Math.min(view.to, ends[i + 1] ?? 0);
    if (to <= from) continue;
    const start = scale.toTime(from);
    const end = scale.toTime(to);
    const offset = offsetAt(zone, start) ?? 0;
    const marks: number[] = [];
    for (let at = Math.ceil((start + offset) / step) * step - offset; at <= end; at += step) marks.push(at);
    // A short stretch between two silences says at least where it is.
    if (marks.length === 0) marks.push(start);
    for (const at of marks) {
      const place = x(scale.toAxis(at));
      const day = shortDay(at, zone);
      const clock = new Date(at + (offsetAt(zone, at) ?? 0)).toISOString().slice(11, step < 60_000 ? 19 : 16);
      const label = step >= 86_400_000 || at === start ? day : day === lastDay ? clock : `${day} ${clock}`;
      const room = context.measureText(label).width;
      if (place < lastRight + 12 || place + room > width) continue;
      lastDay = day;
      lastRight = place + room;
      context.fillRect(place, base, 1, 4);
      context.fillText(label, place + 3, height - 7);
    }
  }
}
